"""The ledger of letters and one letter: who sees what, and what the centre decides there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from assignments.models import ControlRules
from common import clock
from common.scope import SYSTEM
from notifications.enums import MailState, StaffTaskKind
from notifications.models import OutboundMail
from notifications.services import staff_task_open
from rating.models import Methodology, RatingLetter, RegionScore, Slice
from rating.services import letters_queue, methodologies_load
from tests.cast import Cast
from tests.rating.mailroom import appoint

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
PUBLISHED_AT = datetime(2026, 11, 10, 7, tzinfo=UTC)


def published(cast: Cast, period: str = "2026-10") -> Slice:
    """A published month in which Tomsk has a score, Omsk nothing due and Chukotka no clusters; letters queued."""
    if not ControlRules.objects.exists():
        methodologies_load()
    slice_ = Slice.objects.create(
        period=period, revision=1, status="published", as_of=PUBLISHED_AT, methodology=Methodology.objects.first(),
        input_sha256="36f26d01" + "0" * 48 + "b236fb51", ranked_regions=1, executions=24, score=7867,
        created_at=PUBLISHED_AT, published_at=PUBLISHED_AT,
    )  # fmt: skip
    common = {"slice": slice_, "zone": "", "signal": ""}
    RegionScore.objects.create(
        **{**common, "zone": "yellow", "signal": "none"}, region=cast.tomsk, position=1, status="ranked",
        clusters=2, executions=24, weight_sum=30, points_sum=2360, score=7867, rank=1, rank_low=1, rank_high=1,
        zone_certain=False, interval_low=6000, interval_high=9000, on_time=20, late=4, not_executed=0,
        lost_total=2133, previous_score=8600, previous_rank=1, delta=-733, rank_delta=0, distinguishable=False,
    )  # fmt: skip
    RegionScore.objects.create(**common, region=cast.omsk, position=2, status="no_due", executions=0)
    RegionScore.objects.create(**common, region=cast.chukotka, position=3, status="no_clusters", executions=0)
    with clock.at(PUBLISHED_AT):
        letters_queue(slice=slice_, actor=SYSTEM)
    return slice_


@pytest.fixture
def month(cast: Cast) -> Slice:
    appoint("55", "head@omsk.example", last_name="Омская")
    return published(cast)


def letter_of(code: str) -> RatingLetter:
    return RatingLetter.objects.originals().select_related("mail").get(region=code)


def made(code: str, state: MailState) -> RatingLetter:
    letter = letter_of(code)
    accepted = PUBLISHED_AT if state in (MailState.ACCEPTED, MailState.BOUNCED) else None
    OutboundMail.objects.filter(pk=letter.mail_id).update(
        state=state, attempts=1, accepted_at=accepted, server_reply="250 ok"
    )
    return letter


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize(
    ("person", "regions"),
    [
        ("administrator", {"70", "55"}),
        ("controller", {"70", "55"}),
        ("methodologist", {"70", "55"}),
        ("tomsk_coordinator", {"70"}),
        ("tomsk_minister", {"70"}),
        ("omsk_coordinator", {"55"}),
    ],
)
def test_the_centre_sees_all_letters_and_a_region_its_own(
    as_person: AsPerson, person: str, regions: set[str]
) -> None:
    answer = as_person(person).get("/letters/")
    assert answer.status_code == 200
    assert {letter.region_id for letter in answer.context["page"]} == regions
    page = answer.content.decode()
    assert ("head@omsk.example" in page) == ("55" in regions)
    assert ("minister@tomsk.example" in page) == ("70" in regions)


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("person", ["chair", "newcomer"])
def test_others_read_no_letters(as_person: AsPerson, person: str) -> None:
    assert as_person(person).get("/letters/").status_code == 403
    assert as_person(person).get(f"/letters/{letter_of('70').pk}/").status_code == 404


@pytest.mark.usefixtures("month")
def test_the_public_is_asked_to_sign_in(as_person: AsPerson) -> None:
    assert as_person("public").get("/letters/").status_code == 302


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("page", ["", "eml/", "html/"])
def test_a_foreign_letter_does_not_exist(as_person: AsPerson, page: str) -> None:
    own, foreign = letter_of("70").pk, letter_of("55").pk
    client = as_person("tomsk_coordinator")
    assert client.get(f"/letters/{own}/{page}").status_code == (403 if page == "eml/" else 200)
    assert as_person("tomsk_minister").get(f"/letters/{own}/{page}").status_code == 200
    assert client.get(f"/letters/{foreign}/{page}").status_code == 404
    assert client.get(f"/letters/987654/{page}").status_code == 404


@pytest.mark.usefixtures("month")
def test_the_ledger_counts_and_filters_by_state_and_region(as_person: AsPerson) -> None:
    made("70", MailState.ACCEPTED)
    client = as_person("controller")
    counts = client.get("/letters/?month=2026-10").context["counts"]
    assert [(count.state, count.count) for count, _tone in counts] == [("queued", 1), ("accepted", 1)]
    for query in ("state=accepted", "region=70"):
        page = client.get(f"/letters/?month=2026-10&{query}").context["page"]
        assert [letter.region_id for letter in page] == ["70"]
    nothing = client.get("/letters/?month=2026-10&state=accepted&region=55")
    assert nothing.status_code == 200
    assert not nothing.context["page"].object_list


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=x", "month=%27", "state=lost", "region=99", "page=zz"]
)
def test_a_filter_that_does_not_exist_is_no_fault_of_the_server(as_person: AsPerson, query: str) -> None:
    assert as_person("controller").get(f"/letters/?{query}").status_code in (200, 400)


@pytest.mark.usefixtures("cast")
def test_before_the_first_publication_the_ledger_says_what_comes(as_person: AsPerson) -> None:
    for address in ("/letters/", "/letters/?month=2026-10"):
        answer = as_person("controller").get(address)
        assert answer.status_code == 200
        assert answer.context["period"] == ""


def test_months_follow_one_another(cast: Cast, as_person: AsPerson) -> None:
    for period in ("2026-08", "2026-09", "2026-10"):
        published(cast, period)
    months = as_person("controller").get("/letters/?month=2026-09").context["months"]
    assert months["previous_url"] == "/letters/?month=2026-08"
    assert months["following_url"] == "/letters/?month=2026-10"
    assert as_person("controller").get("/letters/").context["period"] == "2026-10"


@pytest.mark.usefixtures("month")
def test_a_letter_is_read_as_it_was_sent(as_person: AsPerson) -> None:
    letter = letter_of("70")
    client = as_person("tomsk_minister")
    page = client.get(f"/letters/{letter.pk}/").content.decode().replace("\u00a0", " ")
    assert "Балл Томской области за октябрь 2026 года — 78,67 из 100" in page
    assert letter.mail.message_id.strip("<>") not in page
    assert (
        letter.mail.message_id.strip("<>")
        in as_person("controller").get(f"/letters/{letter.pk}/").content.decode()
    )
    forms = re.findall(r'<form[^>]*action="([^"]*)"', page.split('id="main"')[1].split("</main>")[0])
    assert forms == [f"/letters/{letter.pk}/received/"]
    eml = client.get(f"/letters/{letter.pk}/eml/")
    assert eml.content == bytes(letter.mail.payload)
    assert eml["Content-Type"] == "message/rfc822"
    assert eml["Content-Disposition"] == 'attachment; filename="2026-10-r1-70.eml"'


@pytest.mark.usefixtures("month")
def test_the_head_of_a_letter_stands_in_the_language_of_the_reader(
    as_person: AsPerson, settings: Settings
) -> None:
    letter = letter_of("70")
    settings.LANGUAGE_CODE = "ru"
    with translation.override("ru"):
        html = as_person("controller").get(letter.get_absolute_url()).content.decode()
    names = re.findall(r"<dt>([^<]*)</dt>", html.partition("Сведения об отправке")[2])[1:6]
    assert names == ["От кого", "Кому", "Тема", "Дата", "Идентификатор"]
    assert "10\u00a0ноября\u00a02026\u00a0г., 10:00\u00a0МСК" in html


@pytest.mark.usefixtures("month")
def test_the_html_of_a_letter_is_shown_where_nothing_can_run(as_person: AsPerson) -> None:
    answer = as_person("controller").get(f"/letters/{letter_of('70').pk}/html/")
    assert "Верховской А. С." in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


@pytest.mark.usefixtures("month")
def test_a_controller_settles_a_letter_of_unknown_fate(as_person: AsPerson, cast: Cast) -> None:
    letter = made("70", MailState.UNCERTAIN)
    task = staff_task_open(
        kind=StaffTaskKind.MAIL_UNCERTAIN, object_key=f"mail:{letter.mail_id}", title="Томская область"
    )
    client = as_person("controller")
    answer = client.post(f"/letters/{letter.pk}/settle/", {"outcome": "accepted", "note": "Есть в журнале"})
    assert answer.status_code == 302
    letter.mail.refresh_from_db()
    task.refresh_from_db()
    assert (letter.mail.state, letter.mail.settled_by) == (MailState.ACCEPTED, cast.controller)
    assert task.closed_by == cast.controller
    assert "Есть в журнале" in client.get(answer["Location"]).content.decode()
    again = client.post(f"/letters/{letter.pk}/settle/", {"outcome": "failed", "note": "x"})
    assert again.status_code in (400, 409)


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize(
    "form", [{}, {"outcome": "accepted"}, {"outcome": "delivered", "note": "x"}, {"note": "\x00"}]
)
def test_a_decision_that_is_not_complete_stays_on_the_page(as_person: AsPerson, form: dict[str, str]) -> None:
    letter = made("70", MailState.UNCERTAIN)
    answer = as_person("controller").post(f"/letters/{letter.pk}/settle/", form)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    letter.mail.refresh_from_db()
    assert letter.mail.state == MailState.UNCERTAIN


@pytest.mark.usefixtures("month")
@pytest.mark.parametrize("person", ["methodologist", "tomsk_coordinator", "tomsk_minister"])
@pytest.mark.parametrize("act", ["settle", "resend"])
def test_readers_decide_nothing(as_person: AsPerson, person: str, act: str) -> None:
    letter = made("70", MailState.UNCERTAIN)
    answer = as_person(person).post(f"/letters/{letter.pk}/{act}/", {"outcome": "queued", "note": "x"})
    assert answer.status_code in (403, 404)
    letter.mail.refresh_from_db()
    assert letter.mail.state == MailState.UNCERTAIN


@pytest.mark.usefixtures("month")
def test_a_letter_that_did_not_arrive_is_sent_again_as_it_was(as_person: AsPerson) -> None:
    letter = made("70", MailState.ACCEPTED)
    client = as_person("administrator")
    assert "resend" in client.get(f"/letters/{letter.pk}/").content.decode()
    assert client.post(f"/letters/{letter.pk}/resend/", {"note": ""}).status_code == 400
    assert client.post(f"/letters/{letter.pk}/resend/", {"note": "Попало в спам"}).status_code == 302
    before = bytes(letter.mail.payload)
    letter.mail.refresh_from_db()
    assert (letter.mail.state, letter.mail.attempts) == (MailState.QUEUED, 0)
    assert bytes(letter.mail.payload) == before


def test_letters_to_heads_found_later_are_queued_by_a_keeper_only(
    as_person: AsPerson, cast: Cast, month: Slice
) -> None:
    appoint("87", "head@chukotka.example")
    assert as_person("controller").post("/letters/missing/", {"slice": month.pk}).status_code == 403
    assert as_person("tomsk_coordinator").post("/letters/missing/", {"slice": month.pk}).status_code == 403
    client = as_person("methodologist")
    for _press in range(2):
        answer = client.post("/letters/missing/", {"slice": month.pk})
        assert (answer.status_code, answer["Location"]) == (302, "/letters/?month=2026-10")
    assert RatingLetter.objects.filter(region=cast.chukotka).count() == 1
    for wrong in ("", "x", "987654", "1" * 30):
        assert client.post("/letters/missing/", {"slice": wrong}).status_code == 404


def test_the_ledger_asks_as_many_questions_for_many_letters_as_for_few(
    cast: Cast, as_person: AsPerson, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person("controller")
    slice_ = published(cast)
    with django_assert_max_num_queries(30) as few:
        client.get("/letters/")
    appoint("55", *(f"head{number}@omsk.example" for number in range(20)))
    with clock.at(PUBLISHED_AT):
        letters_queue(slice=slice_, actor=SYSTEM)
    with django_assert_max_num_queries(30) as many:
        assert len(client.get("/letters/").context["page"].object_list) == 21
    assert len(few) == len(many)

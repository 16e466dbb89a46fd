"""Pages of previews and objections: what stands where, and what a refusal says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common import clock
from rating.enums import ObjectionState
from rating.models import Objection, PreviewReading, Slice, SlicePreview
from rating.services import objection_withdraw
from tests.cast import Cast
from tests.files.samples import PDF
from tests.rating.appeals import AFTER, ANSWER, OPENED_AT, REASON, March, march
from tests.rating.readers import html_of, words_of

pytestmark = pytest.mark.django_db
PREVIEW = "/rating/2026-03/r1/preview/70/"
OPEN = "/rating/2026-03/r1/preview/"
LIST = "/rating/objections/"
CARD = "/rating/2026-03/regions/70/"
AS_PERSON = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.at(OPENED_AT + timedelta(hours=1)):
        yield


@pytest.fixture
def month(cast: Cast) -> March:
    return march(cast)


@pytest.fixture
def previewed(month: March) -> March:
    month.open()
    return month


def object_url(month: March, execution: Any = None) -> str:
    return f"/rating/2026-03/r1/object/{(execution or month.missed).pk}/"


def publish(month: March, as_person: AS_PERSON) -> None:
    with clock.at(AFTER):
        assert as_person("administrator").post("/rating/2026-03/r1/publish/").status_code == 302


def test_the_desk_shows_where_the_month_stands_and_leads_to_the_next_step(
    month: March, as_person: AS_PERSON
) -> None:
    html = html_of(as_person("methodologist"), "/rating/close/")

    assert f'href="{OPEN}"' in html
    assert 'aria-current="step"' in html


def test_a_methodologist_opens_the_preview_at_a_proposed_time(month: March, as_person: AS_PERSON) -> None:
    client = as_person("methodologist")
    assert 'value="10.04.2026 10:00"' in html_of(client, OPEN)

    answer = client.post(OPEN, {"publishes_at": "2026-04-10T10:00"})

    assert answer.headers["Location"] == "/rating/2026-03/r1/"
    assert SlicePreview.objects.get().publishes_at == datetime.fromisoformat("2026-04-10T10:00+03:00")


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "2026-04-07T10:00", "0001-01-01T00:00", "2026-12-01T10:00"]
)
def test_a_bad_time_is_refused_at_its_field(typed: str, month: March, as_person: AS_PERSON) -> None:
    answer = as_person("methodologist").post(OPEN, {"publishes_at": typed})

    assert answer.status_code == 400
    assert 'href="#id_publishes_at"' in answer.content.decode()
    assert not SlicePreview.objects.exists()


def test_another_time_after_the_opening_is_a_conflict(previewed: March, as_person: AS_PERSON) -> None:
    answer = as_person("methodologist").post(OPEN, {"publishes_at": "2026-04-13T10:00"})

    assert answer.status_code == 409
    assert 'class="summary"' in answer.content.decode()


@pytest.mark.parametrize("url", ["/", "/regions/70/"])
def test_the_pages_of_the_coordinator_announce_the_preview(
    url: str, previewed: March, as_person: AS_PERSON
) -> None:
    html = html_of(as_person("tomsk_coordinator"), url)

    assert "Предварительный срез за март 2026" in html
    assert f'href="{PREVIEW}"' in html
    assert PREVIEW not in html_of(as_person("omsk_coordinator"), url)
    assert PREVIEW not in html_of(as_person("tomsk_minister"), url)


def test_who_opens_the_preview_says_so_before_he_sees_a_number(
    previewed: March, as_person: AS_PERSON
) -> None:
    client = as_person("tomsk_coordinator")
    assert "big-score" not in html_of(client, PREVIEW)
    assert not PreviewReading.objects.exists()

    assert client.post(PREVIEW).headers["Location"] == PREVIEW

    reading = PreviewReading.objects.get()
    assert (reading.region_id, reading.person) == ("70", previewed.cast.tomsk_coordinator)
    html = html_of(client, PREVIEW)
    assert "big-score" in html
    assert object_url(previewed) in html
    assert "Омская область" not in html


@pytest.mark.parametrize(
    "who", ["omsk_coordinator", "tomsk_minister", "chair", "methodologist", "controller", "newcomer"]
)
def test_the_preview_of_a_region_is_for_its_coordinators_alone(
    who: str, previewed: March, as_person: AS_PERSON
) -> None:
    client = as_person(who)

    assert client.get(PREVIEW).status_code == 404
    assert client.post(PREVIEW).status_code == 404
    assert not PreviewReading.objects.exists()


@pytest.mark.parametrize(
    "url", ["/rating/2026-03/", "/rating/2026-03/r1/", CARD, "/rating/2026-03/audit.json"]
)
@pytest.mark.parametrize("who", ["tomsk_coordinator", "tomsk_minister"])
def test_a_month_in_preview_has_no_other_page(
    who: str, url: str, previewed: March, as_person: AS_PERSON
) -> None:
    assert as_person(who).get(url).status_code == 404
    assert Client().get("/rating/2026-03/").status_code == 404


def test_a_coordinator_objects_with_a_paper_and_reads_his_objection(
    previewed: March, as_person: AS_PERSON
) -> None:
    client = as_person("tomsk_coordinator")
    assert "<textarea" in html_of(client, object_url(previewed))
    paper = SimpleUploadedFile("receipt.pdf", PDF, "application/pdf")

    answer = client.post(object_url(previewed), {"reason": REASON, "file": paper})

    objection = Objection.objects.get()
    assert answer.headers["Location"] == objection.get_absolute_url()
    words = words_of(client, objection.get_absolute_url())
    assert REASON in words
    assert "receipt.pdf" in words
    assert client.get(f"{objection.get_absolute_url()}file/").content == PDF


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "x" * 5001])
def test_a_bad_objection_is_refused_at_its_field(reason: str, previewed: March, as_person: AS_PERSON) -> None:
    answer = as_person("tomsk_coordinator").post(object_url(previewed), {"reason": reason})

    assert answer.status_code == 400
    assert 'href="#id_reason"' in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_second_objection_is_a_conflict_that_keeps_what_was_typed(
    previewed: March, as_person: AS_PERSON
) -> None:
    previewed.object()

    answer = as_person("tomsk_deputy").post(object_url(previewed), {"reason": "Ещё раз."})

    assert answer.status_code == 409
    assert "Ещё раз." in answer.content.decode()
    assert "уже на рассмотрении" in answer.content.decode()


def test_there_is_no_form_for_what_lost_nothing_or_belongs_to_another(
    previewed: March, as_person: AS_PERSON
) -> None:
    client = as_person("tomsk_coordinator")

    for execution in (previewed.on_time, previewed.omsk_missed):
        assert client.get(object_url(previewed, execution)).status_code == 404
        assert client.post(object_url(previewed, execution), {"reason": REASON}).status_code == 404
    assert not Objection.objects.exists()


def test_an_open_objection_stands_on_the_row_and_on_the_card(previewed: March, as_person: AS_PERSON) -> None:
    objection = previewed.object()
    client = as_person("tomsk_coordinator")
    client.post(PREVIEW)

    html = html_of(client, PREVIEW)

    assert "На рассмотрении возражение" in html
    row = html.partition('id="losses"')[2]
    assert f'href="{objection.get_absolute_url()}">на рассмотрении возражение' in row
    assert object_url(previewed) not in row
    assert object_url(previewed, previewed.reviewed) in row


def test_the_answer_stands_on_the_scorecard_for_the_region_and_the_centre(
    previewed: March, as_person: AS_PERSON
) -> None:
    previewed.dismiss(previewed.object())
    publish(previewed, as_person)

    for who in ("tomsk_coordinator", "tomsk_minister", "methodologist"):
        assert ANSWER in words_of(as_person(who), CARD)
    for client in (as_person("omsk_coordinator"), Client()):
        assert ANSWER not in words_of(client, CARD)


def test_a_scorecard_that_was_kept_is_sent_anew_when_an_objection_comes(
    previewed: March, as_person: AS_PERSON
) -> None:
    publish(previewed, as_person)
    with clock.at(AFTER):
        client = as_person("tomsk_coordinator")
        tag = client.get(CARD).headers["ETag"]
        assert client.get(CARD, headers={"If-None-Match": tag}).status_code == 304
    previewed.object()

    with clock.at(AFTER):
        assert client.get(CARD, headers={"If-None-Match": tag}).status_code == 200


def test_the_list_is_oldest_first_and_everybody_reads_his_own(previewed: March, as_person: AS_PERSON) -> None:
    first, second = previewed.object(), previewed.object(previewed.reviewed)
    foreign = previewed.object(previewed.omsk_missed, "omsk_coordinator")

    html = html_of(as_person("controller"), LIST)
    assert html.index(first.get_absolute_url()) < html.index(second.get_absolute_url())
    assert foreign.get_absolute_url() in html
    own = html_of(as_person("tomsk_coordinator"), LIST)
    assert first.get_absolute_url() in own
    assert foreign.get_absolute_url() not in own
    assert as_person("tomsk_coordinator").get(foreign.get_absolute_url()).status_code == 404
    assert as_person("chair").get(LIST).status_code == 403


def test_the_list_is_narrowed_by_month_region_and_state(previewed: March, as_person: AS_PERSON) -> None:
    tomsk = previewed.dismiss(previewed.object())
    omsk = previewed.object(previewed.omsk_missed, "omsk_coordinator")
    client = as_person("methodologist")

    assert omsk.get_absolute_url() not in html_of(client, f"{LIST}?region=70&month=2026-03")
    assert tomsk.get_absolute_url() not in html_of(client, f"{LIST}?state=open")
    assert "Под фильтр не подходит" in html_of(client, f"{LIST}?state=upheld")
    assert client.get(f"{LIST}?state=unheard-of").status_code == 400


def test_the_decision_page_shows_the_log_and_offers_what_the_state_allows(
    previewed: March, as_person: AS_PERSON
) -> None:
    objection = previewed.object(previewed.reviewed)

    html = html_of(as_person("administrator"), objection.get_absolute_url())

    assert "Набор выполнен." in html
    assert 'value="annul"' in html
    assert 'value="extend"' not in html
    assert "Вы проверяли это исполнение" in html_of(as_person("controller"), objection.get_absolute_url())


def test_an_administrator_upholds_and_the_page_says_what_was_entered(
    previewed: March, as_person: AS_PERSON
) -> None:
    objection = previewed.object()
    client = as_person("administrator")
    url = f"{objection.get_absolute_url()}decide/"
    version = previewed.missed.version

    answer = client.post(
        url, {"decision": "extend", "answer": ANSWER, "new_due": "2026-04-20", "version": version}
    )

    assert answer.headers["Location"] == objection.get_absolute_url()
    assert Objection.objects.get().state == ObjectionState.UPHELD
    assert ANSWER in words_of(as_person("tomsk_coordinator"), objection.get_absolute_url())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"answer": ""}, "answer"),
        ({"decision": ""}, "decision"),
        ({"decision": "annul"}, "decision"),
        ({"decision": "extend", "new_due": ""}, "new_due"),
        ({"decision": "extend", "new_due": "2020-01-01"}, "new_due"),
        ({"decision": "record", "report": "Отчёт."}, "handed_in_at"),
        ({"decision": "record", "handed_in_at": "2026-03-19T10:00"}, "report"),
    ],
)
def test_a_bad_decision_is_refused_at_its_field(
    changes: dict[str, str], named: str, previewed: March, as_person: AS_PERSON
) -> None:
    objection = previewed.object()
    sent = {"decision": "dismiss", "answer": ANSWER, "version": previewed.missed.version, **changes}

    answer = as_person("administrator").post(f"{objection.get_absolute_url()}decide/", sent)

    assert answer.status_code == 400
    assert named in answer.context["form"].errors
    assert Objection.objects.get().is_open


@pytest.mark.parametrize(
    ("who", "status"), [("methodologist", 403), ("tomsk_coordinator", 403), ("chair", 404)]
)
def test_others_do_not_decide(who: str, status: int, previewed: March, as_person: AS_PERSON) -> None:
    objection = previewed.object()
    sent = {"decision": "dismiss", "answer": ANSWER, "version": "1"}

    assert as_person(who).post(f"{objection.get_absolute_url()}decide/", sent).status_code == status
    assert Objection.objects.get().is_open


def test_a_coordinator_takes_his_objection_back(previewed: March, as_person: AS_PERSON) -> None:
    objection = previewed.object()
    client = as_person("tomsk_coordinator")

    assert client.post(f"{objection.get_absolute_url()}withdraw/").status_code == 302
    assert client.post(f"{objection.get_absolute_url()}withdraw/").status_code == 409
    assert Objection.objects.get().state == ObjectionState.WITHDRAWN


def test_a_file_that_is_not_there_is_missing(previewed: March, as_person: AS_PERSON) -> None:
    objection = previewed.object()
    objection_withdraw(actor=previewed.cast.scope("tomsk_coordinator"), objection_id=objection.pk)

    assert as_person("controller").get(f"{objection.get_absolute_url()}file/").status_code == 404


def test_the_page_of_publication_says_what_holds_it_up(previewed: March, as_person: AS_PERSON) -> None:
    previewed.object()
    assert "Публикация объявлена на 10 апреля 2026 г., 10:00 МСК" in words_of(
        as_person("administrator"), "/rating/2026-03/r1/publish/"
    )

    with clock.at(AFTER):
        client = as_person("administrator")
        words = words_of(client, "/rating/2026-03/r1/publish/")
        assert "Ответа ждёт 1 возражение" in words
        assert client.post("/rating/2026-03/r1/publish/").status_code == 409
    assert Slice.objects.get().is_draft


def test_the_page_of_publication_names_upheld_objections_that_the_revision_has_not_seen(
    previewed: March, as_person: AS_PERSON
) -> None:
    previewed.uphold(previewed.object())

    with clock.at(AFTER):
        assert "1 удовлетворённое возражение ещё не учтено" in words_of(
            as_person("administrator"), "/rating/2026-03/r1/publish/"
        )

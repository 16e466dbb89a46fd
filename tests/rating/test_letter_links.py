"""The signed link of a letter: one head, one region, one revision; expiring, revocable; reading changes nothing."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axes.models import AccessAttempt
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from audit.append_only import AppendOnlyError
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.logs import redact
from common.scope import SYSTEM
from rating.letter_keys import jti_of, link_address, link_key
from rating.models import LetterLink, LetterOpening, LetterReceipt, RatingLetter, RegionScore, Slice
from rating.services import (
    letter_link_for,
    letter_link_renew,
    letter_link_revoke,
    letters_queue,
    receipt_by_centre,
    receipt_by_head,
)
from tests.cast import Cast
from tests.rating.mailroom import PUBLISHED_AT as CASE_PUBLISHED_AT
from tests.rating.mailroom import appoint, loaded, part
from tests.rating.mailroom import published as published_case
from tests.rating.test_letters_pages import PUBLISHED_AT, published

pytestmark = pytest.mark.django_db
AsPerson = Callable[[str], Client]
READER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0"}
LATER = PUBLISHED_AT + timedelta(days=3)


@pytest.fixture(autouse=True)
def _three_days_later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def month(cast: Cast) -> Slice:
    appoint("55", "head@omsk.example", last_name="Омская")
    return published(cast)


@pytest.fixture
def letter(month: Slice) -> RatingLetter:
    return RatingLetter.objects.originals().select_related("mail").get(region="70")


def path_in(letter: RatingLetter) -> str:
    """The path of the link as it stands in the text of the letter."""
    found = re.search(r"https?://\S*/letters/open/\?key=\S+", part(letter, "plain"))
    assert found is not None
    address = urlsplit(found.group())
    return f"{address.path}?{address.query}"


def get(path: str, client: Client | None = None, **headers: str) -> object:
    return (client or Client()).get(path, headers={**READER, **headers})


def token_in(page: str) -> dict[str, str]:
    """What the button of an opened page sends; nothing when there is no button."""
    return dict(re.findall(r'name="(token)" value="([^"]*)"', page))


def without_form_key(answer: object) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())


def test_the_letter_carries_the_link_and_its_html_the_same_one(letter: RatingLetter) -> None:
    key = path_in(letter).partition("key=")[2]
    assert key in part(letter, "html")
    link = LetterLink.objects.get(region="70")
    assert link_address(link) == f"{link_address(link).partition('/letters/')[0]}{path_in(letter)}"
    assert (link.issued_at, link.expires_at) == (PUBLISHED_AT, PUBLISHED_AT + timedelta(days=90))


def test_it_shows_the_region_of_its_revision_without_an_account(letter: RatingLetter) -> None:
    answer = get(path_in(letter))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "78.67" in page or "78,67" in page
    assert "Tomsk Oblast" in page or "Томская область" in page
    assert "Омская область" not in page
    assert "Omsk Oblast" not in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies.get("sessionid")


def test_reading_writes_one_row_that_it_was_opened_and_nothing_else(letter: RatingLetter) -> None:
    path = path_in(letter)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        get(path)
    writes = [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"])]
    assert [re.findall(r'"(rating_\w+)"', sql)[0] for sql in writes] == ["rating_letteropening"]
    opening = LetterOpening.objects.get()
    assert (opening.link.region_id, opening.at, opening.is_automatic) == ("70", LATER, False)


def test_loading_it_twice_in_a_minute_is_one_opening_and_an_hour_later_another(letter: RatingLetter) -> None:
    path = path_in(letter)
    for _load in range(3):
        get(path)
    with clock.at(LATER + timedelta(hours=1)):
        get(path)
    assert LetterOpening.objects.count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "Mozilla/5.0 (compatible; MailScanner)"},
        {**READER, "Sec-Purpose": "prefetch;prerender"},
        {**READER, "X-Moz": "prefetch"},
    ],
)
def test_what_says_that_it_is_no_person_does_not_count_as_an_opening(
    letter: RatingLetter, as_person: AsPerson, headers: dict[str, str]
) -> None:
    assert Client().get(path_in(letter), headers=headers).status_code == 200
    assert LetterOpening.objects.get().is_automatic
    (row,) = as_person("controller").get("/letters/?region=70").context["page"].object_list
    assert (row.opened_at, row.openings) == (None, 0)


def test_a_look_at_the_head_of_the_page_and_the_centre_leave_no_trace(
    letter: RatingLetter, as_person: AsPerson
) -> None:
    assert Client().head(path_in(letter), headers=READER).status_code == 200
    assert get(path_in(letter), as_person("controller")).status_code == 200
    assert not LetterOpening.objects.exists()


def test_the_button_confirms_once_without_cookies_and_pressing_again_changes_nothing(
    letter: RatingLetter,
) -> None:
    page = get(path_in(letter)).content.decode()
    strict = Client(enforce_csrf_checks=True)
    for _press in range(2):
        answer = strict.post(path_in(letter), token_in(page), headers=READER)
        assert answer.status_code == 200
        assert not token_in(answer.content.decode())
    assert LetterOpening.objects.count() == 1
    receipt = LetterReceipt.objects.get()
    assert (receipt.region_id, receipt.way, receipt.confirmed_at, receipt.person) == (
        "70",
        "link",
        LATER,
        None,
    )


def test_knowing_the_address_is_not_enough_to_confirm(letter: RatingLetter, month: Slice) -> None:
    key = path_in(letter).partition("key=")[2]
    other = RatingLetter.objects.originals().get(region="55")
    foreign = token_in(get(path_in(other)).content.decode())["token"]
    for token in ("", "x", key, foreign):
        assert Client().post(path_in(letter), {"token": token}).status_code == 400
    assert not LetterReceipt.objects.exists()


def test_a_page_that_was_open_for_days_asks_to_press_again(letter: RatingLetter) -> None:
    path, page = path_in(letter), get(path_in(letter)).content.decode()
    with clock.at(LATER + timedelta(days=2)):
        answer = Client().post(path, token_in(page))
        assert answer.status_code == 400
        assert Client().post(path, token_in(answer.content.decode())).status_code == 200


def test_an_expired_and_a_revoked_link_say_the_same_and_nothing_of_the_region(
    letter: RatingLetter, cast: Cast
) -> None:
    path = path_in(letter)
    with clock.at(PUBLISHED_AT + timedelta(days=90)):
        expired = get(path)
    letter_link_revoke(actor=cast.scope("controller"), letter_id=letter.pk, reason="Письмо переслано")
    revoked = get(path)
    assert expired.status_code == revoked.status_code == 410
    assert without_form_key(expired) == without_form_key(revoked)
    assert get("/letters/open/?key=nothing").status_code == 404
    assert "Tomsk" not in revoked.content.decode()
    assert not LetterOpening.objects.exists()
    assert Client().post(path).status_code == 410


def test_another_secret_signs_no_link_and_an_old_secret_still_does(
    letter: RatingLetter, settings: Settings
) -> None:
    path, old = path_in(letter), settings.SECRET_KEY
    settings.SECRET_KEY = "another secret of the portal, long enough for a test of links"
    assert get(path).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert get(path).status_code == 200


@hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_no_change_to_a_key_opens_anything(letter: RatingLetter, data: st.DataObject) -> None:
    key = path_in(letter).partition("key=")[2]
    place = data.draw(st.integers(0, len(key) - 1))
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    changed = key[:place] + data.draw(st.sampled_from(letters.replace(key[place], ""))) + key[place + 1 :]
    assert jti_of(changed) == "" or changed[:-1] == key[:-1]
    assert jti_of(key[: data.draw(st.integers(0, len(key) - 2))]) == ""


def test_forged_keys_are_counted_like_wrong_tries_and_not_kept(
    letter: RatingLetter, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    path = path_in(letter)
    answers = [get(f"/letters/open/?key=forged{number}").status_code for number in range(7)]
    assert answers == [404] * 4 + [429] * 3
    assert get(path).status_code == 200
    settings.SIGN_IN_TRIES_PER_NETWORK = 5
    assert get(path).status_code == 429
    for attempt in AccessAttempt.objects.all():
        assert "forged" not in f"{attempt.get_data}{attempt.path_info}{attempt.post_data}"


def test_a_key_never_stands_in_a_log() -> None:
    line = redact(
        None, "", {"event": "GET /letters/open/?key=abc_2026-10_1_70_x.y.z HTTP/1.1", "path": "?a=1&key=q"}
    )
    assert line == {"event": "GET /letters/open/?key=… HTTP/1.1", "path": "?a=1&key=…"}


def test_a_link_becomes_no_session_and_opens_nothing_else(letter: RatingLetter) -> None:
    client = Client()
    get(path_in(letter), client)
    assert client.get("/letters/").status_code == 302
    assert client.get(f"/letters/{letter.pk}/").status_code == 302


def test_the_centre_sends_a_new_link_and_the_old_one_no_longer_opens(
    letter: RatingLetter, cast: Cast, month: Slice
) -> None:
    old = path_in(letter)
    (sent,) = letter_link_renew(actor=cast.scope("administrator"), letter_id=letter.pk)
    assert (sent.kind, sent.mail.recipient_email) == ("new_link", "minister@tomsk.example")
    assert sent.mail.key != letter.mail.key
    assert get(old).status_code == 410
    assert get(path_in(sent)).status_code == 200
    assert letters_queue(slice=month, actor=SYSTEM) == []
    score = RegionScore.objects.get(slice=month, region="70")
    assert path_in(sent) in letter_link_for(score, letter.head)


@pytest.mark.parametrize("act", ["revoke", "renew", "receipt"])
def test_only_a_controller_or_an_administrator_keeps_links_and_receipts(
    letter: RatingLetter, cast: Cast, as_person: AsPerson, act: str
) -> None:
    body = {"reason": "x", "note": "x"}
    for person, status in (("methodologist", 403), ("tomsk_minister", 403), ("omsk_coordinator", 404)):
        assert as_person(person).post(f"/letters/{letter.pk}/{act}/", body).status_code == status
    assert LetterLink.objects.filter(revoked_at=None).count() == 2
    assert not LetterReceipt.objects.exists()


def test_the_pages_of_the_centre_never_show_the_key(letter: RatingLetter, as_person: AsPerson) -> None:
    key = path_in(letter).partition("key=")[2]
    for person in ("controller", "tomsk_coordinator"):
        for page in ("", "html/"):
            text = as_person(person).get(f"/letters/{letter.pk}/{page}").content.decode()
            assert key not in text
            assert "/letters/open/" not in text
    assert key in as_person("tomsk_minister").get(f"/letters/{letter.pk}/").content.decode()


# Receipts


def test_the_signed_in_head_confirms_his_own_letter_only(
    letter: RatingLetter, cast: Cast, as_person: AsPerson
) -> None:
    client = as_person("tomsk_minister")
    assert client.post(f"/letters/{letter.pk}/received/").status_code == 302
    receipt = LetterReceipt.objects.get()
    assert (receipt.way, receipt.person) == ("signed_in", cast.tomsk_minister)
    foreign = RatingLetter.objects.originals().get(region="55")
    assert client.post(f"/letters/{foreign.pk}/received/").status_code == 404
    with pytest.raises(NotAllowed):
        receipt_by_head(actor=cast.scope("tomsk_coordinator"), letter_id=letter.pk)
    with pytest.raises(Missing):
        receipt_by_head(actor=cast.scope("public"), letter_id=letter.pk)


def test_the_centre_records_a_receipt_with_words_and_never_over_one(letter: RatingLetter, cast: Cast) -> None:
    scope = cast.scope("controller")
    with pytest.raises(InvalidInput):
        receipt_by_centre(actor=scope, letter_id=letter.pk, note=" \n")
    receipt_by_centre(actor=scope, letter_id=letter.pk, note="Подтвердили по телефону, приёмная, 13 ноября")
    with pytest.raises(ImpossibleStep):
        receipt_by_centre(actor=scope, letter_id=letter.pk, note="ещё раз")
    receipt = LetterReceipt.objects.get()
    assert (receipt.way, receipt.person) == ("centre", cast.controller)


def test_openings_and_receipts_are_written_once_and_a_link_keeps_what_it_was(letter: RatingLetter) -> None:
    get(path_in(letter))
    with pytest.raises(AppendOnlyError):
        LetterOpening.objects.all().delete()
    link = LetterLink.objects.get(region="70")
    for statement in (
        "UPDATE rating_letteropening SET at = at",
        "UPDATE rating_letterlink SET jti = 'x'",
        "UPDATE rating_ratingletter SET kind = 'copy'",
    ):
        with (
            pytest.raises(Exception, match=r"append-only|frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterLink.objects.create(
            slice=link.slice, region=link.region, head=link.head, number=2, jti="x", issued_at=LATER,
            expires_at=LATER + timedelta(days=1),
        )  # fmt: skip


def test_the_ledger_tells_opened_and_confirmed_and_filters_by_them(
    letter: RatingLetter, as_person: AsPerson
) -> None:
    get(path_in(letter))
    client = as_person("controller")
    rows = {row.region_id: row for row in client.get("/letters/").context["page"].object_list}
    assert (rows["70"].opened_at, rows["70"].openings, rows["70"].confirmed_at) == (LATER, 1, None)
    client.post(f"/letters/{letter.pk}/receipt/", {"note": "По телефону"})
    asked = {
        name: [row.region_id for row in client.get(f"/letters/?reading={name}").context["page"].object_list]
        for name in ("opened", "not_opened", "confirmed", "not_confirmed")
    }
    assert asked == {"opened": ["70"], "not_opened": ["55"], "confirmed": ["70"], "not_confirmed": ["55"]}
    assert client.get("/letters/").context["read"] == (2, 1, 1)


def test_the_key_of_a_link_names_what_it_is_for(letter: RatingLetter) -> None:
    link = LetterLink.objects.select_related("slice").get(region="70")
    assert link_key(link).startswith(f"{link.jti}_2026-10_1_70_")


def test_the_page_of_a_worked_example_has_all_of_its_explanation_and_no_way_to_what_asks_for_a_sign_in() -> (
    None
):
    loaded("case1")
    published_case()
    letter = RatingLetter.objects.originals().select_related("mail").get()
    with clock.at(CASE_PUBLISHED_AT):
        page = get(path_in(letter)).content.decode()
    main = page.partition('id="main"')[2].partition("</main>")[0]
    assert 'id="loss-table"' in main
    assert 'id="stakes"' in main
    ways = set(re.findall(r'href="(/[^"#?]*)', main))
    assert ways <= {"/rating/method/"}
    for way in ways:
        assert Client().get(way).status_code == 200


def test_a_head_with_two_addresses_has_one_link_and_the_pages_say_so(cast: Cast, as_person: AsPerson) -> None:
    appoint("55", "one@omsk.example", "two@omsk.example", last_name="Омская")
    published(cast)
    first, second = RatingLetter.objects.originals().filter(region="55").select_related("mail")
    assert path_in(first) == path_in(second)
    get(path_in(first))
    client = as_person("controller")
    ledger, page = (client.get(path).content.decode() for path in ("/letters/", f"/letters/{second.pk}/"))
    assert ledger.count("ссылка одна, адресов: 2") == 2
    assert "по какому из адресов её открыли, неизвестно" in page
    assert client.get("/letters/").context["read"].opened == 1
    other = RatingLetter.objects.originals().get(region="70")
    assert "по какому из адресов" not in client.get(f"/letters/{other.pk}/").content.decode()

"""The desk of the methodologist: closing, correcting and publishing by hand, and who may not."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from common import clock
from common.scope import SYSTEM
from rating.enums import SliceStatus
from rating.models import RatingLetter, Slice
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
CLOSE = "/rating/close/"
REVISE = f"{MONTH}revise/"
PUBLISH = f"{MONTH}r1/publish/"
BEFORE = datetime(2023, 12, 3, 9, tzinfo=UTC)
AFTER = datetime(2023, 12, 20, 9, tzinfo=UTC)
CORRECTION = {"corrections_as_of": "2023-12-15T00:00", "reason": "Возражение R3 удовлетворено"}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load(read("case3r2"))


@pytest.fixture
def draft() -> Slice:
    return slice_close(actor=SYSTEM, period="2023-11")


@pytest.fixture
def month(draft: Slice) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=draft.pk)


@pytest.mark.parametrize("who", ["methodologist", "administrator"])
def test_a_keeper_closes_a_due_month_by_hand(who: str) -> None:
    client = reader(who)
    with clock.at(AFTER):
        assert 'value="2023-11"' in html_of(client, CLOSE)
        answer = client.post(CLOSE, {"period": "2023-11"})

    slice_ = Slice.objects.get(period="2023-11")
    assert answer.headers["Location"] == f"{MONTH}r1/"
    assert slice_.status == SliceStatus.DRAFT


@pytest.mark.parametrize("who", ["controller", "coordinator", "minister"])
@pytest.mark.parametrize("url", [CLOSE, REVISE, PUBLISH])
def test_others_neither_open_the_desk_nor_act_there(who: str, url: str, month: Slice) -> None:
    client = reader(who)

    assert client.get(url).status_code == 403
    assert client.post(url, {"period": "2023-12", **CORRECTION}).status_code == 403
    assert Slice.objects.count() == 1


@pytest.mark.parametrize("url", [CLOSE, REVISE, PUBLISH])
def test_the_desk_asks_the_public_to_sign_in(url: str, month: Slice) -> None:
    assert Client().get(url).status_code == 302
    assert Client().post(url).status_code == 302


def test_a_draft_is_no_secret_told_by_a_refusal(draft: Slice) -> None:
    assert reader("coordinator").post(PUBLISH).status_code == 404
    assert reader("coordinator").post(f"{MONTH}r9/publish/").status_code == 404


def test_a_month_that_is_not_over_cannot_be_closed() -> None:
    client = reader("methodologist")
    with clock.at(BEFORE):
        answer = client.post(CLOSE, {"period": "2023-11"})

    assert answer.status_code == 409
    assert 'class="summary"' in answer.content.decode()
    assert not Slice.objects.exists()


@pytest.mark.parametrize("period", ["", "2023-13", "november", "0000-00", "2023-11\x00"])
def test_what_is_no_month_is_refused_at_its_field(period: str) -> None:
    answer = reader("methodologist").post(CLOSE, {"period": period})

    assert answer.status_code == 400
    assert 'class="summary"' in answer.content.decode()
    assert not Slice.objects.exists()


def test_the_confirmation_says_how_many_letters_go_and_who_gets_none(draft: Slice) -> None:
    words = words_of(reader("methodologist"), PUBLISH)

    assert "0 писем" in words
    assert "R1, R2, R3, R4, R5, R6, R7" in words


def test_publishing_opens_the_month_and_a_second_press_changes_nothing(draft: Slice) -> None:
    client = reader("methodologist")

    assert client.post(PUBLISH).headers["Location"] == MONTH
    published_at = Slice.objects.get().published_at
    assert client.post(PUBLISH).status_code == 302

    assert Slice.objects.get().published_at == published_at
    assert not RatingLetter.objects.exists()
    assert Client().get(MONTH).status_code == 200


def test_a_reading_request_never_publishes(draft: Slice) -> None:
    reader("methodologist").get(PUBLISH)

    assert Slice.objects.get().status == SliceStatus.DRAFT


def test_a_correction_becomes_the_next_revision(month: Slice) -> None:
    client = reader("methodologist")
    with clock.at(AFTER):
        answer = client.post(REVISE, CORRECTION)

    assert answer.headers["Location"] == f"{MONTH}r2/"
    second = Slice.objects.get(revision=2)
    assert second.corrections_as_of == datetime(2023, 12, 14, 21, tzinfo=UTC)
    assert second.reason == CORRECTION["reason"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "   "),
        ("reason", "a\x00b"),
        ("corrections_as_of", ""),
        ("corrections_as_of", "yesterday"),
        ("corrections_as_of", "2023-12-31T00:00"),
        ("corrections_as_of", "0001-01-01T00:00"),
        ("corrections_as_of", "9999-12-31T23:59"),
    ],
)
def test_a_bad_correction_is_refused_at_its_field_and_keeps_what_was_typed(
    field: str, value: str, month: Slice
) -> None:
    client = reader("methodologist")
    with clock.at(AFTER):
        answer = client.post(REVISE, {**CORRECTION, field: value})

    html = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in html
    assert field == "reason" or CORRECTION["reason"] in html
    assert Slice.objects.count() == 1


def test_who_computed_a_correction_is_told_that_another_person_publishes_it(month: Slice) -> None:
    author, second = reader("methodologist"), reader("second")
    publish = f"{MONTH}r2/publish/"
    with clock.at(AFTER):
        author.post(REVISE, CORRECTION)

        assert "<form" not in html_of(author, publish).partition("<main")[2].partition("</main")[0]
        assert author.post(publish).status_code == 403
        assert "confirm-title" in html_of(second, publish)
        assert second.post(publish).status_code == 302

    assert Slice.objects.get(revision=2).status == SliceStatus.PUBLISHED
    assert Slice.objects.get(revision=1).status == SliceStatus.SUPERSEDED


def test_the_desk_counts_appeals_that_no_revision_has_seen(month: Slice) -> None:
    row = html_of(reader("methodologist"), CLOSE).partition('/rating/2023-11/r1/"')[2].partition("</tr>")[0]

    assert '<a class="num" href="/assignments/registry/?corrects=2023-11">1</a>' in row


def test_a_month_that_was_never_closed_cannot_be_corrected() -> None:
    assert reader("methodologist").get(REVISE).status_code == 404


def test_an_act_of_the_centre_asks_for_a_confirmation_where_a_second_factor_is_required(
    draft: Slice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = reader("methodologist")
    monkeypatch.setattr("accounts.middleware.is_mfa_enabled", lambda *_args: True)
    settings.SECOND_FACTOR_REQUIRED = True

    answer = client.post(PUBLISH)

    assert answer.status_code == 200
    assert "step_up-secret" in answer.content.decode()
    assert Slice.objects.get().status == SliceStatus.DRAFT

"""Outgoing numbers: given before the letters go, each letter its own, fixed with its bytes."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import SYSTEM, Role, Scope
from rating.letter_paper import national_table, page_text
from rating.letter_words import DEFAULT_WORDS
from rating.models import LetterNumbering, RatingLetter, Slice
from rating.selectors.letters import foreseen_letters, foreseen_source
from rating.services import letter_numbers_set, letters_queue, slice_close, slice_publish, slice_revise
from regions.models import AuthorityHead
from tests.rating.mailroom import PUBLISHED_AT, appoint, loaded, message, part
from tests.rating.readers import reader
from tests.rating.test_letters_queue import APPEAL

pytestmark = pytest.mark.django_db
KEEPER = Scope(user_id=None, roles=frozenset({Role.METHODOLOGIST}))
DAY = date(2023, 12, 11)


def numbered(slice_: Slice, pattern: str = "01-12/{n}", first: int | None = 7, day: date | None = DAY) -> Any:
    with clock.at(PUBLISHED_AT), translation.override("en"):
        return letter_numbers_set(
            actor=KEEPER, slice_id=slice_.pk, pattern=pattern, first=first, dated_on=day
        )


def publish(slice_: Slice, at: datetime = PUBLISHED_AT) -> None:
    with clock.at(at):
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)
    slice_.refresh_from_db()


@pytest.fixture
def draft() -> Slice:
    loaded("case3")
    return slice_close(actor=SYSTEM, period="2023-11")


def numbers_of(slice_: Slice) -> dict[str, str]:
    return dict(RatingLetter.objects.filter(slice=slice_).values_list("region", "outgoing_number"))


def foreseen(slice_: Slice) -> dict[str, str]:
    return {
        row.score.region_id: row.outgoing.number
        for row in foreseen_letters(slice_, clock.day_of(PUBLISHED_AT))
        if row.outgoing
    }


def page_of(slice_: Slice, code: str) -> str:
    source = foreseen_source(slice_, code, clock.day_of(PUBLISHED_AT), DEFAULT_WORDS)
    return page_text(source, national_table([], {}))


def test_every_letter_gets_its_own_number_in_the_order_of_the_table_and_keeps_it(draft: Slice) -> None:
    numbered(draft)
    order = list(draft.scores.order_by("position").values_list("region", flat=True))
    told = foreseen(draft)
    assert told == {code: f"01-12/{n}" for n, code in enumerate(order, 7)}
    assert f"от 11.12.2023 № {told['R3']}" in page_of(draft, "R3")
    publish(draft)
    assert numbers_of(draft) == told
    assert set(RatingLetter.objects.values_list("outgoing_on", flat=True)) == {DAY}
    for letter in RatingLetter.objects.all():
        assert f"Исходящий № {letter.outgoing_number} от 11.12.2023." in part(letter, "plain")
        assert f"Исходящий № {letter.outgoing_number} от 11.12.2023." in part(letter, "html")
    sent = message(RatingLetter.objects.get(region="R3"))
    with clock.at(PUBLISHED_AT):
        assert letters_queue(slice=draft, actor=SYSTEM) == []
    assert message(RatingLetter.objects.get(region="R3")).as_bytes() == sent.as_bytes()


def test_without_numbers_the_field_is_blank_and_the_day_is_that_of_the_sending(draft: Slice) -> None:
    assert "от 08.12.2023 № ______________" in page_of(draft, "R3")
    numbered(draft)
    assert numbered(draft, "", None, None) is None
    assert not LetterNumbering.objects.exists()
    assert "от 08.12.2023 № ______________" in page_of(draft, "R3")
    publish(draft)
    assert set(numbers_of(draft).values()) == {""}
    assert "Исходящий" not in part(RatingLetter.objects.get(region="R3"), "plain")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"pattern": "01-12/"}, "pattern", "exactly once"),
        ({"pattern": "{n}/{n}"}, "pattern", "exactly once"),
        ({"pattern": "01-12/{n}{m}"}, "pattern", "“{” does not belong"),
        ({"pattern": "<b>{n}"}, "pattern", "“<” does not belong"),
        ({"pattern": ""}, "pattern", "01-12/{n}"),
        ({"pattern": "1" * 38 + "{n}"}, "pattern", "40"),
        ({"first": None}, "first", "from 1 to"),
        ({"first": 0}, "first", "from 1 to"),
        ({"first": 1_000_000}, "first", "from 1 to"),
        ({"day": None}, "dated_on", "of which day"),
        ({"day": date(2023, 11, 30)}, "dated_on", "later day than the month itself"),
        ({"day": date(2024, 3, 1)}, "dated_on", "a month ahead"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_at_their_field(
    draft: Slice, values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        numbered(draft, **values)
    assert set(refused.value.errors) == {field}
    assert words in str(refused.value)
    assert not LetterNumbering.objects.exists()


def test_once_the_letters_are_queued_their_numbers_no_longer_change(draft: Slice) -> None:
    numbered(draft)
    publish(draft)
    for values in (("01-12/{n}", 50, DAY), ("", None, None)):
        with pytest.raises(ImpossibleStep, match="queued"):
            numbered(draft, *values)
    assert LetterNumbering.objects.get().first == 7


def test_letters_that_the_worker_still_writes_keep_their_numbers(draft: Slice, settings: Any) -> None:
    settings.LONG_LETTERS = 3
    settings.RATING_SECOND_PERSON = False
    numbered(draft)
    with clock.at(PUBLISHED_AT):
        reader("methodologist").post(f"/rating/2023-11/r{draft.revision}/publish/")
    assert not RatingLetter.objects.exists()
    with pytest.raises(ImpossibleStep):
        numbered(draft, first=80)


def test_a_region_without_an_address_keeps_its_number_until_its_letter_goes(draft: Slice) -> None:
    AuthorityHead.objects.filter(authority__region="R2").update(emails=[])
    numbered(draft)
    told = foreseen(draft)
    publish(draft)
    assert "R2" not in numbers_of(draft)
    AuthorityHead.objects.filter(authority__region="R2").update(emails=["found@r2.example"])
    with clock.at(PUBLISHED_AT + timedelta(days=1)):
        letters_queue(slice=draft, actor=SYSTEM)
    assert numbers_of(draft) == told


def test_a_second_address_carries_the_number_of_the_letter_and_another_head_gets_the_next_free_one(
    draft: Slice,
) -> None:
    numbered(draft)
    told = foreseen(draft)
    publish(draft)
    head = AuthorityHead.objects.get(authority__region="R3")
    AuthorityHead.objects.filter(pk=head.pk).update(emails=[*head.emails, "second@r3.example"])
    with clock.at(PUBLISHED_AT + timedelta(days=1)):
        letters_queue(slice=draft, actor=SYSTEM)
    own = RatingLetter.objects.filter(region="R3")
    assert [letter.outgoing_number for letter in own] == [told["R3"]] * 2

    AuthorityHead.objects.filter(pk=head.pk).update(ends_on=date(2023, 12, 9))
    appoint("R3", "new@r3.example", starts_on=date(2023, 12, 10), last_name="Новая")
    with clock.at(PUBLISHED_AT + timedelta(days=3)):
        (late,) = letters_queue(slice=draft, actor=SYSTEM)
        assert letters_queue(slice=draft, actor=SYSTEM) == []
    assert late.outgoing_number == f"01-12/{7 + len(told)}"


def test_a_correction_has_numbers_of_its_own_and_no_number_is_given_twice_in_a_year(draft: Slice) -> None:
    numbered(draft)
    publish(draft)
    revision = slice_revise(
        actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="решение по возражению региона R3"
    )
    day = date(2023, 12, 15)
    with clock.at(APPEAL + timedelta(days=1)), translation.override("en"):
        with pytest.raises(
            InvalidInput, match=r"The number 01-12/9 belongs to a letter about November\s2023, revision 1"
        ):
            letter_numbers_set(actor=KEEPER, slice_id=revision.pk, pattern="01-12/{n}", first=9, dated_on=day)
        letter_numbers_set(actor=KEEPER, slice_id=revision.pk, pattern="01-12/{n}", first=30, dated_on=day)
    assert "R3" in foreseen(revision)
    publish(revision, APPEAL + timedelta(days=1))
    corrected = numbers_of(revision)
    assert set(corrected.values()) == {f"01-12/{n}" for n in range(30, 30 + len(corrected))}
    assert not set(corrected.values()) & set(numbers_of(draft).values())


def test_the_ledger_its_files_and_the_api_say_the_number(draft: Slice) -> None:
    numbered(draft)
    publish(draft)
    keeper = reader("administrator")
    with clock.at(PUBLISHED_AT):
        number = RatingLetter.objects.get(region="R3").outgoing_number
        assert f"№ {number}, 11.12.2023" in keeper.get("/letters/").content.decode()
        csv = b"".join(keeper.get("/lists/letters.csv?month=2023-11")).decode("utf-8-sig")
        assert "Исходящий номер" in csv.splitlines()[0]
        assert number in csv
        letter = RatingLetter.objects.get(region="R3")
        assert number in keeper.get(f"/letters/{letter.pk}/").content.decode()
        rows = keeper.get("/api/v1/rating/letters/?region=R3").json()["results"]
    assert [(row["outgoing_number"], row["outgoing_on"]) for row in rows] == [(number, "2023-12-11")]


def test_the_page_numbers_the_letters_refuses_a_bad_pattern_and_keeps_what_was_typed(draft: Slice) -> None:
    address = "/rating/2023-11/r1/letters/numbers/"
    values = {"pattern": "01-12/{n}", "first": "7", "dated_on": "11.12.2023"}
    with clock.at(PUBLISHED_AT):
        keeper = reader("methodologist")
        refused = keeper.post(address, {**values, "pattern": "01-12/n"})
        assert refused.status_code == 400
        assert "01-12/n" in refused.content.decode()
        assert keeper.post(address, values).status_code == 302
        page = keeper.get("/rating/2023-11/r1/letters/").content.decode()
        assert "с 01-12/7 по 01-12/" in page.replace("\u00a0", " ")
        assert reader("controller").post(address, values).status_code == 403
        assert 'action="/rating/2023-11/r1/letters/numbers/"' not in (
            reader("controller").get("/rating/2023-11/r1/letters/").content.decode()
        )
        publish(draft)
        assert keeper.post(address, values).status_code == 409
    with pytest.raises(NotAllowed):
        letter_numbers_set(
            actor=Scope(user_id=None, roles=frozenset({Role.CONTROLLER})), slice_id=draft.pk, pattern="{n}",
            first=1, dated_on=DAY,
        )  # fmt: skip

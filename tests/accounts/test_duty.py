"""Who is in charge of a region on a day: the bare rule."""

from datetime import date

import pytest

from accounts.duty import Absence, Charge, Post, Spell, in_charge, spells

MAIN = Post(1, 11, "Щёкин И. П.", "main", date(2026, 1, 1), None)
DEPUTY = Post(2, 12, "Томина В. О.", "deputy", date(2026, 1, 1), None)
OTHER = Post(3, 13, "Новиков Н. Н.", "main", date(2026, 6, 1), None)
LEAVE = Absence(1, 2, date(2026, 3, 10), date(2026, 3, 20))


def names(posts: list[Post], absences: list[Absence], day: date) -> list[str]:
    return [charge.name for charge in in_charge(posts, absences, day)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), ["Щёкин И. П."]),
        (date(2026, 3, 9), ["Щёкин И. П."]),
        (date(2026, 3, 10), ["Томина В. О."]),
        (date(2026, 3, 20), ["Томина В. О."]),
        (date(2026, 3, 21), ["Щёкин И. П."]),
    ],
)
def test_the_deputy_is_in_charge_on_the_days_of_the_leave_and_on_no_other(
    day: date, expected: list[str]
) -> None:
    assert names([MAIN, DEPUTY], [LEAVE], day) == expected


def test_whoever_stands_in_is_named_with_the_one_for_whom() -> None:
    assert in_charge([MAIN, DEPUTY], [LEAVE], date(2026, 3, 15)) == [
        Charge(12, "Томина В. О.", instead_of="Щёкин И. П.")
    ]


def test_a_leave_without_its_stand_in_in_office_does_not_hold() -> None:
    gone = Post(2, 12, "Томина В. О.", "deputy", date(2026, 1, 1), date(2026, 3, 14))
    assert names([MAIN, gone], [LEAVE], date(2026, 3, 14)) == ["Томина В. О."]
    assert names([MAIN, gone], [LEAVE], date(2026, 3, 15)) == ["Щёкин И. П."]


def test_where_there_is_no_main_coordinator_the_deputies_are_in_charge() -> None:
    charges = in_charge([DEPUTY], [], date(2026, 2, 1))
    assert charges == [Charge(12, "Томина В. О.", deputises=True)]


def test_the_history_has_every_spell_once_and_the_gaps_too() -> None:
    first = Post(1, 11, "Щёкин И. П.", "main", date(2026, 1, 1), date(2026, 4, 30))
    deputy = Post(2, 12, "Томина В. О.", "deputy", date(2026, 1, 1), date(2026, 4, 30))
    found = spells([first, deputy, OTHER], [LEAVE], date(2026, 1, 1))
    assert [(spell.since, spell.until, [who.name for who in spell.people]) for spell in found] == [
        (date(2026, 6, 1), None, ["Новиков Н. Н."]),
        (date(2026, 5, 1), date(2026, 5, 31), []),
        (date(2026, 3, 21), date(2026, 4, 30), ["Щёкин И. П."]),
        (date(2026, 3, 10), date(2026, 3, 20), ["Томина В. О."]),
        (date(2026, 1, 1), date(2026, 3, 9), ["Щёкин И. П."]),
    ]


def test_spells_between_two_days_begin_and_end_there() -> None:
    found = spells([MAIN, DEPUTY], [LEAVE], date(2026, 3, 12), date(2026, 3, 25))
    assert [(spell.since, spell.until) for spell in found] == [
        (date(2026, 3, 21), date(2026, 3, 25)),
        (date(2026, 3, 12), date(2026, 3, 20)),
    ]
    assert isinstance(found[0], Spell)

"""The days of a series of meetings: a pure rule, held to what it promises over any calendar."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from common.calendar import is_working_day
from meetings.enums import DayOffRule
from meetings.recurrence import SeriesRule, coming, held_on, occurrences

DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))


def rule(day_off: str = DayOffRule.AFTER, **changes: object) -> SeriesRule:
    values = {"weekday": 3, "at": time(10), "day_off": day_off, "starts_on": date(2026, 1, 1), **changes}
    return SeriesRule(**values)  # type: ignore[arg-type]


def days_of(one: SeriesRule, first: date, most: int) -> list[date]:
    return [found.held_on for found in list(occurrences(one, first))[:most]]


def test_every_wednesday_at_ten_moscow() -> None:
    found = coming(rule(), datetime(2026, 3, 4, 8, tzinfo=clock.MOSCOW), most=2)

    assert [one.starts_at for one in found] == [
        datetime(2026, 3, 4, 10, tzinfo=clock.MOSCOW), datetime(2026, 3, 11, 10, tzinfo=clock.MOSCOW),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day_off", "held"),
    [
        (DayOffRule.KEEP, date(2026, 1, 7)),
        (DayOffRule.BEFORE, date(2025, 12, 30)),
        (DayOffRule.AFTER, date(2026, 1, 12)),
        (DayOffRule.SKIP, None),
    ],
)
def test_a_day_off_does_what_the_rule_says(day_off: str, held: date | None) -> None:
    assert held_on(rule(day_off), date(2026, 1, 7)) == held


def test_a_decree_makes_another_wednesday_a_day_off() -> None:
    assert held_on(rule(), date(2026, 3, 4), {date(2026, 3, 4): False}) == date(2026, 3, 5)


def test_two_weeks_that_move_to_one_day_have_one_meeting() -> None:
    winter = rule(starts_on=date(2025, 12, 1))

    assert days_of(winter, date(2025, 12, 31), 2) == [date(2026, 1, 12), date(2026, 1, 14)]


def test_the_last_day_counts() -> None:
    assert days_of(rule(until=date(2026, 2, 11)), date(2026, 2, 1), 9) == [
        date(2026, 2, 4),
        date(2026, 2, 11),
    ]


@given(
    weekday=st.integers(1, 7), day_off=st.sampled_from(DayOffRule.values), starts_on=DAYS, first=DAYS,
    length=st.integers(0, 200), off=st.sets(DAYS, max_size=5),
)  # fmt: skip
def test_days_are_those_of_the_rule_each_once_and_working_where_it_promises(
    weekday: int, day_off: str, starts_on: date, first: date, length: int, off: set[date]
) -> None:
    overrides = dict.fromkeys(off, False)
    until = starts_on + timedelta(days=length)
    one = rule(day_off, weekday=weekday, starts_on=starts_on, until=until)

    found = list(occurrences(one, first, overrides))

    assert all(o.named_on.isoweekday() == weekday and starts_on <= o.named_on <= until for o in found)
    assert all(o.named_on >= first for o in found)
    named, held = [o.named_on for o in found], [o.held_on for o in found]
    assert named == sorted(set(named))
    assert held == sorted(set(held))
    if day_off != DayOffRule.KEEP:
        assert all(is_working_day(day, overrides) for day in held)
    if day_off in (DayOffRule.KEEP, DayOffRule.SKIP):
        assert held == named


@given(first=DAYS, later=st.integers(0, 30))
def test_a_day_is_the_same_wherever_the_walk_begins(first: date, later: int) -> None:
    one = rule(starts_on=date(2022, 1, 1))
    from_here, from_later = first, first + timedelta(days=later)

    long = [o for o in occurrences(one, from_here) if o.named_on >= from_later]
    short = list(occurrences(one, from_later))

    assert short[: len(long)] == long

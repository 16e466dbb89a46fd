"""The days of recurring items: a pure rule."""

from datetime import date
from itertools import islice

from assignments.recurrence import Recurrence, terms

YEAR_END = date(2026, 12, 31)


def monthly(day: int, starts_on: date, until: date = YEAR_END) -> Recurrence:
    return Recurrence("monthly", None, day, starts_on, until)


def weekly(weekday: int, starts_on: date, until: date = YEAR_END) -> Recurrence:
    return Recurrence("weekly", weekday, None, starts_on, until)


def test_every_month_has_its_day_moved_to_the_working_day_before() -> None:
    found = list(islice(terms(monthly(5, date(2026, 4, 15)), date(2026, 4, 15)), 4))
    assert [term.due for term in found] == [
        date(2026, 5, 5), date(2026, 6, 5), date(2026, 7, 3), date(2026, 8, 5),
    ]  # fmt: skip
    assert [term.period for term in found] == ["2026-05", "2026-06", "2026-07", "2026-08"]
    assert found[2].day == date(2026, 7, 5)


def test_a_shorter_month_has_its_last_day() -> None:
    found = terms(monthly(31, date(2027, 1, 1), date(2027, 4, 30)), date(2027, 1, 1))
    assert [term.day for term in found] == [
        date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30),
    ]  # fmt: skip


def test_every_week_has_its_weekday_from_the_first_day_on() -> None:
    found = list(islice(terms(weekly(3, date(2026, 4, 16)), date(2026, 4, 16)), 3))
    assert [term.due for term in found] == [date(2026, 4, 22), date(2026, 4, 29), date(2026, 5, 6)]
    assert found[0].period == "2026-W17"


def test_the_last_day_is_inclusive() -> None:
    assert [t.due for t in terms(weekly(3, date(2026, 4, 22), date(2026, 4, 29)), date(2026, 4, 22))] == [
        date(2026, 4, 22), date(2026, 4, 29),
    ]  # fmt: skip


def test_days_that_a_decree_has_moved_count() -> None:
    overrides = {date(2026, 5, 5): False, date(2026, 5, 4): True}
    assert next(terms(monthly(5, date(2026, 5, 1)), date(2026, 5, 1), overrides)).due == date(2026, 5, 4)


def test_nothing_is_due_before_the_series_counts() -> None:
    first = next(terms(monthly(5, date(2026, 12, 1), date(2027, 3, 1)), date(2027, 1, 1)))
    assert (first.day, first.due) == (date(2027, 1, 5), date(2027, 1, 5))


def test_a_rule_that_never_fits_has_no_days() -> None:
    assert list(terms(monthly(31, date(2026, 4, 1), date(2026, 4, 15)), date(2026, 4, 1))) == []

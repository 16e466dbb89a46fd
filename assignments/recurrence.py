"""The days of a recurring item: a pure rule over the working-day calendar, without tables and without a clock."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from assignments.enums import Frequency
from common.calendar import Overrides, preceding_working_day

MOST_TERMS = 200
"""More than a rule of three years can have; a guard, not a limit for people."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every week on an ISO `weekday` (1 is Monday), or every month by `month_day`; both ends are inclusive."""

    frequency: str
    weekday: int | None
    month_day: int | None
    starts_on: date
    until: date


class Term(NamedTuple):
    """One period: its key («2026-05», «2026-W20»), the day that the rule names, the due date."""

    period: str
    day: date
    due: date


def period_of(frequency: str, day: date) -> str:
    """The period that a day belongs to; of a period a series has one item, however its rule was changed."""
    if frequency == Frequency.MONTHLY:
        return f"{day:%Y-%m}"
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def terms(rule: Recurrence, counts_from: date, overrides: Overrides | None = None) -> Iterator[Term]:
    """The periods in order whose day is not before `counts_from`.

    The due date is the day of the rule, on a day off the working day before; when that lies before `counts_from`, the
    day of the rule itself, for nothing is due before it is asked for.
    """
    first = max(rule.starts_on, counts_from)
    for day in _days(rule, first):
        before = preceding_working_day(day, overrides)
        yield Term(period_of(rule.frequency, day), day, before if before >= first else day)


def _days(rule: Recurrence, first: date) -> Iterator[date]:
    """Days of the rule from `first` until its end; in a shorter month the last day of the month."""
    for number in range(MOST_TERMS):
        day = (
            _monthly(rule, first, number)
            if rule.frequency == Frequency.MONTHLY
            else _weekly(rule, first, number)
        )
        if day > rule.until:
            return
        if day >= first:
            yield day


def _monthly(rule: Recurrence, first: date, number: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(rule.month_day or 1, length))


def _weekly(rule: Recurrence, first: date, number: int) -> date:
    ahead = ((rule.weekday or 1) - first.isoweekday()) % 7
    return first + timedelta(days=ahead, weeks=number)

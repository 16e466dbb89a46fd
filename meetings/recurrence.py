"""The days of a series of meetings: a pure rule over the working-day calendar, without tables and without a clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from common import clock
from common.calendar import Overrides, is_working_day, preceding_working_day
from common.weekly import meeting_day
from meetings.enums import DayOffRule

LONGEST_WEEKS = 60
"""So far ahead a day is looked for: in a year and two months every rule that fires at all has fired."""
WEEKS_BACK = 3
"""A day off moves a meeting by days, never by weeks: so far back lies the oldest one that can still be ahead."""


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """Every week on an ISO `weekday` at `at` of the Moscow clock; both ends are inclusive, `until` may be open."""

    weekday: int
    at: time
    day_off: str
    starts_on: date
    until: date | None = None


class Occurrence(NamedTuple):
    """A meeting of a rule: the day that the rule names, the day on which it is held, the instant of its beginning."""

    named_on: date
    held_on: date
    starts_at: datetime


def held_on(rule: SeriesRule, day: date, overrides: Overrides | None = None) -> date | None:
    """When the meeting of a day of the rule is held; None when a day off cancels it."""
    if rule.day_off == DayOffRule.KEEP or is_working_day(day, overrides):
        return day
    if rule.day_off == DayOffRule.BEFORE:
        return preceding_working_day(day, overrides)
    return meeting_day(day, overrides) if rule.day_off == DayOffRule.AFTER else None


def occurrences(rule: SeriesRule, first: date, overrides: Overrides | None = None) -> Iterator[Occurrence]:
    """The meetings of the rule in order whose named day is not before `first`, for a year and two months.

    Two weeks whose days off move them to one day have one meeting, that of the earlier week.
    """
    begin = max(first, rule.starts_on)
    day = begin + timedelta(days=(rule.weekday - begin.isoweekday()) % 7)
    for _week in range(LONGEST_WEEKS):
        if rule.until is not None and day > rule.until:
            return
        held = held_on(rule, day, overrides)
        week_before = day - timedelta(weeks=1)
        is_repeated = week_before >= rule.starts_on and held_on(rule, week_before, overrides) == held
        if held is not None and not is_repeated:
            yield Occurrence(day, held, datetime.combine(held, rule.at, clock.MOSCOW))
        day += timedelta(weeks=1)


def coming(
    rule: SeriesRule, now: datetime, overrides: Overrides | None = None, most: int = LONGEST_WEEKS
) -> list[Occurrence]:
    """The next meetings of the rule that have not begun before an instant."""
    first = clock.day_of(now) - timedelta(weeks=WEEKS_BACK)
    found = (one for one in occurrences(rule, first, overrides) if one.starts_at >= now)
    return list(islice(found, most))

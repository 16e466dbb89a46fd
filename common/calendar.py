"""The Russian working-day calendar: pure rules over the `holidays` package.

It only warns and counts reminders; the rating uses calendar days (methodology §2).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

Overrides = Mapping[date, bool]
"""Days that a decree or a region changed: True is a working day, False a day off."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendar of the country, and those of the regions that have days of their own, by code.

    People of one region live by its calendar; whoever has several, or none, by that of the country (NATIONAL).
    """

    national: Overrides = field(default_factory=dict)
    regional: Mapping[str, Overrides] = field(default_factory=dict)

    def key_of(self, regions: Collection[str]) -> str:
        """The key of the calendar by which somebody with these regions lives."""
        own = next(iter(regions)) if len(regions) == 1 else NATIONAL
        return own if own in self.regional else NATIONAL

    def by_key(self) -> Mapping[str, Overrides]:
        """Every calendar by its key."""
        return {NATIONAL: self.national, **self.regional}

    def working_on(self, day: date) -> set[str]:
        """Keys of the calendars by which people work on the day."""
        return {key for key, overrides in self.by_key().items() if is_working_day(day, overrides)}


NATIONAL = ""
"""The key of the calendar of the country."""


@lru_cache(maxsize=16)
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("RU", years=year)


@lru_cache(maxsize=4096)
def _is_ordinary_working_day(day: date) -> bool:
    """By the tables of the country alone; remembered, because reminders ask for the same days by the million."""
    return _calendar(day.year).is_working_day(day)


def is_working_day(day: date, overrides: Overrides | None = None) -> bool:
    """False on weekends and public holidays; decrees that move days off are part of the package's tables."""
    if overrides and day in overrides:
        return overrides[day]
    return _is_ordinary_working_day(day)


def preceding_working_day(day: date, overrides: Overrides | None = None) -> date:
    """`day` itself when people work on it, otherwise the nearest working day before it."""
    while not is_working_day(day, overrides):
        day -= timedelta(days=1)
    return day


def working_days_until(start: date, end: date, overrides: Overrides | None = None) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), overrides) for n in range(1, span + 1))

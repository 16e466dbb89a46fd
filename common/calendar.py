"""The Russian working-day calendar: pure rules over the `holidays` package.

It only warns and counts reminders; the rating uses calendar days (methodology §2).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays

Overrides = Mapping[date, bool]
"""Days that a decree or a region changed: True is a working day, False a day off."""


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

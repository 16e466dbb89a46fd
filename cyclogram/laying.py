"""The days of a plan: pure arithmetic over the cohort, without tables, framework and clock.

A cohort N is chosen in N − 1 and opens its clusters on 1 September of N (domain §5): N is the first year. Months are
counted from January of the first year, which is 1; 0 is December before it, −11 January of the year of the choice.
Plans name months; a window is widened to whole ones.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

FIRST_MONTH, LAST_MONTH = -11, 12
"""The months that a plan may use: from January of the year of the choice to December of the first year."""

# Values of `cyclogram.enums`, which this module may not import: it runs where there is no framework.
EVERY_MONTHS = {"monthly": 1, "quarterly": 3}
"""Months between two days of a checkpoint that comes several times a year."""


class Window(NamedTuple):
    """The first and the last day of a stage."""

    first: date
    last: date

    def shifted(self, days: int) -> "Window":
        """The same length, later by so many days; earlier when negative."""
        by = timedelta(days=days)
        return Window(self.first + by, self.last + by)


def month_of(cohort: int, month: int) -> tuple[int, int]:
    """Calendar year and month (1–12) of a month of the plan."""
    years, index = divmod(month - 1, 12)
    return cohort + years, index + 1


def window_of(cohort: int, from_month: int, to_month: int) -> Window:
    """The whole months from one to the other."""
    year, month = month_of(cohort, to_month)
    return Window(date(*month_of(cohort, from_month), 1), date(year, month, monthrange(year, month)[1]))


def horizon_of(cohort: int) -> Window:
    """All days that a plan of the cohort may use."""
    return window_of(cohort, FIRST_MONTH, LAST_MONTH)


def day_of(cohort: int, month: int, day: int) -> date:
    """A day of a month of the plan; the last one when the month is shorter."""
    year, month = month_of(cohort, month)
    return date(year, month, min(day, monthrange(year, month)[1]))


def days_of(cohort: int, rhythm: str, month: int, day: int) -> Iterator[date]:
    """All days of a checkpoint: once, or again and again from its month to the end of the first year."""
    every = EVERY_MONTHS.get(rhythm, 0)
    months = range(month, LAST_MONTH + 1, every) if every else (month,)
    return (day_of(cohort, each, day) for each in months)


def after_the_year(cohort: int, days: Iterable[date]) -> list[date]:
    """Those of the days that fall out of the plan of the cohort, in their order."""
    first, last = horizon_of(cohort)
    return [day for day in days if not first <= day <= last]

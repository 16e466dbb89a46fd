"""The rule of the days of a series."""

from typing import Any

from meetings.recurrence import SeriesRule


def rule_of(series: Any) -> SeriesRule:
    """The rule of a series, stored or as somebody says it."""
    return SeriesRule(series.weekday, series.starts_at, series.day_off, series.starts_on, series.until)

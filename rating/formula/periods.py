"""Months, their bounds and the instants of their slices (methodology §2, §3, §5)."""

from datetime import date, datetime, timedelta

from assignments.fold import rating_zone
from rating.formula.params import Params

WINDOWS = ("3m", "12m", "ytd")


def shift_period(period: str, months: int) -> str:
    """The month that lies `months` later (earlier when negative)."""
    count = int(period[:4]) * 12 + int(period[5:]) - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def first_day(period: str) -> date:
    return date(int(period[:4]), int(period[5:]), 1)


def period_bounds(period: str) -> tuple[date, date]:
    """The first and the last day of a month."""
    return first_day(period), first_day(shift_period(period, 1)) - timedelta(days=1)


def window_starts(period: str) -> dict[str, date]:
    """The first days of the longer windows that end with this month (§5)."""
    starts = (shift_period(period, -2), shift_period(period, -11), f"{period[:4]}-01")
    return {name: first_day(start) for name, start in zip(WINDOWS, starts, strict=True)}


def begins_at(period: str, params: Params) -> datetime:
    """00:00 of the rating clock on the first day of a month."""
    day = first_day(period)
    return datetime(day.year, day.month, day.day, tzinfo=rating_zone(params.tz_offset_minutes))


def default_as_of(period: str, params: Params) -> datetime:
    """00:00 of the rating clock on day 1 + `review_days` of the next month (§2)."""
    day = first_day(shift_period(period, 1)) + timedelta(days=params.review_days)
    return datetime(day.year, day.month, day.day, tzinfo=rating_zone(params.tz_offset_minutes))


def rating_day(instant: datetime, params: Params) -> date:
    """The calendar day of an instant on the rating clock."""
    return instant.astimezone(rating_zone(params.tz_offset_minutes)).date()


def running_period(now: datetime, params: Params) -> str:
    """The month that is still being decided: until the grace days are over it is the month before (§3)."""
    return (rating_day(now, params) - timedelta(days=params.grace_days)).isoformat()[:7]

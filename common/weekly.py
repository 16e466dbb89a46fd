"""When the weekly meeting takes place next: a pure rule over the working-day calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from common.calendar import Overrides, is_working_day

WEEKS_BACK = 3
"""A holiday moves a meeting by days, never by weeks; so far back lies the oldest one that can still be ahead."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """An appointment of every week: ISO weekday (1 is Monday), the hour on the clock of a time zone."""

    weekday: int
    at: time
    zone: str


def meeting_day(day: date, overrides: Overrides | None = None) -> date:
    """`day` itself when people work on it, otherwise the next working day."""
    while not is_working_day(day, overrides):
        day += timedelta(days=1)
    return day


def next_meeting(rule: Weekly, now: datetime, overrides: Overrides | None = None) -> datetime:
    """The first meeting that has not begun before `now` (aware), in the zone of the rule.

    On a day off by the Russian calendar it moves to the next working day; two weeks that move to the same day have
    one meeting.
    """
    zone = ZoneInfo(rule.zone)
    local = now.astimezone(zone).date()
    day = local - timedelta(days=local.isoweekday() - rule.weekday, weeks=WEEKS_BACK)
    while True:
        meeting = datetime.combine(meeting_day(day, overrides), rule.at, tzinfo=zone)
        if meeting >= now:
            return meeting
        day += timedelta(weeks=1)

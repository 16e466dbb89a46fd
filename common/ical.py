"""Calendar files (RFC 5545): the frame that every room puts its events into."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone

CALENDAR_TYPE = "text/calendar"
ZONE = "Europe/Moscow"
ZONE_SINCE, ZONE_UNTIL = date(2014, 10, 27), date(2038, 1, 1)
"""Moscow has kept one offset since then; nothing of the project is older."""


def calendar_frame(method: str, product: str) -> Any:
    """An empty calendar with its time zone; `product` names the room that wrote it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Profportal//{product}//RU")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone())
    return calendar


@cache
def _zone() -> Timezone:
    """The description of the time zone, computed once: the library walks through every day of it."""
    zone = Timezone.from_tzid(ZONE, first_date=ZONE_SINCE, last_date=ZONE_UNTIL)
    zone.pop("COMMENT", None)
    return zone


def in_zone(instant: datetime) -> datetime:
    """An instant as calendars of the portal say it."""
    return instant.astimezone(ZoneInfo(ZONE))


def whole_second(instant: datetime) -> datetime:
    """An instant in UTC without parts of a second, as RFC 5545 has them."""
    return instant.astimezone(UTC).replace(microsecond=0)

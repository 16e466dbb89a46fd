"""Events of an association as calendar programs read them (RFC 5545); a cancelled one is told as cancelled."""

from collections.abc import Iterable

from django.conf import settings
from icalendar import Event, vUri

from associations.enums import EventState
from associations.models import AssociationEvent
from common import clock
from common.ical import calendar_frame, in_zone, whole_second


def events_file(title: str, events: Iterable[AssociationEvent]) -> bytes:
    """The events as one file; the same state gives the same bytes but for the stamp of the making."""
    calendar = calendar_frame("PUBLISH", "Associations")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    for row in events:
        calendar.add_component(_event(row))
    content: bytes = calendar.to_ical()
    return content


def _event(row: AssociationEvent) -> Event:
    address = f"{settings.PORTAL_BASE_URL.rstrip('/')}{row.get_absolute_url()}"
    event = Event()
    event.add("uid", f"association-event-{row.pk}@profportal")
    event.add("sequence", row.version)
    event.add("dtstamp", whole_second(clock.now()))
    event.add("dtstart", in_zone(row.starts_at))
    event.add("dtend", in_zone(row.ends_at))
    event.add("summary", row.name)
    event.add("status", "CANCELLED" if row.state == EventState.CANCELLED else "CONFIRMED")
    event.add("url", vUri(address))
    if row.about:
        event.add("description", row.about)
    if row.place:
        event.add("location", row.place)
    return event

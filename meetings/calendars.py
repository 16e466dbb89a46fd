"""Meetings as calendar programs read them (RFC 5545, 5546, 7986).

A meeting keeps its UID for life; every change that calendars must learn raises its SEQUENCE, so that a program sets the
entry right in its place, also when the meeting is cancelled. The same state of a meeting gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Conference, Event, vCalAddress, vText, vUri

from common.ical import calendar_frame, in_zone, whole_second
from meetings.enums import MeetingState
from meetings.models import Meeting

REFRESH = timedelta(hours=1)
"""How often a program may ask for a subscription anew."""
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting with the lines of its agenda, in the order of the agenda."""

    meeting: Meeting
    agenda: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Invited:
    """To whom an entry is sent by mail."""

    name: str
    address: str


def meeting_address(meeting: Meeting) -> str:
    """The whole address of the page of a meeting, under the configured base."""
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('meetings:participants', args=[meeting.pk])}"


def feed_of(entries: Iterable[Entry]) -> bytes:
    """A subscription in the active language: what the person sees now, cancelled meetings among it as cancelled."""
    calendar = _calendar(PUBLISH, entries)
    title = _("Meetings of the project")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return _bytes(calendar)


def file_of(entry: Entry) -> bytes:
    """One meeting as a file to open."""
    return _bytes(_calendar(PUBLISH, [entry]))


def message_of(entry: Entry, invited: Invited) -> tuple[str, bytes]:
    """The method and the file that go with a mail to one person. The answer is given on the portal: none is asked."""
    method = CANCEL if entry.meeting.state == MeetingState.CANCELLED else REQUEST
    calendar = _calendar(method, [entry])
    event = calendar.events[0]
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event.add("organizer", _person(sender or _("Profportal"), address))
    attendee = _person(invited.name, invited.address)
    attendee.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", attendee)
    return method, _bytes(calendar)


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name)
    return person


def _calendar(method: str, entries: Iterable[Entry]) -> Any:
    calendar = calendar_frame(method, "Meetings")
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar


def _event(entry: Entry) -> Event:
    meeting, address = entry.meeting, meeting_address(entry.meeting)
    event = Event()
    event.add("uid", meeting.calendar_uid)
    event.add("sequence", meeting.calendar_sequence)
    event.add("dtstamp", whole_second(meeting.changed_at))
    event.add("last-modified", whole_second(meeting.changed_at))
    event.add("created", whole_second(meeting.created_at))
    event.add("dtstart", in_zone(meeting.starts_at))
    event.add("dtend", in_zone(meeting.ends_at))
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED")
    event.add("description", _description(entry, address))
    event.add("url", vUri(address))
    place = ", ".join(filter(None, (meeting.place, meeting.video_link)))
    if place:
        event.add("location", place)
    if meeting.video_link:
        event.add(
            "conference", Conference(meeting.video_link, feature="VIDEO", label=_("Videoconference")).to_uri()
        )
    return event


def _description(entry: Entry, address: str) -> str:
    meeting = entry.meeting
    lines = []
    if meeting.cancel_reason:
        lines += [_("The meeting is cancelled: %(reason)s") % {"reason": meeting.cancel_reason}, ""]
    if meeting.video_link:
        lines.append(_("Link of the videoconference: %(link)s") % {"link": meeting.video_link})
    lines.append(_("Agenda and answers: %(link)s") % {"link": address})
    if entry.agenda:
        lines += ["", _("Agenda:"), *(f"{number}. {line}" for number, line in enumerate(entry.agenda, 1))]
    return "\n".join(lines)


def _bytes(calendar: Any) -> bytes:
    content: bytes = calendar.to_ical()
    return content

"""The words of the mails about a meeting, for one person, in his language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from assignments.models import Protocol
from common.formatting import date_long, date_time
from common.ical import CALENDAR_TYPE
from common.names import clean_name, tidy_letter
from meetings.calendars import Entry, Invited, message_of
from meetings.keys import answer_key, check_in_code
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.selectors.participation import local_start
from notifications.messages import Attachment

OPENED, MOVED, CANCELLED = "opened", "moved", "cancelled"
AGENDA_CHANGED, PROTOCOL_ISSUED = "agenda_changed", "protocol_issued"
"""Kinds of changes that people are told of."""
FILE_NAME = "meeting.ics"
WITH_ANSWERS = (OPENED, MOVED, AGENDA_CHANGED)
"""Mails that ask for an answer: the meeting is still ahead."""


@dataclass(frozen=True, slots=True)
class Told:
    """A meeting as its mails tell of it; `reason` of a change; `protocol` with its assignments, once it is issued."""

    meeting: Meeting
    agenda: Sequence[AgendaItem] = ()
    reason: str = ""
    protocol: Protocol | None = None

    @property
    def path(self) -> str:
        """The page that mails and notices lead to."""
        if self.protocol is not None:
            return reverse("meetings:protocol", args=[self.meeting.pk])
        return reverse("meetings:participants", args=[self.meeting.pk])


@dataclass(frozen=True, slots=True)
class MailWords:
    """What leaves for one person."""

    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = field(default=())


def address_of_key(key: str) -> str:
    """The whole address that the link of a mail opens."""
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('meetings:answer-link')}?key={key}"


def compose(kind: str, told: Told, person: User, invitations: Sequence[Invitation]) -> MailWords:
    """The mail of a kind to a person; `invitations` are those of his regions, with their clusters."""
    meeting = told.meeting
    with override(person.language):
        subject = clean_name(_subjects(meeting)[kind])
        asks = kind in WITH_ANSWERS
        context = {
            "kind": kind,
            "subject": subject,
            "greeting": person.get_full_name(),
            "told": told,
            "meeting": meeting,
            "agenda": told.agenda if asks else (),
            "places": [_place(row, person) for row in invitations] if asks else [],
            "url": f"{settings.PORTAL_BASE_URL.rstrip('/')}{told.path}",
            "is_demo": settings.IS_DEMO,
        }
        return MailWords(
            subject=subject,
            text=tidy_letter(render_to_string("emails/meeting.txt", context)),
            html=render_to_string("emails/meeting.html", context),
            attachments=() if kind == PROTOCOL_ISSUED else (_calendar(told, person),),
        )


def _subjects(meeting: Meeting) -> dict[str, str]:
    about = {"title": meeting.title, "at": date_time(meeting.starts_at), "day": date_long(meeting.day)}
    return {
        OPENED: _("Invitation: %(title)s, %(at)s") % about,
        MOVED: _("Changed: %(title)s, now on %(at)s") % about,
        CANCELLED: _("Cancelled: %(title)s, %(at)s") % about,
        AGENDA_CHANGED: _("The agenda has changed: %(title)s, %(at)s") % about,
        PROTOCOL_ISSUED: _("The protocol is issued: %(title)s of %(day)s") % about,
    }


def _place(invitation: Invitation, person: User) -> dict[str, Any]:
    """A region of the person: its hour, the clusters to bring, his own link and code."""
    start, hours = local_start(invitation.meeting, invitation.region.timezone)
    return {
        "region": invitation.region,
        "start": start,
        "from_moscow": hours,
        "clusters": [row.cluster.display_name for row in invitation.clusters.all()],
        "answer_url": address_of_key(answer_key(invitation, person.pk)),
        "code": check_in_code(invitation, person.pk),
    }


def _calendar(told: Told, person: User) -> Attachment:
    entry = Entry(told.meeting, [item.title for item in told.agenda])
    method, content = message_of(entry, Invited(person.get_full_name(), person.email))
    return Attachment(FILE_NAME, CALENDAR_TYPE, content, {"method": method, "charset": "utf-8"})

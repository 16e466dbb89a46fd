"""Telling people of a meeting: one mail per person and change with the calendar file, one notice under the bell.

Told are the coordinators of the invited regions who are in office and not on leave, the people of its association,
and its chair and secretary; never the person who did it, and nobody while the meeting is a draft.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from accounts.selectors import posts_on
from accounts.services.person_mails import person_mail_queue
from assignments.models import Protocol
from audit.services import audited
from common import clock
from common.scope import Role, Scope
from meetings.enums import MeetingEventKind
from meetings.mails import CANCELLED, MOVED, PROTOCOL_ISSUED, MailWords, Told, compose
from meetings.models import AgendaItem, ClusterAttendance, Invitation, Meeting
from notifications.models import Notice, OutboundMail
from notifications.services import Word, notices_write


@audited
@transaction.atomic
def meeting_tell(*, actor: Scope, meeting: Meeting, kind: str) -> int:
    """Tell of a change, one of the kinds of `meetings.mails`; how many mails were queued now.

    A change is named by the calendar's UID and SEQUENCE: told twice, it goes only to those who came since. Belongs into
    the transaction of the act that makes the change.
    """
    if not meeting.is_shown:
        return 0
    invitations = _invitations(meeting)
    own = _own(invitations)
    people = _people(actor, meeting, own)
    change = f"{meeting.calendar_uid}:{meeting.calendar_sequence}"
    told = _told(meeting, kind)
    _notices(actor, told, kind, change, people)
    keys = {f"meeting-{kind}:{change}:{pk}": person for pk, person in people.items()}
    known = set(OutboundMail.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    return sum(
        _mail(actor, key, kind, compose(kind, told, person, own.get(person.pk, [])), person)
        for key, person in keys.items()
        if key not in known
    )


def _invitations(meeting: Meeting) -> dict[str, Invitation]:
    """Invitations by region, each with its clusters by name."""
    clusters = ClusterAttendance.objects.select_related("cluster").order_by(
        "cluster__name_key", "cluster__code"
    )
    rows = meeting.invitations.select_related("region", "meeting").prefetch_related(
        Prefetch("clusters", clusters)
    )
    return {row.region_id: row for row in rows}


def _own(invitations: Mapping[str, Invitation]) -> dict[int, list[Invitation]]:
    """The invitations of every coordinator in office who is not on leave, by his id."""
    found: dict[int, list[Invitation]] = defaultdict(list)
    for person, region, _position in posts_on(clock.today(), Role.COORDINATOR):
        if region in invitations:
            found[person].append(invitations[region])
    return found


def _people(actor: Scope, meeting: Meeting, coordinators: Iterable[int]) -> dict[int, User]:
    """Who is told, in a fixed order."""
    ids = {*coordinators, *filter(None, (meeting.chair_id, meeting.secretary_id))}
    if meeting.association_id is not None:
        members = Membership.objects.in_force(clock.today()).filter(role=Role.ASSOCIATION)
        ids |= set(members.filter(association=meeting.association_id).values_list("user", flat=True))
    people = User.objects.filter(pk__in=ids - {actor.user_id}, is_active=True).order_by("pk")
    return {person.pk: person for person in people}


def _told(meeting: Meeting, kind: str) -> Told:
    agenda = list(AgendaItem.objects.filter(meeting=meeting).on_agenda())
    reason = meeting.cancel_reason if kind == CANCELLED else ""
    if kind == MOVED:
        changes = (MeetingEventKind.MOVED, MeetingEventKind.CHANGED)
        newest = meeting.events.filter(kind__in=changes).order_by("-pk").first()
        reason = newest.text if newest else ""
    protocol = Protocol.objects.filter(minutes__meeting=meeting).first() if kind == PROTOCOL_ISSUED else None
    return Told(meeting, agenda, reason, protocol)


def _notices(actor: Scope, told: Told, kind: str, change: str, people: Iterable[int]) -> None:
    name, meeting = f"meeting_{kind}", told.meeting
    known = set(Notice.objects.filter(kind=name, data__change=change).values_list("person", flat=True))
    data = {"title": meeting.title, "starts_at": meeting.starts_at.isoformat(), "change": change}
    words = [Word(pk, told.path, data) for pk in people if pk not in known]
    notices_write(actor=actor, kind=name, words=words)


def _mail(actor: Scope, key: str, kind: str, words: MailWords, person: User) -> bool:
    """Queue one mail; not, and a task of the staff, when the address is no address."""
    queued = person_mail_queue(
        actor=actor,
        person=person,
        failed=gettext_lazy("%(name)s: the mail about a meeting was not sent"),
        key=key,
        kind=f"meeting-{kind}"[:40],
        subject=words.subject,
        text=words.text,
        html=words.html,
        attachments=words.attachments,
    )
    return queued is not None

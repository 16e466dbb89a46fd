"""Steps that all acts on a protocol share: locking, rights, the log."""

from typing import Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, Missing, NotAllowed
from common.scope import Scope
from meetings.enums import ApprovalState, MeetingEventKind
from meetings.models import Meeting, MeetingEvent, MeetingProtocol
from meetings.policies import can_make_protocol


def meeting_locked(actor: Scope, meeting_id: int) -> Meeting:
    """The meeting, locked until the end of the transaction: two acts on its protocol come one after the other."""
    meeting: Meeting = Meeting.objects.select_for_update().fetch(actor, pk=meeting_id)
    return meeting


def minutes_locked(actor: Scope, meeting_id: int) -> MeetingProtocol:
    """The protocol of a locked meeting, for whoever makes protocols. Raises Missing, NotAllowed."""
    meeting = meeting_locked(actor, meeting_id)
    require_maker(actor)
    minutes = MeetingProtocol.objects.filter(meeting=meeting).select_related("protocol").first()
    if minutes is None:
        raise Missing(_("The protocol of the meeting has not been made yet."))
    minutes.meeting = meeting
    return minutes


def require_maker(actor: Scope) -> None:
    """Refuse whoever may not make protocols."""
    if not can_make_protocol(actor):
        raise NotAllowed(_("Protocols are made and issued by controllers and administrators of the centre."))


def require_draft(minutes: MeetingProtocol) -> None:
    """Refuse to change what has been agreed."""
    if not minutes.is_draft:
        raise ImpossibleStep(_("The protocol has been agreed: return it to its draft to change it."))


def event_write(
    actor: Scope, meeting: Meeting, kind: MeetingEventKind, *, text: str = "", **values: Any
) -> MeetingEvent:
    """One line of the log of the meeting."""
    return MeetingEvent.objects.create(
        meeting=meeting, kind=kind, at=clock.now(), actor_id=actor.user_id, text=text, values=values
    )


def approvals_take_back(minutes: MeetingProtocol) -> int:
    """Whoever has not answered is asked no more; how many they were."""
    waiting = list(minutes.approvals.waiting())
    for row in waiting:
        row.state, row.answered_at = ApprovalState.WITHDRAWN, clock.now()
        row.save()
    return len(waiting)


def touched(minutes: MeetingProtocol) -> None:
    """Save a changed protocol under its next version."""
    minutes.version += 1
    minutes.save()

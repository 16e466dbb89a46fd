"""What every service of this room begins and ends with: rights, lock, version, the log of the meeting."""

from typing import Any

from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH
from assignments.rules import clean_text as checked_text
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from meetings.enums import STEPS, MeetingEventKind, MeetingState
from meetings.models import AgendaItem, Meeting, MeetingEvent
from meetings.policies import can_keep, can_run

WRITABLE = (MeetingState.DRAFT, MeetingState.OPEN, MeetingState.IN_PROGRESS)
"""States in which agenda, notes and decisions are written without a reason."""

TO_COME = (MeetingState.DRAFT, MeetingState.OPEN)
"""States in which an agenda is filled and cleared by its sources."""


def require_keeper(actor: Scope) -> None:
    """Refuse whoever does not keep meetings."""
    if not can_keep(actor):
        raise NotAllowed(_("Meetings are kept by controllers and administrators of the centre."))


def require_runner(actor: Scope, meeting: Meeting) -> None:
    """Refuse whoever neither keeps meetings nor is the chair or the secretary of this one."""
    if not can_run(actor, meeting):
        raise NotAllowed(
            _("This is done by controllers, administrators, the chair and the secretary of the meeting.")
        )


def meeting_locked(actor: Scope, meeting_id: int) -> Meeting:
    """The meeting under its lock; Missing for whoever does not see it."""
    found: Meeting = Meeting.objects.select_for_update(of=("self",)).fetch(actor, pk=meeting_id)
    return found


def require_step(meeting: Meeting, act: str) -> None:
    """Raises ImpossibleStep, saying where the meeting stands, when its state forbids the act."""
    if not meeting.can_be(act):
        raise ImpossibleStep(
            _("The meeting is in the state “%(state)s”: this cannot be done now.")
            % {"state": meeting.get_state_display()}
        )


def meeting_log(
    actor: Scope, meeting: Meeting, kind: MeetingEventKind, text: str = "", **values: Any
) -> MeetingEvent:
    """Append to the history of a meeting."""
    return MeetingEvent.objects.create(
        meeting=meeting, kind=kind, at=clock.now(), actor_id=actor.user_id, text=text, values=values
    )


def meeting_step(actor: Scope, meeting: Meeting, act: str, text: str = "", **values: Any) -> None:
    """Take a step of the table: the new state, the next version, the row of the history. The meeting is saved."""
    step = STEPS[act]
    if step.target is not None:
        meeting.state = step.target
    meeting.version += 1
    meeting.save()
    meeting_log(actor, meeting, step.event, text, **values)


def to_come(actor: Scope, meeting_id: int) -> Meeting:
    """The locked meeting whose agenda is still built: one that has not begun, for whoever runs it."""
    meeting = open_for_writing(actor, meeting_id)
    if meeting.state not in TO_COME:
        raise ImpossibleStep(_("An agenda is filled before the meeting begins."))
    return meeting


def open_for_writing(actor: Scope, meeting_id: int, reason: str = "") -> Meeting:
    """The locked meeting whose agenda or decisions this person may write; a closed one takes a reason and logs it.

    Raises Missing, NotAllowed, ImpossibleStep (cancelled, protocol issued), InvalidInput for a closed meeting without
    a `reason`.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_runner(actor, meeting)
    if meeting.state in WRITABLE:
        return meeting
    require_step(meeting, "mend")
    meeting_step(actor, meeting, "mend", required_reason(reason, _("Say why the closed meeting is mended.")))
    return meeting


def required_reason(reason: str, required: str) -> str:
    """The reason as it is stored; InvalidInput for `reason` when there is none."""
    return checked_text(reason, field="reason", limit=MAX_REMARK_LENGTH, required=required)


def item_for_writing(actor: Scope, item_id: int, reason: str = "") -> tuple[AgendaItem, Meeting]:
    """The item of an agenda, read after the lock of its meeting."""
    found: AgendaItem = AgendaItem.objects.fetch(actor, pk=item_id)
    if found.meeting_id is None:
        raise ImpossibleStep(_("The proposal stands on no agenda yet: put it there first."))
    meeting = open_for_writing(actor, found.meeting_id, reason)
    return AgendaItem.objects.fetch(actor, pk=item_id), meeting


def whole_minutes(value: int, *, field: str, least: int, most: int) -> dict[str, str]:
    """What is wrong with a number of minutes, by field; nothing when it is right."""
    if least <= value <= most:
        return {}
    return {field: _("From %(least)s to %(most)s minutes.") % {"least": least, "most": most}}


def refuse(errors: dict[str, Any]) -> None:
    """Raises InvalidInput when there are errors."""
    if errors:
        raise InvalidInput(errors)

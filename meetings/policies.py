"""Who may do what to meetings. Pure questions; services turn a "no" into a refusal."""

from datetime import date, datetime

from assignments import policies as protocols
from common.scope import Scope
from meetings.enums import ApprovalState, MeetingState
from meetings.models import AgendaItem, AgendaNote, Invitation, Meeting, ProtocolApproval


def can_read_series(scope: Scope) -> bool:
    """The whole centre reads the series and their agendas."""
    return scope.is_centre


def can_keep(scope: Scope) -> bool:
    """Whoever drafts protocols keeps series and meetings: enters, changes, opens, moves and cancels them."""
    return protocols.can_draft(scope)


def can_run(scope: Scope, meeting: Meeting) -> bool:
    """Builds the agenda, shows the items, marks who attends, records decisions, closes and mends.

    Besides those who keep meetings, the chair and the secretary of this one, when they are of the centre.
    """
    named = scope.user_id is not None and scope.user_id in (meeting.chair_id, meeting.secretary_id)
    return can_keep(scope) or (scope.is_centre and named)


def can_note(scope: Scope) -> bool:
    """The whole centre takes notes, each person his own."""
    return scope.is_centre


def can_change_note(scope: Scope, note: AgendaNote) -> bool:
    """A note is changed by its author alone."""
    return can_note(scope) and note.author_id == scope.user_id


def can_answer(scope: Scope, invitation: Invitation) -> bool:
    """The coordinators of the region answer for it and for its clusters."""
    return invitation.region_id in scope.coordinated


def can_check_in(scope: Scope, invitation: Invitation) -> bool:
    """The coordinators of the region give their personal codes."""
    return invitation.region_id in scope.coordinated


def takes_answers(meeting: Meeting, now: datetime) -> bool:
    """Answers are taken from the opening until the meeting ends by its duration; so long the links of mails open."""
    is_ahead = meeting.state in (MeetingState.OPEN, MeetingState.IN_PROGRESS)
    return is_ahead and now < meeting.ends_at


def takes_marks(meeting: Meeting, today: date) -> bool:
    """Attendance is marked from the day of the meeting on, people connect before it begins, until the protocol."""
    if meeting.state == MeetingState.OPEN:
        return meeting.day <= today
    return meeting.state in (MeetingState.IN_PROGRESS, MeetingState.CLOSED)


def takes_codes(meeting: Meeting) -> bool:
    """Personal codes are taken while the check-in is open, not after the end."""
    return meeting.check_in_opened_at is not None and meeting.state in (
        MeetingState.OPEN,
        MeetingState.IN_PROGRESS,
    )


def can_propose(scope: Scope, *, region: str = "", association: int | None = None) -> bool:
    """A coordinator proposes items for his region, people of an association for theirs: one of the two is named."""
    if region:
        return region in scope.coordinated and association is None
    return association is not None and association in scope.associations


def can_withdraw(scope: Scope, item: AgendaItem) -> bool:
    """A proposal that waits is taken back by any of those who may propose for the same place."""
    return item.is_proposal and can_propose(
        scope, region=item.region_id or "", association=item.association_id
    )


def can_read_attendance(scope: Scope, region: str) -> bool:
    """How a region attends is read by the centre and by the region itself."""
    return scope.is_centre or region in scope.regions


def can_make_protocol(scope: Scope) -> bool:
    """Whoever drafts and issues protocols makes one of a meeting, sends it for approval, signs and issues it."""
    return protocols.can_issue(scope)


def can_approve(scope: Scope, approval: ProtocolApproval) -> bool:
    """Only the person who was asked answers, once."""
    own = scope.user_id is not None and approval.approver_id == scope.user_id
    return own and not scope.is_public and approval.state == ApprovalState.WAITING


def can_keep_template(scope: Scope) -> bool:
    """Whoever drafts protocols keeps the template of their documents."""
    return protocols.can_draft(scope)


def can_subscribe(scope: Scope) -> bool:
    """Everybody with a role in force has a calendar of his own; it shows what he sees on that day."""
    return scope.user_id is not None and not scope.is_public

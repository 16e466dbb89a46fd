"""Kinds and states of meetings, and the one table that says how a meeting goes on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class MeetingKind(TextChoices):
    """Why a meeting is held. A historic one is of the winners of one year, before the single weekly meeting."""

    WEEKLY = "weekly", pgettext_lazy("meeting", "weekly")
    AD_HOC = "ad_hoc", pgettext_lazy("meeting", "out of turn")
    ASSOCIATION = "association", pgettext_lazy("meeting", "of an association")
    HISTORIC = "historic", pgettext_lazy("meeting", "of the winners of one year")


WEEKLY_SINCE = date(2023, 10, 4)
"""The first weekly meeting of all regions; before it the winners of each year met apart."""


class MeetingForm(TextChoices):
    """How people meet."""

    VIDEO = "video", pgettext_lazy("form of a meeting", "videoconference")
    IN_PERSON = "in_person", pgettext_lazy("form of a meeting", "in person")
    MIXED = "mixed", pgettext_lazy("form of a meeting", "in person and by videoconference")


class DayOffRule(TextChoices):
    """What becomes of a meeting of a series whose day is a day off."""

    KEEP = "keep", pgettext_lazy("day off", "it is held all the same")
    BEFORE = "before", pgettext_lazy("day off", "it moves to the previous working day")
    AFTER = "after", pgettext_lazy("day off", "it moves to the next working day")
    SKIP = "skip", pgettext_lazy("day off", "it is not held")


class MeetingState(TextChoices):
    """Where a meeting stands. A draft is silent: nobody outside the centre sees it."""

    DRAFT = "draft", pgettext_lazy("meeting", "draft")
    OPEN = "open", pgettext_lazy("meeting", "open")
    IN_PROGRESS = "in_progress", pgettext_lazy("meeting", "in progress")
    CLOSED = "closed", pgettext_lazy("meeting", "closed")
    PROTOCOL_ISSUED = "protocol_issued", pgettext_lazy("meeting", "protocol issued")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


BEGUN_STATES = (MeetingState.IN_PROGRESS, MeetingState.CLOSED, MeetingState.PROTOCOL_ISSUED)
"""States of a meeting that people have come to."""
HELD_STATES = (MeetingState.CLOSED, MeetingState.PROTOCOL_ISSUED)
"""States of a meeting that is over."""


class MeetingEventKind(TextChoices):
    """What happened to a meeting, as its log says."""

    CREATED = "created", pgettext_lazy("meeting", "entered")
    CHANGED = "changed", pgettext_lazy("meeting", "changed")
    OPENED = "opened", pgettext_lazy("meeting", "opened, invitations sent")
    MOVED = "moved", pgettext_lazy("meeting", "moved")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")
    STARTED = "started", pgettext_lazy("meeting", "begun")
    CLOSED = "closed", pgettext_lazy("meeting", "closed")
    MENDED = "mended", pgettext_lazy("meeting", "mended after its end")
    PROTOCOL_MADE = "protocol_made", pgettext_lazy("meeting", "protocol made")
    PROTOCOL_SENT = "protocol_sent", pgettext_lazy("meeting", "protocol sent for approval")
    PROTOCOL_REMARKED = "protocol_remarked", pgettext_lazy("meeting", "remark on the protocol")
    PROTOCOL_AGREED = "protocol_agreed", pgettext_lazy("meeting", "protocol agreed")
    PROTOCOL_REOPENED = "protocol_reopened", pgettext_lazy("meeting", "protocol returned to its draft")
    PROTOCOL_SIGNED = "protocol_signed", pgettext_lazy("meeting", "protocol signed")
    PROTOCOL_ISSUED = "protocol_issued", pgettext_lazy("meeting", "protocol issued")
    PROTOCOL_SCANNED = "protocol_scanned", pgettext_lazy("meeting", "scan of the protocol attached")


TOLD_EVENTS = (
    MeetingEventKind.OPENED,
    MeetingEventKind.MOVED,
    MeetingEventKind.CANCELLED,
    MeetingEventKind.STARTED,
    MeetingEventKind.CLOSED,
    MeetingEventKind.PROTOCOL_ISSUED,
)
"""What those who are invited read of the log; the rest is work of the centre."""


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a meeting: from which states, and to which one; None keeps the state."""

    sources: tuple[MeetingState, ...]
    target: MeetingState | None
    event: MeetingEventKind


_TO_COME = (MeetingState.DRAFT, MeetingState.OPEN)

STEPS: dict[str, Step] = {
    "change": Step(_TO_COME, None, MeetingEventKind.CHANGED),
    "open": Step((MeetingState.DRAFT,), MeetingState.OPEN, MeetingEventKind.OPENED),
    "move": Step(_TO_COME, None, MeetingEventKind.MOVED),
    "cancel": Step(_TO_COME, MeetingState.CANCELLED, MeetingEventKind.CANCELLED),
    "start": Step((MeetingState.OPEN,), MeetingState.IN_PROGRESS, MeetingEventKind.STARTED),
    "close": Step((MeetingState.IN_PROGRESS,), MeetingState.CLOSED, MeetingEventKind.CLOSED),
    "record": Step((MeetingState.DRAFT,), MeetingState.CLOSED, MeetingEventKind.CLOSED),
    "mend": Step((MeetingState.CLOSED,), None, MeetingEventKind.MENDED),
    "issue": Step((MeetingState.CLOSED,), MeetingState.PROTOCOL_ISSUED, MeetingEventKind.PROTOCOL_ISSUED),
}
"""The only place that says what may be done to a meeting and when.

"record" enters a meeting that was held before the portal knew of it: nobody is invited, nobody is told.
"""


class AgendaSource(TextChoices):
    """Where an item of an agenda comes from."""

    MANUAL = "manual", pgettext_lazy("source of an agenda item", "entered by hand")
    TEMPLATE = "template", pgettext_lazy("source of an agenda item", "agenda of the series")
    CARRIED_OVER = "carried_over", pgettext_lazy("source of an agenda item", "carried over")
    OVERDUE = "overdue", pgettext_lazy("source of an agenda item", "overdue executions")
    RETURNED = "returned", pgettext_lazy("source of an agenda item", "returned executions")
    REQUEST = "request", pgettext_lazy("source of an agenda item", "request of a region")
    STAGE = "stage", pgettext_lazy("source of an agenda item", "stage of the cyclogram")
    PROCESS = "process", pgettext_lazy("source of an agenda item", "cross-cutting process")
    RATING = "rating", pgettext_lazy("source of an agenda item", "rating of a month")
    MILESTONE = "milestone", pgettext_lazy("source of an agenda item", "overdue milestones")
    PROPOSAL = "proposal", pgettext_lazy("source of an agenda item", "proposal")


class AgendaState(TextChoices):
    """Where an item stands. A removed one stays as a trace, so that the next filling does not bring it back."""

    PROPOSED = "proposed", pgettext_lazy("agenda item", "proposed")
    ON_AGENDA = "on_agenda", pgettext_lazy("agenda item", "on the agenda")
    REMOVED = "removed", pgettext_lazy("agenda item", "removed")
    DECLINED = "declined", pgettext_lazy("agenda item", "declined")


class DecisionKind(TextChoices):
    """What is decided on an item."""

    NOTED = "noted", pgettext_lazy("decision", "take note")
    ASSIGNMENT = "assignment", pgettext_lazy("decision", "give an assignment")
    CARRIED_OVER = "carried_over", pgettext_lazy("decision", "carry over to the next meeting")
    QUESTION = "question", pgettext_lazy("decision", "question to be answered")


class AttendanceAnswer(TextChoices):
    """What a coordinator answers to the invitation, for himself or for one of his clusters."""

    WILL_ATTEND = "will_attend", pgettext_lazy("attendance", "will attend")
    EXCUSED = "excused", pgettext_lazy("attendance", "will not attend, with a good reason")
    SUBSTITUTE = "substitute", pgettext_lazy("attendance", "a substitute will attend")


class MarkWay(TextChoices):
    """How it became known who attended."""

    HAND = "hand", pgettext_lazy("attendance", "marked by hand")
    LIST = "list", pgettext_lazy("attendance", "by a pasted list")
    CODE = "code", pgettext_lazy("attendance", "by the personal code")


class MinutesState(TextChoices):
    """Where the protocol of a meeting stands on its way from the secretary to the regions."""

    DRAFT = "draft", pgettext_lazy("protocol of a meeting", "draft")
    AGREED = "agreed", pgettext_lazy("protocol of a meeting", "agreed")
    SIGNED = "signed", pgettext_lazy("protocol of a meeting", "signed")
    ISSUED = "issued", pgettext_lazy("protocol of a meeting", "issued")


class ApprovalState(TextChoices):
    """What an approver says of the protocol that was sent to him."""

    WAITING = "waiting", pgettext_lazy("approval", "waits for an answer")
    AGREED = "agreed", pgettext_lazy("approval", "agreed")
    REMARK = "remark", pgettext_lazy("approval", "returned with a remark")
    WITHDRAWN = "withdrawn", pgettext_lazy("approval", "taken back")

"""While a meeting runs: what all screens show, notes of several people, decisions under an item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assignments.audience import Audience
from assignments.enums import AddresseeKind
from assignments.models import Protocol
from assignments.rules import MAX_REMARK_LENGTH
from assignments.rules import clean_text as checked_text
from assignments.services.protocols import LIMITS, item_values
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import Scope
from common.versions import require_version
from meetings.enums import AgendaState, DecisionKind, MeetingState
from meetings.models import AgendaItem, AgendaNote, Decision, Meeting
from meetings.policies import can_change_note, can_note
from meetings.services.life import leave_item
from meetings.services.steps import item_for_writing, meeting_locked, require_runner

MOST_NOTE = 20_000
NOTED_STATES = (MeetingState.OPEN, MeetingState.IN_PROGRESS, MeetingState.CLOSED)
NUMBER_OF_DRAFT = "1"
"""An item of a protocol has a number; a decision gets its own with the protocol."""


@audited
@transaction.atomic
def item_show(*, actor: Scope, meeting_id: int, item_id: int | None) -> Meeting:
    """Show an item on all screens and start its clock; None shows the whole agenda. Shown twice it is shown once.

    Raises Missing, NotAllowed, ImpossibleStep when the meeting does not run.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_runner(actor, meeting)
    if not meeting.is_running:
        raise ImpossibleStep(_("Items are shown while the meeting is in progress."))
    item = None
    if item_id is not None:
        rows = AgendaItem.objects.filter(meeting=meeting, state=AgendaState.ON_AGENDA)
        item = rows.fetch(actor, pk=item_id)
    if meeting.current_item_id == item_id:
        return meeting
    now = clock.now()
    leave_item(meeting, now)
    meeting.current_item, meeting.current_since = item, now if item else None
    meeting.save(update_fields=["current_item", "current_since"])
    return meeting


# Notes


class StaleNote(StaleVersion):
    """The note was changed in another window; `text` is the one in force, so that both can be shown."""

    def __init__(self, message: str, *, current: int, text: str) -> None:
        super().__init__(message, current=current)
        self.text = text


@transaction.atomic
def note_write(*, actor: Scope, item_id: int, version: int, text: str) -> AgendaNote:
    """Write one's own note on an item; `version` is that of the note that was read, 0 for none.

    Each person has a row of his own. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput, StaleNote with the text
    that another window of the same person has saved meanwhile.
    """
    item: AgendaItem = AgendaItem.objects.select_for_update(of=("self",)).fetch(actor, pk=item_id)
    if not can_note(actor) or actor.user_id is None:
        raise NotAllowed(_("Notes are taken by the staff of the centre."))
    if item.meeting is None or item.meeting.state not in NOTED_STATES:
        raise ImpossibleStep(_("Notes are taken from the opening of a meeting until its protocol is issued."))
    words = checked_text(text, field="text", limit=MOST_NOTE)
    note = AgendaNote.objects.filter(item=item, author=actor.user_id).first()
    if note is not None and not can_change_note(actor, note):
        raise NotAllowed(_("A note is changed by its author."))
    if words == (note.text if note else ""):
        return note or AgendaNote(item=item, author_id=actor.user_id, version=0)
    if version != (note.version if note else 0):
        message = _(
            "You have saved another text of this note in another window. Both are shown: put them together."
        )
        raise StaleNote(message, current=note.version if note else 0, text=note.text if note else "")
    note = note or AgendaNote(item=item, author_id=actor.user_id, version=0)
    note.text, note.changed_at, note.version = words, clock.now(), note.version + 1
    note.save()
    return note


# Decisions


@dataclass(frozen=True, slots=True)
class DecisionContent:
    """What is decided. The fields behind `text` are those of an item of a protocol and belong to assignments alone."""

    kind: str
    text: str
    due_on: date | None = None
    audience: Mapping[str, Any] | Audience = field(default_factory=dict)
    addressee: str = AddresseeKind.CLUSTERS
    weight: int = 1
    title: str = ""
    expected_result: str = ""
    process: str | None = None


EMPTY: dict[str, Any] = {
    "title": "", "expected_result": "", "process_id": None, "weight": 1, "due_on": None,
    "addressee": AddresseeKind.CLUSTERS.value, "audience": {},
}  # fmt: skip
"""The fields of an assignment in a decision of another kind."""


@audited
@transaction.atomic
def decision_save(
    *,
    actor: Scope,
    item_id: int,
    content: DecisionContent,
    decision_id: int | None = None,
    version: int | None = None,
    reason: str = "",
) -> Decision:
    """Record a decision on an item, or change one (`decision_id` with the `version` that was seen).

    An assignment is checked by the rules of an item of a protocol. The same decision sent twice is one. Raises Missing,
    NotAllowed, ImpossibleStep (the meeting has not begun, its protocol is issued), StaleVersion, InvalidInput by field.
    """
    item, meeting = item_for_writing(actor, item_id, reason)
    _require_decidable(item, meeting)
    values = _values(meeting, content)
    rows = item.decisions.all()
    decision = Decision.objects.fetch(actor, pk=decision_id, item=item) if decision_id else None
    same = decision or rows.filter(version=1, **values).first()
    if same and all(getattr(same, name) == value for name, value in values.items()):
        return same
    if decision:
        require_version(decision, version)
        decision.version += 1
        if values["kind"] != DecisionKind.QUESTION:
            decision.answer = ""
        if values["kind"] != DecisionKind.ASSIGNMENT:
            decision.assignment = None
    else:
        last = rows.aggregate(last=Max("position"))["last"] or 0
        decision = Decision(item=item, position=last + 1, created_by_id=actor.user_id, created_at=clock.now())
    for name, value in values.items():
        setattr(decision, name, value)
    decision.save()
    return decision


@audited
@transaction.atomic
def decision_delete(*, actor: Scope, decision_id: int, version: int | None, reason: str = "") -> AgendaItem:
    """Take a decision back. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion."""
    found: Decision = Decision.objects.fetch(actor, pk=decision_id)
    item, _meeting = item_for_writing(actor, found.item_id, reason)
    decision: Decision = Decision.objects.fetch(actor, pk=decision_id)
    require_version(decision, version)
    decision.delete()
    return item


@audited
@transaction.atomic
def question_answer(*, actor: Scope, decision_id: int, version: int | None, answer: str) -> Decision:
    """Write the answer to a question of a meeting, also after its end; an answered question is carried over no more.

    Raises Missing, NotAllowed, ImpossibleStep for a decision that is no question, StaleVersion, InvalidInput.
    """
    found: Decision = Decision.objects.select_related("item").fetch(actor, pk=decision_id)
    meeting = meeting_locked(actor, found.item.meeting_id or 0)
    require_runner(actor, meeting)
    decision: Decision = Decision.objects.fetch(actor, pk=decision_id)
    if decision.kind != DecisionKind.QUESTION:
        raise ImpossibleStep(_("Only a question is answered."))
    words = checked_text(answer, field="answer", limit=MAX_REMARK_LENGTH, required=_("Write the answer."))
    if decision.answer == words:
        return decision
    require_version(decision, version)
    decision.answer = words
    decision.version += 1
    decision.save()
    return decision


def _require_decidable(item: AgendaItem, meeting: Meeting) -> None:
    if item.state != AgendaState.ON_AGENDA:
        raise ImpossibleStep(_("The question is not on the agenda."))
    if meeting.state == MeetingState.DRAFT:
        raise ImpossibleStep(_("Nothing is decided while the meeting is a draft: open it first."))


def _values(meeting: Meeting, content: DecisionContent) -> dict[str, Any]:
    """The fields as they are stored; of an assignment by the rules of an item of the protocol of that day."""
    if content.kind not in DecisionKind.values:
        raise InvalidInput({"kind": _("Choose what is decided.")})
    if content.kind != DecisionKind.ASSIGNMENT:
        text = checked_text(
            content.text, field="text", limit=LIMITS["text"], required=_("Write what is decided.")
        )
        return {"kind": content.kind, "text": text, **EMPTY}
    if content.due_on is None:
        raise InvalidInput({"due_on": _("Give the last day of the assignment.")})
    values = item_values(
        Protocol(held_on=meeting.day), content.audience, content.addressee, content.process,
        number=NUMBER_OF_DRAFT, text=content.text, due_on=content.due_on, weight=content.weight,
        title=content.title, expected_result=content.expected_result,
    )  # fmt: skip
    del values["number"]
    return {"kind": content.kind, **values}

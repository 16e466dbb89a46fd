"""The agenda of a meeting: questions entered, changed, put in order, removed and put back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH
from assignments.rules import clean_text as checked_text
from audit.services import audited
from common.errors import ImpossibleStep, InvalidInput
from common.names import one_line
from common.scope import Scope
from common.versions import require_version
from meetings.enums import AgendaState, MeetingState
from meetings.models import AgendaItem, Meeting
from meetings.models.series import LONGEST_MINUTES
from meetings.services.steps import (
    item_for_writing,
    meeting_locked,
    open_for_writing,
    refuse,
    require_runner,
    to_come,
    whole_minutes,
)
from meetings.services.telling import meeting_tell

LIMITS = {"title": 300, "speaker": 300}
MOST_QUESTIONS = 200
"""Questions of one agenda, removed ones not counted."""
SHOWN = (AgendaState.ON_AGENDA, AgendaState.PROPOSED)
"""States of items that have a place in the order."""


@audited
@transaction.atomic
def item_add(
    *, actor: Scope, meeting_id: int, title: str, minutes: int = 5, speaker: str = "", text: str = "",
    reason: str = "",
) -> AgendaItem:  # fmt: skip
    """Put a question at the end of the agenda. The same question sent twice is one.

    Raises Missing, NotAllowed, ImpossibleStep, InvalidInput by field, among them `reason` for a closed meeting.
    """
    meeting = open_for_writing(actor, meeting_id, reason)
    values = _fields(title, minutes, speaker, text)
    twin = meeting.agenda.filter(state=AgendaState.ON_AGENDA, version=1, **values).first()
    if twin:
        return twin
    rows = meeting.agenda.exclude(state=AgendaState.REMOVED)
    if rows.count() >= MOST_QUESTIONS:
        raise InvalidInput(_("An agenda has at most %(count)s questions.") % {"count": MOST_QUESTIONS})
    item = AgendaItem(meeting=meeting, position=next_position(meeting), **values)
    item.save()
    return item


@audited
@transaction.atomic
def item_change(
    *, actor: Scope, item_id: int, version: int | None, title: str, minutes: int, speaker: str, text: str = "",
    reason: str = "",
) -> AgendaItem:  # fmt: skip
    """Change what an item says, its speaker and its minutes; its source stays.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput by field.
    """
    item, _meeting = item_for_writing(actor, item_id, reason)
    values = _fields(title, minutes, speaker, text)
    if all(getattr(item, name) == value for name, value in values.items()):
        return item
    require_version(item, version)
    for name, value in values.items():
        setattr(item, name, value)
    item.version += 1
    item.save()
    return item


@audited
@transaction.atomic
def item_remove(*, actor: Scope, item_id: int, reason: str = "") -> AgendaItem:
    """Take an item off the agenda; it stays as a trace and can be put back. Removed twice it is removed once.

    An item that something is decided on stays (ImpossibleStep): take the decisions away first.
    """
    item, meeting = item_for_writing(actor, item_id, reason)
    if item.state != AgendaState.ON_AGENDA:
        return item
    if item.decisions.exists():
        raise ImpossibleStep(_("Something is decided on this question: delete the decisions first."))
    if meeting.current_item_id == item.pk:
        raise ImpossibleStep(_("The question is under discussion: show another one first."))
    return _placed(item, AgendaState.REMOVED, 0)


@audited
@transaction.atomic
def item_restore(*, actor: Scope, item_id: int, reason: str = "") -> AgendaItem:
    """Put a removed item back, at the end of the agenda. Put back twice it is put back once."""
    item, meeting = item_for_writing(actor, item_id, reason)
    if item.state != AgendaState.REMOVED:
        return item
    return _placed(item, AgendaState.ON_AGENDA, next_position(meeting))


@audited
@transaction.atomic
def source_remove(*, actor: Scope, meeting_id: int, source: str) -> int:
    """Take everything of a source off the agenda of a meeting to come; how many items.

    What something is decided on stays. Raises Missing, NotAllowed, ImpossibleStep when the meeting has begun.
    """
    meeting = to_come(actor, meeting_id)
    rows = meeting.agenda.filter(state=AgendaState.ON_AGENDA, source=source, decisions=None)
    return len([_placed(item, AgendaState.REMOVED, 0) for item in rows])


@audited
@transaction.atomic
def source_restore(*, actor: Scope, meeting_id: int, source: str) -> int:
    """Put everything that was removed of a source back, at the end of the agenda of a meeting to come; how many."""
    meeting = to_come(actor, meeting_id)
    place = next_position(meeting)
    rows = meeting.agenda.filter(state=AgendaState.REMOVED, source=source).order_by("pk")
    return len([_placed(item, AgendaState.ON_AGENDA, place + number) for number, item in enumerate(rows)])


@audited
@transaction.atomic
def item_move(*, actor: Scope, item_id: int, position: int, reason: str = "") -> AgendaItem:
    """Put an item at a place counted from 1; a place outside the agenda is its nearest end.

    The same move sent twice is one move, so it needs no version.
    """
    item, meeting = item_for_writing(actor, item_id, reason)
    order = list(order_of(meeting))
    if item.pk not in order:
        raise ImpossibleStep(_("The question is not on the agenda."))
    order.remove(item.pk)
    order.insert(max(position, 1) - 1, item.pk)
    order_write(meeting, order)
    item.refresh_from_db(fields=["position"])
    return item


@audited
@transaction.atomic
def agenda_order(*, actor: Scope, meeting_id: int, order: Sequence[int], reason: str = "") -> Meeting:
    """Put the items in this order of ids; those that it does not name follow, as they stood.

    Raises Missing, NotAllowed, ImpossibleStep, InvalidInput for an id that stands on another agenda.
    """
    meeting = open_for_writing(actor, meeting_id, reason)
    known = list(order_of(meeting))
    strange = set(order) - set(known)
    if strange or len(set(order)) != len(order):
        raise InvalidInput({"order": _("The agenda has changed meanwhile: reload the page and repeat.")})
    order_write(meeting, [*order, *(pk for pk in known if pk not in set(order))])
    return meeting


@audited
@transaction.atomic
def agenda_tell(*, actor: Scope, meeting_id: int) -> Meeting:
    """Tell whoever is invited that the agenda has changed; of an open meeting only (ImpossibleStep)."""
    meeting = meeting_locked(actor, meeting_id)
    require_runner(actor, meeting)
    if meeting.state != MeetingState.OPEN:
        raise ImpossibleStep(_("Only of an open meeting somebody is told: a draft is silent."))
    meeting_tell(actor=actor, meeting=meeting, kind="agenda_changed")
    return meeting


# Shared


def order_of(meeting: Meeting) -> Any:
    """Ids of the items that have a place, in their order."""
    rows = meeting.agenda.filter(state__in=SHOWN).order_by("position", "pk")
    return rows.values_list("pk", flat=True)


def order_write(meeting: Meeting, order: Sequence[int]) -> None:
    """Number the items from 1 in this order."""
    for place, pk in enumerate(order, start=1):
        meeting.agenda.filter(pk=pk).exclude(position=place).update(position=place)


def next_position(meeting: Meeting) -> int:
    """The place behind the last item."""
    last = meeting.agenda.filter(state__in=SHOWN).order_by("-position").values_list("position", flat=True)
    return (last.first() or 0) + 1


def _placed(item: AgendaItem, state: AgendaState, position: int) -> AgendaItem:
    item.state, item.position = state, position
    item.version += 1
    item.save()
    return item


def _fields(title: str, minutes: int, speaker: str, text: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "title": one_line(title, field="title"),
        "speaker": one_line(speaker, field="speaker"),
        "text": checked_text(text, field="text", limit=MAX_REMARK_LENGTH),
        "minutes": minutes,
    }
    errors: dict[str, Any] = {
        name: _("At most %(limit)s characters fit here.") % {"limit": limit}
        for name, limit in LIMITS.items()
        if len(values[name]) > limit
    }
    if not values["title"]:
        errors["title"] = _("Write the question.")
    refuse(errors | whole_minutes(minutes, field="minutes", least=0, most=LONGEST_MINUTES))
    return values

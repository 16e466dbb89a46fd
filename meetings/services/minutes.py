"""Making the protocol of a closed meeting: one draft of assignments, one document; anew after every change."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, Protocol
from assignments.selectors.addressees import items_addressees
from assignments.services.protocols import (
    item_delete,
    item_move,
    item_save,
    protocol_create,
    protocol_delete,
    protocol_update,
)
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.locks import hold
from common.names import clean_text
from common.scope import Scope
from common.versions import require_version
from files.services import file_forget
from meetings.enums import HELD_STATES, MeetingEventKind, MinutesState
from meetings.models import Decision, Meeting, MeetingProtocol
from meetings.papers.content import agenda_of, decision_numbers, paper_of
from meetings.services.minutes_locks import (
    approvals_take_back,
    event_write,
    meeting_locked,
    minutes_locked,
    require_draft,
    require_maker,
    touched,
)

LONGEST_CLAUSE = 1000
GREATEST_NUMBER = 99_999
OWN_CONTROL = "Контроль за исполнением настоящего протокола оставляю за собой."


@audited
@transaction.atomic
def minutes_make(*, actor: Scope, meeting_id: int, version: int | None) -> MeetingProtocol:
    """Make the protocol of a closed meeting, or make its draft anew; whoever was asked to approve the old text is
    asked no more.

    Every decision of the kind «assignment» becomes an item «2.1» of one draft; items without a decision go. Made twice
    from the same decisions it is the same. Raises Missing, NotAllowed, StaleVersion (of the meeting), ImpossibleStep
    (the meeting goes on; the protocol is agreed), InvalidInput naming question, decision and field, all at once.
    """
    meeting = meeting_locked(actor, meeting_id)
    require_maker(actor)
    if meeting.state not in HELD_STATES:
        raise ImpossibleStep(_("The protocol is made when the meeting is closed."))
    minutes = MeetingProtocol.objects.filter(meeting=meeting).select_related("protocol").first()
    if minutes:
        minutes.meeting = meeting
        require_draft(minutes)
    require_version(meeting, version)
    before = _trace(minutes) if minutes else None
    minutes = minutes or _opened(actor, meeting)
    _draft_write(actor, minutes)
    if before != _trace(minutes):
        approvals_take_back(minutes)
        if before is None:
            minutes.save()
        else:
            touched(minutes)
        event_write(actor, meeting, MeetingEventKind.PROTOCOL_MADE, number=minutes.number_words)
    return minutes


def _trace(minutes: MeetingProtocol) -> tuple[int | None, int, str]:
    return minutes.protocol_id, minutes.draft_version, paper_of(minutes).digest


def _opened(actor: Scope, meeting: Meeting) -> MeetingProtocol:
    year = meeting.day.year
    number = _next_number(year)
    return MeetingProtocol.objects.create(
        meeting=meeting,
        year=year,
        number=number,
        number_words=number_written(number, year),
        control_clause=OWN_CONTROL if meeting.chair_name else "",
        made_by_id=actor.user_id,
        made_at=clock.now(),
    )


# Numbers


def number_written(number: int, year: int) -> str:
    """The number as the paper writes it, by MEETING_PROTOCOL_NUMBER."""
    return str(settings.MEETING_PROTOCOL_NUMBER.format(number=number, year=year))


def _next_number(year: int) -> int:
    """After the greatest of the year, protocols counted that were drafted by hand under the same pattern."""
    hold(f"meeting-protocols:{year}")
    made = MeetingProtocol.objects.filter(year=year).values_list("number", flat=True)
    mark = settings.MEETING_PROTOCOL_NUMBER.replace("{year}", str(year))
    pattern = re.escape(mark).replace(re.escape("{number}"), "([0-9]{1,5})", 1)
    by_hand = Protocol.objects.filter(held_on__year=year).values_list("number", flat=True)
    found = [int(match[1]) for number in by_hand if (match := re.fullmatch(pattern, number))]
    return max([*made, *found], default=0) + 1


# The draft of the assignments


def _draft_write(actor: Scope, minutes: MeetingProtocol) -> None:
    """Make the draft say what was decided; InvalidInput with everything that an item cannot take."""
    agenda = agenda_of(minutes.meeting)
    numbers = decision_numbers(agenda)
    decisions = [row for item in agenda for row in item.decisions.all() if row.is_assignment]
    if not decisions:
        _draft_drop(actor, minutes)
        return
    protocol = _draft_headed(actor, minutes)
    _draft_clear(actor, protocol, decisions, numbers)
    places = {
        row.pk: _("Question %(question)s “%(title)s”, decision %(number)s")
        % {"question": numbers[row.pk].partition(".")[0], "title": item.title, "number": numbers[row.pk]}
        for item in agenda
        for row in item.decisions.all()
    }
    errors: list[str] = []
    for row in decisions:
        try:
            _item_write(actor, protocol, row, numbers[row.pk])
        except InvalidInput as error:
            errors += _told(error, places[row.pk])
    errors = errors or _without_addressees(decisions, places)
    if errors:
        raise InvalidInput(errors_above(errors))
    items = [row.assignment for row in decisions if row.assignment]
    for place, item in enumerate(items, 1):
        item_move(actor=actor, item_id=item.pk, position=place)
    protocol.refresh_from_db()


def errors_above(errors: Sequence[str]) -> dict[str, Any]:
    """Problems of no field, as a form shows them above itself."""
    return {"__all__": list(errors)}


def _draft_drop(actor: Scope, minutes: MeetingProtocol) -> None:
    """A meeting that gives no assignments has no draft of them."""
    protocol, minutes.protocol = minutes.protocol, None
    if protocol:
        minutes.save()
        protocol_delete(actor=actor, protocol_id=protocol.pk, version=protocol.version)


def _draft_headed(actor: Scope, minutes: MeetingProtocol) -> Protocol:
    """The draft under number, date and title of the meeting."""
    meeting = minutes.meeting
    head: dict[str, Any] = {
        "number": minutes.number_words,
        "held_on": meeting.day,
        "meeting_title": meeting.title,
    }
    if minutes.protocol:
        minutes.protocol = protocol_update(
            actor=actor, protocol_id=minutes.protocol.pk, version=minutes.protocol.version, **head
        )
    else:
        minutes.protocol = protocol_create(actor=actor, **head)
        minutes.save()
    return minutes.protocol


def _draft_clear(
    actor: Scope, protocol: Protocol, decisions: Iterable[Decision], numbers: dict[int, str]
) -> None:
    """Throw out items that no decision has any more, or has under another number: that would be taken otherwise."""
    kept = {
        row.assignment_id: row
        for row in decisions
        if row.assignment and row.assignment.number == numbers[row.pk]
    }
    for item in Assignment.objects.filter(protocol=protocol).exclude(pk__in=list(kept)):
        item_delete(actor=actor, item_id=item.pk, version=item.version)
    for row in decisions:
        if row.assignment_id not in kept:
            row.assignment = None


def _item_write(actor: Scope, protocol: Protocol, row: Decision, number: str) -> None:
    item = row.assignment
    row.assignment = item_save(
        actor=actor,
        protocol_id=protocol.pk,
        number=number,
        text=row.text,
        due_on=cast(date, row.due_on),  # a constraint of decisions
        audience=row.audience,
        addressee=row.addressee,
        weight=row.weight,
        title=row.title,
        expected_result=row.expected_result,
        process=row.process_id,
        item_id=item.pk if item else None,
        version=item.version if item else None,
    )
    row.save(update_fields=["assignment"])


def _told(error: InvalidInput, place: str) -> list[str]:
    """What an item refuses, with the question, the decision and the field that it is about."""
    fields = {
        "number": _("number"),
        "text": _("text"),
        "due_on": _("due date"),
        "audience": _("audience"),
        "addressee": _("addressee"),
        "weight": _("weight"),
        "title": _("short title"),
        "expected_result": _("expected result"),
        "process": _("process of the cyclogram"),
    }
    return [
        f"{', '.join(filter(None, (place, fields.get(field))))}: {message}"
        for field, messages in error.errors.items()
        for message in messages
    ]


def _without_addressees(decisions: Sequence[Decision], places: dict[int, str]) -> list[str]:
    """Rules that are right and name nobody today."""
    items = [row.assignment for row in decisions if row.assignment]
    lists = items_addressees(items, clock.today())
    return [
        _("%(place)s, audience: nobody fits now.") % {"place": places[row.pk]}
        for row in decisions
        if row.assignment_id and not lists[row.assignment_id]
    ]


# What a person writes himself


@audited
@transaction.atomic
def minutes_change(
    *,
    actor: Scope,
    meeting_id: int,
    version: int | None,
    number: int,
    control_clause: str,
    with_notes: bool,
) -> MeetingProtocol:
    """Change the number, the clause of control, or whether the notes of the meeting stand in the text of a draft.

    Whoever was asked to approve is asked no more. Raises Missing, NotAllowed, ImpossibleStep (agreed), StaleVersion,
    InvalidInput by field.
    """
    minutes = minutes_locked(actor, meeting_id)
    require_draft(minutes)
    require_version(minutes, version)
    clause = clean_text(control_clause)
    values = {"number": number, "control_clause": clause, "with_notes": with_notes}
    _require_fitting(minutes, number, clause)
    if all(getattr(minutes, name) == value for name, value in values.items()):
        return minutes
    approvals_take_back(minutes)
    if number != minutes.number:
        minutes.number_words = number_written(number, minutes.year)
    for name, value in values.items():
        setattr(minutes, name, value)
    if minutes.protocol:
        _draft_headed(actor, minutes)
    touched(minutes)
    return minutes


def _require_fitting(minutes: MeetingProtocol, number: int, clause: str) -> None:
    errors = {}
    hold(f"meeting-protocols:{minutes.year}")
    twins = MeetingProtocol.objects.filter(year=minutes.year, number=number).exclude(pk=minutes.pk)
    if not 1 <= number <= GREATEST_NUMBER:
        errors["number"] = _("The number is from 1 to %(most)s.") % {"most": GREATEST_NUMBER}
    elif twins.exists():
        errors["number"] = _("A protocol of this year has this number already.")
    if len(clause) > LONGEST_CLAUSE:
        errors["control_clause"] = _("At most %(limit)s characters fit here.") % {"limit": LONGEST_CLAUSE}
    if errors:
        raise InvalidInput(errors)


@audited
@transaction.atomic
def minutes_reopen(*, actor: Scope, meeting_id: int, version: int | None, reason: str) -> MeetingProtocol:
    """Return an agreed or signed protocol to its draft: its files go, and it must be approved anew.

    Raises Missing, NotAllowed, ImpossibleStep (a draft, issued), StaleVersion, InvalidInput (no reason).
    """
    minutes = minutes_locked(actor, meeting_id)
    if not (minutes.is_agreed or minutes.is_signed):
        raise ImpossibleStep(_("Only a protocol that is agreed and not issued yet returns to its draft."))
    require_version(minutes, version)
    reason = clean_text(reason)
    if not reason:
        raise InvalidInput({"reason": _("Say why.")})
    gone = [minutes.docx, minutes.pdf, minutes.scan]
    minutes.docx = minutes.pdf = minutes.scan = minutes.template = None
    minutes.state, minutes.agreed_at, minutes.signed_on = MinutesState.DRAFT, None, None
    touched(minutes)
    for stored in filter(None, gone):
        file_forget(stored)
    event_write(actor, minutes.meeting, MeetingEventKind.PROTOCOL_REOPENED, text=reason)
    return minutes

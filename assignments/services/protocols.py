"""Drafting a protocol and issuing it: the one moment when an item becomes executions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from assignments.audience import Audience
from assignments.enums import AddresseeKind, ProtocolStatus, ScheduleState
from assignments.holding import holding_problems
from assignments.models import Assignment, Execution, ItemSeries, Protocol
from assignments.policies import can_draft, can_issue
from assignments.rules import MOST_ITEMS
from assignments.selectors import fold_rules
from assignments.selectors.addressees import audience_strangers
from assignments.selectors.protocols import item_problem, protocol_problems, series_problem
from assignments.services.fanout import (
    addressed_by,
    executions_insert,
    first_fold,
    issued_events_insert,
)
from assignments.services.telling import issue_tell
from audit.services import audit_record
from clusters.models import Process
from common import clock
from common.calendar import preceding_working_day
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.names import clean_name, clean_text, name_key, one_line
from common.scope import Scope
from common.versions import require_version
from notifications.enums import StaffTaskKind
from notifications.services.staff_tasks import staff_tasks_settle
from regions.selectors import calendar_overrides

TITLE_LIMIT = 120
LIMITS = {"number": 20, "text": 4000, "title": TITLE_LIMIT, "expected_result": 300}
"""Characters in the texts of an item."""
WEIGHTS = (1, 2, 3)
"""Ordinary, important, most important (methodology §0): the portal offers no others."""
FIRST_DAY = date(2000, 1, 1)
AHEAD_DAYS = 92
"""A protocol of a coming meeting is drafted at most a quarter ahead."""
LONGEST_TERM_DAYS = 5 * 366


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What the issue created; `repeated` when the same press had already done it."""

    protocol_id: int
    executions: int
    repeated: bool = False


# Protocol


@transaction.atomic
def protocol_create(*, actor: Scope, number: str, held_on: date, meeting_title: str) -> Protocol:
    """Open a draft. The same draft sent twice by its author is one draft.

    Raises NotAllowed, InvalidInput by field.
    """
    require_drafter(can_draft(actor))
    values = _protocol_values(number, held_on, meeting_title)
    twin = _twin(values["number"], held_on)
    if twin:
        same = stands_as(twin, values) and twin.created_by_id == actor.user_id
        if same and twin.is_draft and twin.version == 1:
            return twin
        raise number_taken()
    protocol = Protocol(**values, created_by_id=actor.user_id, created_at=clock.now())
    _save_unique(protocol)
    return protocol


@transaction.atomic
def protocol_update(
    *, actor: Scope, protocol_id: int, version: int | None, number: str, held_on: date, meeting_title: str
) -> Protocol:
    """Change number, date or meeting of a draft.

    Raises Missing, NotAllowed, ImpossibleStep (issued), StaleVersion, InvalidInput by field.
    """
    protocol = draft_locked(actor, protocol_id)
    values = _protocol_values(number, held_on, meeting_title)
    if stands_as(protocol, values):
        return protocol
    require_version(protocol, version)
    twin = _twin(values["number"], held_on)
    if twin is not None and twin.pk != protocol.pk:
        raise number_taken()
    for name, value in values.items():
        setattr(protocol, name, value)
    protocol.version += 1
    _save_unique(protocol)
    return protocol


@transaction.atomic
def protocol_delete(*, actor: Scope, protocol_id: int, version: int | None) -> None:
    """Throw a draft away with its items. An issued protocol stays for ever (ImpossibleStep)."""
    protocol = draft_locked(actor, protocol_id)
    require_version(protocol, version)
    protocol.delete()


def _protocol_values(number: str, held_on: date, meeting_title: str) -> dict[str, Any]:
    number = one_line(number, field="number")
    meeting_title = one_line(meeting_title, field="meeting_title")
    errors = {}
    if not number:
        errors["number"] = _("Give the number of the protocol.")
    elif len(number) > 40:
        errors["number"] = _("The number is longer than 40 characters.")
    if not meeting_title:
        errors["meeting_title"] = _("Name the meeting.")
    elif len(meeting_title) > 300:
        errors["meeting_title"] = _("The name of the meeting is longer than 300 characters.")
    if held_on < FIRST_DAY:
        errors["held_on"] = _("The date is too far in the past: check the year.")
    elif held_on > clock.today() + timedelta(days=AHEAD_DAYS):
        errors["held_on"] = _("The date is more than three months ahead: check the year.")
    if errors:
        raise InvalidInput(errors)
    return {"number": number, "held_on": held_on, "meeting_title": meeting_title}


def _twin(number: str, held_on: date) -> Protocol | None:
    """The protocol of that day with this number; «Р2» and «р2» are the same. Whoever asks too waits until the end."""
    hold(f"protocols:{held_on}")
    same_day = Protocol.objects.filter(held_on=held_on)
    return next((row for row in same_day if name_key(row.number) == name_key(number)), None)


def number_taken() -> InvalidInput:
    return InvalidInput({"number": _("There is already a protocol with this number and date.")})


def _save_unique(protocol: Protocol) -> None:
    try:
        with transaction.atomic():
            protocol.save()
    except IntegrityError as error:
        raise number_taken() from error


# Items


@transaction.atomic
def item_save(
    *,
    actor: Scope,
    protocol_id: int,
    number: str,
    text: str,
    due_on: date,
    audience: Mapping[str, Any] | Audience,
    addressee: str = AddresseeKind.CLUSTERS,
    weight: int = 1,
    title: str = "",
    expected_result: str = "",
    process: str | None = None,
    item_id: int | None = None,
    version: int | None = None,
) -> Assignment:
    """Add an item to a draft, or change one (`item_id` with the `version` that the person saw).

    An empty `title` is made of the first words of the text; `process` is its key. The same item sent twice is
    one item. Raises Missing, NotAllowed, ImpossibleStep (issued), StaleVersion, InvalidInput by field.
    """
    protocol = draft_locked(actor, protocol_id)
    items = protocol.assignments
    item = Assignment.objects.fetch(actor, pk=item_id, protocol=protocol) if item_id else None
    if item and title == short_title(item.text):
        title = ""
    values = item_values(
        protocol, audience, addressee, process,
        number=number, text=text, due_on=due_on, weight=weight, title=title, expected_result=expected_result,
    )  # fmt: skip
    twins = items.filter(number=values["number"])
    twin = (twins.exclude(pk=item.pk) if item else twins).first()
    same = item or twin
    if same and stands_as(same, values):
        return same
    if item:
        require_version(item, version)
        item.version += 1
    else:
        item = Assignment(protocol=protocol, position=items.count() + 1)
    if twin or protocol.series.filter(number=values["number"]).exists():
        raise item_number_taken()
    if item.pk is None:
        require_room(protocol)
    for name, value in values.items():
        setattr(item, name, value)
    item.save()
    draft_touch(protocol)
    return item


def item_number_taken() -> InvalidInput:
    return InvalidInput({"number": _("The protocol already has an item with this number.")})


def require_room(protocol: Protocol, more: int = 1) -> None:
    """Raises InvalidInput when so many items more, recurring ones counted, are over the most of a protocol."""
    if protocol.assignments.count() + protocol.series.count() + more > MOST_ITEMS:
        raise InvalidInput(too_many_items())


def too_many_items() -> str:
    return _("A protocol has at most %(count)s items.") % {"count": MOST_ITEMS}


@transaction.atomic
def item_delete(*, actor: Scope, item_id: int, version: int | None) -> Protocol:
    """Take an item out of a draft; the rest close up."""
    item, protocol = _draft_item(actor, item_id)
    require_version(item, version)
    item.delete()
    protocol.assignments.filter(position__gt=item.position).update(position=F("position") - 1)
    draft_touch(protocol)
    return protocol


@transaction.atomic
def item_move(*, actor: Scope, item_id: int, position: int) -> Protocol:
    """Put an item of a draft at a place counted from 1; a place outside the list is its nearest end.

    The same move sent twice is one move, so it needs no version.
    """
    item, protocol = _draft_item(actor, item_id)
    order = list(protocol.assignments.order_by("position").values_list("pk", flat=True))
    order.remove(item.pk)
    order.insert(max(position, 1) - 1, item.pk)
    if order.index(item.pk) + 1 == item.position:
        return protocol
    for place, pk in enumerate(order, start=1):
        protocol.assignments.filter(pk=pk).exclude(position=place).update(position=place)
    draft_touch(protocol)
    return protocol


@transaction.atomic
def item_due_precede(*, actor: Scope, item_id: int, version: int | None) -> Assignment:
    """Move a due date that falls on a day off to the preceding working day."""
    item, protocol = _draft_item(actor, item_id)
    before = preceding_working_day(item.due_on, calendar_overrides())
    if before == item.due_on:
        return item
    require_version(item, version)
    problem = _due_problem(before, protocol)
    if problem:
        raise InvalidInput({"due_on": problem})
    item.due_on = before
    item.version += 1
    item.save()
    draft_touch(protocol)
    return item


def item_fields(
    protocol: Protocol,
    *,
    number: str,
    text: str,
    due_on: date | None,
    weight: int,
    title: str = "",
    expected_result: str = "",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plain fields of an item of this draft as they are stored, and what is wrong with them by field.

    A due date that is None is not judged. Raises InvalidInput for hidden characters and line ends.
    """
    values: dict[str, Any] = {
        "number": one_line(number, field="number"),
        "text": clean_text(text),
        "title": one_line(title, field="title"),
        "expected_result": one_line(expected_result, field="expected_result"),
    }
    errors: dict[str, Any] = _length_errors(values)
    if weight not in WEIGHTS:
        errors["weight"] = _("The weight is 1, 2 or 3.")
    problem = _due_problem(due_on, protocol) if due_on else ""
    if problem:
        errors["due_on"] = problem
    values["title"] = values["title"] or short_title(values["text"])
    return values | {"weight": weight, "due_on": due_on}, errors


def item_values(
    protocol: Protocol,
    audience: Mapping[str, Any] | Audience,
    addressee: str,
    process: str | None,
    **plain: Any,
) -> dict[str, Any]:
    """All fields of an item of this draft as they are stored; InvalidInput by field. `plain` is for `item_fields`."""
    values, errors = item_fields(protocol, **plain)
    if process and not Process.objects.filter(pk=process).exists():
        errors["process"] = _("There is no such process.")
    rule = Audience()
    try:
        rule = checked_rule(audience, addressee)
    except InvalidInput as error:
        errors |= error.errors
    if errors:
        raise InvalidInput(errors)
    return values | {
        "process_id": process or None,
        "addressee": addressee,
        "audience": rule.to_json(),
    }


def _length_errors(values: Mapping[str, str]) -> dict[str, str]:
    required = {
        "number": _("Give the number of the item."),
        "text": _("Write what is to be done."),
    }
    errors = {name: message for name, message in required.items() if not values[name]}
    for name, limit in LIMITS.items():
        if len(values[name]) > limit:
            errors[name] = _("At most %(limit)s characters fit here.") % {"limit": limit}
    return errors


def checked_rule(audience: Mapping[str, Any] | Audience, addressee: str) -> Audience:
    """The rule as it is stored; InvalidInput when it is malformed, names nobody or what the portal does not know."""
    if addressee not in AddresseeKind.values:
        raise InvalidInput({"addressee": _("Choose clusters or regional coordinators.")})
    data = audience.to_json() if isinstance(audience, Audience) else audience
    rule = Audience.from_json(data, addressee)
    if rule.is_empty:
        raise InvalidInput({"audience": _("Choose whom the item is addressed to.")})
    strange = audience_strangers(rule)
    if strange:
        text = _("The portal does not know: %(keys)s.")
        raise InvalidInput({"audience": text % {"keys": ", ".join(strange)}})
    return rule


def _due_problem(due_on: date, protocol: Protocol) -> str:
    """Why the day cannot be the due date of a draft's item; empty when it can."""
    today = clock.today()
    if due_on < today:
        return _("The due date cannot be before the issue: choose today or a later day.")
    if due_on < protocol.held_on:
        return _("The due date cannot be before the day of the meeting.")
    if due_on > today + timedelta(days=LONGEST_TERM_DAYS):
        return _("The due date is more than five years ahead: check the year.")
    return ""


def short_title(text: str) -> str:
    """The first words of a text, at most 120 characters, cut between words with an ellipsis."""
    line = clean_name(text)
    sentence = re.split(r"(?<=[.!?;])\s", line, maxsplit=1)[0].rstrip(".;")
    if len(sentence) <= TITLE_LIMIT:
        return sentence
    head = sentence[: TITLE_LIMIT - 1]
    cut = head.rsplit(" ", 1)[0] if " " in head else head
    return cut.rstrip(" ,;:–-") + "…"


# Issue


@transaction.atomic
def protocol_issue(*, actor: Scope, protocol_id: int, version: int | None) -> IssueResult:
    """Put every item on control: one execution per addressee, each with its `issued` event, in one transaction.

    A second press of the same button (same `version`) creates none and returns what the first one did. Raises
    Missing, NotAllowed, StaleVersion (the draft changed since it was read), ImpossibleStep (issued before, a template),
    InvalidInput naming the items that cannot be issued.
    """
    protocol = _locked(actor, protocol_id)
    require_drafter(can_issue(actor))
    if not protocol.is_draft:
        return _issued_before(protocol, version)
    if protocol.is_template:
        raise ImpossibleStep(_("A template is not issued: make a protocol of it."))
    require_version(protocol, version)
    now, day = clock.now(), clock.today()
    items = list(protocol.assignments.order_by("position"))
    series = list(protocol.series.all())
    problems = [*holding_problems(protocol), *protocol_problems(protocol, [*items, *series], day)]
    problems += filter(None, (series_problem(row, addressed_by(row, day).count(), day) for row in series))
    rules = fold_rules()
    count = 0
    for position, item in enumerate(items, start=1):
        item.position, item.code = position, f"{protocol.pk}-{position:02d}"
        item.save(update_fields=["position", "code"])
        created = executions_insert(item, addressed_by(item, day), first_fold(item.due_on, None, now, rules))
        problem = item_problem(item, created, day)
        if problem:
            problems.append(problem)
        count += created
    if problems:
        raise InvalidInput({"__all__": problems})
    issued_events_insert(Execution.objects.filter(assignment__protocol=protocol), actor.user_id, now)
    for row in series:
        row.counts_from = max(row.starts_on, day + timedelta(days=1))
        row.save(update_fields=["counts_from"])
    protocol.status, protocol.issued_at, protocol.issued_by_id = ProtocolStatus.ISSUED, now, actor.user_id
    protocol.version += 1
    protocol.save()
    _end_waiting(actor, protocol, now)
    issue_tell(actor=actor, protocol=protocol)
    audit_record(actor=actor, action="protocol_issue", obj=protocol, count=count)
    return IssueResult(protocol.pk, count)


def _end_waiting(actor: Scope, protocol: Protocol, now: datetime) -> None:
    """What is issued waits for no hour, and an hour that was not kept is no task of the staff any more."""
    for waiting in protocol.schedules.waiting():
        waiting.state, waiting.closed_at, waiting.closed_by_id = ScheduleState.DONE, now, actor.user_id
        waiting.save()
    with translation.override(settings.LANGUAGE_CODE):
        outcome = _("The protocol is issued.")
    kinds = [StaffTaskKind.NOT_ISSUED]
    staff_tasks_settle(actor=actor, kinds=kinds, object_key=protocol.task_key, outcome=outcome)


def _issued_before(protocol: Protocol, version: int | None) -> IssueResult:
    """The first result for the same press; a refusal for any other attempt to issue once more."""
    if version is not None and version == protocol.version - 1:
        made = Execution.objects.filter(assignment__protocol=protocol, issued_at=protocol.issued_at)
        return IssueResult(protocol.pk, made.count(), repeated=True)
    raise ImpossibleStep(_("This protocol has been issued already."))


# Shared steps


def require_drafter(allowed: bool) -> None:
    """Refuse whoever neither drafts nor issues protocols."""
    if not allowed:
        raise NotAllowed(
            _("Protocols are drafted and issued by controllers and administrators of the centre.")
        )


def _locked(actor: Scope, protocol_id: int) -> Protocol:
    protocol: Protocol = Protocol.objects.select_for_update().fetch(actor, pk=protocol_id)
    return protocol


def draft_locked(actor: Scope, protocol_id: int) -> Protocol:
    """The locked draft, or why it may not be written."""
    protocol = _locked(actor, protocol_id)
    require_drafter(can_draft(actor))
    if not protocol.is_draft:
        raise ImpossibleStep(_("An issued protocol is not changed: its items are on control."))
    return protocol


def _draft_item(actor: Scope, item_id: int) -> tuple[Assignment, Protocol]:
    """The item of a locked draft, read after the lock."""
    protocol = draft_locked(actor, Assignment.objects.fetch(actor, pk=item_id).protocol_id)
    return Assignment.objects.fetch(actor, pk=item_id), protocol


def stands_as(row: Protocol | Assignment | ItemSeries, values: Mapping[str, Any]) -> bool:
    """True when the row already says what is being sent: a repeated press, or nothing changed."""
    return all(getattr(row, name) == value for name, value in values.items())


def draft_touch(protocol: Protocol) -> None:
    """A changed item changes the draft, so that nobody issues another list than the one he read."""
    protocol.version += 1
    protocol.save(update_fields=["version"])

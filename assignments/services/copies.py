"""New drafts from earlier protocols, and drafts that are kept to be copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, ItemSeries, Protocol
from assignments.policies import can_draft
from assignments.selectors.copies import due_in
from assignments.services.protocols import draft_locked, number_taken, protocol_create, stands_as
from common.errors import ImpossibleStep, NotAllowed
from common.scope import Scope
from common.versions import require_version
from regions.selectors import calendar_overrides

_COPIED = ("number", "title", "text", "expected_result", "process_id", "weight", "addressee", "audience")
COPIED_OF_ITEM = (*_COPIED, "position")
COPIED_OF_SERIES = (*_COPIED, "frequency", "weekday", "month_day", "visible_days")


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The new draft, and the numbers of the items whose day was moved from a day off to the working day before."""

    protocol: Protocol
    moved: Sequence[str]


@transaction.atomic
def protocol_copy(
    *, actor: Scope, source_id: int, number: str, held_on: date, meeting_title: str
) -> CopyResult:
    """A draft with the items of an earlier protocol or template; terms stay as far from the meeting as they were.

    Recurring items are copied as such, the items of their periods are not. Sent twice it is one draft. Raises Missing,
    NotAllowed, InvalidInput by field.
    """
    source: Protocol = Protocol.objects.fetch(actor, pk=source_id)
    if not can_draft(actor):
        raise NotAllowed(
            _("Protocols are drafted and issued by controllers and administrators of the centre.")
        )
    draft = protocol_create(actor=actor, number=number, held_on=held_on, meeting_title=meeting_title)
    overrides, shift, moved, copied = calendar_overrides(), held_on - source.held_on, [], []
    for item in source.assignments.filter(occurrence=None).order_by("position"):
        item.protocol = source
        due_on = due_in(draft, item, overrides)
        if due_on != item.due_on + shift:
            moved.append(item.number)
        copied.append({name: getattr(item, name) for name in COPIED_OF_ITEM} | {"due_on": due_on})
    known = list(draft.assignments.order_by("position"))
    if known or draft.series.exists():
        if len(known) != len(copied) or not all(map(stands_as, known, copied)):
            raise number_taken()
        return CopyResult(draft, moved)
    for values in copied:
        Assignment.objects.create(protocol=draft, **values)
    for series in source.series.all():
        values = {name: getattr(series, name) for name in COPIED_OF_SERIES}
        values |= {"starts_on": series.starts_on + shift, "until": series.until + shift}
        ItemSeries.objects.create(protocol=draft, **values)
    return CopyResult(draft, moved)


@transaction.atomic
def protocol_template_mark(
    *, actor: Scope, protocol_id: int, version: int | None, is_template: bool
) -> Protocol:
    """Keep a draft as a template, or make a plain draft of it again; the same said twice is said once.

    Raises Missing, NotAllowed, ImpossibleStep (issued, or waiting for its hour), StaleVersion.
    """
    protocol = draft_locked(actor, protocol_id)
    if protocol.is_template == is_template:
        return protocol
    require_version(protocol, version)
    if is_template and protocol.schedules.waiting().exists():
        raise ImpossibleStep(_("The draft issues itself at its hour: take the hour back first."))
    protocol.is_template = is_template
    protocol.version += 1
    protocol.save()
    return protocol

"""Earlier items and protocols as the beginning of new ones."""

from collections.abc import Sequence
from datetime import date

from assignments.enums import ProtocolStatus
from assignments.models import Assignment, Protocol
from assignments.rules import shifted_due
from common.calendar import Overrides
from common.scope import Scope

FOUND_LIMIT = 30


def items_to_copy(scope: Scope, words: str) -> Sequence[Assignment]:
    """Issued items whose words or reference fit, the newest first; without words the newest of all."""
    rows = Assignment.objects.visible_to(scope).filter(protocol__status=ProtocolStatus.ISSUED)
    if words.strip():
        rows = rows.matching(words)
    return list(
        rows.select_related("protocol").order_by("-protocol__held_on", "-protocol", "position")[:FOUND_LIMIT]
    )


def due_in(draft: Protocol, item: Assignment, overrides: Overrides) -> date:
    """The due date of an earlier item as far from the meeting of the draft as it was from its own, on a working day."""
    shift = draft.held_on - item.protocol.held_on
    return shifted_due(item.due_on, shift, not_before=draft.held_on, overrides=overrides)

"""Undoing a decision on a report within minutes of it: the annulment, and setting right what was told of it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import (
    MAX_BULK,
    MAX_WATCHED,
    BulkResult,
    ends_first,
    require_reviewer,
    require_some,
    undo_append,
)
from assignments.services.telling import undo_tell
from audit.services import audit_record
from common.errors import PortalError
from common.scope import Scope

Decided = Mapping[int, int]
"""The events of decisions, by execution."""


@transaction.atomic
def decision_undo(
    *, actor: Scope, execution_id: int, event_id: int, submission_key: str | None = None
) -> ExecutionEvent:
    """Annul a decision on a report within minutes of it, with a reason that the portal writes.

    The event must be the last one that counts, which says more than a version: whatever came after it is not undone
    blindly. Later, or for any other event, there is the ordinary annulment. Raises as `execution_annul`.
    """
    event, is_new = undo_append(
        actor=actor,
        execution_id=execution_id,
        event_id=event_id,
        submission_key=submission_key,
        asked_at=None,
    )
    if is_new:
        undo_tell(actor=actor, event_ids=[event_id])
    return event


@transaction.atomic
def decisions_undo(*, actor: Scope, decided: Decided) -> BulkResult:
    """Undo many decisions; each for itself, so one refusal stops no other. Writes one row of the audit trail.

    Raises NotAllowed or InvalidInput when nothing of it could be done for anybody.
    """
    undo_checked(actor=actor, decided=decided, limit=MAX_BULK)
    result = BulkResult()
    for execution_id, event_id in sorted(decided.items()):
        _undo_one(actor, execution_id, event_id, None, None, result)
    _tell_of_many(actor, decided, result)
    return result


def decisions_undo_watched(
    *,
    actor: Scope,
    decided: Decided,
    key: str,
    asked_at: datetime,
    watch: Callable[[str, int, int], None],
) -> BulkResult:
    """The same for thousands, outside of any transaction: each stands as soon as it is made.

    The minutes of every decision are counted until `asked_at`, when the person asked for it; `key` names this very
    wish. Begun anew after a break, what was undone before counts as done; nobody is told before the end, and once.
    """
    undo_checked(actor=actor, decided=decided, limit=MAX_WATCHED)
    result = BulkResult()
    for number, (execution_id, event_id) in enumerate(sorted(decided.items()), 1):
        _undo_one(actor, execution_id, event_id, f"{key[:40]}-{execution_id}", asked_at, result)
        watch("undoing", number, len(decided))
    _tell_of_many(actor, decided, result, key)
    return result


def undo_checked(*, actor: Scope, decided: Decided, limit: int) -> None:
    """Raises NotAllowed or InvalidInput when nothing of it could be undone for anybody."""
    require_reviewer(actor)
    require_some(decided, limit)


def _undo_one(
    actor: Scope,
    execution_id: int,
    event_id: int,
    key: str | None,
    asked_at: datetime | None,
    result: BulkResult,
) -> None:
    try:
        with transaction.atomic():
            event, _is_new = undo_append(
                actor=actor,
                execution_id=execution_id,
                event_id=event_id,
                submission_key=key,
                asked_at=asked_at,
            )
        result.done.append(execution_id)
        result.events.append(event.pk)
    except PortalError as error:
        result.refused.append((execution_id, str(error)))


@transaction.atomic
def _tell_of_many(actor: Scope, decided: Decided, result: BulkResult, key: str = "") -> None:
    """The regions are told once, and the trail holds one row with the count, however often `key` is begun anew."""
    if not result.done or (key and not ends_first(actor, "decisions_undo", key, result)):
        return
    undo_tell(actor=actor, event_ids=[decided[pk] for pk in result.done])
    audit_record(
        actor=actor,
        action="decisions_undo",
        obj=Execution,
        changes={"executions": ("", ", ".join(map(str, result.done)))},
        count=len(result.done),
    )

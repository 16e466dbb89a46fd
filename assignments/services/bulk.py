"""Events and stored states of executions, many at once: for histories that arrive as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction

from assignments.fold import Event, FoldRules, fold
from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from assignments.services.log import columns_of


@transaction.atomic
def events_append(events: Sequence[ExecutionEvent]) -> None:
    """Append events whose ids the caller has chosen, and let the ids of later ones come after them."""
    ExecutionEvent.objects.bulk_create(events, batch_size=2_000)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [ExecutionEvent]):
            cursor.execute(statement)


@transaction.atomic
def requests_append(requests: Sequence[ExecutionRequest]) -> None:
    """Write requests with their answers; the events that grant them are in the log already."""
    ExecutionRequest.objects.bulk_create(requests, batch_size=1_000)


@transaction.atomic
def executions_refold(logs: Mapping[int, tuple[date, Sequence[Event]]], rules: FoldRules) -> None:
    """Write the folded state of each execution id from (the due date of its item, its whole log)."""
    folded = {
        execution_id: columns_of(fold(events, item_due, rules)) | {"version": len(events)}
        for execution_id, (item_due, events) in logs.items()
    }
    if not folded:
        return
    columns = next(iter(folded.values()))
    fields: list[Any] = [Execution._meta.get_field(name) for name in columns]
    rows = []
    for execution_id, values in folded.items():
        rows.append(
            (*(field.get_db_prep_save(values[field.name], connection) for field in fields), execution_id)
        )
    assignments = ", ".join(f"{field.column} = %s" for field in fields)
    table = Execution._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE id = %s", rows)  # noqa: S608 -- own names

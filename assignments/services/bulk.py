"""Events and stored states of executions, many at once: for histories that arrive as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max

from assignments.fold import Event, FoldRules, fold, replaced_states
from assignments.models import Execution, ExecutionEvent, ExecutionPast, ExecutionRequest
from assignments.services.log import columns_of

KEYS_AT_ONCE = 5_000
"""Ids named in one statement: SQLite takes some tens of thousands of parameters."""


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


def pasts_keep(logs: Mapping[int, tuple[date, Sequence[Event]]], rules: FoldRules) -> None:
    """Write the earlier states of each execution id from its whole log; those that are written already stay."""
    known = ExecutionPast.objects.order_by().values_list("execution")
    keys = list(logs)
    written: dict[int, datetime] = {}
    rows: list[ExecutionPast] = []
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        written.update(known.filter(execution__in=some).annotate(Max("until")))
    for execution_id, (item_due, events) in logs.items():
        for since, until, folded in replaced_states(events, item_due, rules):
            if execution_id not in written or until > written[execution_id]:
                columns = columns_of(folded)
                rows.append(ExecutionPast(execution_id=execution_id, since=since, until=until, **columns))
    ExecutionPast.objects.bulk_create(rows, batch_size=1_000)


@transaction.atomic
def executions_refold(logs: Mapping[int, tuple[date, Sequence[Event]]], rules: FoldRules) -> None:
    """Write the folded state of each execution id from (the due date of its item, its whole log), and its past."""
    pasts_keep(logs, rules)
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

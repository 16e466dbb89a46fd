"""The stored state of executions from their logs, many at once: for histories that arrive as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from assignments.fold import Event, FoldRules, fold
from assignments.models import Execution

CACHED = (
    "state", "first_due_on", "due_on", "issued_at", "reported_on", "in_review_since", "returns", "extensions",
    "closed_at", "version",
)  # fmt: skip


@transaction.atomic
def executions_refold(logs: Mapping[int, tuple[date, Sequence[Event]]], rules: FoldRules) -> None:
    """Write the folded state of each execution id from (the due date of its item, its whole log)."""
    fields: list[Any] = [Execution._meta.get_field(name) for name in CACHED]
    rows = []
    for execution_id, (item_due, events) in logs.items():
        folded = fold(events, item_due, rules)
        values = (
            folded.state, folded.first_due, folded.due, folded.issued_at, folded.completed, folded.review_since,
            folded.returns, folded.extensions, folded.closed_at, len(events),
        )  # fmt: skip
        adapted = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
        rows.append((*adapted, execution_id))
    assignments = ", ".join(f"{field.column} = %s" for field in fields)
    table = Execution._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE id = %s", rows)  # noqa: S608 -- own names

"""The table of executions as it stood at a past instant, under the name of the table itself.

A queryset whose base is this table filters, orders, counts and is exported like one of today: every condition on the
folded columns means what they said then. The rows of `ExecutionPast` say it; the rest stands as it stood.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models.sql.datastructures import BaseTable

PAST_COLUMNS = (
    "state",
    "first_due_on",
    "due_on",
    "issued_at",
    "reported_on",
    "in_review_since",
    "returns",
    "extensions",
    "closed_at",
)
"""The columns that the fold of the log decides; all others are told as they are today."""

_SELECT = (
    "(SELECT {columns} FROM {table} now LEFT JOIN {past} past ON past.execution_id = now.id "
    "AND past.since < %s AND past.until >= %s "
    "WHERE (past.id IS NULL AND now.issued_at < %s) OR past.state <> 'not_issued') {alias}"
)


class PastTable(BaseTable):
    """Executions put on control before `instant`, with what had been recorded of them by then."""

    def __init__(self, table_name: str, alias: str, instant: datetime) -> None:
        super().__init__(table_name, alias)
        self.instant = instant

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        quote = connection.ops.quote_name
        fields = apps.get_model("assignments", "Execution")._meta.concrete_fields
        past = apps.get_model("assignments", "ExecutionPast")._meta.db_table
        columns = ", ".join(_column(quote(field.column), field.name in PAST_COLUMNS) for field in fields)
        instant = connection.ops.adapt_datetimefield_value(self.instant)
        sql = _SELECT.format(
            columns=columns,
            table=quote(self.table_name),
            past=quote(past),
            alias=compiler.quote_name_unless_alias(self.table_alias),
        )
        return sql, [instant] * 3

    def relabeled_clone(self, change_map: Mapping[Any, str]) -> "PastTable":
        alias = change_map.get(self.table_alias, self.table_alias)
        return type(self)(self.table_name, alias or self.table_name, self.instant)

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.instant)


def _column(name: str, of_the_past: bool) -> str:
    if not of_the_past:
        return f"now.{name} AS {name}"
    return f"CASE WHEN past.id IS NULL THEN now.{name} ELSE past.{name} END AS {name}"

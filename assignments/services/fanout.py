"""One item becomes thousands of executions: INSERT … SELECT, the same statement on both engines.

The ORM writes the SELECT, so the rule of the audience is the one that the pages show; only the head of the
statement is ours. Five thousand rows cost about as much as copying them in (performance row 13).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connections, router
from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import Concat

from assignments.enums import AddresseeKind, EventKind
from assignments.fold import Event, Folded, FoldRules, fold
from assignments.models import Assignment, Execution, ExecutionEvent, ItemSeries
from assignments.selectors.addressees import audience_clusters, audience_of, audience_regions


def insert_select(model: type[Model], source: QuerySet, columns: Mapping[str, Any]) -> int:
    """Append one row of `model` per row of `source`, in its order; returns how many.

    `columns` maps fields of `model` to expressions over `source`; fields left out must be nullable.
    """
    connection = connections[router.db_for_write(model)]
    marks = {f"put_{name}": expression for name, expression in columns.items()}
    select = source.annotate(**marks).values_list(*marks)
    sql, params = select.query.get_compiler(connection=connection).as_sql()
    quote = connection.ops.quote_name
    meta: Any = model._meta
    fields = ", ".join(quote(meta.get_field(name).column) for name in columns)
    table = quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({fields}) {sql}", params)
        return int(cursor.rowcount)


def _value(model: type[Model], name: str, value: object) -> Value:
    field: Any = model._meta.get_field(name)
    return Value(value, output_field=field.target_field if field.is_relation else field)


def executions_insert(item: Assignment, source: QuerySet, state: Folded) -> int:
    """One execution per cluster or region of `source`, with the columns of its first fold."""
    if item.addressee == AddresseeKind.REGIONS:
        code, place = Concat(Value(f"{item.code}@region-"), F("code")), {"region": F("code")}
    else:
        code, place = (
            Concat(Value(f"{item.code}@"), F("code")),
            {"region": F("region_id"), "cluster": F("pk")},
        )
    constants = {
        "assignment": item.pk,
        "weight": item.weight,
        "state": state.state,
        "first_due_on": state.first_due,
        "due_on": state.due,
        "issued_at": state.issued_at,
        "returns": 0,
        "extensions": 0,
        "version": 1,
    }
    columns = {name: _value(Execution, name, value) for name, value in constants.items()}
    return insert_select(Execution, source, {"code": code, **place, **columns})


def addressed_by(item: Assignment | ItemSeries, day: date) -> QuerySet[Any]:
    """The clusters, or the regions of the coordinators, that the rule of an item names on a day."""
    rule = audience_of(item)
    if item.addressee == AddresseeKind.REGIONS:
        return audience_regions(rule)
    return audience_clusters(rule, day)


def first_fold(due_on: date, own_due: date | None, at: datetime, rules: FoldRules) -> Folded:
    """The state of an execution that is put on control at an instant: never overdue at birth."""
    return fold([Event(0, EventKind.ISSUED.value, at, at, due=own_due)], due_on, rules)


def issued_events_insert(
    executions: QuerySet[Execution], actor_id: int | None, at: datetime, due: date | None = None
) -> int:
    """The first event of each of these executions, in their order; `due` is a term of their own."""
    constants: dict[str, object] = {
        "kind": EventKind.ISSUED,
        "at": at,
        "recorded_at": at,
        "text": "",
        "late_reason": "",
        "empty": False,
        "corrects": "",
    }
    if actor_id is not None:
        constants["actor"] = actor_id
    if due is not None:
        constants["due"] = due
    columns = {name: _value(ExecutionEvent, name, value) for name, value in constants.items()}
    return insert_select(ExecutionEvent, executions.order_by("pk"), {"execution": F("pk"), **columns})

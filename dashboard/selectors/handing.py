"""The executions that one report is about."""

from collections.abc import Iterable

from assignments.models import Assignment, Execution
from common.scope import Scope
from dashboard.wording import shared_opening

ITEMS_CITED = 10
"""Items that a first line names one by one; a longer list says nothing any more."""


def rows_of(scope: Scope, ids: Iterable[int]) -> list[Execution]:
    """Executions of the scope with what a table shows, earliest due first."""
    rows = Execution.objects.visible_to(scope).for_table().filter(pk__in=list(ids))
    return list(rows.order_by("due_on", "id"))


def rows_to_report(scope: Scope, ids: Iterable[int]) -> list[Execution]:
    """Of these the open ones of the regions that the person coordinates: a report can be handed in for them."""
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.coordinated).open()
    return list(rows.for_table().filter(pk__in=list(ids)).order_by("due_on", "id"))


def opening_of(rows: Iterable[Execution]) -> str:
    """The first words of one report for all of them: every item cited once, while there are few."""
    items: dict[int, Assignment] = {row.assignment_id: row.assignment for row in rows}
    return shared_opening(list(items.values())) if 0 < len(items) <= ITEMS_CITED else ""

"""Tables of executions on paper."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Execution
from common import clock
from common.documents import RIGHT, Table, TableColumn
from common.formatting import date_short
from dashboard import wording
from dashboard.printed import MAX_PRINTED, refuse_endless
from dashboard.rows import days_late


def rows_of_paper(rows: Any) -> list[Execution]:
    """The executions with their joins. Raises TooLarge for more than a paper takes."""
    found = list(rows.for_table()[: MAX_PRINTED + 1])
    refuse_endless(len(found))
    return found


def item_words(execution: Execution) -> str:
    """The title of the item, under it the name that it keeps for life."""
    return f"{execution.assignment.title}\n{wording.reference(execution.assignment)}"


def addressee_words(execution: Execution, *, between: str = "\n") -> str:
    """The cluster with its code, in a table one under another."""
    code = execution.cluster.code if execution.cluster else ""
    return between.join(filter(None, (wording.addressee(execution), code)))


def due_words(execution: Execution) -> str:
    """The day of the term, under it the first one where the term was moved."""
    first = wording.first_due_words(execution.due_on, execution.first_due_on)
    return f"{date_short(execution.due_on)}\n{first}" if first else date_short(execution.due_on)


def overdue_table(rows: Iterable[Execution]) -> Table:
    """What one region is late with; fits an upright sheet."""
    today = clock.today()
    columns = (
        TableColumn(_("No."), 5, RIGHT),
        TableColumn(_("Cluster"), 26),
        TableColumn(_("Assignment"), 31),
        TableColumn(_("Due, not later than, inclusive"), 20),
        TableColumn(_("Days late"), 14, RIGHT),
        TableColumn(_("State"), 17),
    )
    return Table(
        columns,
        [
            (
                str(place),
                addressee_words(row),
                item_words(row),
                due_words(row),
                str(days_late(row, today)),
                str(row.get_state_display()),
            )
            for place, row in enumerate(rows, 1)
        ],
    )

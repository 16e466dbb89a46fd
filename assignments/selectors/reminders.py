"""The executions that somebody is reminded of on a day."""

from collections.abc import Iterable
from datetime import date

from assignments.models import Execution
from assignments.reminders import Mark, Step, marks_by_due
from common.calendar import Overrides


def executions_reminded(
    day: date, ladder: Iterable[Step], overrides: Overrides | None = None, since: date | None = None
) -> list[tuple[Execution, list[Mark]]]:
    """Executions that wait for their region, with what they are reminded of on the day; the earliest due first.

    Steps of the ladder that fell after `since` count too. What is in review waits for the centre, and nobody is
    reminded of it. One query.
    """
    marks = marks_by_due(day, ladder, overrides, since)
    if not marks:
        return []
    rows = Execution.objects.unreported().filter(due_on__in=list(marks)).for_list().order_by("due_on", "pk")
    return [(execution, marks[execution.due_on]) for execution in rows]

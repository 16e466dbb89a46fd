"""The executions that somebody is reminded of on a day."""

from collections.abc import Iterable, Mapping
from datetime import date

from assignments.models import Execution
from assignments.reminders import Mark, Step, marks_by_due
from common.calendar import Calendars, Overrides, is_working_day


def executions_reminded(
    day: date, ladder: Iterable[Step], kept: Calendars, sent_on: Iterable[date] = ()
) -> list[tuple[Execution, Mapping[str, list[Mark]]]]:
    """Executions that wait for their region, with what they are reminded of on the day; the earliest due first.

    The marks stand by the key of the calendar (`Calendars`): whoever is reminded lives by his own. Steps of the ladder
    that fell after the last working day of `sent_on` count too. What is in review waits for the centre, and nobody is
    reminded of it. One query.
    """
    ladder, sent_on = list(ladder), list(sent_on)
    by_key = {
        key: marks_by_due(day, ladder, overrides, last_worked(sent_on, overrides))
        for key, overrides in kept.by_key().items()
    }
    days = {due for marks in by_key.values() for due in marks}
    if not days:
        return []
    rows = Execution.objects.unreported().filter(due_on__in=days).for_list().order_by("due_on", "pk")
    return [
        (row, {key: marks[row.due_on] for key, marks in by_key.items() if row.due_on in marks})
        for row in rows
    ]


def last_worked(days: Iterable[date], overrides: Overrides) -> date | None:
    """The last of the days on which people of a calendar work."""
    return max((day for day in days if is_working_day(day, overrides)), default=None)

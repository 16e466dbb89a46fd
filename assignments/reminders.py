"""When an execution is reminded of, and on which step of the ladder: pure rules over days, without tables.

Days off move everything: what is counted before the due date counts working days to the last working day of the
term, and a step of the ladder that falls on days off is taken on the first working day after them. So over the days
of a calendar each mark of an execution comes once. A morning that was missed loses no step: the next one takes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from common.calendar import Overrides, is_working_day, preceding_working_day, working_days_until
from notifications.digests import LONGEST_GAP
from notifications.enums import Rung, Topic

BEFORE = {7: Topic.BEFORE_7, 3: Topic.BEFORE_3, 1: Topic.BEFORE_1}
AHEAD_DAYS = 60
"""Seven working days are less than so many days of any calendar."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: so many days after the due date, whom it reaches."""

    days: int
    rung: Rung


@dataclass(frozen=True, slots=True)
class Mark:
    """What an execution is reminded of on a day, and who is."""

    topic: Topic
    rung: Rung


def marks_on(
    day: date,
    due_on: date,
    ladder: Iterable[Step],
    overrides: Overrides | None = None,
    since: date | None = None,
) -> list[Mark]:
    """The marks of an execution with this due date on a day: none on days off, each rung once.

    `since` is the last day whose steps were taken; by default the working day before.
    """
    if not is_working_day(day, overrides):
        return []
    since = since or preceding_working_day(day - timedelta(days=1), overrides)
    found = [*_before(day, due_on, overrides), *_after(day, due_on, ladder, since)]
    return list(dict.fromkeys(found))


def _before(day: date, due_on: date, overrides: Overrides | None) -> Iterable[Mark]:
    last = preceding_working_day(due_on, overrides)
    if day == last:
        yield Mark(Topic.ON_DAY, Rung.COORDINATOR)
    elif day < last:
        topic = BEFORE.get(working_days_until(day, last, overrides))
        if topic:
            yield Mark(topic, Rung.COORDINATOR)


def _after(day: date, due_on: date, ladder: Iterable[Step], since: date) -> Iterable[Mark]:
    if day <= due_on:
        return
    for step in ladder:
        if since < due_on + timedelta(days=step.days) <= day:
            yield Mark(Topic.OVERDUE if step.rung == Rung.COORDINATOR else Topic.FORMAL, step.rung)


def marks_by_due(
    day: date, ladder: Iterable[Step], overrides: Overrides | None = None, since: date | None = None
) -> Mapping[date, list[Mark]]:
    """The due dates whose executions are reminded of on the day, with their marks."""
    ladder = list(ladder)
    if not is_working_day(day, overrides):
        return {}
    back = max((step.days for step in ladder), default=0) + LONGEST_GAP
    days = (day + timedelta(days=shift) for shift in range(-back, AHEAD_DAYS + 1))
    found = ((due, marks_on(day, due, ladder, overrides, since)) for due in days)
    return {due: marks for due, marks in found if marks}

"""What facts say of a stage and of an indicator: pure rules, without tables and without a clock."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from assignments.enums import OPEN_STATES as OPEN_EXECUTIONS
from assignments.enums import ExecutionState
from cyclogram.enums import (
    CLOSED_STATES,
    OPEN_STATES,
    ClosedBy,
    ClosingRule,
    Direction,
    StageSign,
    StageState,
)
from cyclogram.laying import Window


class ExecutionFact(NamedTuple):
    """An execution of the cluster under an assignment that names the process: its state, first and last day.

    `begun_on` is the day it was put on control; `done_on` the day the accepted report was handed in.
    """

    state: str
    begun_on: date | None
    done_on: date | None


class Linked(NamedTuple):
    """How many executions a stage rests on; withdrawn and cancelled ones do not count."""

    total: int
    executed: int

    @property
    def is_executed(self) -> bool:
        """Whether there is at least one, and nothing is left to do."""
        return 0 < self.total == self.executed


class Course(NamedTuple):
    """Since when a stage goes on and since when it is done, as facts say; None where they do not."""

    begun_on: date | None = None
    done_on: date | None = None


def linked(facts: Iterable[ExecutionFact]) -> Linked:
    """The counts of these executions."""
    states = [fact.state for fact in facts]
    executed = states.count(ExecutionState.EXECUTED)
    return Linked(executed + sum(state in OPEN_EXECUTIONS for state in states), executed)


def course_of_assignments(facts: Sequence[ExecutionFact]) -> Course:
    """A stage goes on since the first of its executions was put on control, and is done with the last one.

    As long as one of them is open the stage is not done, however many are executed.
    """
    counted = [fact for fact in facts if fact.state in (*OPEN_EXECUTIONS, ExecutionState.EXECUTED)]
    begun = min((fact.begun_on for fact in counted if fact.begun_on), default=None)
    if not linked(counted).is_executed:
        return Course(begun)
    done = max((fact.done_on for fact in counted if fact.done_on), default=None)
    return _whole(begun, done)


def _whole(begun: date | None, done: date | None) -> Course:
    """What is done has begun, at the latest on the same day."""
    return Course(min(begun or done, done) if done else begun, done)


def course_of_date(planned: Window, today: date) -> Course:
    """A stage that its last day closes goes on in its window and is done when the window has passed."""
    begun = planned.first if planned.first <= today else None
    return Course(begun, planned.last if planned.last < today else None)


def course_of(
    closing: str, planned: Window, today: date, executions: Sequence[ExecutionFact], reached_on: date | None
) -> Course:
    """What facts say of a stage by the rule that closes it; `reached_on` is the day its indicator got to its plan.

    Whatever closes a stage, work under its assignments means that it has begun. A document is shown by people alone.
    """
    if closing == ClosingRule.DATE:
        return course_of_date(planned, today)
    work = course_of_assignments(executions)
    if closing == ClosingRule.ASSIGNMENTS:
        return work
    return _whole(work.begun_on, reached_on if closing == ClosingRule.INDICATOR else None)


def reached(planned: Decimal | None, actual: Decimal | None, direction: str) -> bool:
    """Whether an indicator is where the plan wants it; without one of the two nobody knows, so it is not."""
    if planned is None or actual is None:
        return False
    return actual <= planned if direction == Direction.DOWN else actual >= planned


def share_of_plan(planned: Decimal | None, actual: Decimal | None, direction: str) -> Decimal | None:
    """Percent of the plan with one decimal, more than 100 when it is exceeded; None where it cannot be said.

    Of what should be little the plan is divided by the value: twice as much as planned is 50 %.
    """
    if planned is None or actual is None:
        return None
    part, whole = (planned, actual) if direction == Direction.DOWN else (actual, planned)
    return (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def step_by_facts(state: str, closed_by: str, course: Course) -> str | None:
    """The act of `cyclogram.enums.STEPS` that facts ask for now; None when the stage stands as they say.

    Facts never touch what waits for acceptance, what people have closed, or what is not applicable.
    """
    if state in OPEN_STATES and course.done_on:
        return "close"
    if state == StageState.NOT_BEGUN and course.begun_on:
        return "begin"
    if state in CLOSED_STATES and closed_by == ClosedBy.FACTS and course.done_on is None:
        return "reopen"
    return None


def sign_of(state: str, planned_to: date, day: date) -> StageSign:
    """What the matrix shows on the day: open stages are late when their last planned day has passed."""
    return StageSign.LATE if state in OPEN_STATES and planned_to < day else StageSign(state)


def days_late(state: str, planned_to: date, actual_to: date | None, day: date) -> int | None:
    """Whole days after the planned end: of a closed stage until its end, of an open one until the day.

    Negative when a closed stage was early; None for an open one in time and for one that is not applicable.
    """
    if actual_to is not None:
        return (actual_to - planned_to).days
    return (day - planned_to).days if sign_of(state, planned_to, day) == StageSign.LATE else None

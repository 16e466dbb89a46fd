"""What facts say of a stage and of an indicator."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.enums import ExecutionState
from cyclogram.enums import STEPS, ClosedBy, ClosingRule, Direction, StageSign, StageState
from cyclogram.facts import (
    Course,
    ExecutionFact,
    Linked,
    course_of,
    course_of_assignments,
    days_late,
    linked,
    reached,
    share_of_plan,
    sign_of,
    step_by_facts,
)
from cyclogram.laying import Window

MARCH, MAY, AUGUST = date(2023, 3, 1), date(2023, 5, 10), date(2023, 8, 31)
PLANNED = Window(MARCH, AUGUST)
DAYS = st.dates(date(2023, 1, 1), date(2024, 12, 31))
OPEN = ("issued", "in_review", "returned")
LEFT_OUT = ("cancelled", "not_issued")


def fact(state: str, begun: date | None = MARCH, done: date | None = None) -> ExecutionFact:
    return ExecutionFact(state, begun, done)


FACTS = st.lists(
    st.builds(
        ExecutionFact, st.sampled_from(ExecutionState.values), DAYS, st.just(None)
    ).map(lambda one: one._replace(done_on=one.begun_on + timedelta(days=9)) if one.state == "executed" else one)
)  # fmt: skip


def test_a_stage_is_done_with_the_last_of_its_executions() -> None:
    facts = [fact("executed", MARCH, MAY), fact("executed", MAY, AUGUST), fact("cancelled")]

    assert course_of_assignments(facts) == Course(MARCH, AUGUST)
    assert linked(facts) == Linked(2, 2)


@pytest.mark.parametrize("state", OPEN)
def test_one_open_execution_keeps_the_stage_going(state: str) -> None:
    assert course_of_assignments([fact("executed", MARCH, MAY), fact(state, MAY)]) == Course(MARCH, None)


@pytest.mark.parametrize("states", [(), LEFT_OUT])
def test_without_executions_that_count_nothing_is_said(states: tuple[str, ...]) -> None:
    facts = [fact(state) for state in states]

    assert course_of_assignments(facts) == Course()
    assert not linked(facts).is_executed


@given(FACTS)
def test_a_stage_is_done_exactly_when_all_that_counts_is_executed(facts: list[ExecutionFact]) -> None:
    course = course_of_assignments(facts)
    states = {one.state for one in facts} - set(LEFT_OUT)

    assert (course.done_on is not None) == (states == {"executed"})
    assert (course.begun_on is not None) == bool(states)
    assert course.done_on is None or (course.begun_on is not None and course.begun_on <= course.done_on)


@given(FACTS, st.sampled_from(LEFT_OUT))
def test_what_is_withdrawn_or_cancelled_changes_nothing(facts: list[ExecutionFact], state: str) -> None:
    assert course_of_assignments([*facts, fact(state)]) == course_of_assignments(facts)


@pytest.mark.parametrize(
    ("closing", "reached_on", "course"),
    [
        (ClosingRule.ASSIGNMENTS, None, Course(MARCH, MAY)),
        (ClosingRule.DOCUMENT, None, Course(MARCH, None)),
        (ClosingRule.INDICATOR, None, Course(MARCH, None)),
        (ClosingRule.INDICATOR, AUGUST, Course(MARCH, AUGUST)),
        (ClosingRule.INDICATOR, date(2023, 2, 1), Course(date(2023, 2, 1), date(2023, 2, 1))),
        (ClosingRule.DATE, None, Course(MARCH, None)),
    ],
)
def test_each_rule_closes_by_its_own_facts(closing: str, reached_on: date | None, course: Course) -> None:
    assert course_of(closing, PLANNED, AUGUST, [fact("executed", MARCH, MAY)], reached_on) == course


def test_a_stage_that_its_last_day_closes_is_done_on_the_day_after_it() -> None:
    def on(day: date) -> Course:
        return course_of(ClosingRule.DATE, PLANNED, day, [], None)

    assert on(MARCH - timedelta(days=1)) == Course()
    assert on(AUGUST) == Course(MARCH, None)
    assert on(AUGUST + timedelta(days=1)) == Course(MARCH, AUGUST)


@given(
    state=st.sampled_from(StageState.values),
    closed_by=st.sampled_from(ClosedBy.values),
    course=st.builds(Course, st.none() | DAYS, st.none() | DAYS),
)
def test_facts_do_only_what_the_table_lets_them_and_then_rest(
    state: str, closed_by: str, course: Course
) -> None:
    act = step_by_facts(state, closed_by, course)
    if act is None:
        return
    step = STEPS[act]

    assert state in step.sources
    assert "facts" in step.sides
    assert act != "reopen" or closed_by == ClosedBy.FACTS
    assert step.target is not None
    assert step_by_facts(step.target, ClosedBy.FACTS, course) is None


@pytest.mark.parametrize("state", [StageState.PROPOSED, StageState.NOT_APPLICABLE])
def test_facts_leave_to_people_what_people_have_in_hand(state: str) -> None:
    assert step_by_facts(state, "", Course(MARCH, MAY)) is None
    assert step_by_facts(StageState.DONE, ClosedBy.HAND, Course(MARCH, None)) is None


@given(state=st.sampled_from(StageState.values), planned=DAYS, day=DAYS)
def test_only_an_open_stage_is_late_and_only_after_its_last_day(state: str, planned: date, day: date) -> None:
    late = state in ("not_begun", "going") and day > planned

    assert sign_of(state, planned, day) == (StageSign.LATE if late else state)


def test_days_of_delay_are_those_after_the_planned_end() -> None:
    later = AUGUST + timedelta(days=10)

    assert days_late("done", AUGUST, later, later) == 10
    assert days_late("done", AUGUST, AUGUST - timedelta(days=3), later) == -3
    assert days_late("going", AUGUST, None, later) == 10
    assert days_late("going", AUGUST, None, AUGUST) is None
    assert days_late("not_applicable", AUGUST, None, later) is None


def test_a_plan_is_reached_from_its_own_side() -> None:
    ten, twelve = Decimal(10), Decimal(12)

    assert reached(ten, twelve, Direction.UP)
    assert not reached(ten, twelve, Direction.DOWN)
    assert reached(ten, ten, Direction.DOWN)
    assert not reached(None, ten, Direction.UP)
    assert not reached(ten, None, Direction.UP)


def test_the_share_of_the_plan_says_nothing_where_there_is_nothing_to_divide_by() -> None:
    assert share_of_plan(Decimal(200), Decimal(157), Direction.UP) == Decimal("78.5")
    assert share_of_plan(Decimal(10), Decimal(20), Direction.DOWN) == Decimal(50)
    assert share_of_plan(Decimal(0), Decimal(5), Direction.UP) is None
    assert share_of_plan(Decimal(5), Decimal(0), Direction.DOWN) is None
    assert share_of_plan(None, Decimal(5), Direction.UP) is None

"""When an execution is reminded of: each mark once, on working days alone, however the days off lie."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assignments.reminders import BEFORE, Mark, Step, marks_by_due, marks_on
from common.calendar import is_working_day, preceding_working_day, working_days_until
from notifications.enums import Rung, Topic

DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 1))
LADDERS = st.lists(
    st.builds(Step, days=st.integers(1, 60), rung=st.sampled_from(Rung)),
    unique_by=lambda step: (step.days, step.rung),
    max_size=6,
)
OVERRIDES = st.none() | st.dictionaries(DAYS, st.booleans(), max_size=20)
MONTHS = 100
"""Days around a due date within which everything is said."""


def life(due: date, ladder: list[Step], overrides: dict[date, bool] | None = None) -> dict[date, list[Mark]]:
    """All marks of an execution by day."""
    days = [due + timedelta(days=shift) for shift in range(-MONTHS, MONTHS + 1)]
    return {day: marks for day in days if (marks := marks_on(day, due, ladder, overrides))}


@given(due=DAYS, ladder=LADDERS, overrides=OVERRIDES)
def test_nobody_is_reminded_on_a_day_off(due, ladder, overrides) -> None:
    assert all(is_working_day(day, overrides) for day in life(due, ladder, overrides))


@given(due=DAYS, overrides=OVERRIDES)
def test_seven_three_one_and_the_last_day_come_once_each_and_in_this_order(due, overrides) -> None:
    said = [mark.topic for marks in life(due, [], overrides).values() for mark in marks]

    assert said == [Topic.BEFORE_7, Topic.BEFORE_3, Topic.BEFORE_1, Topic.ON_DAY]


@given(due=DAYS, overrides=OVERRIDES)
def test_what_is_counted_before_are_working_days_to_the_last_one_of_the_term(due, overrides) -> None:
    last = preceding_working_day(due, overrides)
    for day, marks in life(due, [], overrides).items():
        for mark in marks:
            left = 0 if mark.topic == Topic.ON_DAY else {topic: n for n, topic in BEFORE.items()}[mark.topic]
            assert working_days_until(day, last, overrides) == left
            assert mark.rung == Rung.COORDINATOR


@given(due=DAYS, ladder=LADDERS)
def test_every_step_is_taken_once_on_its_day_or_on_the_first_working_day_after_it(due, ladder) -> None:
    expected: Counter[tuple[date, Rung]] = Counter()
    for step in ladder:
        day = due + timedelta(days=step.days)
        while not is_working_day(day):
            day += timedelta(days=1)
        expected[day, step.rung] = 1  # two steps that meet after days off are one mark

    found = Counter(
        (day, mark.rung) for day, marks in life(due, ladder).items() for mark in marks if day > due
    )
    assert found == expected


@given(due=DAYS, ladder=LADDERS)
def test_only_what_reaches_the_coordinator_himself_is_no_formal_notice(due, ladder) -> None:
    for marks in life(due, ladder).values():
        for mark in marks:
            assert (mark.topic == Topic.FORMAL) == (mark.rung != Rung.COORDINATOR)


@given(day=DAYS, ladder=LADDERS, overrides=OVERRIDES)
def test_the_due_dates_of_a_day_are_those_whose_executions_have_a_mark_on_it(day, ladder, overrides) -> None:
    found = marks_by_due(day, ladder, overrides)
    days = (day + timedelta(days=shift) for shift in range(-MONTHS, MONTHS + 1))

    assert found == {due: marks for due in days if (marks := marks_on(day, due, ladder, overrides))}


@given(due=DAYS, ladder=LADDERS, missed=st.sets(st.integers(min_value=0, max_value=MONTHS), max_size=20))
def test_mornings_that_were_missed_lose_no_step_and_repeat_none(due, ladder, missed) -> None:
    taken: Counter[Mark] = Counter()
    since = due
    for shift in range(MONTHS):
        day = due + timedelta(days=shift)
        marks = marks_on(day, due, ladder, since=since)
        if day > due and shift not in missed and is_working_day(day):
            taken.update(marks)
            since = day
    steps = {step.rung for step in ladder if due + timedelta(days=step.days) <= since}
    assert {mark.rung for mark in taken} == steps


def test_a_term_that_ends_on_sunday_is_over_on_friday_and_a_step_of_one_day_waits_for_monday() -> None:
    sunday = date(2026, 3, 22)
    said = life(sunday, [Step(1, Rung.COORDINATOR)])

    assert said[date(2026, 3, 20)] == [Mark(Topic.ON_DAY, Rung.COORDINATOR)]
    assert said[date(2026, 3, 19)] == [Mark(Topic.BEFORE_1, Rung.COORDINATOR)]
    assert said[date(2026, 3, 23)] == [Mark(Topic.OVERDUE, Rung.COORDINATOR)]

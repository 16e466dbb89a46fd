"""The log told step by step: it ends where the fold ends, and no event is left without a word."""

from datetime import timedelta
from typing import Any

from hypothesis import given

from assignments.fold import fold, known_events
from rating.formula import parse_case, period_bounds
from rating.formula.periods import default_as_of
from rating.formula.scoring import Window
from rating.formula.slices import folded_rows
from rating.formula.story import EFFECTS, IGNORED, NOT_SEEN, told
from tests.rating.strategies import DETERMINISTIC, cases


@DETERMINISTIC
@given(case=cases())
def test_the_story_ends_with_what_the_slice_counts(case: dict[str, Any]) -> None:
    parsed = parse_case(case)
    request, rules = parsed.request, parsed.params.fold_rules
    as_of = request.as_of or default_as_of(request.period, parsed.params)
    for execution in parsed.executions:
        due = parsed.items[execution.item].due
        known = known_events(execution.events, as_of, request.corrections_as_of, request.period)
        steps = told(
            execution.events, as_of=as_of, corrections_as_of=request.corrections_as_of, period=request.period,
            item_due=due, rules=rules,
        )  # fmt: skip
        assert len(steps) == len(execution.events)
        assert sum(step.effect != NOT_SEEN for step in steps) == len(known)
        assert all(step.effect in EFFECTS for step in steps)
        assert all(not step.moved_due for step in steps if step.effect in (IGNORED, NOT_SEEN))
        if steps:
            assert steps[-1].after == fold(known, due, rules)


@DETERMINISTIC
@given(case=cases())
def test_an_execution_is_in_scope_or_one_condition_says_why_not(case: dict[str, Any]) -> None:
    parsed = parse_case(case)
    params, period = parsed.params, parsed.request.period
    as_of = default_as_of(period, params)
    month = Window.of(*period_bounds(period), as_of, params)
    for row in folded_rows(parsed, period, as_of, None, params):
        in_scope = (
            row.issued
            and not row.cancelled
            and params.count_due_from <= row.due <= month.cut
            and (
                row.due >= month.start
                or row.completed is None
                or row.completed >= month.start + timedelta(days=params.grace_days)
            )
        )
        assert month.holds(row) == in_scope == (month.outside(row) == "")

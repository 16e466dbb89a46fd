"""The funnel of the regions: its limits are those of the formula, its points the regions with a score."""

from fractions import Fraction

import pytest

from rating.formula import Params
from rating.formula.uncertainty import NO_SIGNAL, signal, wilson
from rating.presentation.drawings import chance_limit, region_funnel
from rating.selectors.pages import FieldRow
from tests.rating.portal import read

Z = (Fraction(1645, 1000), Fraction(3))


def differs(score: int, executions: int, z: Fraction, national: int) -> bool:
    return signal(wilson(score, 100, Fraction(executions), z), national) != NO_SIGNAL


@pytest.mark.parametrize("z", Z)
@pytest.mark.parametrize("executions", [1, 5, 12, 40, 250])
@pytest.mark.parametrize("national", [5000, 8726, 9999])
def test_a_limit_is_the_first_score_that_differs_by_the_rule_of_the_signal(
    z: Fraction, executions: int, national: int
) -> None:
    limit = chance_limit(national, executions, z)

    if limit.low is not None:
        assert differs(limit.low, executions, z, national)
        assert not differs(limit.low + 1, executions, z, national)
    else:
        assert not differs(0, executions, z, national)
    if limit.high is not None:
        assert differs(limit.high, executions, z, national)
        assert not differs(limit.high - 1, executions, z, national)
    else:
        assert not differs(10_000, executions, z, national)


def test_limits_close_with_the_number_of_executions() -> None:
    lows = [chance_limit(8000, executions, Z[0]).low for executions in (10, 20, 40, 80)]
    assert None not in lows
    assert lows == sorted(lows, key=lambda low: low or 0)
    wide, narrow = chance_limit(8000, 40, Z[1]), chance_limit(8000, 40, Z[0])
    assert (wide.low or 0) < (narrow.low or 0)


def test_the_funnel_holds_the_regions_with_a_score_and_marks_the_own_one() -> None:
    params = Params.from_dict(read("case1")["params"][0])
    rows = [
        FieldRow("A", "Алтай", 40, 8, 9100, "green", True, "above"),
        FieldRow("B", "Брянск", 3, 1, 5200, "red", False, "none"),
        FieldRow("C", "Чита", 0, 0, None, "", True, ""),
    ]

    chart = region_funnel(rows, 8000, params, lambda code: f"/{code}/", own={"B"})

    assert [(dot.point.name, dot.point.own, dot.point.url) for dot in chart.dots] == [
        ("Брянск", True, "/B/"),
        ("Алтай", False, "/A/"),
    ]
    assert [bool(dot.point.signal) for dot in chart.dots] == [False, True]
    assert [curve.kind for curve in chart.curves] == ["inner", "outer"]

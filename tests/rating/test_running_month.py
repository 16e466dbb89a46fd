"""The running month on a page equals the formula over the log, and costs few queries."""

from datetime import UTC, datetime
from typing import Any

import pytest

from common import clock
from rating.formula import compute, losses_of, parse_case, rate_slice, what_if
from rating.models import Methodology
from rating.selectors import audit_case, current_period, running_month, running_region
from rating.services.methodologies import methodologies_create
from tests.rating.building import params
from tests.rating.portal import load, random_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(6))
def test_the_running_month_equals_the_formula_over_the_log(seed: int) -> None:
    now = datetime(2024, 1, 21 + seed, 9, tzinfo=UTC)
    load(random_case(seed, regions=7, items=16, until="2024-01-20"))

    with clock.at(now):
        month = running_month()
        assert month is not None
        computed = rate_slice(parse_case(audit_case(period=month.period, as_of=now)))

        assert month.period == "2024-01"
        for code, expected in computed.scores.regions.items():
            region = month.region(code)
            assert region is not None
            assert _numbers(region.score) == _numbers(expected)
            assert _losses(region.losses) == _losses(losses_of(expected))
            assert region.gains == what_if(computed.scores, code)
            assert region.stakes == computed.stakes.get(code, ())
    assert list(month.scores.regions) == list(computed.scores.regions)
    assert month.scores.national == computed.scores.national


def _numbers(score: Any) -> tuple[Any, ...]:
    return (
        score.status, score.pool, score.reading, score.zone, score.zone_certain, score.signal, score.rank,
        score.rank_range, score.counts,
    )  # fmt: skip


def _losses(losses: Any) -> tuple[Any, ...]:
    rows = [(row.cell.row.execution, row.lost, row.lost_by_reason) for row in losses.rows]
    return rows, losses.by_cluster, losses.by_reason, losses.total


def test_until_the_grace_days_are_over_it_is_still_the_month_before() -> None:
    load(random_case(1))

    with clock.at(datetime(2024, 1, 5, 20, 59, tzinfo=UTC)):
        assert current_period() == "2023-12"
    with clock.at(datetime(2024, 1, 5, 21, tzinfo=UTC)):
        assert current_period() == "2024-01"


def test_there_is_no_running_month_before_the_first_version() -> None:
    assert running_month() is None
    assert running_region("70") is None
    methodologies_create([params()])
    assert Methodology.objects.count() == 1

    with clock.at(datetime(2023, 10, 3, tzinfo=UTC)):
        assert running_month() is None


def test_a_region_that_is_not_counted_has_no_running_score() -> None:
    load(random_case(1))

    assert running_region("nowhere") is None


def test_the_running_month_takes_the_same_queries_whatever_the_history(
    django_assert_num_queries: Any,
) -> None:
    load(random_case(1, regions=8, items=25))

    with clock.at(datetime(2024, 1, 20, tzinfo=UTC)), django_assert_num_queries(5):
        running_region("R1")


def test_the_what_if_of_a_page_comes_true() -> None:
    case = random_case(3, until="2024-01-20")
    load(case)
    now = datetime(2024, 1, 25, 9, tzinfo=UTC)
    with clock.at(now):
        region = next(
            found for code in ("R1", "R2", "R3", "R4") if (found := running_region(code)) and found.gains
        )
    gain = region.gains[0]
    execution = next(row for row in case["executions"] if row["id"] == gain.execution)
    execution["events"].append({"id": 10_000, "kind": "submitted", "at": now.isoformat()})
    case["request"] = {"period": "2024-01", "as_of": "2024-01-26T09:00:00+03:00"}

    handed_in = next(row for row in compute(case)["regions"] if row["region"] == region.score.region)

    whole, part = divmod(gain.score_if_alone, 100)
    assert handed_in["score"] == f"{whole}.{part:02d}"

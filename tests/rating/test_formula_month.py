"""Single sentences of the methodology as small examples, and what pages ask for beside the slice (§3–8)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from assignments.fold import Folded
from rating.formula import (
    Params,
    RatedExecution,
    canonical_json,
    compute,
    default_as_of,
    hundredths_to_str,
    in_order,
    input_sha256,
    item_on_time_shares,
    losses_of,
    outlook,
    parse_case,
    period_bounds,
    rate_slice,
    review_indicator,
    running_period,
    score_month,
    shift_period,
    what_if,
)
from tests.rating.building import Log, moscow, params, region_of

VERSION = Params.from_dict(params())


def one_region(**changes: Any) -> Log:
    return Log(**changes).region("R1", "K1", "K2", "K3")


def row(
    due: date, completed: date | None = None, *, item: str = "I1", cluster: str = "K1", **changes: Any
) -> RatedExecution:
    """A folded execution of region R1."""
    ids = {"execution": f"{item}@{cluster}", "item": item, "cluster": cluster, "region": "R1"}
    plain = {
        "weight": 1,
        "issued": True,
        "cancelled": False,
        "returns": 0,
        "extensions": 0,
        "in_review": False,
    }
    return RatedExecution(**{**ids, **plain, "due": due, "completed": completed, **changes})


def test_a_month_has_its_bounds_and_its_instant() -> None:
    assert period_bounds("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert default_as_of("2023-12", VERSION).isoformat() == "2024-01-06T00:00:00+03:00"
    assert (shift_period("2024-01", -1), shift_period("2023-11", 2)) == ("2023-12", "2024-01")


@pytest.mark.parametrize(
    ("now", "period"),
    [
        ("2023-12-05T23:59:59+03:00", "2023-11"),
        ("2023-12-05T21:00:00+00:00", "2023-12"),
        ("2024-01-03T00:00:00+03:00", "2023-12"),
    ],
)
def test_until_the_fifth_the_running_month_is_still_the_month_before(now: str, period: str) -> None:
    assert running_period(datetime.fromisoformat(now), VERSION) == period


@pytest.mark.parametrize(
    ("reported", "points"),
    [(10, 100), (11, 80), (13, 80), (14, 60), (20, 60), (21, 40), (40, 40), (41, 20)],
)
def test_points_change_with_the_day_of_the_step(reported: int, points: int) -> None:
    assert VERSION.points(reported - 10, 0) == points


def test_each_return_costs_ten_points_but_an_executed_one_never_falls_below_ten() -> None:
    assert [VERSION.points(0, returns) for returns in (0, 1, 9, 10)] == [100, 90, 10, 10]
    assert [VERSION.points(40, returns) for returns in (0, 1, 2, 5)] == [20, 10, 10, 10]


def test_reports_of_the_grace_days_count_for_the_month_and_later_ones_do_not() -> None:
    log = one_region().item("I1", "2023-11-30")
    log.done("I1", "K1", "2023-12-05 23:59").done("I1", "K2", "2023-12-06")
    log.case["request"]["as_of"] = moscow("2023-12-20")

    region = region_of(compute(log.case), "R1")

    assert region["points_sum"] == 60
    assert [
        (loss["cluster"], loss["status"], loss["completed"], loss["days_late"]) for loss in region["losses"]
    ] == [
        ("K2", "not_executed", "2023-12-06", 0),
        ("K1", "late", "2023-12-05", 5),
    ]
    assert region["what_if"] == []


def test_what_was_counted_by_the_grace_days_is_not_carried_over() -> None:
    log = one_region(period="2023-12").item("I1", "2023-11-30")
    log.done("I1", "K1", "2023-12-05").done("I1", "K2", "2023-12-06").done("I1", "K3")

    region = region_of(compute(log.case), "R1")

    assert [(loss["cluster"], loss["points"]) for loss in region["losses"]] == [("K3", 0), ("K2", 60)]
    assert region["counts"]["carried_over"] == 2
    assert region["previous"]["score"] == "20.00"


def test_obligations_older_than_the_first_counted_day_never_enter() -> None:
    log = one_region(count_due_from="2023-11-10").item("I1", "2023-11-09").item("I2", "2023-11-10")
    log.done("I1", "K1").done("I2", "K1")

    assert region_of(compute(log.case), "R1")["executions"] == 1


def test_a_slice_in_the_middle_of_the_month_counts_dues_before_its_day() -> None:
    log = one_region().item("I1", "2023-11-14").item("I2", "2023-11-15").done("I1", "K1").done("I2", "K1")
    log.case["request"]["as_of"] = moscow("2023-11-15", "18:00")

    region = region_of(compute(log.case), "R1")

    assert region["executions"] == 1
    assert region["losses"][0]["days_late"] == 0
    assert region["what_if"][0]["gain_weighted_points"] == 80


def test_missing_hundredths_go_to_the_largest_remainders_and_ties_to_the_first_cluster_and_item() -> None:
    log = one_region().item("I1", "2023-11-10").item("I2", "2023-11-10")
    for cluster in ("K3", "K2", "K1"):
        log.done("I2", cluster).done("I1", cluster)

    region = region_of(compute(log.case), "R1")

    assert [(loss["cluster"], loss["item"], loss["lost"]) for loss in region["losses"]] == [
        ("K1", "I1", "16.67"),
        ("K1", "I2", "16.67"),
        ("K2", "I1", "16.67"),
        ("K2", "I2", "16.67"),
        ("K3", "I1", "16.66"),
        ("K3", "I2", "16.66"),
    ]


def test_a_late_report_that_had_been_returned_shows_both_reasons() -> None:
    log = one_region().item("I1", "2023-11-10")
    log.execution(
        "I1", "K1", ("issued", "2023-11-01"), ("submitted", "2023-11-09"),
        ("returned", "2023-11-10", {"empty": True}), ("submitted", "2023-11-12"),
    )  # fmt: skip

    assert region_of(compute(log.case), "R1")["losses"][0]["lost_by_reason"] == {
        "late": "20.00",
        "returned": "10.00",
    }


def test_few_executions_have_a_score_but_nothing_about_places() -> None:
    log = one_region().item("I1", "2023-11-10").done("I1", "K1").done("I1", "K2", "2023-11-10")

    region = region_of(compute(log.case), "R1")

    assert (region["status"], region["score"], region["zone"]) == ("few", "50.00", "red")
    assert (region["rank"], region["rank_interval"]) == (None, None)
    assert [(gain["rank_if_alone"], gain["rank_cumulative"]) for gain in region["what_if"]] == [(None, None)]


def test_the_best_gains_come_first_and_equal_ones_by_cluster_and_item() -> None:
    log = one_region(n_min=1).region("R2", "L1").item("I1", "2023-11-28", 1).item("I2", "2023-11-10", 2)
    log.done("I1", "K1").done("I1", "K2").done("I2", "K1").done("I1", "L1", "2023-11-29")

    region = region_of(compute(log.case), "R1")

    assert [tuple(gain.values()) for gain in region["what_if"]] == [
        ("K1", "I2", 80, "20.00", 2, "20.00", 2),
        ("K1", "I1", 60, "15.00", 2, "35.00", 2),
        ("K2", "I1", 60, "15.00", 2, "50.00", 2),
    ]


def test_equal_scores_share_a_place_and_the_next_one_is_skipped() -> None:
    log = Log(n_min=1).region("R3", "K3").region("R2", "K2").region("R1", "K1").item("I1", "2023-11-10")
    log.done("I1", "K1", "2023-11-12").done("I1", "K2", "2023-11-10").done("I1", "K3", "2023-11-09")

    table = compute(log.case)["regions"]

    assert [(region["region"], region["rank"]) for region in table] == [("R2", 1), ("R3", 1), ("R1", 3)]


def test_the_month_before_is_read_by_its_own_version_and_its_own_instant() -> None:
    log = one_region(period="2023-12", effective_from="2023-12", n_min=1).item("I1", "2023-11-10")
    log.item("I2", "2023-12-10").done("I1", "K1", "2023-11-12").done(
        "I2", "K1", "2023-12-10", issued="2023-11-20"
    )
    assert region_of(compute(log.case), "R1")["previous"] is None

    log.case["params"].append(params(version="0.9", late_steps=[[None, 35]], n_min=1))
    accepted_late = {"id": 90, "kind": "cancelled", "at": moscow("2023-12-06", "00:00")}
    log.case["executions"][0]["events"].append(accepted_late)
    assert region_of(compute(log.case), "R1")["previous"] == {
        "score": "35.00",
        "rank": 1,
        "delta": "65.00",
        "rank_delta": 0,
        "distinguishable": False,
    }

    accepted_late["corrects"] = "2023-11"
    assert region_of(compute(log.case), "R1")["previous"] is None


def test_a_correction_known_only_to_the_revision_moves_the_month_before_too() -> None:
    log = one_region(period="2023-12", n_min=1).item("I1", "2023-11-10").item("I2", "2023-12-10")
    log.done("I1", "K1").done("I1", "K2", "2023-11-10").done("I2", "K1", "2023-12-10", issued="2023-11-20")
    log.case["executions"][0]["events"].append(
        {"id": 90, "kind": "cancelled", "at": moscow("2024-01-10"), "corrects": "2023-11"}
    )
    before = region_of(compute(log.case), "R1")
    log.case["request"]["corrections_as_of"] = moscow("2024-01-15")
    after = region_of(compute(log.case), "R1")

    assert (before["previous"]["score"], before["previous"]["delta"], before["score"]) == (
        "50.00",
        "0.00",
        "50.00",
    )
    assert (after["previous"]["score"], after["previous"]["delta"], after["score"]) == (
        "100.00",
        "0.00",
        "100.00",
    )


def test_each_obligation_is_once_in_a_longer_window() -> None:
    log = one_region(period="2023-12").item("I1", "2023-10-20").item("I2", "2023-12-20")
    log.done("I1", "K1", "2023-12-20", issued="2023-10-02").done(
        "I1", "K2", "2023-10-20", issued="2023-10-02"
    )
    log.done("I1", "K3", issued="2023-10-02").done("I2", "K1", "2023-12-20", issued="2023-12-01")

    windows = region_of(compute(log.case), "R1")["windows"]

    assert {name: (window["n"], window["score"]) for name, window in windows.items()} == {
        "3m": (4, "55.00"),
        "12m": (4, "55.00"),
        "ytd": (4, "55.00"),
    }


def test_the_digest_is_of_the_inputs_as_they_stand_and_not_of_the_request() -> None:
    log = one_region().item("I1", "2023-11-10").done("I1", "K1")
    digest = input_sha256(log.case)
    log.case["request"]["as_of"] = moscow("2023-12-01")
    log.case["note"] = "elsewhere"
    assert input_sha256(log.case) == digest == parse_case(log.case).input_sha256

    log.case["items"][0]["note"] = "inside"
    assert input_sha256(log.case) != digest


def test_a_case_in_order_is_written_once_for_its_bytes_and_its_digest() -> None:
    case = one_region().item("I1", "2023-11-10").done("I1", "K1").case
    for name in ("regions", "clusters", "items", "executions"):
        case[name].sort(key=lambda row: row["id"])

    assert in_order(case) == (canonical_json(case), input_sha256(case))


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0.00"), (5, "0.05"), (10_000, "100.00"), (-135, "-1.35"), (-5, "-0.05")]
)
def test_hundredths_are_shown_with_two_places(number: int, text: str) -> None:
    assert hundredths_to_str(number) == text


def test_the_running_month_is_scored_from_folded_executions_alone() -> None:
    now = datetime(2023, 11, 20, 9, tzinfo=UTC)
    rows = [
        row(date(2023, 11, 10), date(2023, 11, 12)),
        row(date(2023, 11, 15), cluster="K2", returns=1),
        row(date(2023, 11, 20), cluster="K3"),
        row(date(2023, 11, 12), cluster="K4", cancelled=True),
        row(date(2023, 11, 12), cluster="K5", issued=False),
    ]

    scores = score_month(
        rows,
        period="2023-11",
        as_of=now,
        params=VERSION,
        regions=["R1", "R2", "R3"],
        regions_with_clusters={"R1", "R2"},
    )
    region = scores.regions["R1"]

    assert (region.executions, region.score, region.rank) == (2, 4_000, None)
    assert [scores.regions[code].status for code in ("R1", "R2", "R3")] == ["few", "no_due", "no_clusters"]
    assert losses_of(region).total == 6_000
    assert losses_of(scores.regions["R2"]).total == 0
    assert [gain.score_if_alone for gain in what_if(scores, "R1")] == [6_500]
    assert what_if(scores, "R2") == ()
    assert scores.regions["R2"].score is None


def test_at_stake_are_the_open_executions_until_the_end_of_the_next_month() -> None:
    now = datetime(2023, 11, 20, 9, tzinfo=UTC)
    rows = [
        row(date(2023, 11, 10), item="I1", weight=3, returns=1),
        row(date(2023, 12, 31), item="I2", weight=2),
        row(date(2023, 12, 31), item="I2", weight=2, cluster="K0"),
        row(date(2024, 1, 1), item="I3"),
        row(date(2023, 11, 10), date(2023, 11, 10), item="I4"),
        row(date(2023, 9, 30), item="I5"),
        row(date(2023, 10, 1), item="I7"),
        row(date(2023, 11, 10), item="I6", cancelled=True),
    ]

    stakes = outlook(rows, period="2023-11", as_of=now, params=VERSION)

    assert [(stake.item, stake.cluster, stake.at_stake) for stake in stakes["R1"]] == [
        ("I2", "K0", 2_500),
        ("I2", "K1", 2_500),
        ("I1", "K1", 1_875),
        ("I7", "K1", 250),
    ]


def test_a_slice_knows_the_on_time_share_of_every_item() -> None:
    log = one_region().region("R2", "L1").item("I1", "2023-11-10").item("I2", "2023-12-10")
    log.done("I1", "K1", "2023-11-10").done("I1", "K2", "2023-11-11").done("I1", "L1").done("I2", "K1")

    shares = item_on_time_shares(rate_slice(parse_case(log.case)).scores)

    assert {item: (share.executions, share.on_time, share.share) for item, share in shares.items()} == {
        "I1": (3, 1, 3_333)
    }


@pytest.mark.parametrize(
    ("days", "median"), [((), None), ((4,), 4), ((1, 2), 2), ((9, 1, 3), 3), ((1, 3, 4, 8), 4)]
)
def test_the_review_indicator_is_the_median_of_finished_reviews(
    days: tuple[int, ...], median: int | None
) -> None:
    due = date(2023, 11, 20)
    reviews = tuple((date(2023, 11, 1), date(2023, 11, 1 + length)) for length in days)
    waiting = Folded(state="in_review", first_due=due, due=due)

    indicator = review_indicator([Folded(state="executed", first_due=due, due=due, reviews=reviews), waiting])

    assert (indicator.finished, indicator.median_days, indicator.unreviewed) == (len(days), median, 1)

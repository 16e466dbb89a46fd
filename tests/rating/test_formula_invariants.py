"""Invariants 1–9, 11, 18–20, 22, 23 and 25 of the methodology (§13): of the numbers of one slice."""

import copy
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rating.formula import Params, canonical_json, compute, parse_case, rate_slice
from rating.formula.scoring import Window, cells_by_region, pool_of
from rating.formula.uncertainty import Reading, surely_above
from tests.rating.building import params, region_of
from tests.rating.strategies import (
    DETERMINISTIC,
    OFFSETS,
    STEPS,
    all_events,
    append,
    cases,
    hundredths,
    instant,
    iso,
    next_event_id,
    own_numbers,
    scored,
    shuffled,
    total,
    without,
)

Case = dict[str, Any]


@DETERMINISTIC
@given(cases())
def test_1_an_interval_holds_its_score_and_stays_between_0_and_100(case: Case) -> None:
    for row in scored(compute(case)):
        windows = [window for window in row["windows"].values() if window]
        for reading in (row, *windows):
            low, high = map(hundredths, reading["interval"])
            assert 0 <= low <= hundredths(reading["score"]) <= high <= 10_000


@DETERMINISTIC
@given(cases())
def test_2_losses_sum_exactly_to_what_is_missing(case: Case) -> None:
    for row in scored(compute(case)):
        lost = sum(loss["lost_weighted_points"] for loss in row["losses"])
        assert lost == 100 * row["weight_sum"] - row["points_sum"]


@DETERMINISTIC
@given(cases())
def test_3_shown_losses_sum_to_what_is_missing_by_row_cell_cluster_and_reason(case: Case) -> None:
    for row in scored(compute(case)):
        missing = 10_000 - hundredths(row["score"])
        cells = [part for loss in row["losses"] for part in loss["lost_by_reason"].values()]
        assert hundredths(row["lost_total"]) == missing
        assert total(loss["lost"] for loss in row["losses"]) == missing
        assert total(cells) == missing
        assert total(row["lost_by_cluster"].values()) == missing
        assert total(row["lost_by_reason"].values()) == missing
        for loss in row["losses"]:
            assert hundredths(loss["lost"]) == total(loss["lost_by_reason"].values())


@DETERMINISTIC
@given(cases())
def test_4_there_is_a_score_exactly_when_something_was_due(case: Case) -> None:
    result = compute(case)

    for row in result["regions"]:
        has_score = row.get("score") is not None
        assert has_score == (row["executions"] > 0) == (row["status"] in ("ranked", "few"))
        assert has_score or row["status"] in ("no_due", "no_clusters")
    assert (result["national"] is not None) == bool(scored(result))


@DETERMINISTIC
@given(cases())
def test_5_places_and_their_ranges_follow_from_the_published_table(case: Case) -> None:
    ranked = [row for row in compute(case)["regions"] if row["status"] == "ranked"]
    readings = [Reading(hundredths(row["score"]), *map(hundredths, row["interval"])) for row in ranked]

    for row, own in zip(ranked, readings, strict=True):
        low, high = row["rank_interval"]
        assert row["rank"] == 1 + sum(other.score > own.score for other in readings)
        assert low <= row["rank"] <= high
        assert low == 1 + sum(surely_above(other, own) for other in readings)
        assert high == len(ranked) - sum(surely_above(own, other) for other in readings)


@DETERMINISTIC
@given(cases(), st.integers(0, 2**32))
def test_6_any_order_of_the_input_gives_the_same_bytes(case: Case, seed: int) -> None:
    assert canonical_json(compute(shuffled(case, random.Random(seed)))) == canonical_json(compute(case))


@DETERMINISTIC
@given(cases(), st.integers(0, 2**32))
def test_7_other_offsets_for_the_same_instants_change_nothing_but_the_digest(case: Case, seed: int) -> None:
    rng = random.Random(seed)
    other = copy.deepcopy(case)
    for row in [other["request"], *(event for _execution, event in all_events(other))]:
        for key in ("at", "recorded_at", "requested_at", "as_of", "corrections_as_of"):
            if key in row:
                row[key] = iso(instant(row[key]), rng.choice(OFFSETS))

    assert without(compute(other)) == without(compute(case))


@DETERMINISTIC
@given(cases(), st.integers(2, 1_000))
def test_8_weights_times_a_constant_change_no_score_interval_place_or_shown_loss(
    case: Case, factor: int
) -> None:
    heavier = copy.deepcopy(case)
    for item in heavier["items"]:
        item["weight"] *= factor
    kept = ("region", "score", "interval", "rank", "rank_interval", "zone", "signal", "counts", "previous")
    kept += ("lost_by_cluster", "lost_by_reason", "lost_total", "windows")

    for row, other in zip(compute(case)["regions"], compute(heavier)["regions"], strict=True):
        assert {key: other.get(key) for key in kept} == {key: row.get(key) for key in kept}
        assert [loss["lost"] for loss in other.get("losses", [])] == [
            loss["lost"] for loss in row.get("losses", [])
        ]


@DETERMINISTIC
@given(cases(), st.integers(0, 4))
def test_9_the_data_of_other_regions_never_change_the_numbers_of_a_region(case: Case, number: int) -> None:
    region = case["regions"][number % len(case["regions"])]["id"]
    own_clusters = {cluster["id"] for cluster in case["clusters"] if cluster["region"] == region}
    alone = copy.deepcopy(case)
    alone["executions"] = [row for row in alone["executions"] if row["cluster"] in own_clusters]

    assert own_numbers(compute(alone), region) == own_numbers(compute(case), region)


@DETERMINISTIC
@given(cases())
def test_11_a_later_version_of_the_parameters_changes_nothing(case: Case) -> None:
    period = case["request"]["period"]
    other = copy.deepcopy(case)
    other["params"] = [version for version in other["params"] if version["effective_from"] <= period]
    other["params"].append(
        params(version="later", effective_from="2024-12", tz_offset_minutes=0, late_steps=[[None, 1]],
               min_executed_points=0)
    )  # fmt: skip

    assert without(compute(other)) == without(compute(case))


@DETERMINISTIC
@given(cases(corrections=False))
def test_18_all_on_time_is_100_and_nothing_handed_in_is_0(case: Case) -> None:
    for events, score in ((("issued", "submitted"), "100.00"), (("issued",), "0.00")):
        plain = copy.deepcopy(case)
        for execution in plain["executions"]:
            execution["events"] = []
            for kind in events:
                day = next(item["due"] for item in case["items"] if item["id"] == execution["item"])
                at = (
                    instant(f"{day}T00:00:00+00:00")
                    if kind == "submitted"
                    else instant("2023-01-02T00:00:00Z")
                )
                append(plain, execution, kind, at)
        for version in plain["params"]:
            version["tz_offset_minutes"] = 0
        assert all(row["score"] == score for row in scored(compute(plain)))


@DETERMINISTIC
@given(cases())
def test_19_regions_without_a_place_change_no_place(case: Case) -> None:
    result = compute(case)
    ranked = {row["region"]: row for row in result["regions"] if row["status"] == "ranked"}
    of_ranked = {cluster["id"] for cluster in case["clusters"] if cluster["region"] in ranked}
    only = copy.deepcopy(case)
    only["executions"] = [row for row in only["executions"] if row["cluster"] in of_ranked]
    only["regions"] = [row for row in only["regions"] if row["id"] in ranked]
    only["clusters"] = [row for row in only["clusters"] if row["id"] in of_ranked]

    other = compute(only)

    assert other["ranked_regions"] == result["ranked_regions"] == len(ranked)
    for region, row in ranked.items():
        same = region_of(other, region)
        assert (same["rank"], same["rank_interval"]) == (row["rank"], row["rank_interval"])


@DETERMINISTIC
@given(cases())
def test_20_doubling_every_execution_keeps_the_score_and_narrows_the_interval(case: Case) -> None:
    double = copy.deepcopy(case)
    double["items"] += [{**item, "id": f"{item['id']}+"} for item in case["items"]]
    shift = next_event_id(case)
    for execution in copy.deepcopy(case["executions"]):
        execution.update(id=f"{execution['id']}+", item=f"{execution['item']}+")
        for event in execution["events"]:
            event["id"] += shift
            if "target" in event:
                event["target"] += shift
        double["executions"].append(execution)
    result = compute(double)

    for row in scored(compute(case)):
        twice = region_of(result, row["region"])
        low, high = map(hundredths, row["interval"])
        narrow_low, narrow_high = map(hundredths, twice["interval"])
        assert (twice["score"], twice["executions"]) == (row["score"], 2 * row["executions"])
        assert low <= narrow_low <= narrow_high <= high


@DETERMINISTIC
@given(cases())
def test_22_a_window_of_one_month_equals_the_month(case: Case) -> None:
    result = rate_slice(parse_case(case))
    scores = result.scores
    window = Window.of(scores.window.start, scores.window.end, scores.as_of, scores.params)
    cells = cells_by_region(result.rows, window, scores.params)

    for region, score in scores.regions.items():
        assert pool_of(cells.get(region, ())) == score.pool


@DETERMINISTIC
@given(cases(period="2024-01"))
def test_22_in_january_the_year_to_date_equals_the_month(case: Case) -> None:
    for row in compute(case)["regions"]:
        expected = None
        if row["executions"]:
            expected = {"n": row["executions"], "score": row["score"], "interval": row["interval"]}
        assert row["windows"]["ytd"] == expected


@pytest.mark.parametrize("steps", STEPS)
def test_23_points_never_rise_with_lateness_or_returns(steps: list[Any]) -> None:
    least = min(points for _limit, points in steps)
    version = Params.from_dict(params(late_steps=steps, min_executed_points=min(10, least)))
    table = [[version.points(days, returns) for returns in range(14)] for days in range(60)]

    for days in range(60):
        for returns in range(14):
            assert 10 <= table[days][returns] <= 100
            assert days == 0 or table[days][returns] <= table[days - 1][returns]
            assert returns == 0 or table[days][returns] <= table[days][returns - 1]


@DETERMINISTIC
@given(cases(), st.integers(1, 5))
def test_25_relabelling_executions_to_other_clusters_of_the_region_keeps_the_score(
    case: Case, turn: int
) -> None:
    region_by_cluster = {cluster["id"]: cluster["region"] for cluster in case["clusters"]}
    groups: dict[str, list[str]] = {}
    for cluster, region in region_by_cluster.items():
        groups.setdefault(region, []).append(cluster)
    moved = copy.deepcopy(case)
    for execution in moved["executions"]:
        group = groups[region_by_cluster[execution["cluster"]]]
        shift = turn * int(execution["item"][1:])
        execution["cluster"] = group[(group.index(execution["cluster"]) + shift) % len(group)]
    result = compute(moved)

    for row in scored(compute(case)):
        other = region_of(result, row["region"])
        kept = ("score", "executions", "weight_sum", "points_sum", "lost_total", "counts", "rank")
        assert {key: other[key] for key in kept} == {key: row[key] for key in kept}
        assert Counter(loss["execution"] for loss in other["losses"]) == Counter(
            loss["execution"] for loss in row["losses"]
        )

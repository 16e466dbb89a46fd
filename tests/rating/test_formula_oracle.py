"""The formula equals a slow second reading of the methodology on random histories."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given

from rating.formula import compute, hundredths_to_str
from tests.rating.building import region_of
from tests.rating.oracle import (
    EPOCH,
    Oracle,
    exact_score,
    half_up,
    interval,
    month_before,
    month_start,
    score,
    seconds,
    surely,
)
from tests.rating.strategies import DETERMINISTIC, cases, hundredths

Cells = dict[str, list[dict[str, Any]]]


def oracle_of(case: dict[str, Any]) -> Oracle:
    request = case["request"]
    instants = [seconds(request[key]) if key in request else None for key in ("as_of", "corrections_as_of")]
    return Oracle(case, request["period"], *instants)


def before(case: dict[str, Any], oracle: Oracle) -> Oracle | None:
    """The month before as the slice sees it."""
    period = month_before(oracle.period)
    if not any(version["effective_from"] <= period for version in case["params"]):
        return None
    own = Oracle(case, period, None, None).as_of
    corrections = max(oracle.as_of, oracle.corrections or oracle.as_of)
    return Oracle(case, period, min(own, oracle.as_of), corrections)


def by_region(oracle: Oracle, start: int) -> Cells:
    found: Cells = {}
    for cell in oracle.cells(start):
        found.setdefault(cell["region"], []).append(cell)
    return found


def month(oracle: Oracle) -> Cells:
    return by_region(oracle, month_start(oracle.period))


def readings(oracle: Oracle, cells: Cells) -> dict[str, tuple[int, int, int]]:
    """Score and interval of every region with something due."""
    p = oracle.p
    return {region: (score(own), *interval(own, p["z_interval"], p["icc"])) for region, own in cells.items()}


def ranks(oracle: Oracle, cells: Cells) -> dict[str, int]:
    ranked = {region: score(own) for region, own in cells.items() if len(own) >= oracle.p["n_min"]}
    return {region: 1 + sum(other > own for other in ranked.values()) for region, own in ranked.items()}


def day_text(number: int) -> str:
    return (EPOCH + timedelta(days=number)).isoformat()


@DETERMINISTIC
@given(cases())
def test_scope_points_and_scores_are_those_of_the_text(case: dict[str, Any]) -> None:
    result, oracle = compute(case), oracle_of(case)
    cells = month(oracle)
    has_clusters = set(oracle.region_of.values())

    for region in (row["id"] for row in case["regions"]):
        row, own = region_of(result, region), cells.get(region, [])
        assert row["executions"] == len(own)
        if not own:
            assert row["status"] == ("no_due" if region in has_clusters else "no_clusters")
            assert set(row) == {"region", "status", "executions", "windows"}
            continue
        weight = sum(cell["weight"] for cell in own)
        points = sum(cell["weight"] * cell["q"] for cell in own)
        assert (row["weight_sum"], row["points_sum"], row["clusters"]) == (
            weight,
            points,
            len({cell["cluster"] for cell in own}),
        )
        assert row["score"] == hundredths_to_str(score(own))
        assert row["status"] == ("ranked" if len(own) >= oracle.p["n_min"] else "few")
        assert row["counts"] == {
            "on_time": sum(cell["executed"] and not cell["days"] for cell in own),
            "late": sum(cell["executed"] and cell["days"] > 0 for cell in own),
            "not_executed": sum(not cell["executed"] for cell in own),
            "in_review": sum(cell["report"] is not None for cell in own),
            "returned": sum(cell["returns"] > 0 for cell in own),
            "extended": sum(cell["moved"] > 0 for cell in own),
            "carried_over": sum(cell["due"] < month_start(oracle.period) for cell in own),
        }
    everything = [cell for own in cells.values() for cell in own]
    assert (result["national"] is None) == (not everything)
    if everything:
        assert result["national"]["score"] == hundredths_to_str(score(everything))
        assert result["national"]["executions"] == len(everything)


@DETERMINISTIC
@given(cases())
def test_losses_are_those_of_the_text_and_shown_by_largest_remainder(case: dict[str, Any]) -> None:
    result, oracle = compute(case), oracle_of(case)
    order = ["not_executed", "late", "returned"]

    for region, own in month(oracle).items():
        weight = sum(cell["weight"] for cell in own)
        parts = {}
        for cell in own:
            losses = (
                {"late": 100 - cell["t"], "returned": cell["t"] - cell["q"]}
                if cell["executed"]
                else {"not_executed": 100}
            )
            for reason, lost in losses.items():
                if lost:
                    key = (cell["cluster"], cell["item"], order.index(reason))
                    parts[key] = Fraction(100 * lost * cell["weight"], weight)
        shown = {key: int(part // 1) for key, part in parts.items()}
        missing = 10_000 - score(own) - sum(shown.values())
        for key in sorted(parts, key=lambda key: (shown[key] - parts[key], key))[:missing]:
            shown[key] += 1

        row = region_of(result, region)
        assert {
            (loss["cluster"], loss["item"], order.index(reason)): hundredths(part)
            for loss in row["losses"]
            for reason, part in loss["lost_by_reason"].items()
        } == shown
        assert [loss["execution"] for loss in row["losses"]] == [
            cell["execution"]
            for cell in sorted(own, key=lambda c: (-c["weight"] * (100 - c["q"]), c["cluster"], c["item"]))
            if cell["q"] < 100
        ]
        facts = {cell["execution"]: cell for cell in own}
        for loss in row["losses"]:
            cell = facts[loss["execution"]]
            assert loss["points"] == cell["q"]
            assert loss["days_late"] == cell["days"]
            assert loss["due"] == day_text(cell["due"])
            assert loss["completed"] == (None if cell["C"] is None else day_text(cell["C"]))
            assert loss["lost_weighted_points"] == cell["weight"] * (100 - cell["q"])
            assert loss["carried_over"] == (cell["due"] < month_start(oracle.period))
            assert (loss["returns"], loss["weight"]) == (cell["returns"], cell["weight"])
            assert loss["in_review"] == (cell["report"] is not None)
            assert loss["status"] == (
                "not_executed" if not cell["executed"] else "late" if cell["days"] else "on_time"
            )


@DETERMINISTIC
@given(cases())
def test_places_intervals_zones_and_signals_are_those_of_the_text(case: dict[str, Any]) -> None:
    result, oracle = compute(case), oracle_of(case)
    cells = month(oracle)
    read, place = readings(oracle, cells), ranks(oracle, cells)
    national = score([cell for own in cells.values() for cell in own]) if cells else 0

    def zone(number: int) -> str:
        if number >= Fraction(oracle.p["zone_green"]) * 100:
            return "green"
        return "yellow" if number >= Fraction(oracle.p["zone_yellow"]) * 100 else "red"

    for region, (own, low, high) in read.items():
        row = region_of(result, region)
        others = [read[other] for other in place]
        above = sum(surely(other, read[region]) for other in others)
        below = sum(surely(read[region], other) for other in others)
        wide = interval(cells[region], oracle.p["z_signal"], oracle.p["icc"])
        assert row["interval"] == [hundredths_to_str(low), hundredths_to_str(high)]
        assert row["zone"] == zone(own)
        assert row["zone_certain"] == (zone(low) == zone(high))
        assert row["signal"] == ("above" if wide[0] > national else "below" if wide[1] < national else "none")
        assert row["rank"] == place.get(region)
        assert row["rank_interval"] == ([1 + above, len(place) - below] if region in place else None)
    assert result["ranked_regions"] == len(place)
    assert [row["region"] for row in result["regions"]] == sorted(
        (row["id"] for row in case["regions"]), key=lambda region: (place.get(region, 10**6), region)
    )


@DETERMINISTIC
@given(cases())
def test_windows_and_movement_are_those_of_the_text(case: dict[str, Any]) -> None:
    result, oracle = compute(case), oracle_of(case)
    january = f"{oracle.period[:4]}-01"
    starts = {
        "3m": month_start(oracle.period, -2),
        "12m": month_start(oracle.period, -11),
        "ytd": month_start(january),
    }
    for name, start in starts.items():
        cells = by_region(oracle, start)
        read = readings(oracle, cells)
        for row in result["regions"]:
            own = cells.get(row["region"])
            expected = None
            if own:
                value, low, high = (hundredths_to_str(number) for number in read[row["region"]])
                expected = {"n": len(own), "score": value, "interval": [low, high]}
            assert row["windows"][name] == expected

    earlier = before(case, oracle)
    now = readings(oracle, month(oracle))
    then = readings(earlier, month(earlier)) if earlier else {}
    place_now = ranks(oracle, month(oracle))
    place_then = ranks(earlier, month(earlier)) if earlier else {}
    for region, own in now.items():
        expected = None
        if region in then:
            both = region in place_now and region in place_then
            expected = {
                "score": hundredths_to_str(then[region][0]),
                "rank": place_then.get(region),
                "delta": hundredths_to_str(own[0] - then[region][0]),
                "rank_delta": place_then[region] - place_now[region] if both else None,
                "distinguishable": surely(own, then[region]) or surely(then[region], own),
            }
        assert region_of(result, region)["previous"] == expected


@DETERMINISTIC
@given(cases())
def test_what_if_is_that_of_the_text(case: dict[str, Any]) -> None:
    result, oracle = compute(case), oracle_of(case)
    cells = month(oracle)
    place = ranks(oracle, cells)
    day = min(oracle.day_of_slice, oracle.end + oracle.p["grace_days"])
    for region, own in cells.items():
        weight, exact = sum(cell["weight"] for cell in own), exact_score(own)
        others = [score(cells[other]) for other in place if other != region]
        gains = {
            (cell["cluster"], cell["item"]): cell["weight"]
            * max(
                oracle.p["min_executed_points"],
                oracle.step_points(day - cell["due"]) - oracle.p["return_penalty"] * cell["returns"],
            )
            for cell in own
            if cell["C"] is None
        }
        expected, together = [], exact
        for key in sorted(gains, key=lambda key: (-gains[key], key)):
            together += Fraction(gains[key], weight)
            alone = half_up(exact + Fraction(gains[key], weight))
            summed = half_up(together)
            ranked = region in place
            expected.append(
                {
                    "cluster": key[0],
                    "item": key[1],
                    "gain_weighted_points": gains[key],
                    "score_if_alone": hundredths_to_str(alone),
                    "rank_if_alone": 1 + sum(o > alone for o in others) if ranked else None,
                    "score_cumulative": hundredths_to_str(summed),
                    "rank_cumulative": 1 + sum(o > summed for o in others) if ranked else None,
                }
            )
        assert region_of(result, region)["what_if"] == expected


def test_the_days_of_the_oracle_are_those_of_the_calendar() -> None:
    assert day_text(month_start("2024-01", -1)) == "2023-12-01"
    assert month_before("2024-01") == "2023-12"
    assert (date(2024, 3, 1) - EPOCH).days == month_start("2024-03")

"""Invariants 10, 12–17, 21 and 24–29 of the methodology (§13): of what happens in the log."""

import copy
import random
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from assignments.fold import fold, known_events
from rating.formula import Case as ParsedCase
from rating.formula import compute, parse_case, rate_slice, shift_period
from rating.formula.scoring import NOT_EXECUTED, MonthScores, RatedExecution, Window, cells_by_region
from tests.rating.building import Log, moscow, region_of
from tests.rating.strategies import (
    DETERMINISTIC,
    Historian,
    all_events,
    append,
    cases,
    instant,
    iso,
    next_event_id,
    own_numbers,
    scored,
    without,
)

Case = dict[str, Any]
SEEDS = st.integers(0, 2**32)


def scores_of(case: Case) -> MonthScores:
    return rate_slice(parse_case(case)).scores


def zone_of(scores: MonthScores) -> timezone:
    return timezone(timedelta(minutes=scores.params.tz_offset_minutes))


def recorded_at(event: dict[str, Any]) -> datetime:
    return instant(event.get("recorded_at", event["at"]))


def as_seen(case: Case) -> Case:
    """The same case without the events that its slice does not see, which change nothing (invariant 10)."""
    seen = copy.deepcopy(case)
    as_of = scores_of(case).as_of
    for execution in seen["executions"]:
        execution["events"] = [event for event in execution["events"] if recorded_at(event) < as_of]
        ids = {event["id"] for event in execution["events"]}
        execution["events"] = [event for event in execution["events"] if event.get("target", 0) in ids | {0}]
    return seen


def log_of(case: Case, execution: str) -> dict[str, Any]:
    return next(row for row in case["executions"] if row["id"] == execution)


def latest(execution: dict[str, Any]) -> datetime:
    return max(instant(event["at"]) for event in execution["events"])


@DETERMINISTIC
@given(cases(), SEEDS)
def test_10_events_recorded_at_the_instant_of_the_slice_or_later_change_nothing(
    case: Case, seed: int
) -> None:
    rng = random.Random(seed)
    as_of = scores_of(case).as_of
    corrections = case["request"].get("corrections_as_of")
    edge = max(as_of, instant(corrections)) if corrections else as_of
    more = copy.deepcopy(case)
    historian = Historian(rng, case["request"]["period"], corrections=False)
    for execution in more["executions"]:
        ids = [event["id"] for event in execution["events"] if event["kind"] != "annulled"]
        historian.last_event = next_event_id(more)
        event = historian.further(
            rng.choice(["submitted", "accepted", "cancelled", "returned", "annulled", "extended"]),
            edge - timedelta(days=rng.randint(0, 40)),
            ids,
        )
        event["recorded_at"] = iso(edge + timedelta(seconds=rng.choice([0, 0, 1, 99_999])))
        event["corrects"] = shift_period(case["request"]["period"], rng.randint(-1, 1))
        execution["events"].append(event)

    assert without(compute(more)) == without(compute(case))


@DETERMINISTIC
@given(cases(), SEEDS)
def test_12_an_annulled_event_is_a_deleted_one(case: Case, seed: int) -> None:
    rng = random.Random(seed)
    annulled, deleted = copy.deepcopy(case), copy.deepcopy(case)
    for execution in case["executions"]:
        target = rng.choice([event for event in execution["events"] if event["kind"] != "annulled"])
        log_of(annulled, execution["id"])["events"].append(
            {**target, "id": next_event_id(annulled), "kind": "annulled", "target": target["id"]}
        )
        row = log_of(deleted, execution["id"])
        row["events"] = [
            event for event in row["events"] if target["id"] not in (event["id"], event.get("target"))
        ]

    assert without(compute(annulled)) == without(compute(deleted))


@DETERMINISTIC
@given(cases())
def test_13_later_acceptance_changes_no_score_place_interval_or_loss(case: Case) -> None:
    case["request"].pop("corrections_as_of", None)
    scores = scores_of(case)
    accepted = copy.deepcopy(case)
    for row in rate_slice(parse_case(case)).rows:
        if row.in_review:
            append(
                accepted,
                log_of(accepted, row.execution),
                "accepted",
                scores.as_of - timedelta(microseconds=1),
            )
    before, after = compute(case), compute(accepted)
    kept = (
        "region",
        "score",
        "rank",
        "rank_interval",
        "interval",
        "zone",
        "signal",
        "lost_by_cluster",
        "what_if",
    )

    for row, other in zip(before["regions"], after["regions"], strict=True):
        assert {key: other.get(key) for key in kept} == {key: row.get(key) for key in kept}
        assert other["windows"] == row["windows"]
    assert after["national"] == before["national"]


@DETERMINISTIC
@given(cases(corrections=False), SEEDS)
def test_14_executing_one_more_in_the_month_never_lowers_score_or_place(case: Case, seed: int) -> None:
    case = as_seen(case)
    scores = scores_of(case)
    window, zone = scores.window, zone_of(scores)
    waiting = [
        cell.row for score in scores.regions.values() for cell in score.cells if cell.row.completed is None
    ]
    random.Random(seed).shuffle(waiting)
    for row in waiting[:3]:
        executed = copy.deepcopy(case)
        log = log_of(executed, row.execution)
        at = max(latest(log), datetime.combine(window.carried_from, time(0), zone))
        if at >= scores.as_of or at.astimezone(zone).date() > window.last_report:
            continue
        append(executed, log, "submitted", at)
        before, after = scores.regions[row.region], scores_of(executed).regions[row.region]
        assert after.score is not None
        assert before.score is not None
        assert after.score >= before.score
        assert before.rank is None or after.rank is None or after.rank <= before.rank


@DETERMINISTIC
@given(cases(corrections=False))
def test_15_the_what_if_comes_true(case: Case) -> None:
    case = as_seen(case)
    result = rate_slice(parse_case(case))
    scores = result.scores
    zone = zone_of(scores)
    day = min(scores.window.seen_on, scores.window.last_report)
    at = datetime.combine(day, time(0), zone).astimezone(UTC)
    if day == scores.window.seen_on:
        at = scores.as_of.astimezone(UTC)
        case["request"]["as_of"] = iso(at.replace(microsecond=0) + timedelta(seconds=1))
        assume((at + timedelta(seconds=1)).astimezone(zone).date() == day)
    for region, gains in result.gains.items():
        assert all(gain.gain_weighted_points > 0 for gain in gains)
        order = [(-gain.gain_weighted_points, gain.cluster, gain.item) for gain in gains]
        assert order == sorted(order)
        together = copy.deepcopy(case)
        for gain in gains:
            alone = copy.deepcopy(case)
            if latest(log_of(case, gain.execution)) > at:
                break  # the centre returned it after the last day that counts: no report can come before that
            for changed in (alone, together):
                append(changed, log_of(changed, gain.execution), "submitted", at)
            one, all_so_far = scores_of(alone).regions[region], scores_of(together).regions[region]
            if not reaches_the_month(scores, at, zone):
                break
            assert (one.score, one.rank) == (gain.score_if_alone, gain.rank_if_alone)
            assert (all_so_far.score, all_so_far.rank) == (gain.score_cumulative, gain.rank_cumulative)


def reaches_the_month(scores: MonthScores, at: datetime, zone: timezone) -> bool:
    """Whether day(A) ≥ s + G, from where on the invariants about reports hold (§3)."""
    return at.astimezone(zone).date() >= scores.window.carried_from


@DETERMINISTIC
@given(cases(corrections=False), SEEDS)
def test_16_a_perfect_execution_never_lowers_and_an_unexecuted_one_never_raises(
    case: Case, seed: int
) -> None:
    scores = scores_of(case)
    clusters = case["clusters"]
    assume(clusters and scores.window.start <= scores.window.cut)
    days = (scores.window.cut - scores.window.start).days
    due = scores.window.start + timedelta(days=random.Random(seed).randint(0, days))
    assume(due >= scores.params.count_due_from)
    report = datetime.combine(due, time(0), zone_of(scores))
    cluster = random.Random(seed).choice(clusters)
    before = scores.regions[cluster["region"]].score
    for reported in (True, False):
        more = copy.deepcopy(case)
        more["items"].append({"id": "I99", "weight": 2, "due": due.isoformat()})
        execution: dict[str, Any] = {"id": "more", "item": "I99", "cluster": cluster["id"], "events": []}
        more["executions"].append(execution)
        append(more, execution, "issued", report - timedelta(days=20))
        if reported:
            append(more, execution, "submitted", report)
        after = scores_of(more).regions[cluster["region"]].score
        assert after is not None
        if before is None:
            assert after == (10_000 if reported else 0)
        else:
            assert after >= before if reported else after <= before


@DETERMINISTIC
@given(cases(period="2023-12", corrections=False), st.integers(-40, 30), st.integers(6, 35), st.booleans())
def test_17_handing_in_a_day_earlier_in_the_month_never_lowers(
    case: Case, due_shift: int, report_shift: int, was_returned: bool
) -> None:
    assume(case["clusters"])
    case["request"].pop("as_of", None)
    scores = scores_of(case)
    start, cluster = datetime(2023, 12, 1, 12, tzinfo=zone_of(scores)), case["clusters"][0]
    case["items"].append({"id": "I99", "weight": 3, "due": f"{start + timedelta(days=due_shift):%Y-%m-%d}"})
    found = []
    for shift in (report_shift, report_shift - 1):
        report = start + timedelta(days=shift)
        assume(scores.window.carried_from <= report.date() <= scores.window.last_report)
        other = copy.deepcopy(case)
        execution: dict[str, Any] = {"id": "more", "item": "I99", "cluster": cluster["id"], "events": []}
        other["executions"].append(execution)
        append(other, execution, "issued", start - timedelta(days=70))
        if was_returned:
            append(other, execution, "submitted", start - timedelta(days=60))
            append(other, execution, "returned", start - timedelta(days=57))
        append(other, execution, "submitted", report)
        found.append(scores_of(other).regions[cluster["region"]].score or 0)

    assert found[1] >= found[0]


@DETERMINISTIC
@given(cases(), SEEDS)
def test_21_a_correction_changes_only_the_regions_that_it_touches(case: Case, seed: int) -> None:
    assume(case["executions"])
    rng = random.Random(seed)
    as_of = scores_of(case).as_of
    case["request"]["corrections_as_of"] = iso((as_of + timedelta(days=20)).replace(microsecond=0))
    corrected = copy.deepcopy(case)
    execution = rng.choice(corrected["executions"])
    region_of_cluster = {cluster["id"]: cluster["region"] for cluster in case["clusters"]}
    touched = region_of_cluster[execution["cluster"]]
    kind = rng.choice(["cancelled", "accepted", "submitted"])
    append(
        corrected,
        execution,
        kind,
        as_of - timedelta(days=rng.randint(0, 30)),
        recorded_at=iso(as_of + timedelta(days=3)),
        corrects=case["request"]["period"],
    )
    before, after = compute(case), compute(corrected)

    for row in case["regions"]:
        if row["id"] != touched:
            assert own_numbers(after, row["id"]) == own_numbers(before, row["id"])


@DETERMINISTIC
@given(cases(corrections=False), SEEDS)
def test_21_what_is_recorded_later_without_correcting_the_month_moves_nothing(case: Case, seed: int) -> None:
    as_of = scores_of(case).as_of
    later = copy.deepcopy(case)
    for execution in later["executions"]:
        append(later, execution, "cancelled", as_of + timedelta(days=1))
    later["request"]["corrections_as_of"] = iso((as_of + timedelta(days=30)).replace(microsecond=0))
    expected = {**without(compute(case)), "corrections_as_of": compute(later)["corrections_as_of"]}

    assert without(compute(later)) == expected


@DETERMINISTIC
@given(due=st.integers(1, 28), report=st.integers(-9, 9), held=st.integers(0, 40), own=st.integers(0, 12))
def test_24_however_long_a_report_is_held_the_days_late_stay_the_same(
    due: int, report: int, held: int, own: int
) -> None:
    start = datetime(2023, 11, due, 12, tzinfo=UTC)
    first = start + timedelta(days=report)
    again = first + timedelta(days=held + own)
    log = Log().region("R1", "K1").item("I1", f"{start:%Y-%m-%d}")
    log.done("I1", "K1", issued="2023-10-01")
    execution = log.case["executions"][0]
    for kind, at in (("submitted", first), ("returned", first + timedelta(days=held)), ("submitted", again)):
        append(log.case, execution, kind, at)
    parsed = parse_case(log.case)
    folded = fold(parsed.executions[0].events, parsed.items["I1"].due, parsed.params.fold_rules)

    assert folded.completed is not None
    assert max(0, (folded.completed - folded.due).days) == max(0, report + own)


@DETERMINISTIC
@given(due=st.integers(1, 30), late=st.integers(0, 40))
def test_26_a_report_costs_the_same_whether_or_not_the_month_ended_before_it(due: int, late: int) -> None:
    day = datetime(2023, 11, due, tzinfo=UTC)
    report = day + timedelta(days=late)
    points = {}
    for period in ("2023-11", "2023-12", "2024-01"):
        log = Log(period).region("R1", "K1").item("I1", f"{day:%Y-%m-%d}")
        row = region_of(compute(log.done("I1", "K1", f"{report:%Y-%m-%d}").case), "R1")
        if row["executions"]:
            points[period] = row["points_sum"]
    expected = next(
        worth for limit, worth in ((0, 100), (3, 80), (10, 60), (30, 40), (99, 20)) if late <= limit
    )

    if report <= datetime(2023, 12, 5, tzinfo=UTC):
        assert points == {"2023-11": expected}
    elif report <= datetime(2024, 1, 5, tzinfo=UTC):
        assert points == {"2023-11": 0, "2023-12": expected}
    else:
        assert points == {"2023-11": 0, "2023-12": 0, "2024-01": expected}


@DETERMINISTIC
@given(cases(corrections=False))
def test_26_no_execution_is_counted_as_executed_in_two_months(case: Case) -> None:
    parsed = parse_case({**case, "request": {**case["request"], "as_of": "2025-01-01T00:00:00+00:00"}})
    result = rate_slice(parsed)
    seen: set[str] = set()
    for shift in range(-4, 4):
        executed = executed_in(result.rows, shift_period(parsed.request.period, shift), result.scores)
        assert not executed & seen
        seen |= executed


def executed_in(rows: tuple[RatedExecution, ...], period: str, scores: MonthScores) -> set[str]:
    start = datetime.fromisoformat(f"{period}-01").date()
    end = datetime.fromisoformat(f"{shift_period(period, 1)}-01").date() - timedelta(days=1)
    window = Window.of(start, end, scores.as_of, scores.params)
    cells = cells_by_region(rows, window, scores.params)
    return {cell.row.execution for group in cells.values() for cell in group if cell.status != NOT_EXECUTED}


@DETERMINISTIC
@given(held=st.integers(0, 12), own=st.integers(1, 20), empty=st.booleans())
def test_27_acceptance_without_a_new_report_after_a_return_is_dated_by_the_acceptance(
    held: int, own: int, empty: bool
) -> None:
    start = datetime(2023, 11, 6, 12, tzinfo=UTC)
    log = Log(n_min=1).region("R1", "K1").item("I1", "2023-11-10").done("I1", "K1")
    execution = log.case["executions"][0]
    append(log.case, execution, "submitted", start)
    append(
        log.case, execution, "returned", start + timedelta(days=held), **({"empty": True} if empty else {})
    )
    accepted = start + timedelta(days=held + own)
    append(log.case, execution, "accepted", accepted)

    assert folds(parse_case(log.case))[0].completed == accepted.date()


@DETERMINISTIC
@given(held=st.integers(0, 30), granted=st.integers(-9, 40), when=st.integers(0, 30))
def test_28_an_extension_granted_during_review_is_never_added_to_the_held_days(
    held: int, granted: int, when: int
) -> None:
    assume(when <= held)
    report = datetime(2023, 11, 6, 9, tzinfo=UTC)
    log = Log(n_min=1).region("R1", "K1").item("I1", "2023-11-10").done("I1", "K1")
    execution, due = log.case["executions"][0], datetime(2023, 11, 10, tzinfo=UTC)
    append(log.case, execution, "submitted", report)
    new_due = due + timedelta(days=granted)
    append(log.case, execution, "extended", report + timedelta(days=when), new_due=f"{new_due:%Y-%m-%d}")
    append(log.case, execution, "returned", report + timedelta(days=held, hours=1))

    expected = max(due + timedelta(days=held), new_due, due)
    assert folds(parse_case(log.case))[0].due == expected.date()


def folds(case: ParsedCase) -> list[Any]:
    """Every execution of a case folded with all its events."""
    far = datetime(2100, 1, 1, tzinfo=UTC)
    return [
        fold(known_events(row.events, far), case.items[row.item].due, case.params.fold_rules)
        for row in case.executions
    ]


@DETERMINISTIC
@given(cases())
def test_29_no_execution_is_overdue_on_the_day_its_issue_was_recorded(case: Case) -> None:
    for folded in folds(parse_case(case)):
        if folded.issued:
            assert folded.due > folded.issued_on
            assert folded.due >= folded.first_due


def test_a_late_entry_by_the_centre_does_not_make_an_execution_overdue_at_birth() -> None:
    log = Log().region("R1", "K1").item("I1", "2023-11-10")
    log.execution("I1", "K1", ("issued", "2023-11-01", {"recorded_at": moscow("2023-11-20")}))

    assert scored(compute(log.case))[0]["losses"][0]["due"] == "2023-11-21"


def test_the_random_cases_hold_every_kind_of_event_and_course() -> None:
    """The ground is not barren: else the properties above would prove little."""
    kinds: set[str] = set()
    seen = {"carried_over": 0, "returned": 0, "extended": 0, "late": 0, "not_executed": 0, "in_review": 0}

    @DETERMINISTIC
    @given(cases())
    def look(case: Case) -> None:
        kinds.update(event["kind"] for _execution, event in all_events(case))
        for row in scored(compute(case)):
            for name in seen:
                seen[name] += row["counts"][name]

    look()

    assert len(kinds) == 7
    assert min(seen.values()) > 10, seen

"""Every invariant of the methodology (§13) through the whole portal: loaded, closed, corrected, read from the API.

The checks are those of the formula's own tests with the portal in its place: whatever case such a check rates is first
put into the database, and the answer of the API must be the result of the formula. So what the check then finds
of the numbers holds for the portal, on either database.
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils.dateparse import parse_datetime

from common.scope import SYSTEM
from rating.formula import Case as ParsedCase
from rating.formula import canonical_json, compute, parse_case
from rating.models import Slice
from rating.services import case_load, slice_close, slice_revise
from tests.rating import test_formula_invariants as of_numbers
from tests.rating import test_formula_invariants_log as of_the_log
from tests.rating.building import Log, region_of
from tests.rating.readers import reader
from tests.rating.strategies import PERIODS, case_of, scored, without

pytestmark = pytest.mark.django_db
Case = dict[str, Any]
SIZES = ((3, 2, 0, 1), (2, 3, 2))
ITEMS = 5


class Portal:
    """Rates a case by loading it into the empty tables, closing and correcting its month, and asking the API."""

    def __init__(self) -> None:
        self.client: Client = reader("administrator")
        self.known: dict[bytes, dict[str, Any]] = {}

    def rate(self, case: Case) -> dict[str, Any]:
        """The answer of the API, without the digest: the portal hashes its own file."""
        key = canonical_json(case)
        if key not in self.known:
            with transaction.atomic():
                self.known[key] = self._answer(case)
                transaction.set_rollback(True)
        return self.known[key]

    def parse(self, case: Case) -> ParsedCase:
        """The case for a check that looks into the formula, after the portal was found to say the same."""
        assert self.rate(case) == without(compute(case))
        return parse_case(case)

    def _answer(self, case: Case) -> dict[str, Any]:
        case_load(actor=SYSTEM, case=case)
        request = case["request"]
        slice_ = _made(request)
        url = f"/api/v1/rating/slices/{request['period']}/"
        answer = self.client.get(url, {"revision": slice_.revision})
        assert answer.status_code == 200, answer.content
        return without(json.loads(answer.content))


def _made(request: dict[str, str]) -> Slice:
    as_of, corrections = (
        parse_datetime(request[name]) if name in request else None for name in ("as_of", "corrections_as_of")
    )
    slice_ = slice_close(actor=SYSTEM, period=request["period"], as_of=as_of)
    if corrections is None:
        return slice_
    revise = partial(slice_revise, actor=SYSTEM, period=request["period"], reason="Решения по возражениям")
    return revise(corrections_as_of=corrections)


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The portal in the place of the formula in every check."""
    made = Portal()
    for checks in (of_numbers, of_the_log):
        monkeypatch.setattr(checks, "compute", made.rate)
        monkeypatch.setattr(checks, "parse_case", made.parse)
    monkeypatch.setattr(of_the_log, "assume", fits)
    yield made
    assert made.known, "no case went through the portal"


def fits(condition: object) -> None:
    """A case that a check would pass over proves nothing here."""
    assert condition, "choose another case"


def drawn(seed: int, **fields: Any) -> Case:
    """A case with every kind of course; seeds give other sizes and months."""
    period = fields.pop("period", PERIODS[seed % len(PERIODS)])
    return case_of(SIZES[seed % len(SIZES)], ITEMS, period, seed, **fields)


def check_of(test: Callable[..., None]) -> Callable[..., None]:
    """The check inside a property test, to be called with a case of one's own."""
    inner: Callable[..., None] = test.hypothesis.inner_test  # type: ignore[attr-defined]
    return inner


OF_ANY_CASE = [
    (of_numbers.test_1_an_interval_holds_its_score_and_stays_between_0_and_100, {}),
    (of_numbers.test_2_losses_sum_exactly_to_what_is_missing, {}),
    (of_numbers.test_3_shown_losses_sum_to_what_is_missing_by_row_cell_cluster_and_reason, {}),
    (of_numbers.test_4_there_is_a_score_exactly_when_something_was_due, {}),
    (of_numbers.test_5_places_and_their_ranges_follow_from_the_published_table, {}),
    (of_numbers.test_6_any_order_of_the_input_gives_the_same_bytes, {"seed": 6}),
    (of_numbers.test_7_other_offsets_for_the_same_instants_change_nothing_but_the_digest, {"seed": 7}),
    (of_numbers.test_8_weights_times_a_constant_change_no_score_interval_place_or_shown_loss, {"factor": 3}),
    (of_numbers.test_9_the_data_of_other_regions_never_change_the_numbers_of_a_region, {"number": 1}),
    (of_the_log.test_10_events_recorded_at_the_instant_of_the_slice_or_later_change_nothing, {"seed": 10}),
    (of_numbers.test_11_a_later_version_of_the_parameters_changes_nothing, {}),
    (of_the_log.test_12_an_annulled_event_is_a_deleted_one, {"seed": 12}),
    (of_the_log.test_13_later_acceptance_changes_no_score_place_interval_or_loss, {}),
    (of_numbers.test_19_regions_without_a_place_change_no_place, {}),
    (of_numbers.test_20_doubling_every_execution_keeps_the_score_and_narrows_the_interval, {}),
    (of_the_log.test_21_a_correction_changes_only_the_regions_that_it_touches, {"seed": 21}),
    (of_numbers.test_22_a_window_of_one_month_equals_the_month, {}),
    (of_numbers.test_25_relabelling_executions_to_other_clusters_of_the_region_keeps_the_score, {"turn": 1}),
    (of_the_log.test_29_no_execution_is_overdue_on_the_day_its_issue_was_recorded, {}),
]
WITHOUT_CORRECTIONS = [
    (of_the_log.test_14_executing_one_more_in_the_month_never_lowers_score_or_place, {"seed": 14}),
    (of_the_log.test_15_the_what_if_comes_true, {}),
    (of_the_log.test_16_a_perfect_execution_never_lowers_and_an_unexecuted_one_never_raises, {"seed": 16}),
    (of_numbers.test_18_all_on_time_is_100_and_nothing_handed_in_is_0, {}),
    (of_the_log.test_21_what_is_recorded_later_without_correcting_the_month_moves_nothing, {"seed": 22}),
    (of_the_log.test_26_no_execution_is_counted_as_executed_in_two_months, {}),
]


@pytest.mark.parametrize("seed", [4, 11])
@pytest.mark.parametrize(("test", "fields"), OF_ANY_CASE, ids=lambda value: getattr(value, "__name__", ""))
def test_an_invariant_holds_through_the_portal(
    portal: Portal, test: Callable[..., None], fields: dict[str, int], seed: int
) -> None:
    check_of(test)(case=drawn(seed), **fields)


@pytest.mark.parametrize("seed", [5, 8])
@pytest.mark.parametrize(
    ("test", "fields"), WITHOUT_CORRECTIONS, ids=lambda value: getattr(value, "__name__", "")
)
def test_an_invariant_of_a_month_not_yet_corrected_holds_through_the_portal(
    portal: Portal, test: Callable[..., None], fields: dict[str, int], seed: int
) -> None:
    check_of(test)(case=drawn(seed, corrections=False), **fields)


@pytest.mark.parametrize("was_returned", [False, True])
def test_17_handing_in_a_day_earlier_never_lowers_through_the_portal(
    portal: Portal, was_returned: bool
) -> None:
    check = check_of(of_the_log.test_17_handing_in_a_day_earlier_in_the_month_never_lowers)
    case = drawn(9, period="2023-12", corrections=False)

    check(case=case, due_shift=5, report_shift=9, was_returned=was_returned)


def test_22_in_january_the_year_to_date_equals_the_month_through_the_portal(portal: Portal) -> None:
    check_of(of_numbers.test_22_in_january_the_year_to_date_equals_the_month)(case=drawn(7, period="2024-01"))


def test_23_points_never_rise_with_lateness_or_returns_through_the_portal(portal: Portal) -> None:
    days, returns = (0, 1, 3, 4, 10, 11, 20), (0, 1, 2, 3)
    log = Log("2023-12").region("R1", *(f"K{late}-{back}" for late in days for back in returns))
    log.item("I1", "2023-12-02")
    for late in days:
        for back in returns:
            turns = [
                (kind, "2023-11-25", {"empty": True} if kind == "returned" else {})
                for kind in ("submitted", "returned") * back
            ]
            report = f"2023-12-{2 + late:02}"
            log.execution("I1", f"K{late}-{back}", ("issued", "2023-11-20"), *turns, ("submitted", report))

    losses = {row["cluster"]: row["points"] for row in region_of(portal.rate(log.case), "R1")["losses"]}

    points = {(late, back): losses.get(f"K{late}-{back}", 100) for late in days for back in returns}
    assert set(points.values()) >= {100, 90, 80, 60, 40, 10}
    for late, back in points:
        assert 10 <= points[late, back] <= 100
        assert all(points[late, back] <= points[other, back] for other in days if other < late)
        assert all(points[late, back] <= points[late, other] for other in returns if other < back)


@pytest.mark.parametrize(("held", "own"), [(0, 3), (12, 0), (30, 7)])
def test_24_held_days_cost_nothing_through_the_portal(portal: Portal, held: int, own: int) -> None:
    check_of(of_the_log.test_24_however_long_a_report_is_held_the_days_late_stay_the_same)(
        due=10, report=-2, held=held, own=own
    )


@pytest.mark.parametrize(("due", "late"), [(28, 4), (20, 12), (25, 38)])
def test_26_the_end_of_a_month_costs_nothing_through_the_portal(portal: Portal, due: int, late: int) -> None:
    check = check_of(of_the_log.test_26_a_report_costs_the_same_whether_or_not_the_month_ended_before_it)

    check(due=due, late=late)


@pytest.mark.parametrize("empty", [False, True])
def test_27_acceptance_without_a_report_is_dated_by_itself_through_the_portal(
    portal: Portal, empty: bool
) -> None:
    check = check_of(
        of_the_log.test_27_acceptance_without_a_new_report_after_a_return_is_dated_by_the_acceptance
    )

    check(held=4, own=6, empty=empty)


@pytest.mark.parametrize(("held", "granted", "when"), [(9, 5, 3), (9, 25, 0)])
def test_28_an_extension_is_never_added_to_the_held_days_through_the_portal(
    portal: Portal, held: int, granted: int, when: int
) -> None:
    check = check_of(of_the_log.test_28_an_extension_granted_during_review_is_never_added_to_the_held_days)

    check(held=held, granted=granted, when=when)


def test_the_cases_of_these_tests_hold_what_the_invariants_are_about(portal: Portal) -> None:
    results = [portal.rate(drawn(seed)) for seed in (4, 11)]
    results += [portal.rate(drawn(seed, corrections=False)) for seed in (5, 8)]

    rows = [row for result in results for row in scored(result)]
    assert len(rows) > 8
    for count in ("carried_over", "returned", "extended", "late", "not_executed", "in_review"):
        assert sum(row["counts"][count] for row in rows) > 0, count
    assert any(row["status"] == "ranked" for row in rows)
    assert any(result["corrections_as_of"] for result in results)

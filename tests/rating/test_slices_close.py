"""Closing a month and making its revisions: what is refused, what is idempotent, what moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from assignments.models import ExecutionEvent
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import SYSTEM, Role, Scope
from rating.enums import SliceStatus
from rating.models import RegionScore, Slice
from rating.selectors import frozen_case, slice_differences, slice_result
from rating.services import slice_close, slice_revise, storing
from tests.rating.portal import load, random_case, read

pytestmark = pytest.mark.django_db
METHODOLOGIST = Scope(roles=frozenset({Role.METHODOLOGIST}))
DECEMBER_6 = datetime(2023, 12, 5, 21, tzinfo=UTC)
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)


def test_closing_makes_a_draft_with_the_scores_of_all_regions() -> None:
    load(read("case3"))

    slice_ = slice_close(actor=METHODOLOGIST, period="2023-11")

    assert (slice_.revision, slice_.status, slice_.as_of) == (1, SliceStatus.DRAFT, DECEMBER_6)
    assert (slice_.score, slice_.ranked_regions, slice_.executions) == (7961, 4, 103)
    rows = list(slice_.scores.order_by("position").values_list("region_id", "status", "score", "rank"))
    assert rows == [
        ("R1", "ranked", 10000, 1),
        ("R2", "ranked", 10000, 1),
        ("R3", "ranked", 9000, 3),
        ("R4", "ranked", 5000, 4),
        ("R5", "few", 10000, None),
        ("R6", "no_due", None, None),
        ("R7", "no_clusters", None, None),
    ]


def test_closing_again_gives_the_same_slice() -> None:
    load(read("case1"))

    first = slice_close(actor=SYSTEM, period="2023-11")
    again = slice_close(actor=METHODOLOGIST, period="2023-11")

    assert first == again
    assert Slice.objects.count() == 1


def test_a_closing_that_dies_half_way_leaves_nothing_and_may_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(read("case3"))

    def die(*_arguments: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(storing, "_store_item_shares", die)
    with pytest.raises(RuntimeError, match="killed"):
        slice_close(actor=SYSTEM, period="2023-11")
    assert not Slice.objects.exists()
    assert not RegionScore.objects.exists()

    monkeypatch.undo()
    assert slice_differences(slice_close(actor=SYSTEM, period="2023-11")) == []


def test_the_review_indicator_of_the_month_is_stored() -> None:
    load(read("case2"))

    slice_ = slice_close(actor=SYSTEM, period="2023-12")

    assert slice_.median_review_days is not None
    assert slice_.unreviewed == sum(slice_.scores.exclude(score=None).values_list("in_review", flat=True))


@pytest.mark.parametrize(
    "period", ["2023-13", "2023-1", "202311", "", "2023-11-01", "0000-01", "2023-11\x00", None]
)
def test_what_is_no_month_is_refused_by_its_field(period: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        slice_close(actor=SYSTEM, period=period)
    assert list(refusal.value.errors) == ["period"]


def test_a_month_before_the_first_methodology_is_refused() -> None:
    load(read("case1"))

    with pytest.raises(ImpossibleStep, match="2023-10"):
        slice_close(actor=SYSTEM, period="2023-10")


def test_a_month_is_refused_before_its_instant_and_closed_at_it() -> None:
    load(read("case1"))

    with clock.at(DECEMBER_6 - timedelta(seconds=1)), pytest.raises(ImpossibleStep):
        slice_close(actor=SYSTEM, period="2023-11")
    with clock.at(DECEMBER_6):
        assert slice_close(actor=SYSTEM, period="2023-11").created_at == DECEMBER_6


def test_an_instant_of_its_own_closes_a_month_earlier() -> None:
    load(read("case1"))
    instant = datetime(2023, 11, 20, 9, tzinfo=UTC)

    slice_ = slice_close(actor=SYSTEM, period="2023-11", as_of=instant)

    assert slice_.as_of == instant
    assert slice_close(actor=SYSTEM, period="2023-11", as_of=instant) == slice_


@pytest.mark.parametrize("before", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_month_is_not_closed_as_of_an_instant_before_it_began(before: timedelta) -> None:
    load(read("case1"))
    begins = datetime(2023, 10, 31, 21, tzinfo=UTC)

    with pytest.raises(InvalidInput) as refusal:
        slice_close(actor=SYSTEM, period="2023-11", as_of=begins - before)

    assert list(refusal.value.errors) == ["as_of"]
    assert "as_of" in str(refusal.value)
    assert not Slice.objects.exists()
    first_second = begins + timedelta(seconds=1)
    assert slice_close(actor=SYSTEM, period="2023-11", as_of=first_second).as_of == first_second


def test_the_command_refuses_an_instant_before_the_month_and_closes_nothing() -> None:
    load(read("case1"))

    with pytest.raises(CommandError, match="as_of"):
        call_command("rating_close", "2023-11", "--as-of", "2023-11-01T00:00:00+03:00")

    assert not Slice.objects.exists()


def test_a_closed_month_is_not_closed_again_as_of_another_instant() -> None:
    load(read("case1"))
    slice_close(actor=SYSTEM, period="2023-11")

    with pytest.raises(ImpossibleStep):
        slice_close(actor=SYSTEM, period="2023-11", as_of=DECEMBER_6 + timedelta(days=1))


@pytest.mark.parametrize(
    ("instant", "error"),
    [
        (datetime(2023, 12, 6, 0, 0, 0, 5, tzinfo=UTC), InvalidInput),
        (datetime(2023, 12, 6), InvalidInput),  # noqa: DTZ001 -- what a careless caller gives
        (datetime(2999, 1, 1, tzinfo=UTC), ImpossibleStep),
    ],
)
def test_an_impossible_instant_is_refused(instant: datetime, error: type[Exception]) -> None:
    load(read("case1"))

    with pytest.raises(error):
        slice_close(actor=SYSTEM, period="2023-11", as_of=instant)


@pytest.mark.parametrize("option", ["--as-of", "--corrections-as-of"])
@pytest.mark.parametrize("text", ["yesterday", "2023-12-06T00:00:00", "2023-02-30T00:00:00Z"])
def test_the_command_refuses_what_is_no_instant_in_the_language_of_the_reader(option: str, text: str) -> None:
    with translation.override("ru"), pytest.raises(CommandError) as caught:
        call_command("rating_close", "2023-11", f"{option}={text}")

    assert str(caught.value).startswith(f"{option}: укажите существующий момент")
    assert not Slice.objects.exists()


@pytest.mark.parametrize(
    "role", [Role.CONTROLLER, Role.COORDINATOR, Role.MINISTER, Role.AUDITOR, Role.ASSOCIATION]
)
def test_others_than_the_keepers_of_the_rating_close_and_correct_nothing(role: Role) -> None:
    load(read("case1"))
    actor = Scope(roles=frozenset({role}))

    with pytest.raises(NotAllowed):
        slice_close(actor=actor, period="2023-11")
    with pytest.raises(NotAllowed):
        slice_revise(actor=actor, period="2023-11", corrections_as_of=APPEAL, reason="Appeal")


@pytest.mark.parametrize("seed", [0, 19, 27])
def test_a_correction_moves_only_what_was_appealed(seed: int) -> None:
    load(random_case(seed))
    first = slice_close(actor=SYSTEM, period="2023-12")
    corrected = set(_regions_corrected("2023-12"))

    second = slice_revise(
        actor=SYSTEM, period="2023-12", corrections_as_of=datetime(2024, 2, 25, tzinfo=UTC), reason="Appeals"
    )

    before = dict(first.scores.values_list("region_id", "score"))
    after = dict(second.scores.values_list("region_id", "score"))
    moved = {region for region in before if before[region] != after[region]}
    assert moved
    assert moved <= corrected
    assert (second.revision, second.as_of, second.status) == (2, first.as_of, SliceStatus.DRAFT)


def _regions_corrected(period: str) -> list[str]:
    events = ExecutionEvent.objects.exclude(corrects="").filter(corrects__lte=period)
    return list(events.values_list("execution__region_id", flat=True))


def test_the_same_correction_asked_twice_gives_one_revision() -> None:
    load(read("case3r2"))
    slice_close(actor=SYSTEM, period="2023-11")

    one = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Appeal of R3")
    two = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason=" Appeal of R3 ")

    assert one == two
    assert Slice.objects.count() == 2


def test_a_cluster_registered_since_changes_nothing_in_a_revision() -> None:
    load(read("case3r2"))
    first = slice_close(actor=SYSTEM, period="2023-11")
    Cluster.objects.create(code="R7-new", region_id="R7")

    second = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Appeal of R3")

    assert frozen_case(second)["clusters"] == frozen_case(first)["clusters"]
    assert RegionScore.objects.get(slice=second, region="R7").status == "no_clusters"


def test_executions_stay_in_the_region_of_their_issue_when_a_cluster_moves() -> None:
    load(read("case3"))
    cluster = Cluster.objects.filter(region="R4").order_by("code").last()
    assert cluster is not None
    Cluster.objects.filter(pk=cluster.pk).update(region="R7")

    slice_ = slice_close(actor=SYSTEM, period="2023-11")

    rows = dict(slice_.scores.values_list("region_id", "score"))
    assert (rows["R4"], rows["R7"]) == (5000, None)
    names = {row["id"]: row["region"] for row in frozen_case(slice_)["clusters"]}
    assert names[cluster.code] == "R7"
    assert names[f"{cluster.code}@R4"] == "R4"
    assert slice_.scores.get(region="R7").status == "no_due"
    region = next(row for row in slice_result(slice_)["regions"] if row["region"] == "R4")
    assert f"{cluster.code}@R4" in region["lost_by_cluster"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"reason": "a\udcffb"}, "reason"),
        ({"corrections_as_of": datetime(2999, 1, 1, tzinfo=UTC)}, "corrections_as_of"),
        ({"corrections_as_of": datetime(2023, 12, 14, 0, 0, 0, 1, tzinfo=UTC)}, "corrections_as_of"),
        ({"corrections_as_of": APPEAL - timedelta(days=2)}, "corrections_as_of"),
    ],
)
def test_a_bad_correction_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    load(read("case3r2"))
    slice_close(actor=SYSTEM, period="2023-11")
    good = {"corrections_as_of": APPEAL, "reason": "Appeal of R3"}
    slice_revise(actor=SYSTEM, period="2023-11", **good)

    with pytest.raises(InvalidInput) as refusal:
        slice_revise(actor=SYSTEM, period="2023-11", **{**good, "reason": "Another", **changes})
    assert list(refusal.value.errors) == [field]


def test_an_open_month_has_nothing_to_correct() -> None:
    load(read("case1"))

    with pytest.raises(ImpossibleStep):
        slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Appeal")

"""What the letters of a slice are made of: a fixed number of queries, whatever the number of regions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from assignments.enums import ExecutionState
from assignments.models import Execution
from rating.enums import SliceStatus, WindowKind
from rating.letters import SHOWN_LOSSES, LetterSource, MonthFacts
from rating.models import RegionScore, ScoreAtStake, ScoreLoss, ScoreWindow, Slice
from rating.selectors.tables import region_histories
from regions.models import AuthorityHead

WAITING = (ExecutionState.ISSUED, ExecutionState.RETURNED)


def replaced_scores(slice_: Slice) -> dict[str, RegionScore] | None:
    """By region code, the scores of the published revision that this one corrects; None when there is none."""
    before = (
        Slice.objects.filter(period=slice_.period, revision__lt=slice_.revision)
        .exclude(status=SliceStatus.DRAFT)
        .order_by("-revision")
        .first()
    )
    if before is None:
        return None
    return {score.region_id: score for score in before.scores.select_related("slice")}


def letter_sources(
    slice_: Slice, heads: dict[str, AuthorityHead], replaced: dict[str, RegionScore] | None, day: date
) -> Iterable[LetterSource]:
    """The sources of the letters to these heads, in the order of the table."""
    for facts in month_facts(slice_, heads, replaced, day):
        yield LetterSource(facts, heads[facts.score.region_id])


def month_facts(
    slice_: Slice, regions: Iterable[str], replaced: dict[str, RegionScore] | None, day: date
) -> Iterable[MonthFacts]:
    """What is to be said about the month of these regions (codes) on a day, in the order of the table."""
    codes = list(regions)
    scores = list(
        slice_.scores.filter(region__in=codes)
        .select_related("region", "slice__methodology")
        .order_by("position")
    )
    own = Q(region_score__slice=slice_, region_score__region__in=codes)
    losses, stakes, counts = _losses(own), _stakes(own), _loss_counts(own)
    windows = {
        window.region_score_id: window
        for window in ScoreWindow.objects.filter(own, kind=WindowKind.THREE_MONTHS)
    }
    overdue = _overdue(day, codes)
    histories = region_histories(codes, slice_.period, own=slice_)
    for score in scores:
        yield MonthFacts(
            slice=score.slice,
            score=score,
            losses=losses[score.pk],
            loss_count=counts.get(score.pk, 0),
            stakes=stakes[score.pk],
            overdue=overdue.get(score.region_id, 0),
            three_months=windows.get(score.pk),
            replaced=(replaced or {}).get(score.region_id),
            written_on=day,
            history=histories.get(score.region_id, ()),
        )


def _losses(own: Q) -> dict[int, list[ScoreLoss]]:
    """The largest losses of each score, with everything that names them."""
    ordered = Window(RowNumber(), partition_by=F("region_score"), order_by=F("position").asc())
    rows = (
        ScoreLoss.objects.filter(own)
        .annotate(place=ordered)
        .filter(place__lte=SHOWN_LOSSES)
        .select_related("execution__assignment__protocol", "execution__cluster", "region_score__slice")
        .order_by("region_score", "position")
    )
    found: dict[int, list[ScoreLoss]] = defaultdict(list)
    for loss in rows:
        found[loss.region_score_id].append(loss)
    return found


def _loss_counts(own: Q) -> dict[int, int]:
    rows = ScoreLoss.objects.filter(own).order_by().values("region_score")
    return dict(rows.annotate(count=Count("pk")).values_list("region_score", "count"))


def _stakes(own: Q) -> dict[int, list[ScoreAtStake]]:
    """The outlook of each score without what was handed in since the slice was computed."""
    rows = (
        ScoreAtStake.objects.filter(own, execution__state__in=WAITING)
        .select_related("execution__assignment__protocol", "execution__cluster", "region_score__slice")
        .order_by("region_score", "position")
    )
    found: dict[int, list[ScoreAtStake]] = defaultdict(list)
    for stake in rows:
        found[stake.region_score_id].append(stake)
    return found


def _overdue(day: date, codes: Sequence[str]) -> dict[str, int]:
    rows = Execution.objects.rated().overdue(day).filter(region__in=codes).order_by().values("region")
    return dict(rows.annotate(count=Count("pk")).values_list("region", "count"))

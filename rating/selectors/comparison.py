"""Regions of one revision side by side, and which others are like them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.scope import Scope
from rating.enums import WindowKind
from rating.models import RegionScore, ScoreWindow
from rating.selectors.pages import FieldRow, HistoryMonth, SliceEntry, SliceIndex, region_lines


@dataclass(frozen=True, slots=True)
class ComparedRegion:
    """A region with its twelve months; the longer window is None for people who may not read it."""

    score: RegionScore
    history: Sequence[HistoryMonth]
    three_months: ScoreWindow | None


def compared_regions(
    scope: Scope, index: SliceIndex, entry: SliceEntry, codes: Sequence[str]
) -> list[ComparedRegion]:
    """These regions of a revision in the order asked for: three queries. Every code is a region of the revision."""
    scores = RegionScore.objects.filter(slice_id=entry.id, region_id__in=codes).select_related("region")
    by_code = {score.region_id: score for score in scores}
    lines = region_lines(index, entry, codes)
    windows = _three_months(scope, [score.pk for score in by_code.values()])
    return [ComparedRegion(by_code[code], lines[code], windows.get(by_code[code].pk)) for code in codes]


def _three_months(scope: Scope, scores: Collection[int]) -> Mapping[int, ScoreWindow]:
    found = ScoreWindow.objects.visible_to(scope).filter(
        region_score__in=scores, kind=WindowKind.THREE_MONTHS
    )
    return {window.region_score_id: window for window in found}


def similar_regions(
    rows: Sequence[FieldRow], code: str, *, without: Collection[str] = (), count: int = 3
) -> list[FieldRow]:
    """The rated regions nearest to one by executions and clusters, the nearest first.

    Nearness is the sum of two shares: by what part of the greater number the executions differ, and the clusters.
    A region without executions is like no other.
    """
    own = next((row for row in rows if row.code == code and row.executions), None)
    if own is None:
        return []
    others = [row for row in rows if row.executions and row.code not in {code, *without}]
    return sorted(others, key=lambda row: (_distance(own, row), row.code))[:count]


def _distance(one: FieldRow, other: FieldRow) -> Fraction:
    return sum(
        (
            Fraction(abs(mine - theirs), max(mine, theirs, 1))
            for mine, theirs in ((one.executions, other.executions), (one.clusters, other.clusters))
        ),
        start=Fraction(0),
    )

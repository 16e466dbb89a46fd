"""The digest of a month for the centre: what moved, who stands out, what was hard for all, how the centre did."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from common.errors import Missing, NotAllowed
from common.scope import Scope
from rating.enums import Signal, SliceStatus
from rating.formula import shift_period
from rating.models import ItemShare, RegionScore, ScoreLoss, Slice
from rating.selectors.gathering import corrections_in, waiting_corrections
from rating.selectors.ledger import StateCount, letters_of, state_counts
from rating.selectors.tables import slice_for

MOVERS = 12
"""Regions of which the digest says how they moved."""
WHY = 2
"""Losses by which it says why."""
TREND_MONTHS = 6
HARD_SHARE = 30
"""Percent of the country's executions on time below which an item was hard for everyone (methodology §7)."""


@dataclass(frozen=True, slots=True)
class CorrectionNote:
    """One event that the revision saw and the one before it had not."""

    region: str
    execution: str
    cluster: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class MonthDigest:
    """All that the digest says. Sequences are in the order of the page."""

    slice: Slice
    before: Slice | None
    zones: Mapping[str, int]
    movers: Sequence[RegionScore]
    losses: Mapping[int, Sequence[ScoreLoss]]
    signals: Sequence[RegionScore]
    hard_items: Sequence[ItemShare]
    trend: Sequence[Slice]
    corrections: Sequence[CorrectionNote]
    waiting: int
    letters: Sequence[StateCount]


def month_digest(scope: Scope, period: str, revision: int | None = None) -> MonthDigest:
    """The digest of a revision, without a number of the one in force; about a dozen queries.

    Raises NotAllowed outside the centre, Missing for a month without such a slice.
    """
    if not scope.is_centre:
        raise NotAllowed(_("The digest of the month is a page of the centre."))
    slice_ = slice_for(scope, period, revision)
    if slice_ is None:
        raise Missing(_("There is no such month in the rating."))
    scores = list(slice_.scores.select_related("region").order_by("position"))
    movers = _movers(scores)
    return MonthDigest(
        slice=slice_,
        before=_published(shift_period(period, -1)),
        zones=_zones(scores),
        movers=movers,
        losses=_losses([score.pk for score in movers]),
        signals=[score for score in scores if score.signal in (Signal.ABOVE, Signal.BELOW)],
        hard_items=_hard_items(slice_),
        trend=_trend(slice_),
        corrections=_corrections(slice_),
        waiting=waiting_corrections(scope, period).values("execution").distinct().count(),
        letters=state_counts(letters_of(scope, period).originals()),
    )


def _published(period: str) -> Slice | None:
    return Slice.objects.filter(period=period, status=SliceStatus.PUBLISHED).first()


def _zones(scores: Sequence[RegionScore]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for score in scores:
        counts[score.zone or "none"] += 1
    return dict(counts)


def _movers(scores: Sequence[RegionScore]) -> list[RegionScore]:
    """Movements that are more than chance first, each kind by size; the largest dozen."""
    moved = [score for score in scores if score.delta]
    moved.sort(key=lambda score: (not score.distinguishable, -abs(score.delta or 0), score.region_id))
    return moved[:MOVERS]


def _losses(scores: Sequence[int]) -> dict[int, list[ScoreLoss]]:
    """The largest losses of each of these scores."""
    place = Window(RowNumber(), partition_by=F("region_score"), order_by=F("position").asc())
    rows = (
        ScoreLoss.objects.filter(region_score__in=scores)
        .annotate(place=place)
        .filter(place__lte=WHY)
        .select_related("execution__assignment__protocol", "execution__cluster")
        .order_by("region_score", "position")
    )
    found: dict[int, list[ScoreLoss]] = defaultdict(list)
    for loss in rows:
        found[loss.region_score_id].append(loss)
    return found


def _hard_items(slice_: Slice) -> list[ItemShare]:
    """Items with an on-time share below the bound, those that failed most often first."""
    rows = slice_.item_shares.annotate(bound=F("executions") * HARD_SHARE, scaled=F("on_time") * 100)
    found = list(rows.filter(scaled__lt=F("bound")).select_related("assignment__protocol"))
    return sorted(found, key=lambda row: (row.on_time - row.executions, row.pk))


def _trend(slice_: Slice) -> list[Slice]:
    """The months up to this one, oldest first: of each the revision in force, of this one the revision itself."""
    first = shift_period(slice_.period, 1 - TREND_MONTHS)
    earlier = Q(status=SliceStatus.PUBLISHED, period__gte=first, period__lt=slice_.period)
    return list(Slice.objects.filter(earlier | Q(pk=slice_.pk)).order_by("period"))


def _corrections(slice_: Slice) -> list[CorrectionNote]:
    rows = corrections_in(slice_).select_related("execution__region", "execution__cluster").order_by("id")
    return [
        CorrectionNote(
            region=event.execution.region.name,
            execution=event.execution.code,
            cluster=event.execution.cluster.display_name if event.execution.cluster else "",
            recorded_at=event.recorded_at,
        )
        for event in rows
    ]

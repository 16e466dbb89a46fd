"""Stored slices for pages, letters and the API: which one to show, its months, zones and movement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from common.errors import Missing
from common.scope import Scope
from rating.enums import RegionStatus, SliceStatus, Zone
from rating.formula.periods import shift_period
from rating.models import RegionScore, Slice
from rating.querysets import RegionScoreQuerySet, SliceQuerySet
from rating.selectors.methodologies import months_since

LINE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """A month of the month switch and what the person may open there."""

    period: str
    revisions: int
    published: bool


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A month of the line of a region; `score` is None when nothing was due or the month is not published."""

    period: str
    score: int | None
    rank: int | None
    zone: str
    interval: tuple[int, int] | None


def _slices(scope: Scope) -> SliceQuerySet:
    return Slice.objects.visible_to(scope).select_related("methodology__control_rules")


def latest_published(scope: Scope) -> Slice | None:
    """The published slice of the newest month that this person may see."""
    return _slices(scope).filter(status=SliceStatus.PUBLISHED).order_by("-period").first()


def published_before(scope: Scope, instant: datetime) -> Slice | None:
    """Of the newest month that was published before the instant, the revision that was current at it."""
    return _slices(scope).published_before(instant).order_by("-period", "-revision").first()


def slice_for(scope: Scope, period: str, revision: int | None = None) -> Slice:
    """A revision of a month; without a number the published one, for the centre else the newest draft.

    Raises Missing for a month or revision that does not exist for this person.
    """
    found = _slices(scope).filter(period=period).order_by("-revision")
    if revision is not None:
        found = found.filter(revision=revision)
    revisions = list(found)
    for slice_ in revisions:
        if slice_.status == SliceStatus.PUBLISHED:
            return slice_
    if not revisions:
        raise Missing(_("There is no such month in the rating."))
    return revisions[0]


def newest_revision(period: str, revision: int | None = None) -> Slice | None:
    """The revision with this number, without one the highest, whatever its status."""
    found = (
        Slice.objects.filter(period=period).select_related("methodology__control_rules").order_by("-revision")
    )
    return (found if revision is None else found.filter(revision=revision)).first()


def month_list(scope: Scope) -> list[MonthEntry]:
    """The months that have a slice for this person, newest first."""
    rows = (
        Slice.objects.visible_to(scope)
        .order_by("-period")
        .values("period")
        .annotate(revisions=Count("id"), published=Count("id", filter=Q(status=SliceStatus.PUBLISHED)))
    )
    return [MonthEntry(row["period"], row["revisions"], bool(row["published"])) for row in rows]


def drafts_to_publish() -> list[Slice]:
    """The newest revision of each month that still waits for publication, oldest month first."""
    newest: dict[str, Slice] = {}
    for slice_ in Slice.objects.select_related("methodology__control_rules").order_by("period", "revision"):
        newest[slice_.period] = slice_
    return [slice_ for slice_ in newest.values() if slice_.is_draft]


def earlier_unpublished(period: str) -> list[str]:
    """Earlier months that were closed but never published; publishing goes on, the page says so."""
    rows = Slice.objects.filter(period__lt=period).values("period").annotate(first=Min("published_at"))
    return [row["period"] for row in rows.filter(first=None).order_by("period")]


def region_history(
    region: str, period: str, *, months: int = LINE_MONTHS, own: Slice | None = None
) -> list[HistoryPoint]:
    """The last `months` months up to `period` by their published revisions, oldest first, gaps kept.

    `own` replaces the published revision of its month: a draft or an old revision shows its own line.
    """
    return region_histories([region], period, months=months, own=own)[region]


def region_histories(
    regions: Iterable[str],
    period: str,
    *,
    months: int = LINE_MONTHS,
    own: Slice | None = None,
    before: datetime | None = None,
) -> dict[str, list[HistoryPoint]]:
    """The same for several regions by their code, in one query; with `before` by the revisions current then."""
    codes = list(regions)
    first = shift_period(period, 1 - months)
    shown = Q(slice__status=SliceStatus.PUBLISHED)
    if before is not None:
        shown = Q(slice__in=Slice.objects.published_before(before).order_by().values("pk"))
    if own is not None:
        shown = (shown & ~Q(slice__period=own.period)) | Q(slice=own.pk)
    rows = RegionScore.objects.filter(
        shown, region__in=codes, slice__period__gte=first, slice__period__lte=period
    ).values_list("region", "slice__period", "score", "rank", "zone", "interval_low", "interval_high")
    points = {
        (code, month): HistoryPoint(
            month, score, rank, zone, None if low is None or high is None else (low, high)
        )
        for code, month, score, rank, zone, low, high in rows
    }
    empty = [HistoryPoint(month, None, None, "", None) for month in months_since(first, period)]
    return {code: [points.get((code, point.period), point) for point in empty] for code in codes}


def zone_counts(slice_: Slice) -> dict[str, int]:
    """How many regions stand in each zone, and under "" how many have no score."""
    counts = dict.fromkeys((*Zone.values, ""), 0)
    rows = slice_.scores.order_by().values_list("zone").annotate(regions=Count("id"))
    counts.update(dict(rows))
    return counts


def most_improved(slice_: Slice, count: int = 5) -> Sequence[RegionScore]:
    """Ranked regions whose score rose most against the month before, best first."""
    scores: RegionScoreQuerySet = slice_.scores.filter(status=RegionStatus.RANKED, delta__gt=0)
    return list(scores.select_related("region").order_by("-delta", "position")[:count])

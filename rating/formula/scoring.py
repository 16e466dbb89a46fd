"""Scope, points, scores, places, zones and signals of a month (methodology §3–6).

The input are already folded executions, so that a page can score the running month without the event log.
Scores, bounds and losses are hundredths of a point; P and W are sums of weighted points and of weights.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from assignments.fold import Folded, later
from rating.formula.params import Params
from rating.formula.periods import period_bounds, rating_day
from rating.formula.uncertainty import (
    Reading,
    effective_size,
    place_ranges,
    places,
    signal,
    wilson,
)

RANKED, FEW, NO_DUE, NO_CLUSTERS = "ranked", "few", "no_due", "no_clusters"
ON_TIME, LATE, NOT_EXECUTED = "on_time", "late", "not_executed"
NOT_ISSUED, CANCELLED, BEFORE_START = "not_issued", "cancelled", "before_start"
NOT_YET_DUE, COUNTED_BEFORE = "not_yet_due", "counted_before"
"""Why an execution is out of scope."""


class RatedExecution(NamedTuple):
    """One execution as the rating sees it: ids, the weight of its item, and its folded dates.

    `completed` is the day of the accepted or still unreviewed report (§3), `reviews` are the finished reviews as (day
    handed in, day decided).
    """

    execution: str
    item: str
    cluster: str
    region: str
    weight: int
    issued: bool
    cancelled: bool
    due: date
    completed: date | None
    returns: int
    extensions: int
    in_review: bool
    reviews: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(
        cls, folded: Folded, *, execution: str, item: str, cluster: str, region: str, weight: int
    ) -> "RatedExecution":
        """The row of a folded log."""
        return cls(
            execution,
            item,
            cluster,
            region,
            weight,
            folded.issued,
            folded.cancelled,
            folded.due,
            folded.completed,
            folded.returns,
            folded.extensions,
            folded.in_review,
            folded.reviews,
        )


@dataclass(frozen=True, slots=True)
class Window:
    """The days that decide scope and execution in [start, end] (§3)."""

    start: date
    end: date
    cut: date
    """The last due day that enters: the end, or the day before the instant of the slice."""
    last_report: date
    """The last day on which a report still counts."""
    carried_from: date
    """Of the older ones, those handed in from this day on were not yet counted before."""
    count_due_from: date
    seen_on: date
    """The day of the instant of the slice."""

    @classmethod
    def of(cls, start: date, end: date, as_of: datetime, params: Params) -> "Window":
        """The window of these days as known at `as_of`."""
        seen_on = rating_day(as_of, params)
        return cls(
            start=start,
            end=end,
            cut=min(end, seen_on - timedelta(days=1)),
            last_report=later(end, params.grace_days),
            carried_from=later(start, params.grace_days),
            count_due_from=params.count_due_from,
            seen_on=seen_on,
        )

    @property
    def what_if_day(self) -> date:
        """The day on which the what-if lets the open ones be handed in (§7)."""
        return min(self.seen_on, self.last_report)

    def holds(self, row: RatedExecution) -> bool:
        """Whether the execution is in scope."""
        return not self.outside(row)

    def outside(self, row: RatedExecution) -> str:
        """Why the execution is not in scope (§3), by the first condition that fails; empty when it is."""
        if not row.issued:
            return NOT_ISSUED
        if row.cancelled:
            return CANCELLED
        if row.due < self.count_due_from:
            return BEFORE_START
        if row.due > self.cut:
            return NOT_YET_DUE
        if row.due >= self.start or row.completed is None or row.completed >= self.carried_from:
            return ""
        return COUNTED_BEFORE


class Cell(NamedTuple):
    """One execution in scope with its points (§4). `days_late` of an unexecuted one runs to the cut."""

    row: RatedExecution
    status: str
    days_late: int
    step_points: int
    points: int
    carried_over: bool

    @property
    def lost(self) -> int:
        """Weighted points lost: w·(100 − q)."""
        return self.row.weight * (100 - self.points)


def rate(row: RatedExecution, window: Window, params: Params) -> Cell:
    """The points of an execution that is in scope of the window."""
    carried_over = row.due < window.start
    if row.completed is None or row.completed > window.last_report:
        return Cell(row, NOT_EXECUTED, (window.cut - row.due).days, 0, 0, carried_over)
    days_late = max(0, (row.completed - row.due).days)
    step_points = params.step_points(days_late)
    return Cell(
        row,
        LATE if days_late else ON_TIME,
        days_late,
        step_points,
        params.points_after_returns(step_points, row.returns),
        carried_over,
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """Executions taken together: of a region, or of the country."""

    executions: int
    clusters: int
    weight_sum: int
    points_sum: int
    weight_squares: int
    cluster_squares: int

    @property
    def score(self) -> int:
        """The published score in hundredths, rounded half up (§4)."""
        return score_of(self.points_sum, self.weight_sum)

    def interval(self, z: Fraction, icc: Fraction) -> tuple[int, int]:
        """The interval of §6 for this z, in hundredths."""
        size = effective_size(
            self.executions, self.weight_sum, self.weight_squares, self.cluster_squares, icc
        )
        return wilson(self.points_sum, self.weight_sum, size, z)

    def reading(self, params: Params) -> Reading:
        """The published score with the interval of the parameters."""
        return Reading(self.score, *self.interval(params.z_interval, params.icc))


def score_of(points_sum: int, weight_sum: int) -> int:
    """P / W in hundredths, rounded half up: ⌊(200P + W) / 2W⌋."""
    return (200 * points_sum + weight_sum) // (2 * weight_sum)


def pool_of(cells: Iterable[Cell]) -> Pool | None:
    """The sums of some cells; None when there is nothing to sum."""
    executions = weight_sum = points_sum = weight_squares = 0
    clusters: Counter[str] = Counter()
    for cell in cells:
        row = cell.row
        weight = row.weight
        executions += 1
        weight_sum += weight
        weight_squares += weight * weight
        points_sum += weight * cell.points
        clusters[row.cluster] += 1
    if not executions:
        return None
    cluster_squares = sum(size * size for size in clusters.values())
    return Pool(executions, len(clusters), weight_sum, points_sum, weight_squares, cluster_squares)


@dataclass(frozen=True, slots=True)
class RegionScore:
    """What a month says of one region. Without executions only `region` and `status` say anything."""

    region: str
    status: str
    cells: tuple[Cell, ...] = ()
    pool: Pool | None = None
    reading: Reading | None = None
    zone: str | None = None
    zone_certain: bool | None = None
    signal: str | None = None
    rank: int | None = None
    rank_range: tuple[int, int] | None = None

    @property
    def executions(self) -> int:
        return len(self.cells)

    @property
    def score(self) -> int | None:
        """The published score in hundredths."""
        return self.reading.score if self.reading else None

    @property
    def counts(self) -> dict[str, int]:
        """How many executions in scope are what (FORMAT, counts)."""
        by_status = Counter(cell.status for cell in self.cells)
        return {
            ON_TIME: by_status[ON_TIME],
            LATE: by_status[LATE],
            NOT_EXECUTED: by_status[NOT_EXECUTED],
            "in_review": sum(cell.row.in_review for cell in self.cells),
            "returned": sum(cell.row.returns > 0 for cell in self.cells),
            "extended": sum(cell.row.extensions > 0 for cell in self.cells),
            "carried_over": sum(cell.carried_over for cell in self.cells),
        }


@dataclass(frozen=True, slots=True)
class MonthScores:
    """The scores of all regions in one month as known at one instant.

    `regions` is in the order of the table: by place, then region; those without a place last.
    """

    period: str
    as_of: datetime
    params: Params
    window: Window
    national: Pool | None
    regions: Mapping[str, RegionScore]

    @property
    def ranked_regions(self) -> int:
        return sum(score.status == RANKED for score in self.regions.values())

    def other_scores(self, region: str) -> list[int] | None:
        """The published scores of the other ranked regions, lowest first; None for a region without a place."""
        if self.regions[region].status != RANKED:
            return None
        return sorted(
            other.reading.score
            for other in self.regions.values()
            if other.status == RANKED and other.reading and other.region != region
        )


def place_among(others: list[int] | None, score: int) -> int | None:
    """The place that a score would take among the others, given lowest first."""
    return None if others is None else 1 + len(others) - bisect_right(others, score)


def score_month(
    rows: Iterable[RatedExecution],
    *,
    period: str,
    as_of: datetime,
    params: Params,
    regions: Iterable[str],
    regions_with_clusters: Collection[str],
) -> MonthScores:
    """Score a month of folded executions as known at `as_of`; with `as_of` = now it is the running month.

    `rows` may leave out executions that cannot be in scope; `regions` are all regions of the table, also those
    without clusters. The rows must hold all regions, else places and the national score are not theirs.
    """
    window = Window.of(*period_bounds(period), as_of, params)
    cells = cells_by_region(rows, window, params)
    national = pool_of(cell for group in cells.values() for cell in group)
    found = [
        _region_score(region, cells.get(region, ()), national, params, region in regions_with_clusters)
        for region in regions
    ]
    table = _with_places(found)
    return MonthScores(period, as_of, params, window, national, {row.region: row for row in table})


def cells_by_region(rows: Iterable[RatedExecution], window: Window, params: Params) -> dict[str, list[Cell]]:
    """The executions in scope with their points, by region."""
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for row in rows:
        if window.holds(row):
            found[row.region].append(rate(row, window, params))
    return dict(found)


def _region_score(
    region: str, cells: Sequence[Cell], national: Pool | None, params: Params, has_clusters: bool
) -> RegionScore:
    """Everything about a region but its place."""
    pool = pool_of(cells)
    if pool is None or national is None:
        return RegionScore(region, NO_DUE if has_clusters else NO_CLUSTERS)
    reading = pool.reading(params)
    return RegionScore(
        region=region,
        status=RANKED if pool.executions >= params.n_min else FEW,
        cells=tuple(cells),
        pool=pool,
        reading=reading,
        zone=params.zone(reading.score),
        zone_certain=params.zone(reading.low) == params.zone(reading.high),
        signal=signal(pool.interval(params.z_signal, params.icc), national.score),
    )


def _with_places(found: Iterable[RegionScore]) -> list[RegionScore]:
    """The same regions with places and place ranges, in the order of the table."""
    rows = sorted(found, key=lambda row: row.region)
    readings = {row.region: row.reading for row in rows if row.status == RANKED and row.reading}
    rank_of = places({region: reading.score for region, reading in readings.items()})
    range_of = dict(zip(readings, place_ranges(readings.values()), strict=True))
    placed = [
        replace(row, rank=rank_of[row.region], rank_range=range_of[row.region])
        if row.region in rank_of
        else row
        for row in rows
    ]
    return sorted(placed, key=lambda row: (row.rank is None, row.rank or 0, row.region))

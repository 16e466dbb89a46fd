"""Where the points went and what would bring them back (methodology §7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rating.formula.params import Params
from rating.formula.periods import period_bounds, rating_day, shift_period
from rating.formula.scoring import (
    LATE,
    NOT_EXECUTED,
    ON_TIME,
    Cell,
    MonthScores,
    RatedExecution,
    RegionScore,
    place_among,
    score_of,
)
from rating.formula.uncertainty import FULL

RETURNED = "returned"
REASONS = (NOT_EXECUTED, LATE, RETURNED)
"""Reasons of a loss in the order that decides ties."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that one execution cost its region; `lost` and `lost_by_reason` in shown hundredths."""

    cell: Cell
    lost: int
    lost_by_reason: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Losses:
    """All losses of a region. Rows, clusters and reasons each sum to `total` = 100.00 − score."""

    rows: tuple[Loss, ...]
    by_cluster: Mapping[str, int]
    by_reason: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class Gain:
    """What handing in one open execution would give; scores in hundredths, places None without a place."""

    execution: str
    cluster: str
    item: str
    gain_weighted_points: int
    score_if_alone: int
    rank_if_alone: int | None
    score_cumulative: int
    rank_cumulative: int | None


@dataclass(frozen=True, slots=True)
class Stake:
    """Points that an open execution holds at stake, in hundredths: never a promised score."""

    execution: str
    region: str
    cluster: str
    item: str
    due: date
    at_stake: int


@dataclass(frozen=True, slots=True)
class ItemShare:
    """How an item went in the whole country."""

    item: str
    executions: int
    on_time: int

    @property
    def share(self) -> int:
        """Percent on time in hundredths, rounded half up."""
        return score_of(100 * self.on_time, self.executions)


@dataclass(frozen=True, slots=True)
class ReviewIndicator:
    """How fast the centre reviews: median whole days of a finished review, reports still waiting."""

    finished: int
    median_days: int | None
    unreviewed: int


def losses_by_reason(cell: Cell) -> Iterator[tuple[str, int]]:
    """The weighted points that a cell lost, by reason; only reasons that lost something."""
    weight = cell.row.weight
    if cell.status == NOT_EXECUTED:
        yield NOT_EXECUTED, 100 * weight
        return
    if cell.step_points < 100:
        yield LATE, (100 - cell.step_points) * weight
    if cell.points < cell.step_points:
        yield RETURNED, (cell.step_points - cell.points) * weight


def losses_of(score: RegionScore) -> Losses:
    """The losses of a region, shown by largest remainder so that everything sums to 100.00 − score."""
    if score.pool is None:
        return Losses((), {}, {}, 0)
    shown = _shown_hundredths(score.cells, score.pool.weight_sum, FULL - score.pool.score)
    rows = []
    by_cluster: defaultdict[str, int] = defaultdict(int)
    by_reason: defaultdict[str, int] = defaultdict(int)
    for cell in sorted(score.cells, key=lambda cell: (-cell.lost, cell.row.cluster, cell.row.item)):
        if not cell.lost:
            break
        reasons = {
            reason: shown[cell.row.cluster, cell.row.item, REASONS.index(reason)]
            for reason, _lost in losses_by_reason(cell)
        }
        lost = sum(reasons.values())
        rows.append(Loss(cell, lost, reasons))
        by_cluster[cell.row.cluster] += lost
        for reason, part in reasons.items():
            by_reason[reason] += part
    return Losses(tuple(rows), dict(by_cluster), dict(by_reason), FULL - score.pool.score)


def _shown_hundredths(cells: Iterable[Cell], weight_sum: int, total: int) -> dict[tuple[str, str, int], int]:
    """Hundredths by (cluster, item, order of the reason): floors, then the rest to the largest remainders."""
    shown: dict[tuple[str, str, int], int] = {}
    remainders: list[tuple[int, tuple[str, str, int]]] = []
    for cell in cells:
        for reason, lost in losses_by_reason(cell):
            key = (cell.row.cluster, cell.row.item, REASONS.index(reason))
            shown[key], remainder = divmod(100 * lost, weight_sum)
            remainders.append((-remainder, key))
    missing = total - sum(shown.values())
    for _remainder, key in sorted(remainders)[:missing]:
        shown[key] += 1
    return shown


def what_if(scores: MonthScores, region: str) -> tuple[Gain, ...]:
    """What each execution without a report would bring, best first; the first k rows are the best k."""
    score = scores.regions[region]
    if score.pool is None:
        return ()
    day = scores.window.what_if_day
    open_cells = [cell for cell in score.cells if cell.row.completed is None]
    ordered = sorted(
        ((_gain(cell.row, day, scores.params), cell.row) for cell in open_cells),
        key=lambda pair: (-pair[0], pair[1].cluster, pair[1].item),
    )
    gains = []
    others = scores.other_scores(region)
    weight_sum, points_sum = score.pool.weight_sum, score.pool.points_sum
    cumulative = points_sum
    for gain, row in ordered:
        cumulative += gain
        alone, together = score_of(points_sum + gain, weight_sum), score_of(cumulative, weight_sum)
        gains.append(
            Gain(
                execution=row.execution,
                cluster=row.cluster,
                item=row.item,
                gain_weighted_points=gain,
                score_if_alone=alone,
                rank_if_alone=place_among(others, alone),
                score_cumulative=together,
                rank_cumulative=place_among(others, together),
            )
        )
    return tuple(gains)


def _gain(row: RatedExecution, day: date, params: Params) -> int:
    """Weighted points of the execution if its report came on this day."""
    return row.weight * params.points((day - row.due).days, row.returns)


def outlook(
    rows: Iterable[RatedExecution], *, period: str, as_of: datetime, params: Params
) -> dict[str, tuple[Stake, ...]]:
    """What is at stake by the end of the next month, by region, heaviest first (§7, outlook).

    With `as_of` = now it is the outlook of an inbox; the rows of one region are enough for that region.
    """
    day = rating_day(as_of, params)
    last_due = period_bounds(shift_period(period, 1))[1]
    open_rows: defaultdict[str, list[RatedExecution]] = defaultdict(list)
    for row in rows:
        waiting = row.issued and not row.cancelled and row.completed is None
        if waiting and params.count_due_from <= row.due <= last_due:
            open_rows[row.region].append(row)
    return {region: _stakes(group, day, params) for region, group in sorted(open_rows.items())}


def _stakes(rows: list[RatedExecution], day: date, params: Params) -> tuple[Stake, ...]:
    weight_sum = sum(row.weight for row in rows)
    stakes = [
        Stake(
            execution=row.execution,
            region=row.region,
            cluster=row.cluster,
            item=row.item,
            due=row.due,
            at_stake=score_of(_gain(row, day, params), weight_sum),
        )
        for row in rows
    ]
    return tuple(sorted(stakes, key=lambda stake: (-stake.at_stake, stake.cluster, stake.item)))


def item_on_time_shares(scores: MonthScores) -> dict[str, ItemShare]:
    """The national on-time share of every item with an execution in scope (§7, defective items)."""
    executions: defaultdict[str, int] = defaultdict(int)
    on_time: defaultdict[str, int] = defaultdict(int)
    for score in scores.regions.values():
        for cell in score.cells:
            executions[cell.row.item] += 1
            on_time[cell.row.item] += cell.status == ON_TIME
    return {item: ItemShare(item, executions[item], on_time[item]) for item in sorted(executions)}


def review_indicator(rows: Iterable[RatedExecution]) -> ReviewIndicator:
    """The centre's own indicator over these executions, usually those in scope of a month (§7)."""
    days: list[int] = []
    unreviewed = 0
    for row in rows:
        days.extend((decided_on - handed_in_on).days for handed_in_on, decided_on in row.reviews)
        unreviewed += row.in_review
    return ReviewIndicator(finished=len(days), median_days=_median(days), unreviewed=unreviewed)


def _median(days: list[int]) -> int | None:
    """The middle one; of two middle ones the mean, rounded half up."""
    if not days:
        return None
    ordered = sorted(days)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle] + 1) // 2

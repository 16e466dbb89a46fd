"""A whole slice: the month, the month before, the longer windows, all explained (methodology §3–8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assignments.fold import Event, FoldRules, fold, known_events
from rating.formula.audit_file import Case, CaseExecution
from rating.formula.explanation import Gain, Losses, Stake, losses_of, outlook, what_if
from rating.formula.params import Params, in_force
from rating.formula.periods import default_as_of, shift_period, window_starts
from rating.formula.scoring import (
    MonthScores,
    RatedExecution,
    RegionScore,
    Window,
    cells_by_region,
    pool_of,
    score_month,
)
from rating.formula.uncertainty import Reading, distinguishable

Watch = Callable[[str, int, int], None]
"""`watch(stage, done, total)`: somebody may follow a long computation; the formula does not know who."""
ROWS_PER_NOTE = 250


@dataclass(frozen=True, slots=True)
class Movement:
    """A region against the month before; `delta` in hundredths, `rank_delta` > 0 means moved up."""

    score: int
    rank: int | None
    delta: int
    rank_delta: int | None
    distinguishable: bool


@dataclass(frozen=True, slots=True)
class WindowScore:
    """A longer window of a region, each obligation once."""

    executions: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class SliceResult:
    """A computed slice. The mappings are by region; `windows` holds None where nothing is in scope."""

    scores: MonthScores
    corrections_as_of: datetime | None
    input_sha256: str
    losses: Mapping[str, Losses]
    gains: Mapping[str, tuple[Gain, ...]]
    movements: Mapping[str, Movement]
    windows: Mapping[str, Mapping[str, WindowScore | None]]
    stakes: Mapping[str, tuple[Stake, ...]]
    rows: tuple[RatedExecution, ...]


def rate_slice(case: Case, watch: Watch | None = None) -> SliceResult:
    """Compute the slice that the case asks for, from its event log alone."""
    request, params = case.request, case.params
    as_of = request.as_of or default_as_of(request.period, params)
    folding = _fold_all(case, request.period, as_of, request.corrections_as_of, params, watch)
    rows = folding.rows
    scores = _scores(case, rows, request.period, as_of, params)
    losses: dict[str, Losses] = {}
    gains: dict[str, tuple[Gain, ...]] = {}
    for number, (region, score) in enumerate(scores.regions.items(), 1):
        if score.pool:
            losses[region], gains[region] = losses_of(score), what_if(scores, region)
        if watch:
            watch("regions", number, len(scores.regions))
    return SliceResult(
        scores=scores,
        corrections_as_of=request.corrections_as_of,
        input_sha256=case.input_sha256,
        losses=losses,
        gains=gains,
        movements=dict(movements(scores, previous_scores(case, as_of, folding))),
        windows=window_scores(rows, scores),
        stakes=outlook(rows, period=request.period, as_of=as_of, params=params),
        rows=rows,
    )


def folded_rows(
    case: Case,
    period: str,
    as_of: datetime,
    corrections_as_of: datetime | None,
    params: Params,
    watch: Watch | None = None,
) -> tuple[RatedExecution, ...]:
    """Every execution of the case folded as a slice of `period` with these instants sees it."""
    return _fold_all(case, period, as_of, corrections_as_of, params, watch).rows


@dataclass(frozen=True, slots=True)
class _Folding:
    """The rows of all executions, in the order of the case, with the events and rules they were folded from."""

    rules: FoldRules
    known: tuple[list[Event], ...]
    rows: tuple[RatedExecution, ...]

    def row(self, number: int, known: Sequence[Event], rules: FoldRules) -> RatedExecution | None:
        """The row of an execution when it was folded from the same."""
        return self.rows[number] if self.known[number] == known and self.rules == rules else None


def _fold_all(
    case: Case,
    period: str,
    as_of: datetime,
    corrections_as_of: datetime | None,
    params: Params,
    watch: Watch | None,
) -> _Folding:
    rules, total = params.fold_rules, len(case.executions)
    known, rows = [], []
    for number, execution in enumerate(case.executions, 1):
        known.append(known_events(execution.events, as_of, corrections_as_of, period))
        rows.append(_folded_row(case, execution, known[-1], rules))
        if watch and (number % ROWS_PER_NOTE == 0 or number == total):
            watch("executions", number, total)
    return _Folding(rules, tuple(known), tuple(rows))


def _folded_row(
    case: Case, execution: CaseExecution, known: Sequence[Event], rules: FoldRules
) -> RatedExecution:
    item = case.items[execution.item]
    return RatedExecution.of(
        fold(known, item.due, rules),
        execution=execution.id,
        item=item.id,
        cluster=execution.cluster,
        region=case.clusters[execution.cluster],
        weight=item.weight,
    )


def _scores(
    case: Case, rows: tuple[RatedExecution, ...], period: str, as_of: datetime, params: Params
) -> MonthScores:
    return score_month(
        rows,
        period=period,
        as_of=as_of,
        params=params,
        regions=case.regions,
        regions_with_clusters=frozenset(case.clusters.values()),
    )


def previous_scores(case: Case, as_of: datetime, now: _Folding) -> MonthScores | None:
    """The month before, recomputed as this slice sees it; None when no version was in force then (§5).

    It sees its own events up to its own instant, and the corrections of it known to this slice.
    """
    period = shift_period(case.request.period, -1)
    params = in_force(case.versions, period)
    if params is None:
        return None
    own_as_of = min(default_as_of(period, params), as_of)
    corrections = max(as_of, case.request.corrections_as_of or as_of)
    rules, rows = params.fold_rules, []
    for number, execution in enumerate(case.executions):
        known = known_events(execution.events, own_as_of, corrections, period)
        if known:  # what nobody had issued is in no window
            rows.append(now.row(number, known, rules) or _folded_row(case, execution, known, rules))
    return _scores(case, tuple(rows), period, own_as_of, params)


def movements(now: MonthScores, before: MonthScores | None) -> Iterator[tuple[str, Movement]]:
    """The change of every region that has a score in both months."""
    if before is None:
        return
    for region, score in now.regions.items():
        movement = _movement(score, before.regions[region])
        if movement is not None:
            yield region, movement


def _movement(now: RegionScore, before: RegionScore) -> Movement | None:
    if now.reading is None or before.reading is None:
        return None
    both_ranked = now.rank is not None and before.rank is not None
    return Movement(
        score=before.reading.score,
        rank=before.rank,
        delta=now.reading.score - before.reading.score,
        rank_delta=(before.rank or 0) - (now.rank or 0) if both_ranked else None,
        distinguishable=distinguishable(now.reading, before.reading),
    )


def window_scores(
    rows: tuple[RatedExecution, ...], scores: MonthScores
) -> dict[str, dict[str, WindowScore | None]]:
    """The longer windows of every region: the rule of §3 with an earlier start, as this slice sees it (§5)."""
    params = scores.params
    found: dict[str, dict[str, WindowScore | None]] = {region: {} for region in scores.regions}
    for name, start in window_starts(scores.period).items():
        window = Window.of(start, scores.window.end, scores.as_of, params)
        cells = cells_by_region(rows, window, params)
        for region, windows in found.items():
            pool = pool_of(cells.get(region, ()))
            windows[name] = WindowScore(pool.executions, pool.reading(params)) if pool else None
    return found

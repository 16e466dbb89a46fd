"""From the frozen inputs of a month to its stored rows; called inside the transaction that closes it."""

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assignments.models import Assignment, Execution
from common import clock
from rating.enums import LossReason
from rating.formula import RegionScore as ComputedScore
from rating.formula import (
    SliceResult,
    Watch,
    canonical_json,
    in_order,
    item_on_time_shares,
    parse_case,
    rate_slice,
)
from rating.models import (
    AuditFile,
    ItemShare,
    Methodology,
    RegionScore,
    ScoreAtStake,
    ScoreGain,
    ScoreLoss,
    ScoreWindow,
    Slice,
)
from rating.selectors import reviews_in_scope

BATCH = 2_000
IDS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class NewSlice:
    """A revision to be stored: its inputs as an audit file, and who asks for it why."""

    methodology: Methodology
    as_of: datetime
    case: dict[str, Any]
    author_id: int | None
    corrections_as_of: datetime | None = None
    reason: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Computed:
    """A result of the pure formula with the very bytes that it was computed from."""

    payload: bytes
    result: SliceResult


def slice_compute(frozen: dict[str, Any], watch: Watch | None = None) -> Computed:
    """Compute by the pure formula from inputs as `audit_case` writes them, in order; touches no table."""
    payload, digest = in_order(frozen)
    return Computed(payload, rate_slice(parse_case(frozen, digest), watch))


def slice_store(new: NewSlice, ahead: Computed | None = None) -> Slice:
    """Freeze the inputs, compute by the pure formula, and store slice, scores and explanations as a draft.

    `ahead` was computed before the lock was taken; it counts only if its inputs are those of now, byte for byte.
    """
    computed = ahead if ahead and ahead.payload == canonical_json(new.case) else slice_compute(new.case)
    payload, result = computed.payload, computed.result
    reviews = reviews_in_scope(result)
    national = result.scores.national
    slice_ = Slice.objects.create(
        period=result.scores.period,
        revision=new.revision,
        as_of=new.as_of,
        corrections_as_of=new.corrections_as_of,
        methodology=new.methodology,
        input_sha256=result.input_sha256,
        ranked_regions=result.scores.ranked_regions,
        executions=national.executions if national else None,
        weight_sum=national.weight_sum if national else None,
        points_sum=national.points_sum if national else None,
        score=national.score if national else None,
        median_review_days=reviews.median_days,
        unreviewed=reviews.unreviewed,
        reason=new.reason,
        author_id=new.author_id,
        created_at=clock.now(),
    )
    AuditFile.objects.create(slice=slice_, payload=zlib.compress(payload), size=len(payload))
    scores = RegionScore.objects.bulk_create(
        [
            _score(slice_, position, score, result)
            for position, score in enumerate(result.scores.regions.values())
        ],
        batch_size=BATCH,
    )
    _store_explanations({score.region_id: score for score in scores}, result)
    _store_item_shares(slice_, result)
    return slice_


def _score(slice_: Slice, position: int, score: ComputedScore, result: SliceResult) -> RegionScore:
    """The row of one region; without executions only its status says anything."""
    row = RegionScore(
        slice=slice_,
        region_id=score.region,
        position=position,
        status=score.status,
        executions=score.executions,
    )
    if score.pool is None or score.reading is None:
        return row
    row.clusters = score.pool.clusters
    row.weight_sum, row.points_sum = score.pool.weight_sum, score.pool.points_sum
    row.score = score.reading.score
    row.interval_low, row.interval_high = score.reading.low, score.reading.high
    row.rank = score.rank
    if score.rank_range:
        row.rank_low, row.rank_high = score.rank_range
    row.zone, row.zone_certain, row.signal = score.zone or "", score.zone_certain, score.signal or ""
    for name, count in score.counts.items():
        setattr(row, name, count)
    row.lost_total = result.losses[score.region].total
    movement = result.movements.get(score.region)
    if movement:
        row.previous_score, row.previous_rank = movement.score, movement.rank
        row.delta, row.rank_delta = movement.delta, movement.rank_delta
        row.distinguishable = movement.distinguishable
    return row


def _store_explanations(scores: dict[str, RegionScore], result: SliceResult) -> None:
    """Windows, losses, gains and stakes of every region, in the order of the formula."""
    keys = _execution_keys(_explained(result))
    ScoreWindow.objects.bulk_create(
        (
            ScoreWindow(
                region_score=scores[region],
                kind=kind,
                executions=window.executions,
                score=window.reading.score,
                interval_low=window.reading.low,
                interval_high=window.reading.high,
            )
            for region, windows in result.windows.items()
            for kind, window in windows.items()
            if window
        ),
        batch_size=BATCH,
    )
    ScoreLoss.objects.bulk_create(_losses(scores, result, keys), batch_size=BATCH)
    ScoreGain.objects.bulk_create(_gains(scores, result, keys), batch_size=BATCH)
    ScoreAtStake.objects.bulk_create(
        (
            ScoreAtStake(
                region_score=scores[region],
                position=position,
                execution_id=keys[stake.execution],
                due_on=stake.due,
                at_stake=stake.at_stake,
            )
            for region, stakes in result.stakes.items()
            for position, stake in enumerate(stakes)
        ),
        batch_size=BATCH,
    )


def _losses(scores: dict[str, RegionScore], result: SliceResult, keys: dict[str, int]) -> Iterable[ScoreLoss]:
    for region, losses in result.losses.items():
        for position, loss in enumerate(losses.rows):
            cell, row, by_reason = loss.cell, loss.cell.row, loss.lost_by_reason
            yield ScoreLoss(
                region_score=scores[region],
                position=position,
                execution_id=keys[row.execution],
                cluster_code=row.cluster,
                weight=row.weight,
                points=cell.points,
                status=cell.status,
                due_on=row.due,
                completed_on=row.completed,
                days_late=cell.days_late,
                returns=row.returns,
                carried_over=cell.carried_over,
                in_review=row.in_review,
                lost=loss.lost,
                lost_not_executed=by_reason.get(LossReason.NOT_EXECUTED.value),
                lost_late=by_reason.get(LossReason.LATE.value),
                lost_returned=by_reason.get(LossReason.RETURNED.value),
                lost_weighted_points=cell.lost,
            )


def _gains(scores: dict[str, RegionScore], result: SliceResult, keys: dict[str, int]) -> Iterable[ScoreGain]:
    for region, gains in result.gains.items():
        for position, gain in enumerate(gains):
            yield ScoreGain(
                region_score=scores[region],
                position=position,
                execution_id=keys[gain.execution],
                cluster_code=gain.cluster,
                gain_weighted_points=gain.gain_weighted_points,
                score_if_alone=gain.score_if_alone,
                rank_if_alone=gain.rank_if_alone,
                score_cumulative=gain.score_cumulative,
                rank_cumulative=gain.rank_cumulative,
            )


def _explained(result: SliceResult) -> set[str]:
    """Codes of the executions that some explanation names."""
    codes = {loss.cell.row.execution for losses in result.losses.values() for loss in losses.rows}
    codes.update(gain.execution for gains in result.gains.values() for gain in gains)
    codes.update(stake.execution for stakes in result.stakes.values() for stake in stakes)
    return codes


def _execution_keys(codes: Collection[str]) -> dict[str, int]:
    ordered = sorted(codes)
    found: dict[str, int] = {}
    for start in range(0, len(ordered), IDS_PER_QUERY):
        rows = Execution.objects.filter(code__in=ordered[start : start + IDS_PER_QUERY])
        found.update(rows.values_list("code", "pk"))
    return found


def _store_item_shares(slice_: Slice, result: SliceResult) -> None:
    shares = item_on_time_shares(result.scores)
    keys = dict(Assignment.objects.filter(code__in=list(shares)).values_list("code", "pk"))
    ItemShare.objects.bulk_create(
        (
            ItemShare(
                slice=slice_,
                assignment_id=keys[share.item],
                executions=share.executions,
                on_time=share.on_time,
            )
            for share in shares.values()
        ),
        batch_size=BATCH,
    )

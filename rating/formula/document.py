"""The result object of a slice, as a replay prints it (FORMAT): decimals as strings, days as ISO dates."""

from datetime import datetime
from typing import Any

from assignments.fold import rating_zone
from rating.formula.canonical import hundredths_to_str as shown
from rating.formula.explanation import Gain, Loss, Losses
from rating.formula.params import Params
from rating.formula.scoring import Pool, RegionScore
from rating.formula.slices import Movement, SliceResult, WindowScore
from rating.formula.uncertainty import Reading


def slice_document(result: SliceResult) -> dict[str, Any]:
    """The result object; a missing key means null."""
    scores = result.scores
    return {
        "period": scores.period,
        "as_of": iso_instant(scores.as_of, scores.params),
        "corrections_as_of": (
            iso_instant(result.corrections_as_of, scores.params) if result.corrections_as_of else None
        ),
        "params_version": scores.params.version,
        "input_sha256": result.input_sha256,
        "ranked_regions": scores.ranked_regions,
        "national": national_document(scores.national) if scores.national else None,
        "regions": [_region(score, result) for score in scores.regions.values()],
    }


def iso_instant(instant: datetime, params: Params) -> str:
    """An instant in the rating time zone, whole seconds when it has no finer part."""
    return instant.astimezone(rating_zone(params.tz_offset_minutes)).isoformat()


def national_document(pool: Pool) -> dict[str, Any]:
    return {
        "executions": pool.executions,
        "weight_sum": pool.weight_sum,
        "points_sum": pool.points_sum,
        "score": shown(pool.score),
    }


def _region(score: RegionScore, result: SliceResult) -> dict[str, Any]:
    region = score.region
    row: dict[str, Any] = {
        "region": region,
        "status": score.status,
        "executions": score.executions,
        "windows": {name: _window(window) for name, window in result.windows[region].items()},
    }
    if score.pool is None or score.reading is None:
        return row
    movement = result.movements.get(region)
    return {
        **row,
        **national_document(score.pool),
        "clusters": score.pool.clusters,
        "rank": score.rank,
        "rank_interval": list(score.rank_range) if score.rank_range else None,
        "zone": score.zone,
        "zone_certain": score.zone_certain,
        "interval": _interval(score.reading),
        "signal": score.signal,
        "counts": score.counts,
        **_losses(result.losses[region]),
        "previous": _movement(movement) if movement else None,
        "what_if": [_gain(gain) for gain in result.gains[region]],
    }


def _interval(reading: Reading) -> list[str]:
    return [shown(reading.low), shown(reading.high)]


def _window(window: WindowScore | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "n": window.executions,
        "score": shown(window.reading.score),
        "interval": _interval(window.reading),
    }


def _movement(movement: Movement) -> dict[str, Any]:
    return {
        "score": shown(movement.score),
        "rank": movement.rank,
        "delta": shown(movement.delta),
        "rank_delta": movement.rank_delta,
        "distinguishable": movement.distinguishable,
    }


def _losses(losses: Losses) -> dict[str, Any]:
    return {
        "losses": [_loss(loss) for loss in losses.rows],
        "lost_by_cluster": {cluster: shown(lost) for cluster, lost in losses.by_cluster.items()},
        "lost_by_reason": {reason: shown(lost) for reason, lost in losses.by_reason.items()},
        "lost_total": shown(losses.total),
    }


def _loss(loss: Loss) -> dict[str, Any]:
    cell, row = loss.cell, loss.cell.row
    return {
        "execution": row.execution,
        "cluster": row.cluster,
        "item": row.item,
        "weight": row.weight,
        "points": cell.points,
        "status": cell.status,
        "due": row.due.isoformat(),
        "completed": row.completed.isoformat() if row.completed else None,
        "days_late": cell.days_late,
        "returns": row.returns,
        "carried_over": cell.carried_over,
        "in_review": row.in_review,
        "lost": shown(loss.lost),
        "lost_by_reason": {reason: shown(lost) for reason, lost in loss.lost_by_reason.items()},
        "lost_weighted_points": cell.lost,
    }


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "cluster": gain.cluster,
        "item": gain.item,
        "gain_weighted_points": gain.gain_weighted_points,
        "score_if_alone": shown(gain.score_if_alone),
        "rank_if_alone": gain.rank_if_alone,
        "score_cumulative": shown(gain.score_cumulative),
        "rank_cumulative": gain.rank_cumulative,
    }

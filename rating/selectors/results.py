"""The result object of a stored slice, built from its rows alone (FORMAT of the audit file)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assignments.fold import rating_zone
from common.errors import Missing
from common.scope import SYSTEM, Scope
from rating.enums import LossReason, WindowKind
from rating.formula import hundredths_to_str as shown
from rating.models import RegionScore, ScoreGain, ScoreLoss, ScoreWindow, Slice

COUNTS = ("on_time", "late", "not_executed", "in_review", "returned", "extended", "carried_over")
REASON_FIELDS = (
    (LossReason.NOT_EXECUTED.value, "lost_not_executed"),
    (LossReason.LATE.value, "lost_late"),
    (LossReason.RETURNED.value, "lost_returned"),
)


def slice_result(slice_: Slice, scope: Scope = SYSTEM) -> dict[str, Any]:
    """What `rating_replay` prints for the frozen inputs, from the stored rows. Always five queries or fewer.

    `scope` narrows the explanations to what this person may read; the keys of the rest are left out.
    """
    zone = rating_zone(slice_.methodology.control_rules.tz_offset_minutes)
    corrections = slice_.corrections_as_of
    return {
        "period": slice_.period,
        "as_of": slice_.as_of.astimezone(zone).isoformat(),
        "corrections_as_of": corrections.astimezone(zone).isoformat() if corrections else None,
        "params_version": slice_.methodology.version,
        "input_sha256": slice_.input_sha256,
        "ranked_regions": slice_.ranked_regions,
        "national": _pool(slice_) if slice_.executions else None,
        "regions": _regions(slice_.scores.order_by("position"), scope, {"region_score__slice": slice_}),
    }


def region_result(slice_: Slice, code: str, scope: Scope = SYSTEM) -> dict[str, Any]:
    """The row of one region in the result of a slice; raises Missing when the slice has no such region."""
    own = {"region_score__slice": slice_, "region_score__region": code}
    rows = _regions(slice_.scores.filter(region=code), scope, own)
    if not rows:
        raise Missing(_("There is no such region in the rating."))
    return rows[0]


def _regions(scores: Iterable[RegionScore], scope: Scope, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    losses = _grouped(_with_item(ScoreLoss.objects.visible_to(scope).filter(**wanted)))
    gains = _grouped(_with_item(ScoreGain.objects.visible_to(scope).filter(**wanted)))
    windows = _grouped(ScoreWindow.objects.visible_to(scope).filter(**wanted))
    found = []
    for score in scores:
        row = _table_row(score)
        if scope.is_centre or score.region_id in scope.regions:
            row |= _explanation(score, losses[score.pk], gains[score.pk], windows[score.pk])
        found.append(row)
    return found


def _with_item(explanations: QuerySet) -> QuerySet:
    rows = explanations.order_by("region_score_id", "position")
    return rows.select_related("execution__assignment").only(
        *(field.attname for field in rows.model._meta.concrete_fields),
        "execution__code",
        "execution__assignment__code",
    )


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.region_score_id].append(row)
    return found


def _pool(row: Slice | RegionScore) -> dict[str, Any]:
    return {
        "executions": row.executions,
        "weight_sum": row.weight_sum,
        "points_sum": row.points_sum,
        "score": shown(row.score or 0),
    }


def _table_row(score: RegionScore) -> dict[str, Any]:
    """What the published table says of a region."""
    row: dict[str, Any] = {
        "region": score.region_id,
        "status": score.status,
        "executions": score.executions,
    }
    if score.score is None:
        return row
    return {
        **row,
        **_pool(score),
        "clusters": score.clusters,
        "rank": score.rank,
        "rank_interval": None if score.rank_low is None else [score.rank_low, score.rank_high],
        "zone": score.zone,
        "zone_certain": score.zone_certain,
        "interval": [shown(score.interval_low or 0), shown(score.interval_high or 0)],
        "signal": score.signal,
        "counts": {name: getattr(score, name) for name in COUNTS},
        "previous": _previous(score),
    }


def _explanation(
    score: RegionScore, losses: list[ScoreLoss], gains: list[ScoreGain], windows: list[ScoreWindow]
) -> dict[str, Any]:
    """What only the region itself and the centre read: losses, longer windows, what would help."""
    by_kind = {window.kind: window for window in windows}
    found: dict[str, Any] = {"windows": {kind: _window(by_kind.get(kind)) for kind in WindowKind.values}}
    if score.score is None:
        return found
    return {
        **found,
        "losses": [_loss(loss) for loss in losses],
        **_sums(losses),
        "lost_total": shown(score.lost_total or 0),
        "what_if": [_gain(gain) for gain in gains],
    }


def _window(window: ScoreWindow | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "n": window.executions,
        "score": shown(window.score),
        "interval": [shown(window.interval_low), shown(window.interval_high)],
    }


def _sums(losses: list[ScoreLoss]) -> dict[str, dict[str, str]]:
    """Losses by cluster and by reason; they sum to the total as the rows do."""
    by_cluster: defaultdict[str, int] = defaultdict(int)
    by_reason: defaultdict[str, int] = defaultdict(int)
    for loss in losses:
        by_cluster[loss.cluster_code] += loss.lost
        for reason, part in _reasons(loss):
            by_reason[reason] += part
    return {
        "lost_by_cluster": {cluster: shown(lost) for cluster, lost in by_cluster.items()},
        "lost_by_reason": {reason: shown(lost) for reason, lost in by_reason.items()},
    }


def _reasons(loss: ScoreLoss) -> list[tuple[str, int]]:
    parts = [(reason, getattr(loss, field)) for reason, field in REASON_FIELDS]
    return [(reason, part) for reason, part in parts if part is not None]


def _loss(loss: ScoreLoss) -> dict[str, Any]:
    return {
        "execution": loss.execution.code,
        "cluster": loss.cluster_code,
        "item": loss.execution.assignment.code,
        "weight": loss.weight,
        "points": loss.points,
        "status": loss.status,
        "due": loss.due_on.isoformat(),
        "completed": loss.completed_on.isoformat() if loss.completed_on else None,
        "days_late": loss.days_late,
        "returns": loss.returns,
        "carried_over": loss.carried_over,
        "in_review": loss.in_review,
        "lost": shown(loss.lost),
        "lost_by_reason": {reason: shown(part) for reason, part in _reasons(loss)},
        "lost_weighted_points": loss.lost_weighted_points,
    }


def _previous(score: RegionScore) -> dict[str, Any] | None:
    if score.previous_score is None:
        return None
    return {
        "score": shown(score.previous_score),
        "rank": score.previous_rank,
        "delta": shown(score.delta or 0),
        "rank_delta": score.rank_delta,
        "distinguishable": score.distinguishable,
    }


def _gain(gain: ScoreGain) -> dict[str, Any]:
    return {
        "cluster": gain.cluster_code,
        "item": gain.execution.assignment.code,
        "gain_weighted_points": gain.gain_weighted_points,
        "score_if_alone": shown(gain.score_if_alone),
        "rank_if_alone": gain.rank_if_alone,
        "score_cumulative": shown(gain.score_cumulative),
        "rank_cumulative": gain.rank_cumulative,
    }

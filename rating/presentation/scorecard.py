"""The scorecard of a region: chart, arithmetic, losses in words, what would have helped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.cells import zone_name
from common.charts import Bar, ChartPoint, Part
from common.formatting import (
    MINUS,
    NO_VALUE,
    date_day,
    in_line,
    month_short,
    month_title,
    number,
    score,
    share,
)
from rating.enums import LossReason, WindowKind, Zone
from rating.formula import period_bounds
from rating.formula.scoring import Window
from rating.models import ItemShare, RegionScore, ScoreLoss
from rating.presentation.words import (
    Explained,
    cluster_words,
    day_words,
    item_words,
    loss_words,
    protocol_words,
)
from rating.selectors.pages import HistoryMonth, Scorecard, SliceEntry

REASON_TONES = {
    LossReason.NOT_EXECUTED: "missed",
    LossReason.LATE: "late",
    LossReason.RETURNED: "returned",
}

LOW_SHARE = 30
"""Percent of the country's executions on time below which the centre looks at the item itself (methodology §7)."""


def chart_points(history: Sequence[HistoryMonth]) -> list[ChartPoint]:
    """Twelve months for the line chart."""
    return [
        ChartPoint(month_short(point.period), month_title(point.period), point.score, point.low, point.high)
        for point in history
    ]


def reason_sums(losses: Sequence[ScoreLoss]) -> dict[LossReason, int]:
    """Hundredths lost by reason; they sum to 100 − score as the rows do."""
    return {
        LossReason.LATE: sum(loss.lost_late or 0 for loss in losses),
        LossReason.RETURNED: sum(loss.lost_returned or 0 for loss in losses),
        LossReason.NOT_EXECUTED: sum(loss.lost_not_executed or 0 for loss in losses),
    }


def _reason_words(reason: LossReason) -> str:
    return {
        LossReason.LATE: pgettext("points lost", "late"),
        LossReason.RETURNED: pgettext("points lost", "returned"),
        LossReason.NOT_EXECUTED: pgettext("points lost", "not executed"),
    }[reason]


def formula_groups(row: RegionScore, losses: Sequence[ScoreLoss]) -> list[list[dict[str, str]]]:
    """Points ÷ weights = score, and 100 − losses by reason = score."""
    final = {"operator": "=", "value": score(row.score), "label": pgettext("formula", "score")}
    first = [
        {"operator": "", "value": number(row.points_sum or 0), "label": _("sum of points × weight")},
        {"operator": "÷", "value": number(row.weight_sum or 0), "label": _("sum of weights")},
        final,
    ]
    second = [{"operator": "", "value": score(10000), "label": _("everything on time")}]
    for reason, lost in reason_sums(losses).items():
        term = {"operator": MINUS, "value": score(lost), "label": _reason_words(reason)}
        second.append({**term, "tone": "loss"} if lost else term)
    return [first, [*second, final]]


def score_parts(row: RegionScore, losses: Sequence[ScoreLoss]) -> list[Part]:
    """The score and its losses as one bar."""
    parts = [Part(pgettext("formula", "score"), row.score or 0, "score")]
    for reason, lost in reason_sums(losses).items():
        if lost:
            parts.append(Part(_reason_words(reason), lost, REASON_TONES[reason]))
    return parts


class Line(NamedTuple):
    """A row about one execution: what it is, where it is, and the row itself."""

    title: str
    note: str
    url: str
    why: str
    row: Any
    share: str = ""
    is_low: bool = False


def _line(row: Explained, why: str) -> Line:
    note = in_line(cluster_words(row), protocol_words(row))
    url = reverse("dashboard:execution", args=[row.execution.pk])
    return Line(item_words(row), note, url, why, row)


def loss_lines(card: Scorecard) -> list[Line]:
    """Losses, the largest first, each with its reason in words and how the country did with the same item."""
    period = card.slice.period
    return [
        _line(loss, loss_words(loss, period))._replace(
            **item_share(card.shares.get(loss.execution.assignment_id))
        )
        for loss in card.losses
    ]


def item_share(found: ItemShare | None) -> dict[str, Any]:
    """The national share of an item in words, and whether it is so low that the centre looks at the item (§7)."""
    if found is None:
        return {"share": NO_VALUE}
    return {
        "share": share(found.on_time, found.executions),
        "is_low": found.on_time * 100 < LOW_SHARE * found.executions,
    }


def gain_lines(card: Scorecard) -> list[Line]:
    """What handing in each open execution would have given, the best first."""
    return [_line(gain, "") for gain in card.gains]


def target_words(card: Scorecard) -> list[str]:
    """How many of the open executions lift the region to each better zone, and to the best place that they reach.

    The first k rows are the best k (§7), so these are the least numbers there are.
    """
    params = card.slice.methodology.params()
    before = card.score.score or 0
    found = []
    for zone, bound in ((Zone.YELLOW, params.zone_yellow), (Zone.GREEN, params.zone_green)):
        if before >= bound:
            continue
        gain = next((gain for gain in card.gains if gain.score_cumulative >= bound), None)
        if gain is not None:
            found.append(_target(gain.position + 1, zone_name(zone), gain.score_cumulative))
    if card.gains and card.gains[-1].rank_cumulative:
        best = card.gains[-1].rank_cumulative
        gain = next(gain for gain in card.gains if gain.rank_cumulative == best)
        if card.score.rank and best < card.score.rank:
            found.append(
                _target(gain.position + 1, _("place %(place)s") % {"place": best}, gain.score_cumulative)
            )
    return found


def _target(count: int, goal: str, reached: int) -> str:
    return _("Goal «%(goal)s»: executions from the top of the list: %(count)s, score %(score)s") % {
        "goal": goal, "count": count, "score": score(reached),
    }  # fmt: skip


def stake_lines(card: Scorecard) -> list[Line]:
    """What is at stake until the end of the next month, the heaviest first."""
    period = card.slice.period
    return [_line(stake, day_words(stake.due_on, period)) for stake in card.stakes]


def reason_bars(losses: Sequence[ScoreLoss]) -> list[Bar]:
    """Losses by reason, the greatest first; reasons without a loss are left out."""
    sums = sorted(reason_sums(losses).items(), key=lambda pair: -pair[1])
    return [Bar(_reason_words(reason), lost, REASON_TONES[reason]) for reason, lost in sums if lost]


def cluster_bars(losses: Sequence[ScoreLoss]) -> list[Bar]:
    """Losses by cluster, the greatest first; they sum to the total as the rows do."""
    found: dict[str, list[ScoreLoss]] = {}
    for loss in losses:
        found.setdefault(loss.cluster_code, []).append(loss)
    sums = [_cluster_bar(code, rows) for code, rows in found.items()]
    return sorted(sums, key=lambda bar: (-bar.value, bar.label))


def _cluster_bar(code: str, losses: Sequence[ScoreLoss]) -> Bar:
    cluster, count = losses[0].execution.cluster, len(losses)
    return Bar(
        label=cluster.display_name if cluster else code,
        value=sum(loss.lost for loss in losses),
        tone="other",
        url=reverse("dashboard:cluster", args=[cluster.code]) if cluster else "",
        note=ngettext("%(count)s execution", "%(count)s executions", count) % {"count": count},
    )


@dataclass(frozen=True, slots=True)
class Count:
    """A number of executions with its name."""

    label: str
    value: int


def counts(row: RegionScore) -> list[Count]:
    """How many executions of the month were what."""
    found = (
        (_("counted in the month"), row.executions),
        (_("handed in on time"), row.on_time),
        (_("handed in late"), row.late),
        (pgettext("count", "not handed in"), row.not_executed),
        (_("returned for rework"), row.returned),
        (_("carried over from earlier months"), row.carried_over),
        (_("with the term extended"), row.extended),
        (_("not yet reviewed by the centre"), row.in_review),
    )
    return [Count(label, value or 0) for label, value in found]


def windows(card: Scorecard) -> list[tuple[str, Any]]:
    """The longer windows in their usual order with their names."""
    names = {
        WindowKind.THREE_MONTHS: _("Over 3 months"),
        WindowKind.TWELVE_MONTHS: _("Over 12 months"),
        WindowKind.YEAR_TO_DATE: _("Since the beginning of the year"),
    }
    by_kind = {window.kind: window for window in card.windows}
    return [(name, by_kind[kind]) for kind, name in names.items() if kind in by_kind]


def gain_day_words(card: Scorecard) -> str:
    """The day on which the what-if lets the open ones be handed in."""
    params = card.slice.methodology.params()
    return date_day(Window.of(*period_bounds(card.slice.period), card.slice.as_of, params).what_if_day)


def card_address(entry: SliceEntry, code: str, *, permanent: bool) -> str:
    """The scorecard of a region of the same slice, by the address of the month or of the revision."""
    if permanent:
        return reverse("rating:scorecard-revision", args=[entry.period, entry.revision, code])
    return reverse("rating:scorecard", args=[entry.period, code])

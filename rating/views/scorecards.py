"""The scorecard of a region in a month."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.scope import Scope, scope_of
from rating.formula import shift_period
from rating.presentation import method as methods
from rating.presentation import scorecard as cards
from rating.presentation import words
from rating.presentation.addresses import address_of
from rating.presentation.drawings import region_funnel
from rating.presentation.executions import executions_address
from rating.presentation.table import card_addresses, compare_address
from rating.selectors.objections import card_objections, objections_mark
from rating.selectors.pages import (
    Scorecard,
    SliceEntry,
    SliceIndex,
    audit_is_open,
    scorecard,
    slice_index,
    version_breaks,
)
from rating.views.public import answered, kept_private, rating_page


@require_safe
@rating_page
def region(request: HttpRequest, period: str, code: str, revision: int | None = None) -> HttpResponse:
    """One region in a month in force, or in one revision of it."""
    index = slice_index(scope_of(request))
    entry = index.find(period, revision)

    def page() -> HttpResponse:
        return scorecard_page(request, index, entry, code)

    if entry.is_draft:
        return kept_private(request, page())
    mark = objections_mark(scope_of(request), entry, code)
    return answered(request, index.fingerprint(entry) + mark, page, index.changed_at())


def scorecard_page(request: HttpRequest, index: SliceIndex, entry: SliceEntry, code: str) -> HttpResponse:
    """The scorecard; a coordinator who reads it before the publication sees nothing of other regions."""
    context = scorecard_context(scope_of(request), index, entry, code)
    return render(request, "rating/scorecard.html", context)


def scorecard_context(scope: Scope, index: SliceIndex, entry: SliceEntry, code: str) -> dict[str, Any]:
    """What the scorecard says to somebody with these rights."""
    card = scorecard(scope, index, entry, code)
    permanent, is_preview = not entry.is_published, entry.is_draft and not scope.is_centre
    return {
        **_answer(card),
        **({} if is_preview else _among_others(card, entry)),
        **(_explanations(card) if card.is_full else {}),
        "card": card,
        "entry": entry,
        "slice": card.slice,
        "row": card.score,
        "limits": methods.limits(card.slice.methodology),
        "month_url": reverse("rating:revision", args=[entry.period, entry.revision])
        if permanent
        else reverse("rating:month", args=[entry.period]),
        "previous_url": _neighbour(entry, card.previous, permanent),
        "following_url": _neighbour(entry, card.following, permanent),
        "standing_url": reverse("dashboard:region", args=[code]) if card.is_full else "",
        "clusters_url": "" if is_preview or not card.is_full else address_of("clusters", entry, code),
        "audit_open": audit_is_open(scope, entry),
        "newest": index.published(entry.period),
        "is_preview": is_preview,
        "objections": card_objections(scope, entry, code),
    }


def _neighbour(entry: SliceEntry, other: Any, permanent: bool) -> str:
    return cards.card_address(entry, other.region_id, permanent=permanent) if other else ""


def _answer(card: Scorecard) -> dict[str, Any]:
    """What everybody may see."""
    row, period = card.score, card.slice.period
    return {
        "period": period,
        "reason": words.reason_words(row.status, period),
        "place": words.rank_of_words(row.rank, card.slice.ranked_regions),
        "place_note": words.range_words(row.rank_low, row.rank_high),
        "change_label": words.to_month_before(period),
        "change_note": words.movement_words(row.distinguishable, row.rank_delta, card.slice.begins_version),
        "points": cards.chart_points(card.history),
        "has_history": any(point.score is not None for point in card.history),
        "breaks": version_breaks(point.methodology for point in card.history),
        "counts": cards.counts(row),
    }


def _among_others(card: Scorecard, entry: SliceEntry) -> dict[str, Any]:
    """Where the region stands among all others, and the page that compares it."""
    row = card.score
    found: dict[str, Any] = {
        "compare_url": f"{compare_address(entry)}?{urlencode({'region': row.region_id})}"
    }
    if row.score is None or card.slice.score is None:
        return found
    chart = region_funnel(
        card.field, card.slice.score, card.slice.methodology.params(), card_addresses(entry), {row.region_id}
    )
    scores = [other.score for other in card.field if other.score is not None]
    return {**found, "funnel_chart": chart, "all_scores": scores}


def _explanations(card: Scorecard) -> dict[str, Any]:
    """What the region itself and the centre see besides."""
    return {
        "windows": cards.windows(card),
        "formula": cards.formula_groups(card.score, card.losses),
        "parts": cards.score_parts(card.score, card.losses),
        "losses": cards.loss_lines(card),
        "reason_bars": cards.reason_bars(card.losses),
        "cluster_bars": cards.cluster_bars(card.losses),
        "gains": cards.gain_lines(card),
        "gain_day": cards.gain_day_words(card),
        "stakes": cards.stake_lines(card),
        "next_period": shift_period(card.slice.period, 1),
        "executions_url": executions_address(card.slice, card.score.region_id),
        "targets": cards.target_words(card),
    }

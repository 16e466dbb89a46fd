"""The rating of a month: in force, by revision, and the running one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Missing, NotAllowed
from common.formatting import month_title
from common.parts import page_or_part
from common.scope import Scope, scope_of
from rating import policies
from rating.forms import TableFilterForm
from rating.formula import shift_period
from rating.presentation.addresses import more_pages, programs
from rating.presentation.rows import (
    ready_rows,
    region_map,
    zone_counts,
)
from rating.presentation.table import (
    MonthTable,
    month_address,
    month_charts,
    month_rows,
    month_table,
    results_of,
)
from rating.presentation.words import month_word
from rating.selectors import running_month
from rating.selectors.pages import SliceEntry, SliceIndex, audit_is_open, running_rows, slice_index
from rating.views.public import answered, kept_private, rating_page

RESULTS = "results"
"""The part of the page that filters replace."""


@require_safe
@rating_page
def latest(request: HttpRequest) -> HttpResponse:
    """The newest published month; before the first publication a page that says what comes."""
    index = slice_index(scope_of(request))
    entry = index.latest()
    if entry is None:
        context = {"may_close": policies.can_close(scope_of(request)), "drafts": list(index.periods())}
        return kept_private(request, render(request, "rating/nothing.html", context))
    return _month(request, index, entry)


@require_safe
@rating_page
def month(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """A month in force, or one revision of it."""
    index = slice_index(scope_of(request))
    return _month(request, index, index.find(period, revision))


def _month(request: HttpRequest, index: SliceIndex, entry: SliceEntry) -> HttpResponse:
    def page() -> HttpResponse:
        return _month_page(request, index, entry)

    if entry.is_draft:
        return kept_private(request, page())
    return answered(request, index.fingerprint(entry), page, index.changed_at())


def _month_page(request: HttpRequest, index: SliceIndex, entry: SliceEntry) -> HttpResponse:
    scope = scope_of(request)
    table = month_table(index, entry)
    context = {
        **_chosen(request, index, entry),
        "charts": _own_charts(request, index, entry, table),
        "path": month_address(entry),
        "period": entry.period,
        "entry": entry,
        "slice": table.slice,
        "table": table,
        "switch": month_switch(index, entry),
        "canonical": reverse("rating:month", args=[entry.period]),
        "newest": index.published(entry.period),
        "newer_draft": _newer_draft(index, entry),
        "may_publish": entry.is_draft and policies.can_publish(scope),
        "overtaken": index.newest(entry.period) != entry,
        "may_revise": policies.can_revise(scope),
        "is_centre": scope.is_centre,
        "may_see_running": sees_running(scope),
        "may_audit": audit_is_open(scope, entry),
        "more": more_pages(entry, sees_items=request.user.is_authenticated),
        "files": programs(entry),
    }
    return page_or_part(request, "rating/month.html", RESULTS, context)


def _chosen(request: HttpRequest, index: SliceIndex, entry: SliceEntry) -> dict[str, Any]:
    """The table as this reader asks for it; empty when the ready-made one will do."""
    own = scope_of(request).regions
    asked = any(request.GET.get(name) for name in TableFilterForm.base_fields)
    if not asked and not own:
        return {}
    rows = month_rows(index, entry)
    found = results_of(TableFilterForm(request.GET, rows), rows, entry.period, own)
    return {**found, "is_asked": asked, "is_chosen": True, "comparable": True}


def _own_charts(request: HttpRequest, index: SliceIndex, entry: SliceEntry, table: MonthTable) -> str:
    """The charts of all regions; for people of a region with their own one marked."""
    own = scope_of(request).regions
    if not own:
        return table.charts
    return month_charts(entry, table.slice, [row.data for row in month_rows(index, entry)], own)


@require_safe
def running(request: HttpRequest) -> HttpResponse:
    """The running month as of this minute, for the centre and for a region's own people."""
    scope = scope_of(request)
    if not sees_running(scope):
        raise NotAllowed(_("The running month is shown to the centre and to the region itself."))
    current = running_month()
    if current is None:
        raise Missing(_("No methodology has come into force yet."))
    index = slice_index(scope)
    codes = None if scope.is_centre else scope.regions
    data = running_rows(current, index, codes)
    rows = ready_rows(data, current.period, lambda code: reverse("dashboard:region", args=[code]))
    context = {
        **results_of(TableFilterForm(request.GET, rows), rows, current.period, scope.regions),
        "path": request.path,
        "month": current,
        "period": current.period,
        "is_centre": scope.is_centre,
        "zones": zone_counts(data),
        "map": region_map(data, current.period, lambda code: reverse("dashboard:region", args=[code])),
        "latest": index.latest(),
    }
    return kept_private(request, page_or_part(request, "rating/running.html", RESULTS, context))


def sees_running(scope: Scope) -> bool:
    """The centre, and people of a region."""
    return scope.is_centre or bool(scope.regions)


def month_switch(index: SliceIndex, entry: SliceEntry) -> dict[str, Any]:
    """The neighbours of a month and the list of all months that this person may open."""
    periods = list(index.periods())
    place = periods.index(entry.period)
    later = periods[place - 1] if place else None
    earlier = periods[place + 1] if place + 1 < len(periods) else None
    return {
        "current": month_title(entry.period),
        "previous": month_word(earlier) if earlier else "",
        "previous_url": reverse("rating:month", args=[earlier]) if earlier else "",
        "following": month_word(later or shift_period(entry.period, 1)),
        "following_url": reverse("rating:month", args=[later]) if later else "",
        "months": [
            {
                "label": month_title(period) if published else _draft_label(period),
                "url": reverse("rating:month", args=[period]),
                "current": period == entry.period,
            }
            for period, published in index.periods().items()
        ],
    }


def _draft_label(period: str) -> str:
    return _("%(month)s (draft)") % {"month": month_title(period)}


def _newer_draft(index: SliceIndex, entry: SliceEntry) -> SliceEntry | None:
    """A later revision of this month that waits for publication."""
    newest = index.newest(entry.period)
    return newest if newest.is_draft and newest != entry else None

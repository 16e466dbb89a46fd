"""Parts of a revision on pages of their own: districts, clusters of a region, items, what a revision changed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.scope import scope_of
from rating.forms import TableFilterForm
from rating.models import Slice
from rating.presentation.addresses import address_of, cluster_address, downloads
from rating.presentation.rows import ready_rows
from rating.presentation.table import card_addresses, month_address, results_of
from rating.selectors.changes import changes_of
from rating.selectors.districts import district_scores
from rating.selectors.pages import SliceEntry, SliceIndex, slice_index, table_rows
from rating.selectors.shares import cluster_shares, national_share, national_shares, regions_of_item
from rating.views.public import answered, kept_private, rating_page

Context = Callable[[SliceIndex, SliceEntry, Slice], dict[str, Any]]


def slice_page(
    request: HttpRequest, period: str, revision: int | None, template: str, context: Context
) -> HttpResponse:
    """A page about one slice, with its tag once it is published."""
    scope = scope_of(request)
    index = slice_index(scope)
    entry = index.find(period, revision)

    def page() -> HttpResponse:
        slice_ = Slice.objects.visible_to(scope).select_related("methodology__control_rules").get(pk=entry.id)
        common = {
            "entry": entry,
            "slice": slice_,
            "period": entry.period,
            "month_url": month_address(entry),
            "newest": index.published(entry.period),
        }
        return render(request, template, {**common, **context(index, entry, slice_)})

    if entry.is_draft:
        return kept_private(request, page())
    return answered(request, index.fingerprint(entry), page, index.changed_at())


@require_safe
@rating_page
def districts(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """All federal districts of a revision."""

    def context(_index: SliceIndex, entry: SliceEntry, slice_: Slice) -> dict[str, Any]:
        return {
            "rows": [
                {"found": row, "url": address_of("district", entry, row.code)}
                for row in district_scores(entry, slice_.methodology.params())
            ],
            "files": downloads("districts-table", entry),
        }

    return slice_page(request, period, revision, "rating/districts.html", context)


@require_safe
@rating_page
def district(request: HttpRequest, period: str, code: str, revision: int | None = None) -> HttpResponse:
    """One federal district: its pool and the table of its regions."""

    def context(index: SliceIndex, entry: SliceEntry, slice_: Slice) -> dict[str, Any]:
        found = {row.code: row for row in district_scores(entry, slice_.methodology.params())}
        if code not in found:
            raise Missing(_("There is no such federal district in the rating."))
        data = [row for row in table_rows(index, entry) if row.district == code]
        rows = ready_rows(data, entry.period, card_addresses(entry))
        form = TableFilterForm(request.GET, rows)
        return {
            **results_of(form, rows, entry.period, scope_of(request).regions),
            "path": address_of("district", entry, code),
            "found": found[code],
            "districts_url": address_of("districts", entry),
        }

    return slice_page(request, period, revision, "rating/district.html", context)


@require_safe
def clusters(request: HttpRequest, period: str, code: str, revision: int | None = None) -> HttpResponse:
    """What each cluster of a region lost of its 100 points; for the region itself and the centre."""

    def context(_index: SliceIndex, entry: SliceEntry, _slice: Slice) -> dict[str, Any]:
        found = cluster_shares(scope_of(request), entry, code)
        total = found.score.lost_total or 0
        return {
            "row": found.score,
            "total": total,
            "rows": [
                {"found": one, "part": one.part_of(total), "url": cluster_address(entry, code, one.code)}
                for one in found.clusters
            ],
            "card_url": address_of("scorecard", entry, code),
            "files": downloads("clusters-table", entry, code),
        }

    return slice_page(request, period, revision, "rating/clusters.html", context)


@require_safe
def items(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """The national on-time share of every item that this person may open, the hardest first."""

    def context(_index: SliceIndex, entry: SliceEntry, _slice: Slice) -> dict[str, Any]:
        rows = national_shares(scope_of(request), entry)
        return {
            "rows": [{"found": row, "url": address_of("item", entry, row.assignment.pk)} for row in rows],
            "hard": sum(row.is_hard for row in rows),
            "files": downloads("items-table", entry),
        }

    return slice_page(request, period, revision, "rating/items.html", context)


@require_safe
def item(request: HttpRequest, period: str, pk: int, revision: int | None = None) -> HttpResponse:
    """One item: its national share and, for the centre, every region; others see their own."""

    def context(_index: SliceIndex, entry: SliceEntry, _slice: Slice) -> dict[str, Any]:
        scope = scope_of(request)
        share = national_share(scope, entry, pk)
        return {
            "share": share,
            "is_centre": scope.is_centre,
            "rows": [
                {"found": row, "url": address_of("scorecard", entry, row.code)}
                for row in regions_of_item(scope, entry, share)
            ],
            "items_url": address_of("items", entry),
        }

    return slice_page(request, period, revision, "rating/item.html", context)


@require_safe
@rating_page
def changes(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """What a revision changed for whom, against the last one published before it."""

    def context(index: SliceIndex, entry: SliceEntry, _slice: Slice) -> dict[str, Any]:
        found = changes_of(index, entry)
        return {
            "changes": found,
            "rows": [
                {"found": one, "url": address_of("scorecard", entry, one.after.region_id)}
                for one in found.regions
            ],
            "direct": sum(one.is_direct for one in found.regions),
            "files": downloads("changes-table", entry),
        }

    return slice_page(request, period, revision, "rating/revision_changes.html", context)

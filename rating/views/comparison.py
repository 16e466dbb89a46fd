"""Up to three regions of a month side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.charts import MAX_SERIES
from common.scope import scope_of
from rating.models import Slice
from rating.presentation import comparison as compared
from rating.presentation.table import card_addresses, compare_address, month_address
from rating.presentation.words import to_month_before
from rating.selectors.comparison import compared_regions
from rating.selectors.pages import SliceEntry, SliceIndex, field_rows, slice_index
from rating.views.public import answered, kept_private, rating_page


@require_safe
@rating_page
def compare(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """The regions that the address names, of a month in force or of one revision of it."""
    index = slice_index(scope_of(request))
    entry = index.find(period, revision)

    def page() -> HttpResponse:
        return render(request, "rating/compare.html", _context(request, index, entry))

    if entry.is_draft:
        return kept_private(request, page())
    return answered(request, index.fingerprint(entry), page, index.changed_at())


def _context(request: HttpRequest, index: SliceIndex, entry: SliceEntry) -> dict[str, Any]:
    scope = scope_of(request)
    rows = field_rows(entry)
    codes = compared.asked_regions(request.GET.getlist("region"), rows)
    found = compared_regions(scope, index, entry, codes) if codes else []
    slice_ = Slice.objects.visible_to(scope).select_related("methodology").get(pk=entry.id)
    return {
        "slice": slice_,
        "entry": entry,
        "period": entry.period,
        "month_url": month_address(entry),
        "path": compare_address(entry),
        "columns": compared.compared_columns(
            found, entry.period, card_addresses(entry), slice_.begins_version
        ),
        "series": compared.compared_series(found),
        "has_history": any(point.score is not None for one in found for point in one.history),
        "sees_windows": any(one.three_months for one in found),
        "change_label": to_month_before(entry.period),
        "similar": compared.suggestions(rows, codes),
        "similar_to": found[0].score if found else None,
        "codes": codes,
        "others": [row for row in rows if row.code not in codes],
        "is_full": len(codes) >= MAX_SERIES,
    }

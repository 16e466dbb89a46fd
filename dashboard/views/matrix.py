"""The matrix of clusters and protocol items, as a grid, as a list and as a workbook."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import InvalidInput
from common.formatting import number
from common.http import XLSX
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.matrix_exports import matrix_workbook
from dashboard.registry_forms import MatrixFilterForm
from dashboard.selectors.matrix import MARKS, OUTSIDE, UNADDRESSED, items_of, matrix_of
from dashboard.selectors.registry import RegistryFilter, item_named, registry_rows
from dashboard.work_lists import offered, require_registry, rows_to_export

ITEMS, PLACES, PLACES_IN_LIST = 40, 600, 20
"""So many columns and rows has a page of the grid, so many places a page of the list."""
NO_FILTERS = ("view", "items", "rows", "page", "before", "after")
"""What says where somebody is in the matrix or the registry, not what it is narrowed to."""


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """All executions that the reader may see, by filter: the items of a page against every place that has them."""
    scope = scope_of(request)
    require_registry(scope)
    form = MatrixFilterForm(request.GET, offered(scope, request.GET, with_facts=True))
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else RegistryFilter()
    rows = registry_rows(scope, narrowed)
    items = Paginator(items_of(rows if is_valid else rows.none()), ITEMS).get_page(request.GET.get("items"))
    found = matrix_of(scope, rows, items, is_narrowed=not narrowed.is_empty)
    places = Paginator(found.places, PLACES).get_page(request.GET.get("rows"))
    context = {
        "form": form,
        "matrix": found,
        "items": items,
        "rows": places,
        "listed": Paginator(found.places, PLACES_IN_LIST).get_page(request.GET.get("page")),
        "legend": [(mark, found.counts[mark.kind]) for mark in MARKS.values()],
        "nothing": [UNADDRESSED] if narrowed.is_empty else [UNADDRESSED, OUTSIDE],
        "is_narrowed": not narrowed.is_empty,
        "corrects": narrowed.corrects,
        "item": item_named(scope, narrowed.item),
        "with_region": _has_many_regions(scope),
        "shown": {"items": _shown(items), "rows": _shown(places)},
        **_addresses(request.GET, form.text("view")),
    }
    return page_or_part(request, "dashboard/matrix.html", "matrix", context, 200 if is_valid else 400)


def _has_many_regions(scope: Scope) -> bool:
    return scope.is_centre or len(scope.regions) > 1


def _shown(page: Any) -> str:
    """«1–40 из 120», nothing when all is on the screen."""
    if not page.has_other_pages():
        return ""
    words = _("%(first)s–%(last)s of %(total)s")
    return words % {
        "first": number(page.start_index()),
        "last": number(page.end_index()),
        "total": number(page.paginator.count),
    }


def _addresses(query: QueryDict, view: str) -> dict[str, str]:
    """The look, the address of each look with the same filter, and the filter that the registry understands."""
    looks = {}
    for name in ("grid", "list"):
        kept = query.copy()
        kept["view"] = name
        looks[f"{name}_query"] = kept.urlencode()
    plain = query.copy()
    for name in NO_FILTERS:
        plain.pop(name, None)
    return {"view": view, "look": view or "auto", "filter_query": plain.urlencode(), **looks}


@require_safe
def matrix_export(request: HttpRequest) -> FileResponse:
    """The filtered matrix as XLSX, all its items on one sheet."""
    scope = scope_of(request)
    require_registry(scope)
    rows = rows_to_export(scope, request.GET)
    if rows.instant is not None:
        raise InvalidInput(
            _("The matrix is shown as of today only: take the registry of a past day instead.")
        )
    filters = [value for name, value in request.GET.items() if name not in (*NO_FILTERS, "sort")]
    content = matrix_workbook(scope, rows, is_narrowed=any(filters))
    name = f"matrix-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)

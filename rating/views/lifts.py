"""What lifts a federal district or the country in the running month: by region, and execution by execution."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.parts import page_or_part
from common.scope import Scope, scope_of
from rating.execution_forms import DistrictForm
from rating.lists import lifts_asked, require_reader_of_lifts
from rating.selectors.lifts import LiftsPage, distances, lifts_of, named
from rating.views.public import kept_private

PAGE_SIZE = 50


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """How many executions each region is from its next zone, the nearest first, and whom to call."""
    scope, form, page = _asked(request)
    rows = distances(scope, page) if page else []
    context = _context(request, form, page, rows)
    return kept_private(
        request, page_or_part(request, "rating/lifts/regions.html", "lifts", context, status_of(form))
    )


@require_safe
def executions(request: HttpRequest) -> HttpResponse:
    """The open executions by gain, with the common score that they add up to."""
    _scope, form, page = _asked(request)
    rows = lifts_of(page) if page else []
    context = _context(request, form, page, rows, named)
    return kept_private(
        request, page_or_part(request, "rating/lifts/executions.html", "lifts", context, status_of(form))
    )


def status_of(form: DistrictForm) -> int:
    """400 for a district that does not exist."""
    return 200 if form.is_valid() else 400


def _asked(request: HttpRequest) -> tuple[Scope, DistrictForm, LiftsPage | None]:
    """Who asks for which district; no page for a district that does not exist."""
    scope = scope_of(request)
    require_reader_of_lifts(scope)
    form = DistrictForm(request.GET)
    return scope, form, lifts_asked(scope, form) if form.is_valid() else None


def _context(
    request: HttpRequest,
    form: DistrictForm,
    page: LiftsPage | None,
    rows: Sequence[Any],
    lines: Callable[[Any], Sequence[Any]] = list,
) -> dict[str, Any]:
    """A portion of the rows; `lines` fetches what only the rows on the page need."""
    portion = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "lifts": page,
        "open": sum(map(len, page.gains.values())) if page else 0,
        "period": page.month.period if page else "",
        "page": portion,
        "rows": lines(portion.object_list),
        "query": request.GET.urlencode(),
    }

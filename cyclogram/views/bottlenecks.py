"""Where clusters get stuck."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.parts import page_or_part
from common.scope import scope_of
from cyclogram.selectors.bottlenecks import bottlenecks as found_bottlenecks
from cyclogram.selectors.bottlenecks import cohorts_of
from cyclogram.stage_forms import PlaceForm


@require_safe
def bottlenecks(request: HttpRequest) -> HttpResponse:
    """By stage the late ones and the usual delay; cohort against cohort, a region against the country."""
    scope = scope_of(request)
    form = PlaceForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    rows = found_bottlenecks(scope, form.cleaned_data.get("region", "")) if is_valid else []
    cohorts = cohorts_of(rows)
    context = {
        "form": form,
        "rows": [(row, [(year, row.cohorts.get(year)) for year in cohorts]) for row in rows],
        "cohorts": cohorts,
        "region": form.region_name if is_valid else "",
        "is_narrowed": bool(request.GET),
    }
    return page_or_part(
        request, "cyclogram/bottlenecks.html", "bottlenecks", context, 200 if is_valid else 400
    )

"""The matrix of stages."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common.parts import page_or_part
from common.scope import scope_of
from cyclogram.enums import StageSign
from cyclogram.presentation.matrix import MARKS, grid
from cyclogram.selectors.matrix import matrix as found_matrix
from cyclogram.selectors.stages import StageFilter
from cyclogram.stage_forms import StageFilterForm


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Clusters against stages, with the sums of both."""
    scope = scope_of(request)
    form = StageFilterForm(request.GET, scope=scope, without=("process", "sign"))
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else StageFilter()
    found = found_matrix(scope, narrowed) if is_valid else None
    query = urlencode({name: value for name, value in form.data.items() if value and name in form.fields})
    context = {
        "form": form,
        "matrix": found,
        "grid": grid(found, query) if found else "",
        "legend": [(sign, MARKS[sign], found.counts[sign]) for sign in StageSign] if found else [],
        "regions": list(found.regions().items()) if found else [],
        "is_narrowed": narrowed != StageFilter(),
    }
    return page_or_part(request, "cyclogram/matrix.html", "matrix", context, 200 if is_valid else 400)

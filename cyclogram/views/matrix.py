"""The matrix of stages, as a page and as a workbook."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clusters.models import Cluster
from common import clock
from common.errors import InvalidInput
from common.http import XLSX
from common.parts import page_or_part
from common.scope import Scope, scope_of
from cyclogram.enums import StageSign
from cyclogram.matrix_exports import matrix_workbook
from cyclogram.presentation.matrix import MARKS, grid, listed, regions_listed
from cyclogram.selectors.matrix import matrix as found_matrix
from cyclogram.selectors.stages import StageFilter
from cyclogram.selectors.unlaid import unlaid_count
from cyclogram.stage_forms import StageFilterForm


def _form(scope: Scope, request: HttpRequest) -> StageFilterForm:
    return StageFilterForm(request.GET, scope=scope, without=("process", "sign"))


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Clusters against stages, with the sums of both."""
    scope = scope_of(request)
    form = _form(scope, request)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else StageFilter()
    found = found_matrix(scope, narrowed) if is_valid else None
    query = urlencode({name: value for name, value in form.data.items() if value and name in form.fields})
    context = {
        "form": form,
        "matrix": found,
        "grid": grid(found, query) if found else "",
        "list": listed(found) if found else "",
        "legend": [(sign, MARKS[sign], found.counts[sign]) for sign in StageSign] if found else [],
        "regions": regions_listed(found) if found and len(found.regions()) > 1 else "",
        "is_narrowed": narrowed != StageFilter(),
        "query": query,
        "unlaid": unlaid_count(Cluster.objects.visible_to(scope)) if scope.is_centre else 0,
    }
    return page_or_part(request, "cyclogram/matrix.html", "matrix", context, 200 if is_valid else 400)


@require_safe
def matrix_export(request: HttpRequest) -> FileResponse:
    """The filtered matrix as XLSX. A filter that is none is refused by its field."""
    scope = scope_of(request)
    form = _form(scope, request)
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    content = matrix_workbook(found_matrix(scope, form.narrowed()))
    name = f"cyclogram-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)

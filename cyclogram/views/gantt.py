"""Bars of the stages of a cohort, of all its clusters or those of a region."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.parts import page_or_part
from common.scope import scope_of
from cyclogram.presentation.gantt import gantt as drawn
from cyclogram.selectors.gantt import bars_of_cohort
from cyclogram.stage_forms import GanttForm


@require_safe
def gantt(request: HttpRequest) -> HttpResponse:
    """Planned and real days of every stage, with the same in a table behind."""
    scope = scope_of(request)
    form = GanttForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    cohort = form.cohort_shown if is_valid else None
    bars = bars_of_cohort(scope, cohort, form.cleaned_data["region"]) if cohort else []
    title = _("Stages of the cohort of %(year)s: planned and real") % {"year": cohort}
    context = {
        "form": form,
        "cohort": cohort,
        "region": form.region_name if is_valid else "",
        "bars": bars,
        "chart": drawn(bars, clock.today(), title),
        "paper": form.cleaned_data.get("paper", "") if is_valid else "",
        "is_narrowed": bool(request.GET),
    }
    return page_or_part(request, "cyclogram/gantt.html", "gantt", context, 200 if is_valid else 400)

"""The pages of a past moment: read only, under the names and texts of today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assignments.models import Execution
from common import clock
from common.scope import scope_of
from dashboard.past_forms import AsOfForm
from dashboard.selectors.past import Moment, execution_then, region_then


def execution_page_then(request: HttpRequest, found: Execution, moment: Moment) -> HttpResponse:
    """An execution as it had been recorded before the moment; no act is offered."""
    with clock.at(moment.instant):
        card = execution_then(scope_of(request), found, moment)
    context = {
        "past": moment,
        "card": card,
        "execution": card.execution or found,
        "past_form": AsOfForm(request.GET),
    }
    return render(request, "dashboard/execution_past.html", context)


def region_page_then(request: HttpRequest, code: str, moment: Moment) -> HttpResponse:
    """A region as it had been recorded before the moment."""
    with clock.at(moment.instant):
        page = region_then(scope_of(request), code, moment)
    context = {
        "past": moment,
        "page": page,
        "past_form": AsOfForm(request.GET),
        "previews": (),
        "today": moment.day,
    }
    return render(request, "dashboard/region.html", context)

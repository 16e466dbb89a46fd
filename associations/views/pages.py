"""The list of the associations, one of them, and both lines of the project on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from associations.selectors.associations import association_page, association_rows
from associations.selectors.leaders import (
    FOR_DONE,
    FOR_GOING,
    FOR_PRACTICE,
)
from associations.selectors.leaders import leaders as found_leaders
from associations.selectors.lines import both_lines
from associations.selectors.practices import practices_of
from common import clock
from common.scope import scope_of


@require_safe
def associations(request: HttpRequest) -> HttpResponse:
    """All associations with their coverage, and how their members do."""
    rows = association_rows(scope_of(request))
    return render(request, "associations/associations.html", {"rows": rows})


@require_safe
def association(request: HttpRequest, pk: int) -> HttpResponse:
    """One association: people, coverage, members and who of the industry stands outside."""
    scope = scope_of(request)
    context = {
        "page": association_page(scope, pk),
        "practices": practices_of(scope, pk),
        "today": clock.today(),
    }
    return render(request, "associations/association.html", context)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Regions against industries."""
    return render(request, "associations/lines.html", {"lines": both_lines(scope_of(request))})


@require_safe
def leaders(request: HttpRequest, pk: int) -> HttpResponse:
    """Leading regions, colleges and enterprises of an association, with what their points are made of."""
    context = {
        "leaders": found_leaders(scope_of(request), pk),
        "criteria": {"practice": FOR_PRACTICE, "done": FOR_DONE, "going": FOR_GOING},
    }
    return render(request, "associations/leaders.html", context)

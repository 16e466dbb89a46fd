"""The list of the associations, one of them, and both lines of the project on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from associations.policies import can_keep_roadmap
from associations.selectors.associations import association_page, association_rows
from associations.selectors.lines import both_lines
from associations.selectors.roadmap import own_roadmap
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
        "milestones": own_roadmap(scope, pk),
        "can_keep": can_keep_roadmap(scope, pk),
    }
    return render(request, "associations/association.html", context)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """Regions against industries."""
    return render(request, "associations/lines.html", {"lines": both_lines(scope_of(request))})

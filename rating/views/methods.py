"""How the rating is counted: by the version in force, and by that of any month or revision."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Missing
from common.scope import scope_of
from rating import policies
from rating.models import Methodology, Slice
from rating.presentation import method as methods
from rating.presentation.examples import places_example, region_examples
from rating.presentation.terms import GLOSSARY
from rating.selectors import methodology_in_force
from rating.selectors.pages import SliceEntry, SliceIndex
from rating.selectors.versions import announced_versions, first_version, versions_with_drafts
from rating.views.parts import slice_page
from rating.views.public import kept_private, rating_page


def _explained(methodology: Methodology) -> dict[str, Any]:
    params = methodology.params()
    return {
        "methodology": methodology,
        "params": params,
        "steps": methods.point_table(params),
        "parameters": methods.parameters(methodology),
        "limits": methods.limits(methodology),
        "examples": region_examples(methodology),
        "ranking": places_example(methodology),
        "glossary": GLOSSARY,
        "versions": [version for version, _draft in versions_with_drafts()],
    }


@require_safe
@rating_page
def method(request: HttpRequest) -> HttpResponse:
    """By the version in force today, with those that are announced."""
    methodology = methodology_in_force(f"{clock.today():%Y-%m}") or first_version()
    if methodology is None:
        raise Missing(_("No methodology has come into force yet."))
    context = {
        **_explained(methodology),
        "announced": methods.announcements(methodology, announced_versions()),
        "may_draft": policies.can_draft_versions(scope_of(request)),
    }
    return kept_private(request, render(request, "rating/method.html", context))


@require_safe
@rating_page
def slice_method(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """By the version that a month, or one revision of it, was computed with."""

    def context(_index: SliceIndex, _entry: SliceEntry, slice_: Slice) -> dict[str, Any]:
        return _explained(slice_.methodology)

    return slice_page(request, period, revision, "rating/method.html", context)


@require_safe
@rating_page
def terms(request: HttpRequest) -> HttpResponse:
    """Every word of the rating with an anchor of its own."""
    return kept_private(request, render(request, "rating/terms.html", {"terms": GLOSSARY}))

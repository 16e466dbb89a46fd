"""The search over the whole portal."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.names import clean_name
from common.parts import as_part, page_or_part, wants_part
from common.scope import Scope, scope_of
from dashboard.forms import SearchForm
from dashboard.selectors.search import Found, found_page, is_searchable, kinds_of, suggestions
from dashboard.selectors.search import search as search_for
from rating.views.public import rating_page

SUGGESTIONS = "suggestions"
"""The id of the list under the field of the header, which is filled while somebody types."""


@rating_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words find of every kind, or all of one kind by pages; the public searches the rating's regions."""
    scope = scope_of(request)
    form = SearchForm(request.GET, kinds_of(scope))
    is_valid = form.is_valid()
    words, kind = (clean_name(form.text("q")), form.text("kind")) if is_valid else ("", "")
    if wants_part(request, SUGGESTIONS):
        return as_part(request, _suggested(request, scope, words))
    looks_for = words if is_searchable(words) else ""
    context: dict[str, Any] = {
        "form": form,
        "words": words,
        "kind": kind,
        "is_searchable": bool(looks_for),
        "found": search_for(scope, words) if looks_for and not kind else Found((), ()),
        "page": found_page(scope, words, kind, request.GET.get("page")) if looks_for and kind else None,
        "kinds": kinds_of(scope),
        "all_query": urlencode({"q": words}),
    }
    return page_or_part(request, "dashboard/search.html", "found", context, 200 if is_valid else 400)


def _suggested(request: HttpRequest, scope: Scope, words: str) -> HttpResponse:
    """The first things for words that are still being typed, and the way to all of them."""
    context = {
        "words": words,
        "found": suggestions(scope, words),
        "all_query": urlencode({"q": words}),
    }
    return render(request, "dashboard/parts/suggestions.html", context)

"""The search over the whole portal."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.names import clean_name
from common.scope import scope_of
from dashboard.forms import SearchForm
from dashboard.selectors.search import found_page, kinds_of
from dashboard.selectors.search import search as search_for
from rating.views.public import rating_page


@rating_page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words find of every kind, or all of one kind by pages; the public searches the rating's regions."""
    scope = scope_of(request)
    form = SearchForm(request.GET, kinds_of(scope))
    is_valid = form.is_valid()
    words, kind = (clean_name(form.text("q")), form.text("kind")) if is_valid else ("", "")
    context = {
        "form": form,
        "words": words,
        "kind": kind,
        "groups": search_for(scope, words) if words and not kind else [],
        "page": found_page(scope, words, kind, request.GET.get("page")) if words and kind else None,
        "kinds": kinds_of(scope),
        "all_query": urlencode({"q": words}),
    }
    return render(request, "dashboard/search.html", context, status=200 if is_valid else 400)

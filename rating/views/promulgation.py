"""How the rating is followed, shown and checked outside: feed, codes for other sites, dictionary, page of checking."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.formatting import month_title
from common.names import name_key
from common.scope import PUBLIC, scope_of
from rating import dictionary
from rating.forms import EmbeddingForm
from rating.models import Slice
from rating.presentation.feed import ATOM, feed_xml
from rating.presentation.for_sites import snippets_of
from rating.selectors.pages import field_rows, slice_index
from rating.views.embedding import answered_to_all, language_of
from rating.views.public import answered, kept_private, rating_page

EXAMPLE = ("2023-11", 1)
"""The month and revision in the commands while nothing is published."""


@require_safe
@login_not_required
def feed(request: HttpRequest) -> HttpResponse:
    """The Atom feed of the publications: one entry for every published revision, the newest first."""
    if not settings.RATING_IS_PUBLIC:
        raise Missing(_("The rating is not public."))
    with translation.override(language_of(request)):
        rows = list(Slice.objects.visible_to(PUBLIC).order_by("-published_at", "-id"))
        mark = repr([(row.pk, row.published_at) for row in rows])
        changed_at = rows[0].published_at if rows else None

        def made() -> HttpResponse:
            return HttpResponse(feed_xml(rows), content_type=ATOM)

        return answered_to_all(request, mark, made, changed_at)


@require_safe
@rating_page
def columns(request: HttpRequest) -> HttpResponse:
    """The dictionary: every column of every table that can be taken away."""
    types = dict(dictionary.TYPES)
    tables = [
        (table, [(column, types[column.type]) for column in table.columns]) for table in dictionary.TABLES
    ]
    return kept_private(request, render(request, "rating/columns.html", {"tables": tables}))


@require_safe
@rating_page
def for_sites(request: HttpRequest) -> HttpResponse:
    """The code of the frame and of the badge for other sites, with what each will show."""
    index = slice_index(PUBLIC)
    newest = index.latest()
    if newest is None:
        return kept_private(request, render(request, "rating/for_sites.html", {}))
    regions = sorted(((row.code, row.name) for row in field_rows(newest)), key=lambda row: name_key(row[1]))
    months = [(period, month_title(period)) for period in index.periods()]
    form = EmbeddingForm(request.GET.dict(), months, regions)
    context: dict[str, Any] = {"form": form, "sites": settings.RATING_EMBED_ANCESTORS}
    if form.is_valid():
        asked = form.cleaned_data
        entry = index.find(asked["month"]) if asked["month"] else newest
        context |= snippets_of(index, entry, asked)
    status = 400 if form.errors else 200
    return kept_private(request, render(request, "rating/for_sites.html", context, status=status))


@require_safe
@rating_page
def check(request: HttpRequest) -> HttpResponse:
    """How anybody with the audit file recomputes a published month and compares it byte for byte."""
    index = slice_index(scope_of(request))
    entry = index.latest()

    def page() -> HttpResponse:
        slice_ = Slice.objects.visible_to(scope_of(request)).filter(pk=entry.id).first() if entry else None
        shown = (entry.period, entry.revision) if entry else EXAMPLE
        context = {"slice": slice_, "period": shown[0], "revision": shown[1]}
        return render(request, "rating/check.html", context)

    return answered(request, index.fingerprint(entry), page, index.changed_at())

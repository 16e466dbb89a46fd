"""How the rating is followed and checked from outside: the feed, the dictionary of columns, the page of checking."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Missing
from common.scope import PUBLIC, scope_of
from rating import dictionary
from rating.models import Slice
from rating.presentation.feed import ATOM, feed_xml
from rating.selectors.pages import slice_index
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
        return answered_to_all(request, mark, lambda: HttpResponse(feed_xml(rows), content_type=ATOM))


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
def check(request: HttpRequest) -> HttpResponse:
    """How anybody with the audit file recomputes a published month and compares it byte for byte."""
    index = slice_index(scope_of(request))
    entry = index.latest()

    def page() -> HttpResponse:
        slice_ = Slice.objects.visible_to(scope_of(request)).filter(pk=entry.id).first() if entry else None
        shown = (entry.period, entry.revision) if entry else EXAMPLE
        context = {"slice": slice_, "period": shown[0], "revision": shown[1]}
        return render(request, "rating/check.html", context)

    return answered(request, index.fingerprint(entry), page)

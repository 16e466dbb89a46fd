"""The digest of a month for the centre: a page, and the same as DOCX and PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.documents.docx import docx_of
from common.documents.pdf import pdf_of
from common.http import DOCX, PDF, download
from common.scope import scope_of
from rating.presentation.month_digest import about_words, digest_document, sections_of
from rating.selectors.methodologies import checked_period
from rating.selectors.month_digest import month_digest
from rating.views.public import kept_private


@require_safe
def digest(request: HttpRequest, period: str, revision: int | None = None) -> HttpResponse:
    """What the centre should know of a month, in force or of one revision of it."""
    found = month_digest(scope_of(request), checked_period(period), revision)
    place = [found.slice.period, found.slice.revision]
    context = {
        "sections": sections_of(found),
        "about": about_words(found),
        "period": period,
        "slice": found.slice,
        "month_url": reverse("rating:revision", args=place),
        "docx_url": reverse("rating:digest-paper", args=[*place, "docx"]),
        "pdf_url": reverse("rating:digest-paper", args=[*place, "pdf"]),
    }
    return kept_private(request, render(request, "rating/digest.html", context))


@require_safe
def paper(request: HttpRequest, period: str, revision: int, form: str) -> HttpResponse:
    """The digest of a revision to take along."""
    document = digest_document(month_digest(scope_of(request), checked_period(period), revision))
    name = f"digest-{period}-r{revision}.{form}"
    if form == "pdf":
        return download(pdf_of(document), PDF, name)
    return download(docx_of(document), DOCX, name)

"""Printed forms: composed for the reader as of this minute and given as PDF or DOCX."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from common import clock
from common.documents import Document
from common.http import DOCX, PDF, download
from common.scope import scope_of
from dashboard.printed import PDF_FORM, drawn
from dashboard.printed.attendance import attendance_document
from dashboard.printed.card import card_document
from dashboard.printed.overdue import overdue_document
from dashboard.printed.region import region_document
from dashboard.printed.registry import registry_document


def _given(document: Document, form: str, name: str) -> HttpResponse:
    content_type = PDF if form == PDF_FORM else DOCX
    return download(drawn(document, form), content_type, f"{name}-{clock.today():%Y-%m-%d}.{form}")


@require_safe
def registry(request: HttpRequest, form: str) -> HttpResponse:
    """The executions of the filter of the registry."""
    return _given(registry_document(scope_of(request), request.GET), form, "registry")


@require_safe
def overdue(request: HttpRequest, form: str) -> HttpResponse:
    """What of the same filter is overdue today, by region."""
    return _given(overdue_document(scope_of(request), request.GET), form, "overdue")


@require_safe
def card(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The control card of an execution."""
    return _given(card_document(scope_of(request), pk), form, f"card-{pk}")


@require_safe
def attendance(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The attendance sheet of a meeting."""
    return _given(attendance_document(scope_of(request), pk), form, f"attendance-{pk}")


@require_safe
def region(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The brief on a region."""
    return _given(region_document(scope_of(request), code), form, f"region-{code}")

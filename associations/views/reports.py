"""Pages of the annual reports: the list of an association, one report, its papers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from associations.models import AnnualReport
from associations.policies import can_keep
from associations.presentation.report import report_document, sections_of
from associations.services.reports import chairs_today, report_approve, report_begin, report_write
from associations.views.editing import typed, version_of
from associations.work_forms import ReportBeginForm, ReportForm
from clusters.models import Association
from common import clock
from common.documents.docx import docx_of
from common.documents.pdf import pdf_of
from common.errors import NotAllowed
from common.forms import attempt
from common.http import DOCX, PDF, download
from common.scope import Scope, scope_of


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """The reports of an association by year; a new one is begun here."""
    scope = scope_of(request)
    whose: Association = Association.objects.fetch(scope, pk=pk)
    form = ReportBeginForm(typed(request), initial={"year": clock.today().year})
    status = 200
    if request.method == "POST":
        tried = attempt(form, lambda **said: report_begin(actor=scope, association_id=pk, **said))
        if tried.status == 200:
            return redirect(tried.result)
        status = tried.status
    rows = AnnualReport.objects.visible_to(scope).filter(association=pk)
    context = {
        "association": whose,
        "rows": rows.select_related("approved_by", "created_by"),
        "form": form,
        "can_keep": can_keep(scope, pk),
        "tab": "reports",
    }
    return render(request, "associations/reports.html", context, status=status)


def _report(scope: Scope, pk: int) -> AnnualReport:
    rows = AnnualReport.objects.select_related("association", "approved_by", "created_by")
    found: AnnualReport = rows.fetch(scope, pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report: its parts as they will stand on paper, and the paragraphs of a draft."""
    scope = scope_of(request)
    row = _report(scope, pk)
    keeps = can_keep(scope, row.association_id)
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm.of(row)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda **said: report_write(actor=scope, report_id=pk, **said)).status
        if status == 200:
            messages.success(request, _("The paragraphs are saved."))
            return redirect(row)
    context = {
        "report": row,
        "sections": sections_of(row),
        "form": form if keeps and not row.is_approved else None,
        "lost": form if form.is_bound and row.is_approved else None,
        "chair": chairs_today(row.association_id),
    }
    return render(request, "associations/report.html", context, status=status)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a report."""
    scope = scope_of(request)
    row = _report(scope, pk)
    if not can_keep(scope, row.association_id):
        raise NotAllowed(_("The report is approved by the association."))
    report_approve(actor=scope, report_id=pk, version=version_of(request))
    messages.success(request, _("The report is approved; its figures stand still."))
    return redirect(row)


@require_safe
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A report to take along."""
    row = _report(scope_of(request), pk)
    document = report_document(row)
    name = f"annual-report-{row.association.slug}-{row.year}.{form}"
    if form == "pdf":
        return download(pdf_of(document), PDF, name)
    return download(docx_of(document), DOCX, name)

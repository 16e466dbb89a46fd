"""The register in a spreadsheet: download, upload, differences, apply, the same workbook with its mistakes marked."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.exports import marked_workbook, register_workbook
from assignments.models import WorkbookUpload
from assignments.policies import can_edit_workbook
from assignments.services.workbooks import (
    content_of,
    edits_of,
    workbook_apply,
    workbook_apply_start,
    workbook_check_start,
    workbook_upload,
)
from common import clock
from common.errors import InvalidInput, NotAllowed, TooLarge
from common.http import XLSX
from common.scope import Scope, scope_of
from dashboard.long_work import register_start, rows_to_edit
from dashboard.paging import capped_count
from dashboard.selectors.workbooks import ROWS_SHOWN, difference, reasons_by_row
from dashboard.wording import applied_words
from dashboard.workbook_forms import WorkbookForm

UPLOADS = 20


def _require_editor(scope: Scope) -> None:
    if not can_edit_workbook(scope):
        raise NotAllowed(_("The register is edited in a spreadsheet by the coordinators of the regions."))


@require_http_methods(["GET", "HEAD", "POST"])
def workbooks(request: HttpRequest) -> HttpResponse:
    """How it goes, with the download; an upload leads to its differences."""
    scope = scope_of(request)
    _require_editor(scope)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = workbook_upload(actor=scope, name=file.name, content=file.read())
                is_checked = upload.edits is not None
                return redirect(
                    upload if is_checked else workbook_check_start(actor=scope, upload_id=upload.pk)
                )
            except (InvalidInput, TooLarge) as error:
                form.add_error("file", str(error))
                status = error.status
    return _page(request, scope, form, status)


def _page(request: HttpRequest, scope: Scope, form: WorkbookForm, status: int) -> HttpResponse:
    uploads = WorkbookUpload.objects.visible_to(scope).defer("edits", "problems")
    rows = rows_to_edit(scope, request.GET)
    count, is_large = capped_count(rows, settings.LONG_EXPORT_ROWS)
    context = {
        "form": form,
        "uploads": Paginator(uploads, UPLOADS).get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
        "count": count,
        "is_large": is_large,
        "most": settings.MAX_WORKBOOK_ROWS,
    }
    return render(request, "dashboard/workbooks.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse | FileResponse:
    """The own executions of the filter as a workbook to edit; a large one is made by the worker after a POST."""
    scope = scope_of(request)
    _require_editor(scope)
    rows, query = rows_to_edit(scope, request.GET), request.GET.urlencode()
    if request.method == "POST":
        return redirect(register_start(actor=scope, query=query))
    _count, is_large = capped_count(rows, settings.LONG_EXPORT_ROWS)
    if is_large:
        return redirect(f"{reverse('dashboard:workbooks')}?{query}")
    name = f"register-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(register_workbook(rows), as_attachment=True, filename=name, content_type=XLSX)


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The differences of an upload, or what it has done; a large one that is not checked yet is checked first."""
    scope = scope_of(request)
    upload: WorkbookUpload = WorkbookUpload.objects.fetch(scope, pk=pk)
    if upload.edits is None and upload.file_id and not upload.applied_at:
        return render(request, "dashboard/workbook_check.html", {"upload": upload})
    context = {
        "upload": upload,
        "found": difference(scope, upload),
        "refused": upload.refused[:ROWS_SHOWN],
        "rows_shown": ROWS_SHOWN,
        "result": applied_words(upload) if upload.applied_at else "",
        "is_gone": upload.edits is None and not upload.applied_at,
    }
    return render(request, "dashboard/workbook.html", context)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a large upload checked by the worker."""
    return redirect(workbook_check_start(actor=scope_of(request), upload_id=pk))


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply it, with its reports when the button says so; a large one by the worker."""
    scope = scope_of(request)
    upload: WorkbookUpload = WorkbookUpload.objects.fetch(scope, pk=pk)
    with_reports = request.POST.get("reports") == "1"
    if upload.applied_at is None and len(edits_of(upload)) > settings.LONG_IMPORT_ROWS:
        return redirect(workbook_apply_start(actor=scope, upload_id=pk, with_reports=with_reports))
    upload = workbook_apply(actor=scope, upload_id=pk, with_reports=with_reports)
    messages.success(request, f"{applied_words(upload)}.")
    return redirect(upload)


@require_safe
def marked(request: HttpRequest, pk: int) -> FileResponse:
    """The uploaded workbook with marked cells and a column of reasons."""
    upload: WorkbookUpload = WorkbookUpload.objects.select_related("file").fetch(scope_of(request), pk=pk)
    content = marked_workbook(content_of(upload), reasons_by_row(upload))
    return FileResponse(content, as_attachment=True, filename=upload.file_name, content_type=XLSX)

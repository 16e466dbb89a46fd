"""Import and export of the register of clusters."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters.exports import register_workbook
from clusters.forms import ImportForm
from clusters.lists import imports_made, require_importer
from clusters.models import ClusterImport
from clusters.services.imports import register
from clusters.services.uploads import import_apply, import_plan, import_start, import_upload
from clusters.tables import COLUMNS, heading_of
from common.errors import InvalidInput, TooLarge
from common.http import XLSX, download
from common.scope import scope_of
from common.tabular import BadRows

ROWS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Upload a table; below, the imports made before."""
    scope = scope_of(request)
    require_importer(scope)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            record = import_upload(actor=scope, name=upload.name, content=upload.read())
        except InvalidInput as error:
            form.add_error("file", str(error))
        except TooLarge as error:
            form.add_error("file", str(error))
            return render(
                request, "clusters/imports.html", {"form": form, "imports": ()}, status=error.status
            )
        else:
            return redirect(record)
    page = Paginator(imports_made(scope), 20)
    context = {"form": form, "imports": page.get_page(request.GET.get("page")), "columns": COLUMNS}
    return render(request, "clusters/imports.html", context, status=400 if form.errors else 200)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the table would change, or every error in it."""
    record = ClusterImport.objects.fetch(scope_of(request), pk=pk)
    plan = None if record.applied_at else import_plan(record)
    context = {
        "record": record,
        "plan": plan,
        "rows": plan.rows[:ROWS_SHOWN] if plan else (),
        "errors": [(error.row, heading_of(error.column), error.reason) for error in plan.errors]
        if plan
        else (),
        "rows_shown": ROWS_SHOWN,
    }
    return render(request, "clusters/import.html", context)


@require_POST
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the checked table."""
    scope = scope_of(request)
    record = ClusterImport.objects.fetch(scope, pk=pk)
    if len(record.rows) > settings.LONG_IMPORT_ROWS and not record.applied_at:
        return redirect(import_start(actor=scope, import_id=pk))
    try:
        result = import_apply(actor=scope, import_id=pk)
    except BadRows:
        messages.error(
            request, _("The register changed meanwhile and the table no longer fits. Nothing was changed.")
        )
    else:
        total = result.created + result.changed
        messages.success(
            request,
            ngettext("%(count)s cluster was written.", "%(count)s clusters were written.", total)
            % {"count": total},
        )
    return redirect(record)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The register as XLSX, in the form that an import takes."""
    clusters = register().visible_to(scope_of(request))
    return download(register_workbook(clusters), XLSX, "clusters.xlsx")

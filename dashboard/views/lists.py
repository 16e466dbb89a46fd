"""The lists of the portal as files."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.http import CSV, XLSX, download
from common.lists import CSV_FORM, counted, file_name, list_file, list_named, page_of
from common.scope import scope_of
from common.sheets import content_of
from dashboard.long_work import export_start


@require_http_methods(["GET", "HEAD", "POST"])
def list_table(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """A list with the filter of its page as XLSX or CSV: a small one at once, a large one by the worker."""
    scope = scope_of(request)
    chosen = list_named(name)
    found = chosen.found(scope, request.GET)
    query = request.GET.urlencode()
    if request.method == "POST":
        return redirect(export_start(actor=scope, query=query, name=name, form=form))
    if counted(found, settings.LONG_EXPORT_ROWS) > settings.LONG_EXPORT_ROWS:
        context = {
            "list": chosen,
            "action": request.get_full_path(),
            "back": page_of(chosen, request.GET),
            "count": settings.LONG_EXPORT_ROWS,
        }
        return render(request, "dashboard/export.html", context)
    content = content_of(list_file(chosen, scope, found, form))
    return download(content, CSV if form == CSV_FORM else XLSX, file_name(chosen, form, found.instant))

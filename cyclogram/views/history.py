"""The past of stages in a table: checked, shown, then entered; and the clusters that no plan has."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Cluster
from common import clock
from common.errors import NotAllowed
from common.forms import attempt
from common.http import XLSX
from common.scope import Scope, scope_of
from cyclogram.history_forms import HistoryForm
from cyclogram.history_table import Checked, history_workbook
from cyclogram.history_table import checked as check
from cyclogram.models import ClusterStage
from cyclogram.policies import can_change_plans
from cyclogram.selectors.unlaid import unlaid_clusters
from cyclogram.services.history import stages_close

SHOWN = 200
"""Rows of a check on the page; all of them are entered."""


def _of_the_centre(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not scope.is_centre:
        raise NotAllowed(_("The past of stages is entered by the centre."))
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest) -> HttpResponse:
    """Check a table, show what it would close and all its errors, then enter it."""
    scope = _of_the_centre(request)
    if request.method != "POST":
        return _page(request, HistoryForm())
    form = HistoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form.shown(), None, 400)
    found = check(scope, form.rows)
    if found.errors or "enter" not in request.POST or not form.is_as_checked:
        return _page(request, form.shown(), found, 400 if found.errors else 200)
    closings = [closing for _stage, closing in found.found]
    done = attempt(form, lambda **said: stages_close(actor=scope, closings=closings, reason=said["reason"]))
    if done.status != 200:
        return _page(request, form.shown(), found, done.status)
    text = ngettext("%(count)s stage is closed.", "%(count)s stages are closed.", done.result)
    messages.success(request, text % {"count": done.result})
    return redirect("cyclogram:stages")


def _page(
    request: HttpRequest, form: HistoryForm, found: Checked | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "errors": found.errors[:SHOWN] if found else (),
        "rows": found.found[:SHOWN] if found else (),
        "shown": SHOWN,
    }
    return render(request, "cyclogram/history.html", context, status=status)


@require_safe
def history_form(request: HttpRequest) -> FileResponse:
    """The open stages as a table to fill in."""
    scope = _of_the_centre(request)
    rows = ClusterStage.objects.visible_to(scope).on_plan()
    name = f"stages-{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(history_workbook(rows), as_attachment=True, filename=name, content_type=XLSX)


@require_safe
def unlaid(request: HttpRequest) -> HttpResponse:
    """Clusters that stand on no plan of their cohort, and why: what the centre has to settle."""
    scope = scope_of(request)
    if not scope.is_centre:
        raise NotAllowed(_("This list is kept by the centre."))
    context = {
        "rows": unlaid_clusters(Cluster.objects.visible_to(scope).order_by("region", "name_key", "code")),
        "can_change": can_change_plans(scope),
    }
    return render(request, "cyclogram/unlaid.html", context)

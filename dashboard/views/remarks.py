"""Canned remarks of the controllers: their list, a new one, a changed one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assignments.models import CannedRemark
from assignments.services.remarks import remark_add, remark_change, require_keeper
from common.errors import InvalidInput, StaleVersion
from common.forms import add_refusal
from common.scope import Scope, scope_of
from dashboard.keeping_forms import RemarkChangeForm, RemarkForm


def _reviewer(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_keeper(scope)
    return scope


@require_http_methods(["GET", "HEAD", "POST"])
def remarks(request: HttpRequest) -> HttpResponse:
    """Those that are offered, those in the archive, and a form for a new one."""
    scope = _reviewer(request)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            remark_add(actor=scope, text=form.cleaned_data["text"])
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The remark is added."))
            return redirect("dashboard:remarks")
    if form.is_bound:
        status = 400
    rows = list(CannedRemark.objects.visible_to(scope).order_by("archived", "position", "id"))
    return render(request, "dashboard/remarks.html", {"form": form, "remarks": rows}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words, another place, to the archive or back."""
    scope = scope_of(request)
    remark: CannedRemark = CannedRemark.objects.fetch(scope, pk=pk)
    _reviewer(request)
    if request.method != "POST":
        return _edit_page(request, remark, RemarkChangeForm(initial=_values(remark)))
    form = RemarkChangeForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, remark, form, 400)
    try:
        remark_change(actor=scope, remark_id=pk, **form.cleaned_data)
    except InvalidInput as error:
        add_refusal(form, error)
        return _edit_page(request, remark, form, error.status)
    except StaleVersion as error:
        form.add_error(None, str(error))
        sent = request.POST.copy()
        sent["version"] = str(error.current)
        form.data = sent
        return _edit_page(request, remark, form, error.status)
    messages.success(request, _("The remark is changed."))
    return redirect("dashboard:remarks")


def _values(remark: CannedRemark) -> dict[str, Any]:
    return {name: getattr(remark, name) for name in ("text", "position", "archived", "version")}


def _edit_page(
    request: HttpRequest, remark: CannedRemark, form: forms.Form, status: int = 200
) -> HttpResponse:
    return render(request, "dashboard/remark_edit.html", {"form": form, "remark": remark}, status=status)

"""Handing in with fewer movements: one report for several executions, and the draft of a report."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Execution
from assignments.policies import can_submit
from assignments.services.executions import MAX_BULK, require_reporter
from assignments.services.handing import executions_submit, report_draft_discard, report_draft_save
from common.errors import TooLarge
from common.scope import Scope, scope_of
from dashboard.bulk import decide_on_many
from dashboard.handing_forms import together_form
from dashboard.rows import Choice
from dashboard.selectors.handing import opening_of, rows_of, rows_to_report
from dashboard.views.in_rows import list_address
from dashboard.wording import saved_words
from files.services import StorageUnavailable

RESULT = "hand_in_result"


def _scope_of_coordinator(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_reporter(scope)
    return scope


@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    """First the exact list, of which each may be unticked, with one text and its files; then the handing in."""
    scope = _scope_of_coordinator(request)
    try:
        return decide_on_many(
            request,
            form_of=lambda data: together_form(data, request.FILES),
            chosen=lambda: _chosen(request, scope),
            confirmation=lambda form, status: _confirmation(request, scope, form, status),
            decide=lambda data: _handed_in(scope, data) | {"back": _back(request)},
            kept_as=RESULT,
            result="dashboard:hand-in-result",
        )
    except (TooLarge, StorageUnavailable) as error:
        form = together_form(request.POST, request.FILES)
        form.add_error("files", str(error))
        return _confirmation(request, scope, form, error.status)


def _chosen(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The form as the page first shows it: what was ticked in a list, and the first line that cites it."""
    picks = request.POST.getlist("pick")[:MAX_BULK]
    form = together_form({"ids": ",".join(picks)})
    form.is_valid()
    rows = rows_to_report(scope, form.cleaned_data.get("ids", {}))
    ids = ",".join(f"{row.pk}:{form.cleaned_data['ids'][row.pk]}" for row in rows)
    text = request.POST.get("text") or opening_of(rows)
    return {"ids": ids, "offered": ids, "key": uuid.uuid4().hex, "text": text}


def _confirmation(request: HttpRequest, scope: Scope, form: forms.Form, status: int) -> HttpResponse:
    form.is_valid()
    rows = rows_to_report(scope, form.cleaned_data.get("offered", {}))
    ticked = form.cleaned_data.get("ids", {})
    versions = form.cleaned_data.get("offered", {})
    choice = Choice("", lambda row: can_submit(scope, row), ticked, versions)
    context = {"form": form, "rows": rows, "choice": choice, "back": _back(request)}
    return render(request, "dashboard/hand_in.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """The list in which the executions were ticked, to which every step leads back."""
    return list_address(request.POST.get("back", ""))


def _handed_in(scope: Scope, data: dict[str, Any]) -> dict[str, Any]:
    result = executions_submit(
        actor=scope,
        versions=data["ids"],
        text=data["text"],
        files=data["files"],
        submission_key=data["key"],
    )
    return {"key": data["key"], "text": data["text"], "done": result.done, "refused": result.refused}


@require_safe
def hand_in_result(request: HttpRequest) -> HttpResponse:
    """What became of the last report for several; what was refused stands with its reason and may be tried again."""
    scope = _scope_of_coordinator(request)
    kept = request.session.get(RESULT)
    if kept is None:
        return redirect("dashboard:inbox")
    reasons = {int(pk): reason for pk, reason in kept["refused"]}
    refused = rows_of(scope, reasons)
    context = {
        "done": rows_of(scope, kept["done"]),
        "refused": [(row, reasons[row.pk]) for row in refused],
        "again": rows_to_report(scope, reasons),
        "unseen": len(reasons) - len(refused),
        "failures": len(reasons),
        "total": len(kept["done"]) + len(reasons),
        "text": kept["text"],
        "back": kept.get("back", ""),
    }
    return render(request, "dashboard/hand_in_result.html", context)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or discard the draft of a report: a script is told when it was saved, a form leads back to its page."""
    scope = scope_of(request)
    if "discard" in request.POST:
        report_draft_discard(actor=scope, execution_id=pk)
        return _after_draft(request, pk, _("The draft is discarded."))
    saved = report_draft_save(
        actor=scope,
        execution_id=pk,
        text=request.POST.get("text", ""),
        submission_key=request.POST.get("submission_key", ""),
    )
    return _after_draft(request, pk, saved_words(saved.updated_at) if saved else "")


def _after_draft(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"note": words})
    if words:
        messages.success(request, words)
    return redirect(f"{Execution(pk=pk).get_absolute_url()}#report")

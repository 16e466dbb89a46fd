"""The review queue of the centre: one by one, or many reports with one remark."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import Execution, ExecutionEvent
from assignments.policies import can_review
from assignments.rules import may_still_undo
from assignments.services.executions import MAX_BULK, MAX_WATCHED, executions_decide, require_reviewer
from assignments.services.undoing import decisions_undo
from common import clock
from common.errors import InvalidInput
from common.formatting import number
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.bulk import Outcome, decide_on_many, result_of_many
from dashboard.forms import BulkForm, ReviewFilterForm
from dashboard.long_decisions import (
    DECISIONS,
    UNDOING,
    decisions_start,
    kept_result,
    undoing_start,
    undone_result,
)
from dashboard.paging import keyset_page
from dashboard.rows import deciding
from dashboard.selectors.review import (
    ReviewFilter,
    claims_in_force,
    offered_remarks,
    review_ages,
    review_choices,
    review_groups,
    review_pace,
    review_rows,
    waiting_days,
)
from dashboard.work_lists import require_staff
from notifications.models import LongTask

RESULT = "review_result"
LISTED = 500
"""Rows that a confirmation shows; their number is exact all the same."""
CLAIMED_AT_ONCE = 10


def _scope_of_staff(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_staff(scope)
    return scope


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Reports in review, oldest first."""
    scope = _scope_of_staff(request)
    form = ReviewFilterForm(request.GET, review_choices(scope))
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else ReviewFilter()
    rows = review_rows(scope, narrowed) if is_valid else review_rows(scope, narrowed).none()
    page = keyset_page(rows.for_table(), field="in_review_since", query=request.GET)
    claims = claims_in_force(scope, [row.pk for row in page.rows])
    ages = review_ages(scope, narrowed)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, waiting_days(row, clock.today()), claims.get(row.pk)) for row in page.rows],
        "groups": review_groups(scope, narrowed) if narrowed.by else None,
        "pace": lambda: review_pace(scope),
        "ages": ages,
        "total": sum(band.count for band in ages) if is_valid else 0,
        "most": MAX_WATCHED,
        "at_once": CLAIMED_AT_ONCE,
        "query": narrowed.query,
        "is_narrowed": narrowed != ReviewFilter(by=narrowed.by),
        "may_decide": can_review(scope),
        "deciding": deciding(scope),
    }
    return page_or_part(request, "dashboard/review.html", "queue", context, 200 if is_valid else 400)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """First the exact list with its count and the remark, then the decision itself."""
    scope = _scope_of_staff(request)
    require_reviewer(scope)
    return decide_on_many(
        request,
        form_of=lambda data: BulkForm(data, canned=offered_remarks(scope)),
        chosen=lambda: _chosen(request, scope),
        confirmation=lambda form, status: _confirmation(request, scope, form, status=status),
        decide=lambda data: _decided(scope, data),
        kept_as=RESULT,
        result="dashboard:review-result",
        long_work=lambda data: _watched(scope, data),
    )


def _watched(scope: Scope, data: dict[str, Any]) -> HttpResponse | None:
    """Many decisions are made by the worker, and their progress is watched; few are made at once."""
    if len(data["ids"]) < settings.LONG_DECISION_ROWS:
        return None
    task = decisions_start(actor=scope, data=data)
    return redirect("dashboard:long-task", task.pk)


def _decided(scope: Scope, data: dict[str, Any]) -> dict[str, Any]:
    result = executions_decide(
        actor=scope,
        action=data["action"],
        execution_ids=list(data["ids"]),
        versions=data["ids"],
        remark=data["remark"],
        empty=data["empty"],
    )
    return kept_result(result, key=data["key"], action=data["action"])


def _chosen(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The form of the confirmation: the checked reports, or the whole filter, as it is now."""
    if request.POST.get("whole"):
        narrowed = ReviewFilterForm(request.POST, review_choices(scope))
        if not narrowed.is_valid():
            raise InvalidInput(_("The filter of the queue is damaged. Open the queue again."))
        rows = review_rows(scope, narrowed.narrowed()).order_by("in_review_since", "id")
        ids = [f"{pk}:{version}" for pk, version in rows.values_list("pk", "version")[:MAX_WATCHED]]
    else:
        ids = request.POST.getlist("pick")[:MAX_BULK]
    return {
        "action": request.POST.get("action", ""),
        "ids": ",".join(ids),
        "key": uuid.uuid4().hex,
        "remark": request.POST.get("remark", ""),
        "empty": request.POST.get("empty", ""),
    }


def _confirmation(request: HttpRequest, scope: Scope, form: forms.Form, *, status: int) -> HttpResponse:
    form.is_valid()
    if "ids" in form.errors:
        raise InvalidInput(str(form.errors["ids"][0]))
    ids = form.cleaned_data["ids"]
    rows = (
        Execution.objects.visible_to(scope).for_table().filter(pk__in=ids).order_by("in_review_since", "id")
    )
    context = {
        "form": form,
        "rows": list(rows[:LISTED]),
        "count": rows.count(),
        "is_return": form["action"].value() == "return",
        "ids": ids,
    }
    return render(request, "dashboard/review_confirm.html", context, status=status)


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What became of the last decision over many reports, or of one that the worker made."""
    scope = _scope_of_staff(request)
    task = request.GET.get("task", "")
    kept = _kept(request, scope, task)
    if not kept:
        return redirect("dashboard:review")
    reasons = {int(pk): reason for pk, reason in kept["refused"]}
    rows = Execution.objects.visible_to(scope).for_table().filter(pk__in=reasons)
    found = {row.pk: (row, row.get_absolute_url()) for row in rows}
    outcome = Outcome(
        list_name=_("Review queue"),
        list_url=reverse("dashboard:review"),
        back=_("Back to the queue"),
        heading=_heading(kept["action"], kept["done"], kept["done"] + len(reasons)),
        all_done=_("All decisions are taken back.")
        if kept["action"] == "undo"
        else _("All chosen reports are decided."),
        undo=_undoable(scope, kept),
        task=task,
    )
    return result_of_many(request, outcome, reasons, found)


def _kept(request: HttpRequest, scope: Scope, task: str) -> dict[str, Any]:
    """The result of a work of the worker, or of the last decision of this session; empty when there is none."""
    if not task:
        return request.session.get(RESULT) or {}
    result: dict[str, Any] = LongTask.objects.fetch(scope, pk=task, kind__in=(DECISIONS, UNDOING)).result
    return result


def _heading(action: str, done: int, total: int) -> str:
    words = {
        "accept": _("Accepted: %(done)s of %(all)s"),
        "return": _("Returned: %(done)s of %(all)s"),
        "undo": _("Undone: %(done)s of %(all)s"),
    }
    return words[action] % {"done": number(done), "all": number(total)}


def _undoable(scope: Scope, kept: dict[str, Any]) -> int:
    """How many decisions one press tries to take back; none after the minutes for it, or when no one of them stands."""
    decided = [event for _pk, event in kept.get("decided", ())]
    if not decided or not can_review(scope):
        return 0
    if not may_still_undo(datetime.fromisoformat(kept["at"]), clock.now()):
        return 0
    standing = ExecutionEvent.objects.visible_to(scope).filter(pk__in=decided, annulments=None)
    return len(decided) if standing.exists() else 0


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the decisions of the last result back, each for itself; many by the worker."""
    scope = _scope_of_staff(request)
    require_reviewer(scope)
    kept = _kept(request, scope, request.POST.get("task", ""))
    if not kept.get("decided"):
        return redirect("dashboard:review-result")
    if len(kept["decided"]) >= settings.LONG_DECISION_ROWS:
        return redirect("dashboard:long-task", undoing_start(actor=scope, kept=kept).pk)
    undone = decisions_undo(actor=scope, decided={int(pk): event for pk, event in kept["decided"]})
    request.session[RESULT] = undone_result(undone, key=kept["key"])
    return redirect("dashboard:review-result")

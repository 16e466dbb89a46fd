"""The review queue of the centre: one by one, or many reports with one remark."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.enums import REVIEWERS
from assignments.models import Execution
from assignments.services.executions import MAX_BULK, executions_decide
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.bulk import decide_on_many
from dashboard.forms import BulkForm, ReviewFilterForm
from dashboard.paging import keyset_page
from dashboard.selectors.review import (
    ReviewFilter,
    review_ages,
    review_choices,
    review_rows,
    waiting_days,
)

RESULT = "review_result"


def _scope_of_staff(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not scope.is_centre:
        raise NotAllowed(_("The review queue is a page of the centre."))
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
    ages = review_ages(scope, narrowed)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, waiting_days(row, clock.today())) for row in page.rows],
        "ages": ages,
        "total": sum(band.count for band in ages) if is_valid else 0,
        "most": MAX_BULK,
        "query": narrowed.query,
        "is_narrowed": narrowed != ReviewFilter(),
        "may_decide": scope.has(*REVIEWERS),
    }
    return page_or_part(request, "dashboard/review.html", "queue", context, 200 if is_valid else 400)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """First the exact list with its count and the remark, then the decision itself."""
    scope = _scope_of_staff(request)
    if not scope.has(*REVIEWERS):
        raise NotAllowed(_("Only a controller of the centre decides on executions."))
    return decide_on_many(
        request,
        form_of=BulkForm,
        chosen=lambda: _chosen(request, scope),
        confirmation=lambda form, status: _confirmation(request, scope, form, status=status),
        decide=lambda data: _decided(scope, data),
        kept_as=RESULT,
        result="dashboard:review-result",
    )


def _decided(scope: Scope, data: dict[str, Any]) -> dict[str, Any]:
    result = executions_decide(
        actor=scope,
        action=data["action"],
        execution_ids=list(data["ids"]),
        versions=data["ids"],
        remark=data["remark"],
        empty=data["empty"],
    )
    return {"key": data["key"], "action": data["action"], "done": len(result.done), "refused": result.refused}


def _chosen(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The form of the confirmation: the checked reports, or the oldest 500 of the whole filter."""
    if request.POST.get("whole"):
        narrowed = ReviewFilterForm(request.POST, review_choices(scope))
        if not narrowed.is_valid():
            raise InvalidInput(_("The filter of the queue is damaged. Open the queue again."))
        rows = review_rows(scope, narrowed.narrowed()).order_by("in_review_since", "id")
        ids = [f"{pk}:{version}" for pk, version in rows.values_list("pk", "version")[:MAX_BULK]]
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
    context = {"form": form, "rows": list(rows), "is_return": form["action"].value() == "return", "ids": ids}
    return render(request, "dashboard/review_confirm.html", context, status=status)


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What became of the last decision over many reports; what was refused stands with its reason."""
    scope = _scope_of_staff(request)
    kept = request.session.get(RESULT)
    if kept is None:
        return redirect("dashboard:review")
    reasons = {int(pk): reason for pk, reason in kept["refused"]}
    rows = Execution.objects.visible_to(scope).for_table().filter(pk__in=reasons).order_by("id")
    refused = [(row, reasons[row.pk]) for row in rows]
    unseen = len(reasons) - len(refused)
    context = {**kept, "refused": refused, "unseen": unseen, "total": kept["done"] + len(reasons)}
    return render(request, "dashboard/review_result.html", context)

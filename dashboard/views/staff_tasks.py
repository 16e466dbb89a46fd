"""What the centre's staff must settle."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput
from common.forms import add_refusal
from common.scope import scope_of
from dashboard.forms import OutcomeForm
from dashboard.lists import tasks_narrowed
from notifications.models import StaffTask
from notifications.policies import can_keep_webhooks
from notifications.services.staff_tasks import staff_task_close

CLOSED_A_PAGE = 20


@require_safe
def staff_tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks, of one kind when the address names it, and below them those that were closed."""
    return _page(request)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a task with words on how it ended."""
    scope = scope_of(request)
    StaffTask.objects.fetch(scope, pk=pk)
    form = _form(pk, request.POST)
    if form.is_valid():
        try:
            staff_task_close(actor=scope, task_id=pk, outcome=form.cleaned_data["outcome"])
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The task is closed."))
            return redirect("dashboard:staff-tasks")
    return _page(request, wrong=(pk, form))


def _form(pk: int, data: Any = None) -> OutcomeForm:
    return OutcomeForm(data, auto_id=f"task{pk}_%s")


def _page(request: HttpRequest, wrong: tuple[int, OutcomeForm] | None = None) -> HttpResponse:
    scope = scope_of(request)
    tasks, kind = tasks_narrowed(scope, request.GET)
    kept = dict([wrong] if wrong else [])
    closed = tasks.exclude(closed_at=None).select_related("closed_by").order_by("-closed_at", "-id")
    context = {
        "tasks": [(task, kept.get(task.pk) or _form(task.pk), task.pk in kept) for task in tasks.open()],
        "kind": kind,
        "keeps_webhooks": can_keep_webhooks(scope),
        "closed": Paginator(closed, CLOSED_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "dashboard/staff_tasks.html", context, status=400 if wrong else 200)

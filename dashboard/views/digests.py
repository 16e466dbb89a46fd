"""Who gets what by mail on a day to come, and the ladder of reminders that decides it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotAllowed
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.forms import DigestFilterForm
from dashboard.keeping_forms import StepForm
from dashboard.selectors.digests import days_ahead, digests_ahead, is_day_off, region_choices
from notifications.policies import can_edit_ladder
from notifications.selectors import ladder as steps_of_ladder
from notifications.services import step_add, step_remove

READERS_A_PAGE = 50


@require_safe
def digests(request: HttpRequest) -> HttpResponse:
    """The digests of tomorrow or of another day within two weeks, by person."""
    scope = scope_of(request)
    first, last = days_ahead()
    form = DigestFilterForm(request.GET, first, last, region_choices(scope))
    is_valid = form.is_valid()
    day = form.value("day") or first
    planned = digests_ahead(scope, day, form.text("region")) if is_valid else digests_ahead(scope, first)[:0]
    context = {
        "form": form,
        "day": day,
        "is_day_off": is_day_off(day, form.text("region") if is_valid else ""),
        "page": Paginator(planned, READERS_A_PAGE).get_page(request.GET.get("page")),
        "total": len(planned),
        "lines": sum(len(digest.lines) for digest in planned),
        "is_narrowed": not is_valid or bool(form.text("region")),
    }
    return page_or_part(request, "dashboard/digests.html", "digests", context, 200 if is_valid else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: HttpRequest) -> HttpResponse:
    """The ladder of reminders; a POST adds a step."""
    scope = _keeper(request)
    form = StepForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            step_add(actor=scope, **form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The step is on the ladder."))
            return redirect("dashboard:ladder")
    context = {"form": form, "steps": steps_of_ladder()}
    return render(request, "dashboard/ladder.html", context, status=400 if form.errors else 200)


@require_POST
def ladder_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step out of the ladder."""
    step_remove(actor=scope_of(request), step_id=pk)
    messages.success(request, _("The step is taken out of the ladder."))
    return redirect("dashboard:ladder")


def _keeper(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_edit_ladder(scope):
        raise NotAllowed(_("The ladder of reminders is kept by controllers and administrators."))
    return scope

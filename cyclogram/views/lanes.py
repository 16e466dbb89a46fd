"""The lanes of the cross-cutting processes, and the days that the centre keeps in them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms import VersionForm
from common import clock
from common.errors import InvalidInput, NotAllowed
from common.forms import attempt
from common.parts import page_or_part
from common.scope import Scope, scope_of
from cyclogram.models import Checkpoint
from cyclogram.policies import can_enter_values, can_keep_checkpoints, can_plan_for
from cyclogram.presentation.gantt import gantt
from cyclogram.presentation.lanes import line
from cyclogram.selectors.lanes import bars_of_lanes
from cyclogram.selectors.lanes import lanes as found_lanes
from cyclogram.services.lanes import checkpoint_cancel, checkpoint_restore, checkpoint_save
from cyclogram.value_forms import CancelForm, CheckpointForm, LanesForm


@require_safe
def lanes(request: HttpRequest) -> HttpResponse:
    """The lanes of a year: days, indicators against their plan, for the country or a region."""
    scope = scope_of(request)
    form = LanesForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    year = form.year_shown if is_valid else clock.today().year
    region = form.cleaned_data["region"] if is_valid else ""
    found = found_lanes(scope, year, region)
    context = {
        "form": form,
        "year": year,
        "region": form.names.get(region, ""),
        "region_code": region,
        "lanes": [(lane, [(course, line(course)) for course in lane.courses]) for lane in found],
        "chart": gantt(bars_of_lanes(year, found), clock.today(), _("Lanes of %(year)s") % {"year": year}),
        "today": clock.today(),
        "can_keep": can_keep_checkpoints(scope),
        "can_enter": can_enter_values(scope) or can_plan_for(scope),
        "reads_values": scope.is_centre or bool(scope.regions),
    }
    return page_or_part(request, "cyclogram/lanes.html", "lanes", context, 200 if is_valid else 400)


def _keeper(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_keep_checkpoints(scope):
        raise NotAllowed(_("The days of the lanes are kept by methodologists and administrators."))
    return scope


def _to_year(year: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('cyclogram:lanes')}?year={year}")


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint_create(request: HttpRequest) -> HttpResponse:
    """Add a day to a lane."""
    scope = _keeper(request)
    if request.method != "POST":
        return _form_page(request, CheckpointForm(initial=request.GET.dict()), None)
    form = CheckpointForm(request.POST)

    def add(**said: object) -> Checkpoint:
        day = form.cleaned_data["held_on"]
        return checkpoint_save(actor=scope, checkpoint_id=None, year=day.year, **said)  # type: ignore[arg-type]

    done = attempt(form, add)
    if done.status != 200:
        return _form_page(request, form, None, done.status)
    messages.success(request, _("The day is added."))
    return _to_year(done.result.year)


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a day within its year, give it other words; the page also cancels and restores it."""
    scope = _keeper(request)
    row: Checkpoint = Checkpoint.objects.select_related("process").fetch(scope, pk=pk)
    form = CheckpointForm.of(row)
    if request.method != "POST":
        return _form_page(request, form, row)
    form = CheckpointForm.of(row).typed(request.POST)
    done = attempt(
        form,
        lambda **said: checkpoint_save(
            actor=scope, checkpoint_id=pk, process=row.process_id, year=row.year, **said
        ),
    )
    if done.status != 200:
        return _form_page(request, form, row, done.status)
    messages.success(request, _("The changes are saved."))
    return _to_year(row.year)


def _form_page(
    request: HttpRequest,
    form: CheckpointForm,
    row: Checkpoint | None,
    status: int = 200,
    cancel: CancelForm | None = None,
) -> HttpResponse:
    asked = cancel or CancelForm(initial={"version": row.version if row else None})
    context = {"form": form, "checkpoint": row, "cancel": asked}
    return render(request, "cyclogram/checkpoint.html", context, status=status)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a day is not held, and why."""
    scope, form = _keeper(request), CancelForm(request.POST)
    row: Checkpoint = Checkpoint.objects.select_related("process").fetch(scope, pk=pk)
    done = attempt(form, lambda **said: checkpoint_cancel(actor=scope, checkpoint_id=pk, **said))
    if done.status != 200:
        return _form_page(request, CheckpointForm.of(row), row, done.status, form)
    messages.success(request, _("The day is cancelled; it can be restored."))
    return _to_year(row.year)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the cancellation of a day back."""
    scope, form = _keeper(request), VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    row = checkpoint_restore(actor=scope, checkpoint_id=pk, **form.cleaned_data)
    messages.success(request, _("The day is held again."))
    return _to_year(row.year)

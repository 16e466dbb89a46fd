"""Plans of the cohorts: their versions, the stages of a version, and the acts of whoever makes the plans."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.forms import VersionForm
from common.errors import InvalidInput, NotAllowed
from common.forms import attempt
from common.scope import Scope, scope_of
from cyclogram.models import PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.plan_forms import DraftForm, EnforceForm, OwnerForm, PlanCheckpointForm, PlanStageForm
from cyclogram.policies import can_change_plans, can_edit_plan
from cyclogram.selectors.plans import plan_page
from cyclogram.selectors.plans import plans as found_plans
from cyclogram.services import plans as services


def _planner(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    if not can_change_plans(scope):
        raise NotAllowed(_("Plans are made by methodologists and administrators."))
    return scope


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """All versions of the plans."""
    return _plans_page(request, scope_of(request), None)


def _plans_page(
    request: HttpRequest, scope: Scope, form: DraftForm | None, status: int = 200
) -> HttpResponse:
    can_change = can_change_plans(scope)
    context = {
        "rows": found_plans(scope),
        "form": (form or DraftForm(scope=scope)) if can_change else None,
        "can_change": can_change,
    }
    return render(request, "cyclogram/plans.html", context, status=status)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a new version."""
    scope = _planner(request)
    form = DraftForm(request.POST, scope=scope)
    done = attempt(form, lambda **said: services.plan_draft(actor=scope, **said))
    if done.status != 200:
        return _plans_page(request, scope, form, done.status)
    messages.success(request, _("The draft is made: change it and put it in force."))
    return redirect("cyclogram:plan", done.result.pk)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A version with its stages; of a draft what it would change."""
    return _plan_page(request, scope_of(request), pk)


def _plan_page(
    request: HttpRequest, scope: Scope, pk: int, form: EnforceForm | None = None, status: int = 200
) -> HttpResponse:
    page = plan_page(scope, pk)
    opened = EnforceForm(initial={"version": page.plan.version, "note": page.plan.note})
    context = {
        "page": page,
        "form": form or opened,
        "can_edit": can_edit_plan(scope, page.plan),
        "can_change": can_change_plans(scope),
    }
    return render(request, "cyclogram/plan.html", context, status=status)


@require_POST
def enforce(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft in force."""
    scope = _planner(request)
    PlanVersion.objects.fetch(scope, pk=pk)
    form = EnforceForm(request.POST)
    done = attempt(form, lambda **said: services.plan_enforce(actor=scope, plan_id=pk, **said))
    if done.status != 200:
        return _plan_page(request, scope, pk, form, done.status)
    laid = done.result.new + done.result.again
    words = ngettext(
        "The plan is in force; %(count)s stage of the clusters follows it.",
        "The plan is in force; %(count)s stages of the clusters follow it.",
        laid,
    )
    messages.success(request, words % {"count": laid})
    return redirect("cyclogram:plan", pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    services.plan_discard(actor=_planner(request), plan_id=pk, **_version(request))
    messages.success(request, _("The draft is discarded."))
    return redirect("cyclogram:plans")


def _version(request: HttpRequest) -> dict[str, Any]:
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(dict(form.errors))
    return form.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
def stage_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a process to a draft."""
    scope = _planner(request)
    page = plan_page(scope, pk)
    following = max((row.order for row in page.stages), default=0) + 1
    form, status = PlanStageForm(plan=page.plan, initial={"order": following}), 200
    if request.method == "POST":
        form = PlanStageForm(request.POST, plan=page.plan)
        done = attempt(
            form, lambda **said: services.plan_stage_save(actor=scope, plan_id=pk, stage_id=None, **said)
        )
        if done.status == 200:
            messages.success(request, _("The process is added to the draft."))
            return redirect("cyclogram:plan", pk)
        status = done.status
    return render(request, "cyclogram/plan_stage.html", {"form": form, "plan": page.plan}, status=status)


def _stage(scope: Scope, pk: int) -> PlanStage:
    rows = PlanStage.objects.select_related("plan", "process", "indicator", "owner")
    found: PlanStage = rows.prefetch_related("checkpoints").fetch(scope, pk=pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a stage of a draft; of a version in force only its owner."""
    scope = _planner(request)
    row = _stage(scope, pk)
    edits = can_edit_plan(scope, row.plan)
    if request.method != "POST":
        form: VersionForm = PlanStageForm.of(row) if edits else _owner_form(row)
        return _stage_page(request, scope, row, form)
    if edits:
        form = PlanStageForm(request.POST, plan=row.plan, stage=row)
        done = attempt(
            form,
            lambda **said: services.plan_stage_save(
                actor=scope, plan_id=row.plan_id, stage_id=pk, process=row.process_id, **said
            ),
        )
    else:
        form = OwnerForm(request.POST)
        done = attempt(form, lambda **said: services.plan_stage_owner(actor=scope, stage_id=pk, **said))
    if done.status != 200:
        return _stage_page(request, scope, row, form, done.status)
    messages.success(request, _("The changes are saved."))
    return redirect("cyclogram:plan", row.plan_id)


def _owner_form(row: PlanStage) -> OwnerForm:
    return OwnerForm(initial={"owner": row.owner_id, "version": row.version})


def _stage_page(
    request: HttpRequest, scope: Scope, row: PlanStage, form: VersionForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "stage": row, "plan": row.plan, "can_edit": can_edit_plan(scope, row.plan)}
    return render(request, "cyclogram/plan_stage.html", context, status=status)


@require_POST
def stage_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a process out of a plan; one that clusters stand on goes to the archive."""
    scope = _planner(request)
    row = _stage(scope, pk)
    is_gone = services.plan_stage_delete(actor=scope, stage_id=pk, **_version(request))
    words = (
        _("The process is taken out of the draft.")
        if is_gone
        else _("Clusters stand on this stage: it is archived, its history stays.")
    )
    messages.success(request, words)
    return redirect("cyclogram:plan", row.plan_id)


@require_POST
def stage_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stage out of the archive."""
    scope = _planner(request)
    row = services.plan_stage_restore(actor=scope, stage_id=pk, **_version(request))
    messages.success(request, _("The stage is on the plan again."))
    return redirect("cyclogram:plan", row.plan_id)


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint(request: HttpRequest, pk: int, mark: int | None = None) -> HttpResponse:
    """Add a day to a stage of a draft, or change one."""
    scope = _planner(request)
    row = _stage(scope, pk)
    found = PlanCheckpoint.objects.fetch(scope, pk=mark, stage=row) if mark else None
    form = PlanCheckpointForm.of(found, row.plan) if found else PlanCheckpointForm(plan=row.plan)
    status = 200
    if request.method == "POST":
        form = PlanCheckpointForm(request.POST, plan=row.plan)
        done = attempt(
            form,
            lambda **said: services.plan_checkpoint_save(
                actor=scope, stage_id=pk, checkpoint_id=mark, **said
            ),
        )
        if done.status == 200:
            messages.success(request, _("The changes are saved."))
            return redirect("cyclogram:plan-stage", pk)
        status = done.status
    context = {"form": form, "stage": row, "plan": row.plan, "checkpoint": found}
    return render(request, "cyclogram/plan_checkpoint.html", context, status=status)


@require_POST
def checkpoint_delete(request: HttpRequest, pk: int, mark: int) -> HttpResponse:
    """Take a day out of a stage of a draft."""
    services.plan_checkpoint_delete(actor=_planner(request), stage_id=pk, checkpoint_id=mark)
    messages.success(request, _("The day is taken out of the draft."))
    return redirect("cyclogram:plan-stage", pk)

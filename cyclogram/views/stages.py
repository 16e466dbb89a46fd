"""Pages of stages: the plan of a cluster, one stage with its acts, the list."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assignments.views import attempt
from common import clock
from common.parts import page_or_part
from common.scope import Scope, scope_of
from cyclogram import stage_forms as forms
from cyclogram.models import ClusterStage
from cyclogram.policies import can_move
from cyclogram.presentation.gantt import gantt
from cyclogram.selectors.gantt import bars_of_cluster
from cyclogram.selectors.stages import (
    StageFilter,
    cluster_plan,
    evidence_of,
    stage_card,
    stage_rows,
    stages_found,
)
from cyclogram.services import acts
from files.http import file_response

PAGE_SIZE = 50


class Act(NamedTuple):
    """An act as the page offers it: the form, the service, the words of the button and of its success."""

    form: type[forms.StageForm]
    service: Callable[..., Any]
    label: str | Promise
    done: str | Promise
    needs: str
    """The act of the table that must be allowed."""


ACTS = {
    act.form.act: act
    for act in (
        Act(
            forms.ProposeForm, acts.stage_propose, gettext_lazy("Hand in for acceptance"),
            gettext_lazy("The stage is handed in: the centre accepts it or sends it back."), "propose",
        ),
        Act(
            forms.BeginForm, acts.stage_begin, gettext_lazy("Say that it has begun"),
            gettext_lazy("The stage is in progress."), "begin",
        ),
        Act(
            forms.WithdrawForm, acts.stage_withdraw, gettext_lazy("Take it back"),
            gettext_lazy("The stage is taken back and in progress."), "withdraw",
        ),
        Act(
            forms.AcceptForm, acts.stage_accept, gettext_lazy("Accept"), gettext_lazy("The stage is closed."),
            "accept",
        ),
        Act(
            forms.ReturnForm, acts.stage_return, gettext_lazy("Return for rework"),
            gettext_lazy("The stage is sent back to the region."), "return",
        ),
        Act(
            forms.CloseForm, acts.stage_close, gettext_lazy("Close by decision of the centre"),
            gettext_lazy("The stage is closed."), "close",
        ),
        Act(
            forms.SettleForm, acts.stage_settle, gettext_lazy("The remarks are settled"),
            gettext_lazy("The stage is done without remarks."), "settle",
        ),
        Act(
            forms.SkipForm, acts.stage_skip, gettext_lazy("It does not apply"),
            gettext_lazy("The stage does not apply to the cluster."), "skip",
        ),
        Act(
            forms.RestoreForm, acts.stage_restore, gettext_lazy("It applies after all"),
            gettext_lazy("The stage applies again."), "restore",
        ),
        Act(
            forms.ReopenForm, acts.stage_reopen, gettext_lazy("Open it again"),
            gettext_lazy("The stage is open again."), "reopen",
        ),
    )
}  # fmt: skip
FIRST = ("propose", "accept", "return")
"""Acts that stand open on the page; the others are folded."""


@require_safe
def cluster(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of a cluster."""
    plan = cluster_plan(scope_of(request), code)
    bars = bars_of_cluster([*plan.steps, *plan.lanes])
    chart = gantt(bars, clock.today(), _("Stages of the cluster: planned and real"))
    return render(request, "cyclogram/cluster.html", {"plan": plan, "chart": chart})


@require_safe
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """A stage: days, work, history, and what this person may do with it."""
    return _page(request, scope_of(request), pk)


@require_POST
def stage_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something to a stage; what was refused comes back in its form."""
    scope, chosen = scope_of(request), ACTS[act]
    stage_card(scope, pk)
    form = chosen.form(request.POST, request.FILES)
    done, status = attempt(form, lambda: chosen.service(actor=scope, stage_id=pk, **form.cleaned_data))
    if not done:
        return _page(request, scope, pk, form, status)
    messages.success(request, str(chosen.done))
    return redirect(done)


def _page(
    request: HttpRequest, scope: Scope, pk: int, typed: forms.StageForm | None = None, status: int = 200
) -> HttpResponse:
    card = stage_card(scope, pk)
    offered = [act for act in ACTS.values() if act.needs in card.acts]
    shown = [
        (act, typed if typed and typed.act == act.form.act else act.form.of(card.stage)) for act in offered
    ]
    context = {
        "card": card,
        "open_acts": [row for row in shown if row[0].form.act in FIRST],
        "folded_acts": [row for row in shown if row[0].form.act not in FIRST],
        "typed": typed,
        "move_query": _move_query(card.stage) if "move" in card.acts else "",
        "lost": typed if typed and typed.act not in {act.form.act for act in offered} else None,
    }
    return render(request, "cyclogram/stage.html", context, status=status)


def _move_query(stage: ClusterStage) -> str:
    """What the page of moves opens with: this stage of this cluster."""
    cluster = stage.cluster
    cohort = str(stage.stage.plan.cohort_year)
    named = {"process": stage.process_id, "cohort": cohort, "codes": cluster.code}
    return f"?{urlencode(named)}"


@require_safe
def evidence(request: HttpRequest, pk: int, evidence: int) -> HttpResponse:
    """A file that was handed in with a stage."""
    found = evidence_of(scope_of(request), pk, evidence)
    return file_response(found.file, inline="inline" in request.GET)


@require_safe
def stages(request: HttpRequest) -> HttpResponse:
    """Stages of all clusters that the person sees, narrowed by the filter."""
    scope = scope_of(request)
    form = forms.StageFilterForm(request.GET, scope=scope)
    is_valid = form.is_valid()
    narrowed = form.narrowed() if is_valid else StageFilter()
    found = stages_found(scope, narrowed)
    page = Paginator(found if is_valid else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": stage_rows(scope, page),
        "is_narrowed": narrowed != StageFilter(),
        "is_centre": scope.is_centre,
        "can_move": can_move(scope),
    }
    return page_or_part(request, "cyclogram/stages.html", "stages", context, 200 if is_valid else 400)

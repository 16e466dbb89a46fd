"""Objections: the list, one with the log of its execution, filing, taking back, answering."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.models import Execution, ExecutionEvent
from assignments.selectors import event_author
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from files.http import file_response
from rating import policies
from rating.enums import ObjectionState, Remedy
from rating.lists import objection_filter, objections_narrowed, require_reader_of_objections
from rating.models import Objection, Slice
from rating.objection_forms import DISMISS, DecisionForm, ObjectionForm
from rating.presentation.words import cluster_words, item_words, loss_words
from rating.selectors.objections import (
    log_of,
    loss_of,
    objectable_slice,
    possible_remedies,
    reviewers_of,
    scorecard_url,
)
from rating.services import (
    Correction,
    objection_dismiss,
    objection_file,
    objection_uphold,
    objection_withdraw,
    require_objector,
)

PAGE_SIZE = 50
TONES = {
    ObjectionState.OPEN: "warning",
    ObjectionState.UPHELD: "success",
    ObjectionState.DISMISSED: "neutral",
    ObjectionState.WITHDRAWN: "neutral",
}


@require_safe
def objection_list(request: HttpRequest) -> HttpResponse:
    """Objections, oldest first: all for the centre, its own for a region."""
    scope = scope_of(request)
    require_reader_of_objections(scope)
    form = objection_filter(scope, request.GET)
    is_valid = form.is_valid()
    rows = objections_narrowed(scope, form) if is_valid else Objection.objects.none()
    context = {
        "form": form,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "is_narrowed": not is_valid or any(form.cleaned_data.values()),
        "open": Objection.objects.visible_to(scope).open().count(),
        "tones": TONES,
    }
    return page_or_part(
        request, "rating/objections/list.html", "objections", context, 200 if is_valid else 400
    )


@require_safe
def objection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with the log of its execution beside it."""
    return _page(request, _objection(request, pk))


def _objection(request: HttpRequest, pk: int) -> Objection:
    rows = Objection.objects.for_list().select_related("execution__region", "event")
    objection: Objection = rows.fetch(scope_of(request), pk=pk)
    return objection


def _page(
    request: HttpRequest, objection: Objection, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    """`form` is the one that was refused; without it an empty one for those who may answer."""
    scope = scope_of(request)
    log, loss = log_of(objection.execution), loss_of(objection.slice, objection.execution)
    reviewers = reviewers_of(objection.execution)
    may_decide = objection.is_open and policies.can_decide_objection(scope, objection, reviewers)
    if may_decide and form is None:
        form = _decision_form(objection, log)
    context = {
        "objection": objection,
        "tone": TONES[ObjectionState(objection.state)],
        "item": item_words(loss) if loss else "",
        "cluster": cluster_words(loss) if loss else "",
        "loss": loss,
        "why": loss_words(loss, objection.slice.period) if loss else "",
        "history": [_entry(scope, objection, event) for event in reversed(log)],
        "form": form if may_decide else None,
        "reviewed_it": objection.is_open and policies.is_reviewer(scope, reviewers),
        "may_withdraw": objection.is_open and policies.can_object(scope, objection.region_id),
        "card_url": scorecard_url(scope, objection.slice, objection.region_id),
    }
    return render(request, "rating/objections/objection.html", context, status=status)


def _decision_form(objection: Objection, log: list[ExecutionEvent], data: Any = None) -> DecisionForm:
    execution = objection.execution
    return DecisionForm(data, remedies=possible_remedies(execution), log=log, version=execution.version)


def _entry(scope: Scope, objection: Objection, event: ExecutionEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "title": capfirst(event.get_kind_display()),
        "who": event_author(scope, objection.region, event),
        "text": event.text,
        "recorded_at": event.recorded_at if event.recorded_at != event.at else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def objection_create(request: HttpRequest, period: str, revision: int, execution: int) -> HttpResponse:
    """The form of an objection to one execution of a slice; a POST files it."""
    scope = scope_of(request)
    slice_ = objectable_slice(scope, period, revision)
    found = Execution.objects.visible_to(scope).filter(pk=execution).first()
    loss = loss_of(slice_, found) if slice_ and found else None
    if slice_ is None or found is None or loss is None:
        raise Missing(_("This execution lost no points in such a month."))
    require_objector(scope, found.region_id)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            filed = objection_file(
                actor=scope, slice_id=slice_.pk, execution_id=found.pk, **form.cleaned_data
            )
        except InvalidInput as error:
            add_refusal(form, error)
        except ImpossibleStep as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(
                request, _("The objection is filed; the answer will stand here and on the scorecard.")
            )
            return redirect(filed)
    return _filing_page(request, slice_, loss, form, 400 if form.errors and status == 200 else status)


def _filing_page(
    request: HttpRequest, slice_: Slice, loss: Any, form: ObjectionForm, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "slice": slice_,
        "loss": loss,
        "item": item_words(loss),
        "cluster": cluster_words(loss),
        "why": loss_words(loss, slice_.period),
        "back_url": scorecard_url(scope_of(request), slice_, loss.region_score.region_id),
    }
    return render(request, "rating/objections/file.html", context, status=status)


@require_POST
def objection_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of the centre."""
    objection = _objection(request, pk)
    scope = scope_of(request)
    form = _decision_form(objection, log_of(objection.execution), request.POST)
    if not policies.can_decide_objections(scope):
        raise NotAllowed(_("Only controllers and administrators of the centre answer objections."))
    if form.is_valid():
        try:
            _decide(request, objection, form.cleaned_data)
        except InvalidInput as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The answer is recorded and stands on the scorecard of the region."))
            return redirect(objection)
    return _page(request, objection, form, status=400)


def _decide(request: HttpRequest, objection: Objection, said: dict[str, Any]) -> None:
    actor, decision, answer = scope_of(request), said["decision"], said["answer"]
    if decision == DISMISS:
        objection_dismiss(actor=actor, objection_id=objection.pk, answer=answer)
        return
    fields = {name: said.get(name) for name in ("version", "event_id", "new_due", "handed_in_at")}
    correction = Correction(remedy=Remedy(decision), report=said.get("report", ""), **fields)
    objection_uphold(actor=actor, objection_id=objection.pk, answer=answer, correction=correction)


@require_POST
def objection_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The region takes its objection back."""
    objection = objection_withdraw(actor=scope_of(request), objection_id=pk)
    messages.success(request, _("The objection is withdrawn."))
    return redirect(objection)


@require_safe
def objection_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of an objection."""
    objection = _objection(request, pk)
    if objection.file is None:
        raise Missing(_("This objection has no file."))
    return file_response(objection.file)

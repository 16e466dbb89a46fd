"""Requests of the regions and proposals of the centre: at the execution, in their lists, one answer to many."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assignments.enums import RequestOrigin, RequestState
from assignments.models import Execution, ExecutionRequest
from assignments.policies import can_answer, can_answer_requests, can_ask, can_withdraw
from assignments.services import requests as services
from assignments.services.executions import MAX_BULK
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError, StaleVersion
from common.formatting import number
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.bulk import Outcome, decide_on_many, result_of_many
from dashboard.forms import ActForm
from dashboard.paging import keyset_page
from dashboard.request_forms import BulkAnswerForm, answer_form, ask_form
from dashboard.selectors.execution import execution_card, execution_fetch
from dashboard.selectors.requests import RequestCard, request_rows, rows_in_words
from dashboard.views.executions import execution_page, queue_of
from dashboard.work_lists import request_filter, require_reader_of_requests
from rating.selectors.corrections import correctable_months

RESULT = "requests_result"
ANSWERS: dict[str, Callable[..., ExecutionRequest]] = {
    "grant": services.request_grant,
    "refuse": services.request_refuse,
    "withdraw": services.request_withdraw,
}


# On the page of an execution


@require_POST
def ask(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The coordinator asks. What the portal refuses comes back on the same page with everything typed."""
    scope = scope_of(request)
    found = execution_fetch(scope, pk)
    if not can_ask(scope, found):
        raise NotAllowed(_("This act is not open to you."))
    form = ask_form(kind, execution_card(scope, found), request.POST)

    def act(data: dict[str, Any]) -> None:
        services.request_open(actor=scope, execution_id=pk, kind=kind, **data)

    return _acted(request, found, form, act, _("The request is sent to the centre."))


@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The centre grants or refuses, or whoever asked or proposed withdraws."""
    scope = scope_of(request)
    asked: ExecutionRequest = ExecutionRequest.objects.select_related("execution").fetch(scope, pk=pk)
    found = execution_fetch(scope, asked.execution_id)
    if not (can_withdraw if name == "withdraw" else can_answer)(scope, asked):
        state = RequestState.WITHDRAWN if name == "withdraw" else RequestState.GRANTED
        raise NotAllowed(services.not_yours(scope, asked, state))
    card = execution_card(scope, found)
    waiting = next((one for one in card.requests.waiting if one.request.pk == pk), None)
    if waiting is None:
        return _too_late(request, asked, name)
    form = answer_form(name, waiting, correctable_months(), request.POST)

    def act(data: dict[str, Any]) -> None:
        ANSWERS[name](actor=scope, request_id=pk, **data)

    return _acted(request, found, form, act, _done(name, asked))


def _done(name: str, asked: ExecutionRequest) -> str:
    of_regions = {
        "grant": _("The request is granted."),
        "refuse": _("The request is refused."),
        "withdraw": _("The request is withdrawn."),
    }
    of_centre = {
        "grant": _("The proposal is confirmed: it is in the log of the execution."),
        "refuse": _("The proposal is refused."),
        "withdraw": _("The proposal is withdrawn."),
    }
    return (of_centre if asked.is_of_centre else of_regions)[name]


def _too_late(request: HttpRequest, asked: ExecutionRequest, name: str) -> HttpResponse:
    """The same form a second time leads to the page; an answer after another one is told what happened."""
    scope = scope_of(request)
    found = execution_fetch(scope, asked.execution_id)
    key = request.POST.get("submission_key", "")
    if key and key == asked.answer_key:
        return redirect(asked.get_absolute_url())
    asked.execution = found
    form = answer_form(name, RequestCard(asked, "", "", None, None), (), request.POST)
    form.is_valid()
    words = _("The request does not wait for an answer any more: it is %(state)s.")
    form.add_error(None, words % {"state": asked.get_state_display()})
    return execution_page(request, found, queue=_queue(request), typed=(name, form), status=409)


def _queue(request: HttpRequest) -> Any:
    return queue_of(request.POST.get("queue", ""))


NOT_OF_SERVICE = ("queue", "keep_day")


def _acted(
    request: HttpRequest, found: Execution, form: ActForm, act: Callable[[dict[str, Any]], None], done: str
) -> HttpResponse:
    """Do it, or show the page again with the reason and the right status."""
    status, queue = 400, _queue(request)
    if form.is_valid():
        try:
            data = {name: value for name, value in form.cleaned_data.items() if name not in NOT_OF_SERVICE}
            act(data)
        except InvalidInput as error:
            add_refusal(form, error)
        except (StaleVersion, ImpossibleStep) as error:
            return _changed_meanwhile(request, found, form, error)
        else:
            messages.success(request, done)
            return redirect(f"{found.get_absolute_url()}#requests")
    return execution_page(request, found, queue=queue, typed=(str(form.auto_id), form), status=status)


def _changed_meanwhile(
    request: HttpRequest, found: Execution, form: ActForm, error: PortalError
) -> HttpResponse:
    """The page as it is now; the form goes on from the version that is in force."""
    fresh = execution_fetch(scope_of(request), found.pk)
    form.add_error(None, str(error))
    if isinstance(error, StaleVersion):
        sent: Any = cast(QueryDict, form.data).copy()
        sent["version"] = str(error.current)
        form.data = sent
    typed = (str(form.auto_id), form)
    return execution_page(request, fresh, queue=_queue(request), typed=typed, status=error.status)


# The list


def _scope_of_reader(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_reader_of_requests(scope)
    return scope


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What the regions ask: the centre answers from here, oldest first; a region follows its own, newest first.

    In the centre also its own proposals, which wait for a second person.
    """
    scope = _scope_of_reader(request)
    form = request_filter(scope, request.GET)
    rows = ExecutionRequest.objects.visible_to(scope).none()
    if is_valid := form.is_valid():
        rows = request_rows(scope, form.narrowed())
    page = keyset_page(rows.for_list(), field="asked_at", query=request.GET, descending=not scope.is_centre)
    may_answer = can_answer_requests(scope)
    context = {
        "form": form,
        "page": page,
        "rows": rows_in_words(scope, page.rows),
        "total": rows.open().not_proposed_by(scope).count() if may_answer else 0,
        "most": MAX_BULK,
        "is_narrowed": bool(set(request.GET) & (set(form.fields) - {"origin"})),
        "of_centre": form.data["origin"] == RequestOrigin.CENTRE,
        "may_answer": may_answer,
    }
    return page_or_part(request, "dashboard/requests.html", "requests", context, 200 if is_valid else 400)


# One answer to many


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """First the exact list with its count and the answer, then the decision itself."""
    scope = _scope_of_reader(request)
    services.require_answerer(scope)
    return decide_on_many(
        request,
        form_of=BulkAnswerForm,
        chosen=lambda: _chosen(request, scope),
        confirmation=lambda form, status: _confirmation(request, scope, form, status=status),
        decide=lambda data: _decided(scope, data),
        kept_as=RESULT,
        result="dashboard:requests-result",
    )


def _decided(scope: Scope, data: dict[str, Any]) -> dict[str, Any]:
    result = services.requests_decide(
        actor=scope, action=data["action"], request_ids=data["ids"], answer=data["answer"]
    )
    return {
        "key": data["key"],
        "action": data["action"],
        "done": len(result.done),
        "refused": result.refused,
        "of_centre": ExecutionRequest.objects.visible_to(scope)
        .filter(pk__in=data["ids"])
        .of_centre()
        .exists(),
    }


def _chosen(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The form of the confirmation: the checked requests, or the oldest 500 that wait in the whole filter."""
    if request.POST.get("whole"):
        narrowed = request_filter(scope, request.POST)
        if not narrowed.is_valid():
            raise InvalidInput(_("The filter of the list is damaged. Open the requests again."))
        waiting = request_rows(scope, narrowed.narrowed()).open().not_proposed_by(scope)
        rows = waiting.order_by("asked_at", "id")
        ids = [str(pk) for pk in rows.values_list("pk", flat=True)[:MAX_BULK]]
    else:
        ids = request.POST.getlist("pick")[:MAX_BULK]
    return {
        "action": request.POST.get("action", ""),
        "ids": ",".join(ids),
        "key": uuid.uuid4().hex,
        "answer": request.POST.get("answer", ""),
    }


def _confirmation(request: HttpRequest, scope: Scope, form: forms.Form, *, status: int) -> HttpResponse:
    form.is_valid()
    if "ids" in form.errors:
        raise InvalidInput(str(form.errors["ids"][0]))
    ids = form.cleaned_data["ids"]
    found = ExecutionRequest.objects.visible_to(scope).for_list().filter(pk__in=ids)
    rows = rows_in_words(scope, list(found.order_by("asked_at", "id")))
    is_refusal, of_centre = form["action"].value() == "refuse", any(row.request.is_of_centre for row in rows)
    context = {
        "form": form,
        "rows": rows,
        "is_refusal": is_refusal,
        "of_centre": of_centre,
        "decision": _decision_words(is_refusal, of_centre, len(rows)),
    }
    return render(request, "dashboard/requests_confirm.html", context, status=status)


def _decision_words(is_refusal: bool, of_centre: bool, count: int) -> str:
    """«Удовлетворить 2 просьбы», «Подтвердить 2 предложения»: what the button does, with the exact number."""
    if of_centre and is_refusal:
        words = ngettext("Refuse %(shown)s proposal", "Refuse %(shown)s proposals", count)
    elif of_centre:
        words = ngettext("Confirm %(shown)s proposal", "Confirm %(shown)s proposals", count)
    elif is_refusal:
        words = ngettext("Refuse %(shown)s request", "Refuse %(shown)s requests", count)
    else:
        words = ngettext("Grant %(shown)s request", "Grant %(shown)s requests", count)
    return words % {"shown": number(count)}


def _result_words(is_refusal: bool, of_centre: bool) -> str:
    if of_centre:
        return (
            _("Proposals refused: %(done)s of %(all)s")
            if is_refusal
            else _("Proposals confirmed: %(done)s of %(all)s")
        )
    return (
        _("Requests refused: %(done)s of %(all)s")
        if is_refusal
        else _("Requests granted: %(done)s of %(all)s")
    )


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What became of the last answer to many requests; what was not done stands with its reason."""
    scope = _scope_of_reader(request)
    kept = request.session.get(RESULT)
    if kept is None:
        return redirect("dashboard:requests")
    reasons = {int(pk): reason for pk, reason in kept["refused"]}
    rows = ExecutionRequest.objects.visible_to(scope).for_list().filter(pk__in=reasons)
    found = {asked.pk: (asked.execution, asked.get_absolute_url()) for asked in rows}
    of_centre = kept.get("of_centre", False)
    words = _result_words(kept["action"] == "refuse", of_centre)
    outcome = Outcome(
        list_name=_("Requests"),
        list_url=reverse("dashboard:requests") + ("?origin=centre" if of_centre else ""),
        back=_("Back to the proposals") if of_centre else _("Back to the requests"),
        heading=words % {"done": number(kept["done"]), "all": number(kept["done"] + len(reasons))},
        all_done=_("Everything chosen is decided.") if of_centre else _("All chosen requests are answered."),
    )
    return result_of_many(request, outcome, reasons, found)

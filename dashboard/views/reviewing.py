"""Reviewing one report after another: what was handed in beside what was asked, a decision, and the next report."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.enums import ExecutionState
from assignments.models import CannedRemark, Execution, ExecutionEvent
from assignments.policies import can_act
from assignments.services.claims import MAX_CLAIMED, claim_release, claim_renew, claims_take
from assignments.services.executions import execution_accept, execution_return, require_reviewer
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError, StaleVersion
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.forms import ActForm, OneAcceptForm, OneReturnForm
from dashboard.selectors.execution import ExecutionCard, events_since, execution_card, execution_fetch
from dashboard.selectors.review import (
    ReviewFilter,
    claims_in_force,
    offered_remarks,
    review_queue,
    review_rows,
    waiting_days,
)
from dashboard.views.executions import queue_of
from dashboard.views.in_rows import done_with_a_way_back

TEMPLATE, PART = "dashboard/reviewing.html", "desk"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the page: its form, what of the form goes to the service, the service, what to say after."""

    form: type[OneAcceptForm | OneReturnForm]
    service: Callable[..., ExecutionEvent]
    fields: tuple[str, ...]
    done: str | Promise


DECISIONS: Mapping[str, Decision] = {
    "accept": Decision(OneAcceptForm, execution_accept, (), gettext_lazy("Accepted: %(item)s, %(region)s.")),
    "return": Decision(
        OneReturnForm, execution_return, ("remark", "empty"), gettext_lazy("Returned: %(item)s, %(region)s.")
    ),
}


def _reviewer(request: HttpRequest) -> Scope:
    scope = scope_of(request)
    require_reviewer(scope)
    return scope


def _report(request: HttpRequest, pk: int) -> tuple[Scope, Execution]:
    found = execution_fetch(scope_of(request), pk)
    return _reviewer(request), found


def _filter(query: str) -> ReviewFilter:
    return queue_of(query) or ReviewFilter()


def address_of(pk: int, narrowed: ReviewFilter) -> str:
    """The page of one report in the queue, with the filter that leads on."""
    return f"{reverse('dashboard:review-one', args=[pk])}?{narrowed.query}"


def _go_on(scope: Scope, narrowed: ReviewFilter, after: Execution | None, count: int = 1) -> HttpResponse:
    """To the next report that nobody else has before him, which is claimed; behind the last one, to the end."""
    claimed = claims_take(actor=scope, queue=review_queue(scope, narrowed, after), count=count)
    if claimed:
        return redirect(address_of(claimed[0], narrowed))
    return redirect(f"{reverse('dashboard:review-next')}?{narrowed.query}")


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """POST: claim the next reports of the filter and open the first. GET: the end of the queue."""
    scope = _reviewer(request)
    if request.method == "POST":
        count = request.POST.get("count") or "1"
        if not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= MAX_CLAIMED):
            raise InvalidInput(_("At most %(limit)s reports are taken at once.") % {"limit": MAX_CLAIMED})
        return _go_on(scope, _filter(request.POST.get("queue", "")), None, int(count))
    narrowed = _filter(request.GET.urlencode())
    context = {"queue": narrowed.query, "left": review_rows(scope, narrowed).count(), "execution": None}
    return page_or_part(request, TEMPLATE, PART, context)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One report of the queue."""
    scope, found = _report(request, pk)
    return _page(request, scope, found, _filter(request.GET.urlencode()))


@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the report to others and go on to the next."""
    scope, found = _report(request, pk)
    claim_release(actor=scope, execution_id=pk)
    return _go_on(scope, _filter(request.POST.get("queue", "")), found)


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on having the report, as somebody does who works on it; or take it over from another person."""
    scope, found = _report(request, pk)
    take_over = "take_over" in request.POST
    claim_renew(actor=scope, execution_id=found.pk, take_over=take_over)
    if not take_over:
        return HttpResponse(status=204)
    return redirect(address_of(pk, _filter(request.POST.get("queue", ""))))


@require_POST
def decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accept or return, then the next report; what is refused comes back on this page with everything typed."""
    scope, found = _report(request, pk)
    if not can_act(scope, name, found):
        raise NotAllowed(_("This act is not open to you."))
    narrowed = _filter(request.POST.get("queue", ""))
    form = _form(name, found, narrowed, offered_remarks(scope), request.POST)
    if not form.is_valid():
        return _page(request, scope, found, narrowed, typed=(name, form), status=400)
    if question := _question(scope, found, form.cleaned_data["anyway"]):
        return _asked(request, scope, found, narrowed, name, form, question)
    chosen = DECISIONS[name]
    values = {field: form.cleaned_data[field] for field in ("version", "submission_key", *chosen.fields)}
    try:
        event = chosen.service(actor=scope, execution_id=pk, **values)
    except InvalidInput as error:
        add_refusal(form, error)
        return _page(request, scope, found, narrowed, typed=(name, form), status=400)
    except (StaleVersion, ImpossibleStep) as error:
        return _changed_meanwhile(request, scope, found, narrowed, name, form, error)
    words = str(chosen.done) % {"item": found.assignment.title, "region": found.region.brief}
    messages.success(request, done_with_a_way_back(request, event, words, back=address_of(pk, narrowed)))
    return _go_on(scope, narrowed, found)


def _question(scope: Scope, found: Execution, anyway: bool) -> str:
    """What is asked once before somebody decides on a report that another person has before him."""
    claim = claims_in_force(scope, [found.pk]).get(found.pk)
    if claim is None or claim.person_id == scope.user_id or anyway:
        return ""
    words = _("This report is %(claim)s. Press once more if you want to decide on it nevertheless.")
    return words % {"claim": claim}


def _asked(
    request: HttpRequest,
    scope: Scope,
    found: Execution,
    narrowed: ReviewFilter,
    name: str,
    form: ActForm,
    question: str,
) -> HttpResponse:
    form.add_error(None, question)
    sent = request.POST.copy()
    sent["anyway"] = "1"
    form.data = sent
    return _page(
        request, scope, found, narrowed, typed=(name, form), status=409, refusal=_("Decide nevertheless?")
    )


def _changed_meanwhile(
    request: HttpRequest,
    scope: Scope,
    found: Execution,
    narrowed: ReviewFilter,
    name: str,
    form: ActForm,
    error: PortalError,
) -> HttpResponse:
    """The page as it is now, with what was typed and what changed; the form goes on from the version in force."""
    fresh = execution_fetch(scope, found.pk)
    changes = events_since(scope, fresh, form.cleaned_data["version"])
    form.add_error(None, str(error))
    sent = request.POST.copy()
    sent["version"], sent["submission_key"] = str(fresh.version), uuid.uuid4().hex
    form.data = sent
    return _page(
        request,
        scope,
        fresh,
        narrowed,
        typed=(name, form),
        status=error.status,
        refusal=_("The state has changed meanwhile"),
        changes=changes,
    )


def _form(
    name: str,
    found: Execution,
    narrowed: ReviewFilter,
    remarks: Sequence[CannedRemark],
    data: Any = None,
) -> ActForm:
    initial = {"version": found.version, "submission_key": uuid.uuid4().hex, "queue": narrowed.query}
    options: dict[str, Any] = {"initial": initial}
    if name == "return":
        options["canned"] = remarks
    return DECISIONS[name].form(name, data, **options)


def _forms(
    card: ExecutionCard, narrowed: ReviewFilter, typed: tuple[str, ActForm] | None
) -> dict[str, ActForm]:
    """The forms of the decisions that are possible now, with what was typed."""
    if card.execution.state != ExecutionState.IN_REVIEW:
        return {}
    kept = dict([typed] if typed else [])
    return {
        name: kept.get(name) or _form(name, card.execution, narrowed, card.remarks)
        for name in DECISIONS
        if name in card.actions
    }


def _page(
    request: HttpRequest,
    scope: Scope,
    found: Execution,
    narrowed: ReviewFilter,
    *,
    typed: tuple[str, ActForm] | None = None,
    status: int = 200,
    refusal: str = "",
    changes: Any = (),
) -> HttpResponse:
    card = execution_card(scope, found)
    claim = claims_in_force(scope, [found.pk]).get(found.pk)
    forms = _forms(card, narrowed, typed)
    context = {
        "card": card,
        "execution": found,
        "waited": waiting_days(found, clock.today()),
        "queue": narrowed.query,
        "left": review_rows(scope, narrowed).count(),
        "claim": claim,
        "is_own_claim": claim is not None and claim.person_id == scope.user_id,
        "forms": forms,
        "typed": typed[0] if typed else "",
        "lost": typed[1] if typed and not forms else None,
        "refusal": refusal,
        "changes": changes,
    }
    return _at_its_address(page_or_part(request, TEMPLATE, PART, context, status), request, found, narrowed)


def _at_its_address(
    answer: HttpResponse, request: HttpRequest, found: Execution, narrowed: ReviewFilter
) -> HttpResponse:
    """The address of an act answers no visit: what was refused stands at the address of the report."""
    if request.method == "POST":
        answer["HX-Push-Url"] = address_of(found.pk, narrowed)
    return answer

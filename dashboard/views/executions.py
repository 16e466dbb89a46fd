"""The page of one execution, its acts, and the files of its reports."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assignments.enums import ExecutionState
from assignments.models import Evidence, Execution, ExecutionEvent, ExecutionRequest
from assignments.policies import can_act, can_review
from assignments.services import executions as services
from assignments.services import proposals
from assignments.services.log import KeyTaken
from assignments.services.undoing import decision_undo
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError, StaleVersion, TooLarge
from common.formatting import score
from common.forms import add_refusal
from common.parts import wants_part
from common.scope import Scope, scope_of
from cyclogram.selectors.links import stage_of
from dashboard import forms
from dashboard.note_forms import NoteForm, note_form
from dashboard.past_forms import AsOfForm, moment_of
from dashboard.question_forms import QuestionForm, question_form
from dashboard.request_forms import request_desk
from dashboard.selectors.execution import (
    ExecutionCard,
    events_since,
    execution_card,
    execution_fetch,
)
from dashboard.selectors.helping import help_for
from dashboard.selectors.review import AGES, GROUPINGS, Neighbours, ReviewFilter, review_neighbours
from dashboard.selectors.standing import standings
from dashboard.views.in_rows import (
    decided_in_its_row,
    done_with_a_way_back,
    list_address,
    refused_in_its_row,
    row_of,
)
from dashboard.views.past import execution_page_then
from files.http import file_response
from rating.selectors.corrections import correctable_months

Service = Callable[..., proposals.Decision]


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the page: its form, what of the form goes to the service, the service, and what to say after."""

    form: type[forms.ActForm]
    service: Service
    fields: tuple[str, ...]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "submit": Act(
        forms.SubmitForm,
        services.execution_submit,
        ("text", "files"),
        gettext_lazy("The report is handed in."),
    ),
    "accept": Act(
        forms.AcceptForm,
        services.execution_accept,
        ("remark", "corrects"),
        gettext_lazy("Accepted: the execution is off control."),
    ),
    "return": Act(
        forms.ReturnForm,
        services.execution_return,
        ("remark", "empty", "corrects"),
        gettext_lazy("The report is returned for rework."),
    ),
    "extend": Act(
        forms.ExtendForm,
        proposals.extension_decide,
        ("new_due", "reason", "corrects"),
        gettext_lazy("The term is extended."),
    ),
    "record": Act(
        forms.RecordForm,
        services.execution_submit,
        ("text", "files", "at", "late_reason", "corrects"),
        gettext_lazy("The report is recorded."),
    ),
    "cancel": Act(
        forms.CancelForm,
        proposals.cancellation_decide,
        ("reason", "corrects"),
        gettext_lazy("The execution is cancelled."),
    ),
    "annul": Act(
        forms.AnnulForm,
        services.execution_annul,
        ("event_id", "reason", "corrects"),
        gettext_lazy("The event is annulled."),
    ),
}
DECISIONS_OF_QUEUE = ("accept", "return")


@require_safe
def execution(request: HttpRequest, pk: int) -> HttpResponse:
    """The execution with its history and what the reader may do; `as_of` asks how it stood in the past."""
    found = execution_fetch(scope_of(request), pk)
    moment = moment_of(request.GET)
    if moment is not None:
        return execution_page_then(request, found, moment)
    return execution_page(request, found, queue=queue_of(request.GET.urlencode()))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One act. What the portal refuses comes back on the same page with everything typed."""
    scope = scope_of(request)
    found = execution_fetch(scope, pk)
    if not can_act(scope, name, found):
        raise NotAllowed(_("This act is not open to you."))
    queue = queue_of(request.POST.get("queue", ""))
    card, months = execution_card(scope, found), correctable_months()
    form = _form(name, card, queue, months, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _wrong(request, found, queue, name, form, 400)
    following = review_neighbours(scope, queue, found).following if queue else None
    try:
        made = _call(scope, found, name, form.cleaned_data)
    except InvalidInput as error:
        add_refusal(form, error)
        return _wrong(request, found, queue, name, form, error.status)
    except (StaleVersion, ImpossibleStep, TooLarge) as error:
        if wants_part(request, row_of(pk)):
            return decided_in_its_row(request, pk, refused=error)
        return _refused(request, pk, queue, name, form, error)
    if isinstance(made, ExecutionRequest):
        messages.success(request, _("It is proposed: another person of the centre confirms it."))
        return redirect(f"{found.get_absolute_url()}#requests")
    messages.success(request, _done(request, found, name, made))
    if queue and name in DECISIONS_OF_QUEUE:
        return _led_on(request, pk, _next_in_queue(queue, following))
    return _led_on(request, pk, found.get_absolute_url())


def _led_on(request: HttpRequest, pk: int, address: str) -> HttpResponse:
    """Where a decision leads: its row in the list, back to the list, or on to `address`."""
    if wants_part(request, row_of(pk)):
        return decided_in_its_row(request, pk)
    return redirect(list_address(request.POST.get("back", "")) or address)


def _wrong(
    request: HttpRequest,
    found: Execution,
    queue: ReviewFilter | None,
    name: str,
    form: forms.ActForm,
    status: int,
) -> HttpResponse:
    """The page with what was typed and what must be corrected; of a row, its toast."""
    if wants_part(request, row_of(found.pk)):
        said = [str(words) for errors in form.errors.values() for words in errors]
        return refused_in_its_row(request, " ".join(said))
    return execution_page(request, found, queue=queue, typed=(name, form), status=status)


def _call(scope: Scope, found: Execution, name: str, data: dict[str, Any]) -> proposals.Decision:
    chosen = ACTS[name]
    values = {field: data[field] for field in chosen.fields if field in data}
    if name == "extend":
        values["requested_at"] = _instant_of(data["requested_on"])
    if "corrects" in values:
        values["corrects"] = _corrected_month(data["corrects"])
    return chosen.service(
        actor=scope,
        execution_id=found.pk,
        version=data["version"],
        submission_key=data["submission_key"],
        **values,
    )


def _corrected_month(chosen: str) -> str | None:
    """The month that a decision corrects: the one chosen, none, or what the methodology prescribes (None)."""
    return "" if chosen == forms.CORRECT_NOTHING else chosen or None


def _instant_of(day: Any) -> datetime | None:
    """A day on which the region asked, as its last instant; of today, as this moment."""
    if day is None:
        return None
    return clock.now() if day == clock.today() else datetime.combine(day, time(23, 59), tzinfo=clock.MOSCOW)


def _done(request: HttpRequest, found: Execution, name: str, event: ExecutionEvent) -> str:
    """What was done, and where the region stands now when the report lifts it."""
    words = str(ACTS[name].done)
    if name in DECISIONS_OF_QUEUE:
        return done_with_a_way_back(request, event, words, back=list_address(request.POST.get("back", "")))
    if name != "submit" or found.cluster_id is None:
        return words
    running = standings([found.region])
    if not running or running[0].score is None:
        return words
    after = _("The running score of the region is %(score)s.") % {"score": score(running[0].score)}
    return f"{words} {after}"


def _refused(
    request: HttpRequest,
    pk: int,
    queue: ReviewFilter | None,
    name: str,
    form: forms.ActForm,
    error: PortalError,
) -> HttpResponse:
    """The page as it is now, with what was typed and with what changed meanwhile."""
    scope = scope_of(request)
    fresh = execution_fetch(scope, pk)
    form.add_error(None, str(error))
    changes = (
        events_since(scope, fresh, form.cleaned_data["version"]) if isinstance(error, StaleVersion) else []
    )
    if isinstance(error, StaleVersion | KeyTaken):
        sent = request.POST.copy()
        sent["version"] = str(fresh.version)
        sent["submission_key"] = uuid.uuid4().hex
        form.data = sent
    return execution_page(
        request, fresh, queue=queue, typed=(name, form), status=error.status, changes=changes
    )


def queue_of(query: str) -> ReviewFilter | None:
    """The place in the review queue that the address or a form hands on; None outside the queue."""
    values = QueryDict(query)
    if not values.get("queue"):
        return None
    item = values.get("item", "")
    is_id = item.isascii() and item.isdigit() and len(item) < 19
    age, by = values.get("age", ""), values.get("by", "")
    return ReviewFilter(
        region=values.get("region", "")[:16],
        item=int(item) if is_id else None,
        age=age if age in AGES else "",
        by=by if by in GROUPINGS else "",
    )


def _next_in_queue(queue: ReviewFilter, following: int | None) -> str:
    query = queue.query
    if following is None:
        return f"{reverse('dashboard:review')}?{query}"
    return f"{reverse('dashboard:execution', args=[following])}?{query}"


def _form(
    name: str,
    card: ExecutionCard,
    queue: ReviewFilter | None,
    months: Sequence[str],
    data: Any = None,
    files: Any = None,
) -> forms.ActForm:
    chosen = ACTS[name]
    initial = {
        "version": card.execution.version,
        "submission_key": uuid.uuid4().hex,
        "queue": queue.query if queue else "",
        "text": card.opening if name == "submit" else "",
    }
    options: dict[str, Any] = {"card": card, "initial": initial}
    if issubclass(chosen.form, forms.DecisionForm):
        options["months"] = months
    if issubclass(chosen.form, forms.ReturnForm):
        options["canned"] = card.remarks
    return chosen.form(name, data, files, **options)


def execution_page(
    request: HttpRequest,
    found: Execution,
    *,
    queue: ReviewFilter | None,
    typed: tuple[str, forms.ActForm] | None = None,
    question: QuestionForm | None = None,
    status: int = 200,
    changes: Any = (),
    note: NoteForm | None = None,
) -> HttpResponse:
    """The page with what was typed, be it an act, a request, a question or a note."""
    scope = scope_of(request)
    card, place = execution_card(scope, found), _in_queue(scope, queue, found) | {"back": _back(request)}
    months = correctable_months() if card.actions else []
    desk = request_desk(scope, card, months, place["queue"], typed[1] if typed else None)
    shown, lost = _forms(card, queue, months, None if desk.holds_typed else typed)
    context = {
        **place,
        **_place_of_typed(typed, card, desk.holds_typed, is_note=note is not None),
        **_words_of(status),
        "card": card,
        "desk": desk,
        "execution": found,
        "forms": shown,
        "lost": lost,
        "changes": changes,
        **_small_forms(scope, card, note, question),
    }
    return render(request, "dashboard/execution.html", context, status=status)


def _small_forms(
    scope: Scope, card: ExecutionCard, note: NoteForm | None, question: QuestionForm | None
) -> dict[str, Any]:
    """The note, the question, the decision that one press still undoes, for whoever may annul it, with the key; the
    help to who is late, the stage of the cyclogram, and the way to a past day."""
    undoable = card.undoable if "annul" in card.actions else None
    return {
        "undoable": undoable,
        "submission_key": uuid.uuid4().hex if undoable else "",
        "past_form": AsOfForm(),
        "help": help_for(scope, card.execution),
        "stage": stage_of(scope, card.execution),
        "note_form": note_form(scope, card, note),
        "question": question or question_form(scope, card.execution),
    }


def _back(request: HttpRequest) -> str:
    """The list from which the page was opened, to which a report leads back."""
    return list_address(request.POST.get("back", "") or request.GET.get("back", ""))


def _words_of(status: int) -> dict[str, Any]:
    """What the page says above what was refused, and whether the centre's own decisions need a second person."""
    return {
        "has_mistakes": status == 400,
        "refusal": _("The state has changed meanwhile") if status == 409 else "",
        "needs_second": proposals.needs_second_person(),
    }


def _in_queue(scope: Scope, queue: ReviewFilter | None, found: Execution) -> dict[str, Any]:
    """The place of the report in the review queue from which the page was opened, for those who decide."""
    in_queue = queue is not None and can_review(scope)
    return {
        "in_queue": in_queue,
        "queue": queue.query if queue else "",
        "neighbours": review_neighbours(scope, queue, found)
        if queue and in_queue
        else Neighbours(None, None),
    }


def _forms(
    card: ExecutionCard,
    queue: ReviewFilter | None,
    months: Sequence[str],
    typed: tuple[str, forms.ActForm] | None,
) -> tuple[dict[str, forms.ActForm], forms.ActForm | None]:
    """The forms that the page offers now, with what was typed; apart, a form that is no longer possible."""
    shown = {name: _form(name, card, queue, months) for name in card.actions}
    if typed is None:
        return shown, None
    name, form = typed
    return (shown | {name: form}, None) if name in shown else (shown, form)


def _place_of_typed(
    typed: tuple[str, forms.ActForm] | None, card: ExecutionCard, is_request: bool, is_note: bool
) -> dict[str, str]:
    """The act that was typed, and the panel that holds its form: of a question when it was nothing else."""
    name = typed[0] if typed else ""
    if is_request or not name:
        return {"typed": name, "anchor": "requests" if is_request else "note" if is_note else "questions"}
    if name == "submit":
        return {"typed": name, "anchor": "report"}
    own_panel = name in DECISIONS_OF_QUEUE and card.execution.state == ExecutionState.IN_REVIEW
    return {"typed": name, "anchor": name if own_panel else "decisions"}


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision just made back; to the list or the report from which it was made, else to the execution."""
    scope = scope_of(request)
    found = execution_fetch(scope, pk)
    form = forms.UndoForm(request.POST)
    if not can_act(scope, "annul", found):
        raise NotAllowed(_("This act is not open to you."))
    if not form.is_valid():
        raise InvalidInput({name: list(errors) for name, errors in form.errors.items()})
    decision_undo(
        actor=scope,
        execution_id=pk,
        event_id=form.cleaned_data["event_id"],
        submission_key=form.cleaned_data["submission_key"],
    )
    words = _("The decision is undone: %(item)s, %(region)s.")
    messages.success(request, words % {"item": found.assignment.title, "region": found.region.brief})
    return redirect(list_address(request.POST.get("back", "")) or found.get_absolute_url())


@require_safe
def evidence(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponse:
    """A file of a report, for whoever sees the execution."""
    found: Evidence = (
        Evidence.objects.select_related("file")
        .filter(event__execution=pk)
        .fetch(scope_of(request), pk=evidence_id)
    )
    return file_response(found.file, inline="inline" in request.GET)

"""Questions about items: asked at an execution, read by all addressees, answered by the centre."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.models import ItemAnswer, ItemQuestion
from assignments.policies import can_answer_questions, can_ask
from assignments.selectors.questions import question_cards, question_rows
from assignments.services import questions as services
from assignments.services.log import KeyTaken
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError, StaleVersion
from common.forms import add_refusal
from common.parts import page_or_part
from common.scope import Scope, scope_of
from dashboard.paging import keyset_page
from dashboard.question_forms import AnswerForm, KeyForm, QuestionForm, RewriteForm
from dashboard.selectors.execution import execution_fetch
from dashboard.selectors.questions import others_waiting, questions_found
from dashboard.views.executions import execution_page
from dashboard.work_lists import question_filter, questions_narrowed, require_reader_of_questions

OTHERS = 20
"""Other questions about the item that the page of one shows; the list of questions has them all."""


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The centre answers from here, oldest first; a region reads those of its items, newest first."""
    scope = scope_of(request)
    require_reader_of_questions(scope)
    form = question_filter(scope, request.GET)
    is_valid = form.is_valid()
    rows = questions_narrowed(scope, form) if is_valid else question_rows(scope).none()
    page = keyset_page(rows, field="asked_at", query=request.GET, descending=not scope.is_centre)
    context = {
        "form": form,
        "page": page,
        "cards": question_cards(scope, page.rows),
        "is_narrowed": bool(set(request.GET) & set(form.fields)),
        "may_answer": can_answer_questions(scope),
    }
    return page_or_part(request, "dashboard/questions.html", "questions", context, 200 if is_valid else 400)


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question with its answer, and the form of whoever may answer or mend."""
    return _page(request, _fetch(scope_of(request), pk))


def _fetch(scope: Scope, pk: int) -> ItemQuestion:
    found: ItemQuestion = question_rows(scope).fetch(scope, pk=pk)
    return found


def _page(
    request: HttpRequest, found: ItemQuestion, typed: KeyForm | None = None, status: int = 200
) -> HttpResponse:
    scope = scope_of(request)
    card = question_cards(scope, [found])[0]
    form = _form(scope, found, typed)
    same = questions_found(scope, item=found.execution.assignment_id).exclude(pk=found.pk)
    others = list(same.order_by("asked_at", "id")[: OTHERS + 1])
    context = {
        "card": card,
        "shown": [card],
        "question": found,
        "execution": found.execution,
        "form": form,
        "others": question_cards(scope, others[:OTHERS]),
        "others_shown": OTHERS if len(others) > OTHERS else 0,
    }
    return render(request, "dashboard/question.html", context, status=status)


def _rewrite_form(answer: ItemAnswer, data: Any = None) -> RewriteForm:
    wordings = list(answer.wordings.all())
    return RewriteForm(data, answer=answer, text=wordings[-1].text)


def _form(scope: Scope, found: ItemQuestion, typed: KeyForm | None) -> KeyForm | None:
    """What was typed, or the empty form of whoever may answer or mend."""
    if isinstance(typed, AnswerForm) and found.answer:
        return _as_rewrite(typed, found.answer)
    if typed is not None or not can_answer_questions(scope):
        return typed
    return _rewrite_form(found.answer) if found.answer else AnswerForm(others=others_waiting(scope, found))


def _as_rewrite(form: AnswerForm, answer: ItemAnswer) -> RewriteForm:
    """What was typed as an answer while somebody else gave his: it can go on as a new wording of that one."""
    sent: Any = form.data
    going_on = _rewrite_form(answer, {**sent.dict(), "version": str(answer.version)})
    for words in form.non_field_errors():
        going_on.add_error(None, words)
    return going_on


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordinator asks. What the portal refuses comes back on the same page with everything typed."""
    scope = scope_of(request)
    found = execution_fetch(scope, pk)
    if not can_ask(scope, found):
        raise NotAllowed(_("This act is not open to you."))
    form = QuestionForm(request.POST)

    def act(data: dict[str, Any]) -> None:
        services.question_ask(actor=scope, execution_id=pk, **data)

    status = _attempt(form, act)
    if status != 200:
        return execution_page(request, found, queue=None, question=form, status=status)
    messages.success(request, _("The question is sent to the centre. The term goes on."))
    return redirect(f"{found.get_absolute_url()}#questions")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The centre answers a question, and with the same words others about the same item."""
    scope, found = _to_answer(request, pk)
    form = AnswerForm(request.POST, others=others_waiting(scope, found))

    def act(data: dict[str, Any]) -> None:
        ids = [pk, *data.pop("also", ())]
        services.questions_answer(actor=scope, question_ids=ids, **data)

    return _answered(request, found, form, act, _("The answer is given: all addressees read it."))


@require_POST
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    """The centre mends its answer; the earlier wording stays in the history."""
    scope, found = _to_answer(request, pk)
    if found.answer is None:
        raise ImpossibleStep(_("The question has no answer yet."))
    form = _rewrite_form(found.answer, request.POST)
    answer_id = found.answer.pk

    def act(data: dict[str, Any]) -> None:
        services.answer_rewrite(actor=scope, answer_id=answer_id, **data)

    return _answered(request, found, form, act, _("The answer is mended."))


def _to_answer(request: HttpRequest, pk: int) -> tuple[Scope, ItemQuestion]:
    scope = scope_of(request)
    found = _fetch(scope, pk)
    services.require_answerer(scope)
    return scope, found


def _answered(
    request: HttpRequest,
    found: ItemQuestion,
    form: KeyForm,
    act: Callable[[dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    status = _attempt(form, act)
    if status != 200:
        return _page(request, _fetch(scope_of(request), found.pk), typed=form, status=status)
    messages.success(request, done)
    return redirect(found)


def _attempt(form: KeyForm, act: Callable[[dict[str, Any]], None]) -> int:
    """Do it; the status, with the reasons of a refusal on the form, which goes on from what is in force."""
    if not form.is_valid():
        return 400
    try:
        act(dict(form.cleaned_data))
    except InvalidInput as error:
        add_refusal(form, error)
        return error.status
    except (StaleVersion, ImpossibleStep) as error:
        _go_on(form, error)
        return error.status
    return 200


def _go_on(form: KeyForm, error: PortalError) -> None:
    form.add_error(None, str(error))
    if isinstance(error, StaleVersion) and isinstance(form, RewriteForm):
        form.take_version(error.current)
    if isinstance(error, KeyTaken):
        form.renew_key()

"""Questions about an item: asked by a coordinator from his execution, answered by the centre once, for all addressees.

Asking stops no clock and changes no execution. An answer is mended by a further wording; every wording is kept.
"""

from collections.abc import Sequence
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import OPEN_STATES
from assignments.models import AnswerWording, ItemAnswer, ItemQuestion
from assignments.policies import can_answer_questions, can_ask
from assignments.rules import MAX_REMARK_LENGTH, clean_key, clean_text
from assignments.services.executions import MAX_BULK
from assignments.services.log import KeyTaken, save_keyed
from assignments.services.requests import locked_execution
from assignments.services.telling import answer_tell
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.scope import Scope
from common.versions import require_version


@audited
@transaction.atomic
def question_ask(
    *, actor: Scope, execution_id: int, text: str, submission_key: str | None = None
) -> ItemQuestion:
    """Ask the centre about the item of an own execution that is on control. No version: nothing of it changes."""
    execution = locked_execution(actor, execution_id)
    if not can_ask(actor, execution):
        raise NotAllowed(_("Only the coordinator of the region asks the centre."))
    key, said = clean_key(submission_key), _question_text(text)
    earlier = ItemQuestion.objects.filter(submission_key=key).first() if key else None
    if earlier is not None:
        if (earlier.execution_id, earlier.asked_by_id, earlier.text) != (execution.pk, actor.user_id, said):
            raise KeyTaken
        return earlier
    if execution.state not in OPEN_STATES:
        raise ImpossibleStep(_("The execution is not on control: there is nothing to ask about."))
    question = ItemQuestion(
        execution=execution,
        text=said,
        asked_by_id=cast(int, actor.user_id),
        asked_at=clock.now(),
        submission_key=key,
    )
    save_keyed(question, "submission_key")
    return question


def _question_text(text: str) -> str:
    return clean_text(
        text, field="text", limit=MAX_REMARK_LENGTH, required=_("Write what is not clear about the item.")
    )


def _answer_text(text: str) -> str:
    return clean_text(
        text, field="text", limit=MAX_REMARK_LENGTH, required=_("Write the answer: all addressees read it.")
    )


@audited
@transaction.atomic
def questions_answer(
    *, actor: Scope, question_ids: Sequence[int], text: str, submission_key: str | None = None
) -> ItemAnswer:
    """Give one answer to one or several waiting questions about one item.

    Raises Missing, NotAllowed, KeyTaken, InvalidInput (`question_ids`, `text`), ImpossibleStep for what was answered.
    """
    questions = _locked(actor, question_ids)
    key, said = clean_key(submission_key), _answer_text(text)
    earlier = AnswerWording.objects.filter(submission_key=key).first() if key else None
    if earlier is not None:
        same = {question.answer_id for question in questions} == {earlier.answer_id}
        return _sent_before(actor, earlier, said, same_place=same)
    items = {question.execution.assignment_id for question in questions}
    if len(items) > 1:
        raise InvalidInput({"question_ids": _("One answer is given to questions about one item.")})
    if any(not question.is_open for question in questions):
        raise ImpossibleStep(_("The question was already answered: look at the answer and mend it there."))
    answer = ItemAnswer.objects.create(assignment=questions[0].execution.assignment)
    _write(actor, answer, said, key)
    for question in questions:
        question.answer = answer
        question.save(update_fields=["answer"])
    answer_tell(actor=actor, answer=answer, is_new=True)
    return answer


def _locked(actor: Scope, question_ids: Sequence[int]) -> list[ItemQuestion]:
    """The questions in the order of their ids, so that two people with overlapping lists wait for each other."""
    ids = sorted(set(question_ids))
    if not ids or len(ids) > MAX_BULK:
        message = _("Choose between one and %(limit)s questions.")
        raise InvalidInput({"question_ids": message % {"limit": MAX_BULK}})
    if ItemQuestion.objects.visible_to(actor).filter(pk__in=ids).count() != len(ids):
        raise Missing(_("There is no such question."))
    require_answerer(actor)
    locked = ItemQuestion.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return list(locked.select_related("execution__assignment__protocol"))


def require_answerer(scope: Scope) -> None:
    """Raises NotAllowed for whoever answers no questions."""
    if not can_answer_questions(scope):
        raise NotAllowed(_("Only a controller of the centre answers questions."))


def _sent_before(actor: Scope, earlier: AnswerWording, said: str, *, same_place: bool) -> ItemAnswer:
    """The answer that this very form wrote earlier; a key that belongs to anything else is refused."""
    if not same_place or (earlier.written_by_id, earlier.text) != (actor.user_id, said):
        raise KeyTaken
    found: ItemAnswer = earlier.answer
    return found


def _write(actor: Scope, answer: ItemAnswer, text: str, key: str | None) -> None:
    wording = AnswerWording(
        answer=answer,
        text=text,
        written_by_id=cast(int, actor.user_id),
        written_at=clock.now(),
        submission_key=key,
    )
    save_keyed(wording, "submission_key")


@audited
@transaction.atomic
def answer_rewrite(
    *, actor: Scope, answer_id: int, version: int | None, text: str, submission_key: str | None = None
) -> ItemAnswer:
    """Mend an answer: the new wording counts, the earlier ones stay in its history."""
    ItemAnswer.objects.fetch(actor, pk=answer_id)
    require_answerer(actor)
    locked = ItemAnswer.objects.select_for_update(of=("self",)).select_related("assignment__protocol")
    answer: ItemAnswer = locked.get(pk=answer_id)
    key, said = clean_key(submission_key), _answer_text(text)
    earlier = AnswerWording.objects.filter(submission_key=key).first() if key else None
    if earlier is not None:
        return _sent_before(actor, earlier, said, same_place=earlier.answer_id == answer.pk)
    require_version(answer, version)
    last = answer.wordings.order_by("-pk").first()
    if last is not None and last.text == said:
        raise InvalidInput({"text": _("The answer says the same already.")})
    _write(actor, answer, said, key)
    answer.version += 1
    answer.save(update_fields=["version"])
    answer_tell(actor=actor, answer=answer, is_new=False)
    return answer

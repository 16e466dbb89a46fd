"""Questions about an item: who asks and answers, who reads what, how an answer is mended."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from assignments.models import AnswerWording, Assignment, Execution, ItemAnswer, ItemQuestion
from assignments.selectors.questions import question_cards, question_rows
from assignments.services.questions import answer_rewrite, question_ask, questions_answer
from audit.append_only import AppendOnlyError
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from notifications.models import Notice
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk, refuse, snapshot
from tests.cast import Cast

TEXT, ANSWER = "Достаточно ли скана приказа?", "Да, достаточно скана."


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.fixture
def item() -> Assignment:
    return issued_item()


@pytest.fixture
def tomsk(cast: Cast, item: Assignment) -> Execution:
    return put_on_control([cast.tomsk_machines], item)[0]


@pytest.fixture
def omsk(cast: Cast, item: Assignment, tomsk: Execution) -> Execution:
    return put_on_control([cast.omsk_machines], item)[0]


def ask(cast: Cast, execution: Execution, who: str = "tomsk_coordinator", **changes: Any) -> ItemQuestion:
    fields: dict[str, Any] = {"execution_id": execution.pk, "text": TEXT}
    return question_ask(actor=cast.scope(who), **(fields | changes))


def answer(cast: Cast, *questions: ItemQuestion, who: str = "controller", **changes: Any) -> ItemAnswer:
    fields: dict[str, Any] = {"question_ids": [question.pk for question in questions], "text": ANSWER}
    return questions_answer(actor=cast.scope(who), **(fields | changes))


def rewrite(cast: Cast, found: ItemAnswer, who: str = "controller", **changes: Any) -> ItemAnswer:
    fresh = ItemAnswer.objects.get(pk=found.pk)
    fields: dict[str, Any] = {"answer_id": found.pk, "version": fresh.version, "text": "Нужна подпись."}
    return answer_rewrite(actor=cast.scope(who), **(fields | changes))


def seen(cast: Cast, who: str) -> list[tuple[str, str, list[str]]]:
    scope = cast.scope(who)
    cards = question_cards(scope, question_rows(scope).order_by("asked_at", "id"))
    return [(card.question.text, card.who, [wording.text for wording in card.wordings]) for card in cards]


# Asking


def test_asking_changes_nothing_in_the_execution(cast: Cast, tomsk: Execution) -> None:
    before = snapshot()
    question = ask(cast, tomsk)
    assert (question.text, question.asked_by, question.is_open) == (TEXT, cast.tomsk_coordinator, True)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("controller", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
        ("public", Missing),
    ],
)
def test_only_the_coordinator_of_the_region_asks(
    cast: Cast, tomsk: Execution, who: str, error: type[Exception]
) -> None:
    refuse(error, lambda: ask(cast, tomsk, who))
    assert not ItemQuestion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 5_001}, "text"),
        ({"submission_key": "не ключ"}, "submission_key"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(
    cast: Cast, tomsk: Execution, changes: dict[str, Any], field: str
) -> None:
    assert list(refuse(InvalidInput, lambda: ask(cast, tomsk, **changes)).errors) == [field]


def test_nothing_is_asked_about_what_is_off_control(cast: Cast, tomsk: Execution) -> None:
    Desk(cast, tomsk).do("accept")
    refuse(ImpossibleStep, lambda: ask(cast, tomsk), "not on control")


def test_a_form_sent_twice_asks_once(cast: Cast, tomsk: Execution, omsk: Execution) -> None:
    first = ask(cast, tomsk, submission_key="form-1")
    assert ask(cast, tomsk, submission_key="form-1") == first
    refuse(ImpossibleStep, lambda: ask(cast, tomsk, text="Другое?", submission_key="form-1"), "already sent")
    assert ItemQuestion.objects.count() == 1


# Reading


def test_all_addressees_read_the_question_and_the_answer_without_who_asked(
    cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    question = ask(cast, tomsk)
    answer(cast, question)
    (own,), (foreign,), (centre,) = (
        seen(cast, who) for who in ("tomsk_coordinator", "omsk_coordinator", "methodologist")
    )
    assert (own[0], own[2]) == (foreign[0], foreign[2]) == (TEXT, [ANSWER])
    assert foreign[1] == ""
    assert own[1] == centre[1]
    assert cast.tomsk.brief in own[1]


def test_a_region_without_the_item_reads_nothing(cast: Cast, tomsk: Execution) -> None:
    answer(cast, ask(cast, tomsk))
    assert seen(cast, "omsk_coordinator") == []
    stranger = cast.scope("omsk_coordinator")
    for model in (ItemQuestion, ItemAnswer, AnswerWording):
        assert not model.objects.visible_to(stranger).exists()


# Answering


def test_the_centre_answers_once(cast: Cast, tomsk: Execution) -> None:
    question = ask(cast, tomsk)
    answer(cast, question)
    refuse(ImpossibleStep, lambda: answer(cast, question, who="administrator"), "already answered")
    assert AnswerWording.objects.get().written_by == cast.controller


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("methodologist", NotAllowed),
        ("tomsk_coordinator", NotAllowed),
        ("chair", Missing),
        ("public", Missing),
    ],
)
def test_only_controllers_and_administrators_answer_and_mend(
    cast: Cast, tomsk: Execution, who: str, error: type[Exception]
) -> None:
    question = ask(cast, tomsk)
    refuse(error, lambda: answer(cast, question, who=who))
    found = answer(cast, question)
    refuse(error, lambda: rewrite(cast, found, who))


def test_identical_questions_are_answered_together(cast: Cast, tomsk: Execution, omsk: Execution) -> None:
    first, second = ask(cast, tomsk), ask(cast, omsk, "omsk_coordinator")
    found = answer(cast, second, first)
    assert set(found.questions.values_list("pk", flat=True)) == {first.pk, second.pk}
    assert ItemAnswer.objects.count() == 1


def test_one_answer_belongs_to_one_item(cast: Cast, tomsk: Execution) -> None:
    other = put_on_control([cast.tomsk_machines], issued_item("9"))[0]
    asked = ask(cast, tomsk), ask(cast, other)
    error = refuse(InvalidInput, lambda: answer(cast, *asked))
    assert list(error.errors) == ["question_ids"]
    assert not ItemAnswer.objects.exists()


@pytest.mark.parametrize(("ids", "error"), [([], InvalidInput), ([10**9], Missing)])
def test_a_list_of_questions_that_is_none_is_refused(
    cast: Cast, ids: list[int], error: type[Exception]
) -> None:
    refuse(error, lambda: answer(cast, question_ids=ids))


def test_an_answer_sent_twice_is_one_answer(cast: Cast, tomsk: Execution) -> None:
    question = ask(cast, tomsk)
    first = answer(cast, question, submission_key="yes")
    assert answer(cast, question, submission_key="yes") == first
    refuse(ImpossibleStep, lambda: answer(cast, question, text="Нет.", submission_key="yes"), "already sent")
    assert AnswerWording.objects.count() == 1


def test_a_mended_answer_keeps_every_wording(cast: Cast, tomsk: Execution) -> None:
    found = answer(cast, ask(cast, tomsk))
    rewrite(cast, found, "administrator", submission_key="mend")
    rewrite(cast, found, "administrator", submission_key="mend", version=1)
    assert seen(cast, "tomsk_coordinator")[0][2] == [ANSWER, "Нужна подпись."]
    assert ItemAnswer.objects.get().version == 2
    refuse(StaleVersion, lambda: rewrite(cast, found, version=1, text="Третье."))
    assert list(refuse(InvalidInput, lambda: rewrite(cast, found)).errors) == ["text"]
    with pytest.raises(AppendOnlyError):
        AnswerWording.objects.all().delete()


# Who learns of it


def test_an_answer_is_told_once_to_whoever_asked_and_to_those_with_open_executions(
    cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    more = put_on_control([cast.tomsk_farming], tomsk.assignment)[0]
    answer(cast, ask(cast, tomsk), ask(cast, more))
    told = list(Notice.objects.filter(kind="question_answered").values_list("person", flat=True))
    expected = {cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk, cast.omsk_coordinator.pk}
    assert len(told) == len(set(told))
    assert set(told) == expected


def test_a_region_that_is_done_with_the_item_hears_of_it_only_when_it_asked(
    cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    question = ask(cast, tomsk)
    for execution in (tomsk, omsk):
        Desk(cast, execution).do("accept")
    Notice.objects.all().delete()
    answer(cast, question)
    told = set(Notice.objects.values_list("person", flat=True))
    assert told == {cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk}

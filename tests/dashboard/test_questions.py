"""Questions about items on the pages: asked at the execution, answered by the centre, read by all addressees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assignments.models import AnswerWording, Assignment, Execution, ItemAnswer, ItemQuestion
from assignments.services.questions import question_ask, questions_answer
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.dashboard.office import flat, key, page, shown, text_of
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
TEXT, ANSWER = "Достаточно ли скана приказа?", "Да, достаточно скана."


@pytest.fixture
def item() -> Assignment:
    return issued_item()


@pytest.fixture
def tomsk(cast: Cast, item: Assignment) -> Execution:
    return put_on_control([cast.tomsk_machines], item)[0]


@pytest.fixture
def omsk(cast: Cast, item: Assignment) -> Execution:
    return put_on_control([cast.omsk_machines], item)[0]


def asked(cast: Cast, execution: Execution, who: str = "tomsk_coordinator", text: str = TEXT) -> ItemQuestion:
    return question_ask(actor=cast.scope(who), execution_id=execution.pk, text=text)


def answered(cast: Cast, *questions: ItemQuestion) -> ItemAnswer:
    ids = [question.pk for question in questions]
    return questions_answer(actor=cast.scope("controller"), question_ids=ids, text=ANSWER)


def send(client: Client, name: str, pk: int, **fields: Any) -> Any:
    return client.post(page(name, pk), {"submission_key": key(), **fields})


def test_a_coordinator_asks_and_reads_that_the_term_goes_on(as_person: People, tomsk: Execution) -> None:
    client = as_person("tomsk_coordinator")
    before = shown(text_of(client, tomsk.get_absolute_url()))
    assert "A question does not stop the term" in before
    assert "without the region and your name" in before
    assert send(client, "execution-ask-question", tomsk.pk, text=TEXT).status_code == 302
    text = shown(text_of(client, tomsk.get_absolute_url()))
    assert TEXT in text
    assert "waits for the answer of the centre" in text


def test_a_mistake_is_named_and_what_was_typed_stays(as_person: People, tomsk: Execution) -> None:
    client = as_person("tomsk_coordinator")
    refused = send(client, "execution-ask-question", tomsk.pk, text="")
    assert refused.status_code == 400
    assert 'href="#questions"' in refused.content.decode()
    sent = {"submission_key": key(), "text": TEXT}
    for status in (302, 302):
        assert client.post(page("execution-ask-question", tomsk.pk), sent).status_code == status
    other = client.post(page("execution-ask-question", tomsk.pk), sent | {"text": "Другое?"})
    assert (other.status_code, "Другое?" in other.content.decode()) == (409, True)
    assert ItemQuestion.objects.count() == 1


def test_another_region_reads_the_question_and_the_answer_without_who_asked(
    as_person: People, cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    question = asked(cast, tomsk)
    answered(cast, question)
    client = as_person("omsk_coordinator")
    for address in (omsk.get_absolute_url(), page("questions"), question.get_absolute_url()):
        text = shown(text_of(client, address))
        assert TEXT in text
        assert ANSWER in text
        assert "another region" in text
        assert cast.tomsk.brief not in text
        assert cast.tomsk_coordinator.last_name not in text
    protocol = shown(text_of(client, tomsk.assignment.protocol.get_absolute_url()))
    assert "1 question about the item" in protocol
    assert ANSWER in protocol


def test_a_region_without_the_item_finds_no_question(as_person: People, cast: Cast, tomsk: Execution) -> None:
    question = asked(cast, tomsk)
    client = as_person("omsk_coordinator")
    assert "Nobody has asked" in text_of(client, page("questions"))
    text_of(client, question.get_absolute_url(), 404)
    assert send(client, "question-answer", question.pk, text=ANSWER).status_code == 404
    assert send(client, "execution-ask-question", tomsk.pk, text=TEXT).status_code == 404


def test_the_centre_begins_with_what_waits_oldest_first(
    as_person: People, cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    first = asked(cast, tomsk, text="Первый вопрос?")
    second = asked(cast, omsk, "omsk_coordinator", text="Второй вопрос?")
    answered(cast, asked(cast, tomsk, text="Третий вопрос?"))
    client = as_person("controller")
    html = text_of(client, page("questions"))
    assert html.index(first.text) < html.index(second.text)
    assert "Третий" not in html
    assert "Третий" in text_of(client, page("questions") + "?state=all")
    assert "Второй" not in text_of(client, page("questions") + "?region=70")
    assert "Questions (2)" in shown(html)
    assert "2 questions about items" in shown(text_of(client, page("home")))
    text_of(client, page("questions") + "?state=lost", 400)


def test_identical_questions_are_answered_together_and_a_form_sent_twice_answers_once(
    as_person: People, cast: Cast, tomsk: Execution, omsk: Execution
) -> None:
    first, second = asked(cast, tomsk), asked(cast, omsk, "omsk_coordinator")
    client = as_person("controller")
    assert "Answer also these" in text_of(client, first.get_absolute_url())
    sent = {"submission_key": key(), "text": ANSWER, "also": [second.pk]}
    for _press in range(2):
        assert client.post(page("question-answer", first.pk), sent).status_code == 302
    assert ItemAnswer.objects.get().questions.count() == 2
    assert AnswerWording.objects.count() == 1


def test_an_answer_after_another_one_keeps_its_text_and_goes_on_as_a_new_wording(
    as_person: People, cast: Cast, tomsk: Execution
) -> None:
    question = asked(cast, tomsk)
    answered(cast, question)
    client = as_person("administrator")
    late = send(client, "question-answer", question.pk, text="Мой ответ")
    html = flat(late.content.decode())
    assert (late.status_code, "Мой ответ" in html, ANSWER in html) == (409, True, True)
    assert "Mend the answer" in html
    stale = send(client, "question-rewrite", question.pk, text="Мой ответ", version=7)
    assert (stale.status_code, "Мой ответ" in stale.content.decode()) == (409, True)
    assert send(client, "question-rewrite", question.pk, text="Мой ответ", version=1).status_code == 302
    text = shown(text_of(client, question.get_absolute_url()))
    assert "Earlier wordings of the answer" in text
    assert text.index("Мой ответ") < text.index(ANSWER)


@pytest.mark.parametrize("who", ["methodologist", "tomsk_coordinator"])
def test_readers_have_no_form_and_may_not_answer(
    as_person: People, cast: Cast, tomsk: Execution, who: str
) -> None:
    question, client = asked(cast, tomsk), as_person(who)
    assert "Give the answer" not in text_of(client, question.get_absolute_url())
    assert send(client, "question-answer", question.pk, text=ANSWER).status_code == 403
    assert send(client, "question-rewrite", question.pk, text=ANSWER, version=1).status_code == 403


def test_a_question_without_an_answer_has_nothing_to_mend(
    as_person: People, cast: Cast, tomsk: Execution
) -> None:
    question = asked(cast, tomsk)
    client = as_person("controller")
    assert send(client, "question-rewrite", question.pk, text=ANSWER, version=1).status_code == 409


def test_the_page_of_a_question_shows_twenty_others_and_leads_to_all(
    as_person: People, cast: Cast, tomsk: Execution
) -> None:
    questions = [asked(cast, tomsk, text=f"Вопрос {number}?") for number in range(22)]
    html = text_of(as_person("controller"), page("question", questions[0].pk))
    assert html.count("history__item") == 21
    assert f'href="{page("questions")}?item={tomsk.assignment_id}&amp;state=all"' in html
    ItemQuestion.objects.filter(pk=questions[-1].pk).delete()
    html = text_of(as_person("controller"), page("question", questions[0].pk))
    assert "All questions about the item" not in html


@pytest.mark.parametrize("who", ["controller", "omsk_coordinator"])
def test_the_pages_make_the_same_queries_with_more_questions(
    as_person: People, cast: Cast, tomsk: Execution, omsk: Execution, who: str
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            question = asked(cast, tomsk, text=f"Вопрос {number}?")
            if number % 2:
                answered(cast, question)

    fill(2)
    for address in (page("questions") + "?state=all", omsk.get_absolute_url()):
        assert_same_queries(as_person(who), lambda address=address: address, fill)

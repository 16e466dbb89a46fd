"""Questions about items through the API: who reads, asks, answers and mends, and what is refused."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from assignments.models import AnswerWording, ItemQuestion
from assignments.services.questions import question_ask
from tests.api.world import EVERYBODY, World, attrs, get, post, rows
from tests.assignments.builders import issued_item, put_on_control
from tests.queries import assert_same_queries

Sign = Callable[[str], Client]
TEXT, ANSWER = "Достаточно ли скана приказа?", "Да, достаточно скана."
REVIEWERS, COORDINATORS = ("administrator", "controller"), ("tomsk_coordinator", "tomsk_deputy")
READERS = (*REVIEWERS, "methodologist", *COORDINATORS, "tomsk_minister")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def question(world: World) -> ItemQuestion:
    return question_ask(actor=world.cast.scope("tomsk_coordinator"), execution_id=world.tomsk.pk, text=TEXT)


def test_a_coordinator_asks_and_the_centre_answers_and_mends(world: World, api: Sign) -> None:
    asked = post(api("tomsk_deputy"), f"executions/{world.tomsk.pk}/question/", {"text": TEXT})
    path = f"questions/{asked['id']}/"
    assert asked == get(api("tomsk_deputy"), path)
    assert (asked["assignment"], asked["region"], asked["answer"]) == (
        world.tomsk.assignment_id,
        "70",
        None,
    )
    assert get(api("controller"), path)["allowed_actions"] == ["answer"]
    answered = post(api("controller"), f"{path}answer/", {"text": ANSWER})
    assert answered["allowed_actions"] == ["rewrite"]
    body = {"version": answered["answer"]["version"], "text": "Нужна подпись."}
    mended = post(api("administrator"), f"{path}rewrite/", body)
    assert [wording["text"] for wording in mended["answer"]["wordings"]] == [ANSWER, "Нужна подпись."]
    stale = post(api("administrator"), f"{path}rewrite/", body | {"text": "Третье."}, 409)
    assert stale["errors"][0]["current_version"] == 2
    post(api("controller"), f"{path}answer/", {"text": ANSWER}, 409)


def test_acts_are_open_to_their_roles_and_to_nobody_else(
    world: World, api: Sign, question: ItemQuestion
) -> None:
    statuses = {"public": 401, "newcomer": 403} | dict.fromkeys(READERS, 403)
    addressee = statuses | {"omsk_coordinator": 403}
    acts = {
        f"executions/{world.tomsk.pk}/question/": ({"text": TEXT}, COORDINATORS),
        f"questions/{question.pk}/answer/": ({"text": ANSWER}, REVIEWERS),
        f"questions/{question.pk}/rewrite/": ({"text": ANSWER, "version": 1}, REVIEWERS),
    }
    for path, (body, allowed) in acts.items():
        for name in set(EVERYBODY) - set(allowed):
            expected = statuses if path.startswith("executions") else addressee
            post(api(name), path, body, expected.get(name, 404))
    assert (ItemQuestion.objects.count(), AnswerWording.objects.count()) == (1, 0)


def test_other_addressees_read_a_question_without_who_asked(
    world: World, api: Sign, question: ItemQuestion
) -> None:
    for name in READERS:
        assert [row["id"] for row in rows(api(name), "questions/")] == [question.pk]
    foreign = get(api("omsk_coordinator"), f"questions/{question.pk}/")
    assert foreign["text"] == TEXT
    assert (foreign["execution"], foreign["region"], foreign["asked_by"]) == (None, None, None)


def test_a_region_without_the_item_reads_nothing(world: World, api: Sign) -> None:
    own = put_on_control([world.cast.tomsk_farming], issued_item("9"))[0]
    scope = world.cast.scope("tomsk_coordinator")
    asked = question_ask(actor=scope, execution_id=own.pk, text=TEXT)
    assert rows(api("omsk_coordinator"), "questions/") == []
    get(api("omsk_coordinator"), f"questions/{asked.pk}/", 404)
    post(api("omsk_coordinator"), f"questions/{asked.pk}/answer/", {"text": ANSWER}, 404)


@pytest.mark.parametrize(
    ("query", "count"), [("open=true", 1), ("open=false", 0), ("assignment=999999", 0), ("open=maybe", None)]
)
def test_the_list_is_narrowed(api: Sign, question: ItemQuestion, query: str, count: int | None) -> None:
    if count is None:
        get(api("controller"), f"questions/?{query}", 400)
    else:
        assert len(rows(api("controller"), f"questions/?{query}")) == count


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": ANSWER, "also": "1"}, "also"),
        ({"text": ANSWER, "also": ["x"]}, "also"),
        ({"text": ANSWER, "also": [10**30]}, "also"),
        ({"text": ANSWER, "also": [-1]}, "also"),
        ({"text": ANSWER, "lost": 1}, "lost"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(
    api: Sign, question: ItemQuestion, body: dict[str, object], field: str
) -> None:
    found = attrs(post(api("controller"), f"questions/{question.pk}/answer/", body, 400))
    assert any(str(name).startswith(field) for name in found)
    assert not AnswerWording.objects.exists()


def test_further_questions_are_answered_with_it(world: World, api: Sign, question: ItemQuestion) -> None:
    other = post(api("tomsk_coordinator"), f"executions/{world.tomsk.pk}/question/", {"text": "А печать?"})
    body = {"text": ANSWER, "also": [other["id"]], "submission_key": "one"}
    first = post(api("controller"), f"questions/{question.pk}/answer/", body)
    assert post(api("controller"), f"questions/{question.pk}/answer/", body) == first
    assert get(api("controller"), f"questions/{other['id']}/")["answer"] == first["answer"]
    lost = {"text": ANSWER, "also": [999999]}
    post(api("controller"), f"questions/{question.pk}/answer/", lost, 404)


def test_the_list_makes_the_same_queries_with_more_rows(world: World, api: Sign) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            question_ask(
                actor=world.cast.scope("tomsk_coordinator"), execution_id=world.tomsk.pk, text=f"{number}?"
            )

    assert_same_queries(api("controller"), lambda: "/api/v1/questions/", fill)

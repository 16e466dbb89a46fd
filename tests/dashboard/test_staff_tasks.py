"""Staff tasks: who sees them, and closing them with words on how they ended."""

from collections.abc import Callable

import pytest
from django.test import Client

from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from notifications.services.staff_tasks import staff_task_open
from tests.cast import Cast
from tests.dashboard.office import page, text_of
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march")

People = Callable[[str], Client]


def open_task(number: int = 1) -> StaffTask:
    return staff_task_open(
        kind=StaffTaskKind.HEAD_WITHOUT_ADDRESS,
        object_key=f"region:{number}",
        title=f"Нет адреса {number}",
        reason="Письмо не отправлено.",
        link="/regions/70/",
    )


@pytest.mark.parametrize("who", ["administrator", "controller", "methodologist"])
def test_the_centre_closes_a_task_with_its_outcome(as_person: People, cast: Cast, who: str) -> None:
    task, client = open_task(), as_person(who)
    html = text_of(client, page("staff-tasks"))
    assert 'href="/regions/70/"' in html
    answer = client.post(page("staff-task-close", task.pk), {"outcome": "Адрес записан."})
    assert answer["Location"] == page("staff-tasks")
    task.refresh_from_db()
    assert task.closed_at is not None
    html = text_of(client, page("staff-tasks"))
    assert "Адрес записан." in html
    assert "Nothing waits" in html


@pytest.mark.parametrize("outcome", ["", "   ", "\u200b\u2060", "a\x00b"])
def test_a_task_is_not_closed_without_words(as_person: People, cast: Cast, outcome: str) -> None:
    task = open_task()
    answer = as_person("controller").post(page("staff-task-close", task.pk), {"outcome": outcome})
    assert answer.status_code == 400
    task.refresh_from_db()
    assert task.closed_at is None


def test_a_closed_task_is_not_closed_again(as_person: People, cast: Cast) -> None:
    task, client = open_task(), as_person("controller")
    client.post(page("staff-task-close", task.pk), {"outcome": "Первый."})
    assert client.post(page("staff-task-close", task.pk), {"outcome": "Второй."}).status_code == 409
    task.refresh_from_db()
    assert task.outcome == "Первый."


@pytest.mark.parametrize("who", ["tomsk_coordinator", "tomsk_minister", "chair", "newcomer"])
def test_tasks_are_a_page_of_the_centre(as_person: People, cast: Cast, who: str) -> None:
    task, client = open_task(), as_person(who)
    assert client.get(page("staff-tasks")).status_code == 403
    assert client.post(page("staff-task-close", task.pk), {"outcome": "Чужой."}).status_code == 404
    task.refresh_from_db()
    assert task.closed_at is None


def test_the_page_makes_no_more_queries_with_more_tasks(as_person: People, cast: Cast) -> None:
    client = as_person("controller")

    def fill(count: int) -> None:
        for _number in range(count):
            task = open_task(StaffTask.objects.count())
            client.post(page("staff-task-close", task.pk), {"outcome": "Решено."})
            open_task(10_000 + StaffTask.objects.count())

    assert_same_queries(client, lambda: page("staff-tasks"), fill)

"""Long work: asked for once, done by whichever worker lives, told truthfully, seen by its people only."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from common.errors import ImpossibleStep, NotAllowed
from notifications import long_work
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start, long_tasks_drain
from notifications.services.long_tasks import LEASE, MAX_ATTEMPTS
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SignIn = Callable[[str], Client]


class Counting:
    """Work that counts to three and remembers what the row said after each step."""

    def __init__(self) -> None:
        self.runs, self.seen = 0, []
        self.error: Exception | None = None

    def __call__(self, task: LongTask, watch: Watch) -> Mapping[str, Any]:
        self.runs += 1
        for number in (1, 2, 3):
            watch("steps", number, 3)
            row = LongTask.objects.get(pk=task.pk)
            self.seen.append((row.state, row.stage, row.done, row.total))
        if self.error:
            raise self.error
        return {"answer": 42}


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    monkeypatch.setattr(long_work, "_kinds", dict(long_work._kinds))
    monkeypatch.setattr("notifications.services.long_tasks.SECONDS_BETWEEN_NOTES", 0)
    work = Counting()
    register(
        "test.counting",
        LongWork(
            run=work,
            title=lambda _task: "Считаем",
            stages={"steps": "Шаги"},
            outcome=lambda task: Outcome(f"Ответ {task.result['answer']}", "/rating/", "Открыть"),
            back=lambda _task: "/rating/close/",
        ),
    )
    with clock.at(NOW):
        yield work


def asked(cast: Cast, who: str = "methodologist", key: str = "one") -> LongTask:
    return long_task_start(actor=cast.scope(who), kind="test.counting", key=key, arguments={})


def test_progress_is_in_the_row_while_the_work_goes_on(cast: Cast, counting: Counting) -> None:
    task = asked(cast)

    assert long_tasks_drain() == 1

    assert counting.seen == [("running", "steps", number, 3) for number in (1, 2, 3)]
    task.refresh_from_db()
    assert (task.state, task.result, task.finished_at) == ("done", {"answer": 42}, NOW)


def test_the_same_work_asked_twice_is_one_and_both_people_watch_it(cast: Cast, counting: Counting) -> None:
    first, second = asked(cast), asked(cast, "administrator")

    assert first == second
    assert set(first.people.all()) == {cast.methodologist, cast.administrator}
    assert long_tasks_drain() == 1
    assert counting.runs == 1


def test_work_that_is_over_can_be_asked_for_again(cast: Cast, counting: Counting) -> None:
    first = asked(cast)
    long_tasks_drain()

    assert asked(cast) != first
    assert asked(cast, key="two").key == "two"


def test_nobody_asks_for_work_without_signing_in(cast: Cast, counting: Counting) -> None:
    with pytest.raises(NotAllowed):
        asked(cast, "public")
    assert not LongTask.objects.exists()


def test_the_doorbell_wakes_the_worker_after_the_commit(
    cast: Cast, counting: Counting, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        asked(cast), asked(cast, key="two")
        assert counting.runs == 0

    assert len(callbacks) == 1
    assert counting.runs == 2


def test_what_a_service_refuses_is_the_answer(cast: Cast, counting: Counting) -> None:
    counting.error = ImpossibleStep("Месяц уже закрыт.")
    task = asked(cast)
    long_tasks_drain()

    task.refresh_from_db()
    assert (task.state, task.error) == ("failed", "Месяц уже закрыт.")


def test_a_fault_of_ours_says_nothing_of_its_inside(cast: Cast, counting: Counting) -> None:
    counting.error = KeyError("secret")
    task = asked(cast)
    long_tasks_drain()

    task.refresh_from_db()
    assert task.state == "failed"
    assert task.error.startswith("Портал не смог")
    assert "secret" not in task.error


def test_the_task_of_a_dead_worker_is_taken_up_again(cast: Cast, counting: Counting) -> None:
    task = asked(cast)
    died = NOW - LEASE - timedelta(seconds=1)
    LongTask.objects.update(state="running", stage="steps", done=2, total=3, attempts=1, heartbeat_at=died)

    assert long_tasks_drain() == 1

    task.refresh_from_db()
    assert (task.state, task.attempts) == ("done", 2)


def test_a_living_worker_keeps_its_task(cast: Cast, counting: Counting) -> None:
    asked(cast)
    LongTask.objects.update(state="running", attempts=1, heartbeat_at=NOW - LEASE)

    assert long_tasks_drain() == 0
    assert counting.runs == 0


def test_work_that_kills_its_workers_is_given_up(cast: Cast, counting: Counting) -> None:
    task = asked(cast)
    died = NOW - 2 * LEASE
    LongTask.objects.update(state="running", attempts=MAX_ATTEMPTS, heartbeat_at=died)

    assert long_tasks_drain() == 0
    task.refresh_from_db()
    assert task.state == "failed"
    assert task.error


def test_a_worker_taken_for_dead_stops_and_leaves_the_row_to_the_other(
    cast: Cast, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = asked(cast)

    def overtaken(_task: LongTask, watch: Watch) -> Mapping[str, Any]:
        LongTask.objects.update(attempts=2)
        watch("steps", 1, 3)
        raise AssertionError("goes on although it was taken over")

    monkeypatch.setattr(Counting, "__call__", lambda _self, task, watch: overtaken(task, watch))
    long_tasks_drain(limit=1)

    task.refresh_from_db()
    assert (task.state, task.attempts, task.error) == ("running", 2, "")


def page_of(client: Client, task: LongTask, query: str = "") -> str:
    answer = client.get(f"{task.get_absolute_url()}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_progress_and_refreshes_itself_with_and_without_scripts(
    cast: Cast, counting: Counting, as_person: SignIn
) -> None:
    task = asked(cast)
    LongTask.objects.update(state="running", stage="steps", done=2, total=3, heartbeat_at=NOW)
    html = page_of(as_person("methodologist"), task)

    assert 'hx-trigger="every 1s"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    assert '<progress value="2" max="3">' in html
    assert "Шаги" in html


def test_refreshing_can_be_stopped(cast: Cast, counting: Counting, as_person: SignIn) -> None:
    html = page_of(as_person("methodologist"), asked(cast), "?paused=1")

    assert "hx-trigger" not in html.partition('id="task"')[2]
    assert "http-equiv" not in html
    assert "Обновлять дальше" in html


def test_the_page_says_when_the_worker_does_not_answer(
    cast: Cast, counting: Counting, as_person: SignIn
) -> None:
    task = asked(cast)
    assert "Исполнитель не отвечает" not in page_of(as_person("methodologist"), task)
    LongTask.objects.update(created_at=NOW - timedelta(minutes=1))

    assert "Исполнитель не отвечает" in page_of(as_person("methodologist"), task)


def test_the_page_ends_with_the_result_or_with_what_to_do(
    cast: Cast, counting: Counting, as_person: SignIn
) -> None:
    done = asked(cast)
    long_tasks_drain()
    counting.error = ImpossibleStep("Месяц уже закрыт.")
    failed = asked(cast, key="two")
    long_tasks_drain()
    client = as_person("methodologist")

    assert "Ответ 42" in page_of(client, done)
    assert "hx-trigger" not in page_of(client, done).partition('id="task"')[2]
    assert "Месяц уже закрыт." in page_of(client, failed)
    assert 'href="/rating/close/"' in page_of(client, failed)


def test_long_work_of_somebody_else_does_not_exist(cast: Cast, counting: Counting, as_person: SignIn) -> None:
    task = asked(cast)

    assert as_person("administrator").get(task.get_absolute_url()).status_code == 404
    asked(cast, "administrator")
    assert as_person("administrator").get(task.get_absolute_url()).status_code == 200

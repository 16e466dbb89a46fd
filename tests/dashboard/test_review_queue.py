"""The review queue: its order, its neighbours, and decisions over many reports with their failures."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from pytest_django import Settings

from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import executions_decide_watched
from common import clock
from dashboard.views.review import RESULT
from notifications.models import LongTask, Notice
from notifications.services import long_tasks_drain
from tests.assignments.desk import NOW, Desk, snapshot
from tests.cast import Cast
from tests.dashboard.office import TODAY, act_fields, hand_in, ids_of, key, page, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]


@pytest.fixture
def queue(cast: Cast) -> list[Execution]:
    """Three reports of Tomsk and Omsk, oldest first."""
    rows = []
    for day, cluster in ((2, cast.tomsk_machines), (5, cast.omsk_machines), (8, cast.tomsk_farming)):
        row = work([cluster], TODAY + timedelta(days=5))[0]
        hand_in(cast, [row], day)
        rows.append(row)
    return rows


def read_now(row: Execution) -> str:
    """An execution with the version that a reader of this moment has before him."""
    return f"{row.pk}:{Execution.objects.get(pk=row.pk).version}"


def decide(client: Client, rows: list[Execution], action: str = "accept", **changes: Any) -> Any:
    fields = {"action": action, "ids": ",".join(map(read_now, rows)), "key": key(), "confirmed": "1"}
    return client.post(page("review-decide"), fields | changes)


def states(rows: list[Execution]) -> list[str]:
    return [Execution.objects.get(pk=row.pk).state for row in rows]


def test_the_oldest_report_stands_first_with_its_age(as_person: People, queue: list[Execution]) -> None:
    html = text_of(as_person("controller"), page("review"))
    assert ids_of(html) == [row.pk for row in queue]
    assert "8 days" in shown(html)
    assert "longer than 5 days: 1" in shown(html)


@pytest.mark.parametrize("who", ["tomsk_coordinator", "tomsk_minister", "chair", "newcomer"])
def test_the_queue_is_a_page_of_the_centre(as_person: People, queue: list[Execution], who: str) -> None:
    client, before = as_person(who), snapshot()
    assert client.get(page("review")).status_code == 403
    assert client.get(page("review-result")).status_code == 403
    assert decide(client, queue).status_code == 403
    assert snapshot() == before


def test_a_methodologist_reads_the_queue_and_decides_nothing(
    as_person: People, queue: list[Execution]
) -> None:
    client = as_person("methodologist")
    assert "Accept…" not in text_of(client, page("review"))
    assert decide(client, queue).status_code == 403


def test_filters_narrow_the_queue(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    assert ids_of(text_of(client, f"{page('review')}?region=55")) == [queue[1].pk]
    item = queue[2].assignment_id
    assert ids_of(text_of(client, f"{page('review')}?item={item}")) == [queue[2].pk]
    assert text_of(client, f"{page('review')}?region=77", status=400)


def test_an_empty_queue_says_so(as_person: People, cast: Cast) -> None:
    assert "The queue is empty" in text_of(as_person("controller"), page("review"))


# One by one


def test_a_report_of_the_queue_leads_to_its_neighbours(as_person: People, queue: list[Execution]) -> None:
    html = text_of(as_person("controller"), f"{page('execution', queue[1].pk)}?queue=1")
    assert f'href="{page("execution", queue[0].pk)}?queue=1"' in html
    assert f'href="{page("execution", queue[2].pk)}?queue=1"' in html


def test_a_decision_leads_on_to_the_next_report(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    for row, following in zip(queue, [*queue[1:], None], strict=True):
        answer = client.post(page("execution-accept", row.pk), act_fields(row, queue="queue=1"))
        where = page("execution", following.pk) if following else page("review")
        assert answer["Location"] == f"{where}?queue=1"
    assert states(queue) == ["executed"] * 3


def test_the_filter_of_the_queue_goes_along(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    fields = act_fields(queue[0], queue="queue=1&region=70")
    answer = client.post(page("execution-accept", queue[0].pk), fields)
    assert answer["Location"] == f"{page('execution', queue[2].pk)}?queue=1&region=70"


# Many at once


def test_nothing_is_decided_before_the_exact_list_is_confirmed(
    as_person: People, queue: list[Execution]
) -> None:
    client, before = as_person("controller"), snapshot()
    picked = {"action": "accept", "pick": [read_now(queue[0]), read_now(queue[2])]}
    html = client.post(page("review-decide"), picked).content.decode()
    assert "Accept 2 reports" in shown(html)
    assert ids_of(html) == [queue[0].pk, queue[2].pk]
    assert snapshot() == before


def test_the_whole_filter_is_counted_exactly(as_person: People, queue: list[Execution]) -> None:
    answer = as_person("controller").post(
        page("review-decide"), {"action": "return", "whole": "1", "region": "70"}
    )
    html = answer.content.decode()
    assert "Return 2 reports" in shown(html)
    assert f'name="ids" value="{read_now(queue[0])},{read_now(queue[2])}"' in html


def test_a_report_that_came_after_the_confirmation_is_not_decided(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    client = as_person("controller")
    html = client.post(page("review-decide"), {"action": "accept", "whole": "1"}).content.decode()
    late = work([cast.nameless], TODAY)
    hand_in(cast, late)
    ids = html.split('name="ids" value="')[1].split('"')[0]
    client.post(page("review-decide"), {"action": "accept", "ids": ids, "key": key(), "confirmed": "1"})
    assert states([*queue, *late]) == ["executed"] * 3 + ["in_review"]


def test_a_report_that_changed_after_the_list_was_shown_is_not_decided(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    client = as_person("controller")
    picked = {"action": "accept", "pick": [read_now(row) for row in queue]}
    html = client.post(page("review-decide"), picked).content.decode()
    Desk(cast, queue[0]).do("return", "administrator")
    Desk(cast, queue[0]).do("submit", text="Другой отчёт, которого никто не читал.")
    ids = html.split('name="ids" value="')[1].split('"')[0]
    client.post(page("review-decide"), {"action": "accept", "ids": ids, "key": key(), "confirmed": "1"})
    assert states(queue) == ["in_review", "executed", "executed"]
    assert "Accepted: 2 of 3" in shown(text_of(client, page("review-result")))


def test_a_decision_over_many_lists_what_it_could_not_do(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    Desk(cast, queue[1]).do("accept")
    client = as_person("controller")
    answer = decide(client, queue, "return", remark="Приложите приказ.")
    assert answer["Location"] == page("review-result")
    html = text_of(client, page("review-result"))
    assert "Returned: 2 of 3" in shown(html)
    assert ids_of(html) == [queue[1].pk]
    assert "already taken off control" in html
    assert states(queue) == ["returned", "executed", "returned"]


def test_the_same_confirmation_sent_twice_gives_one_result(as_person: People, queue: list[Execution]) -> None:
    client, once = as_person("controller"), key()
    assert decide(client, queue, key=once).status_code == 302
    assert decide(client, queue, key=once).status_code == 302
    assert "Accepted: 3 of 3" in shown(text_of(client, page("review-result")))


def test_a_return_of_many_needs_a_remark(as_person: People, queue: list[Execution]) -> None:
    before = snapshot()
    answer = decide(as_person("controller"), queue, "return", remark="")
    assert answer.status_code == 400
    assert "a return needs a remark" in answer.content.decode()
    assert "Return 3 reports" in shown(answer.content.decode())
    assert snapshot() == before


def test_nothing_chosen_is_said(as_person: People, queue: list[Execution]) -> None:
    html = as_person("controller").post(page("review-decide"), {"action": "accept"}).content.decode()
    assert "No report is chosen" in html


@pytest.mark.parametrize(
    "fields", [{"action": "drop"}, {"action": "accept", "ids": "1;DROP", "confirmed": "1"}, {},
               {"action": "accept", "pick": "x"}, {"action": "accept", "whole": "1", "region": "99"}]
)  # fmt: skip
def test_a_damaged_decision_is_refused(
    as_person: People, queue: list[Execution], fields: dict[str, str]
) -> None:
    before = snapshot()
    assert as_person("controller").post(page("review-decide"), fields).status_code == 400
    assert snapshot() == before


def test_without_a_decision_there_is_no_result(as_person: People, cast: Cast) -> None:
    assert as_person("controller").get(page("review-result"))["Location"] == page("review")


def test_the_queue_makes_no_more_queries_with_more_rows(as_person: People, cast: Cast) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            hand_in(cast, work([cast.tomsk_machines], TODAY))

    assert_same_queries(as_person("controller"), lambda: page("review"), fill)


# Groups, pace, many reports


def test_the_queue_is_grouped_by_item_or_region_with_counts(
    as_person: People, queue: list[Execution]
) -> None:
    client = as_person("controller")
    html = text_of(client, f"{page('review')}?by=region")
    assert re.findall(r'<a href="\?region=(\d+)">[^<]+</a></th><td class="num"[^>]*>(\d+)</td>', html) == [
        ("70", "2"), ("55", "1"),
    ]  # fmt: skip
    assert f'href="?item={queue[1].assignment_id}"' in text_of(client, f"{page('review')}?by=item")
    narrowed = text_of(client, f"{page('review')}?by=item&region=55")
    assert f'href="?region=55&amp;item={queue[1].assignment_id}"' in narrowed
    assert client.get(f"{page('review')}?by=colour").status_code == 400


def test_the_pace_counts_working_days_of_this_month_for_the_centre_and_for_oneself(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    Desk(cast, queue[0]).do("accept")  # handed in on Monday the 2nd: five working days, the 9th was a day off
    Desk(cast, queue[1]).do("return", "administrator")  # on Thursday the 5th: two
    html = shown(text_of(as_person("controller"), page("review")))
    assert "Reports wait for a decision 4 working days this month, with you 5 working days" in html


def test_without_decisions_there_is_no_pace(as_person: People, queue: list[Execution]) -> None:
    assert "working day" not in text_of(as_person("controller"), page("review"))


def test_the_result_of_many_is_undone_by_one_press(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    client = as_person("controller")
    decide(client, queue)
    Desk(cast, queue[1]).do("annul")
    assert "Undo 3 decisions" in text_of(client, page("review-result"))
    assert client.post(page("review-undo"))["Location"] == page("review-result")
    html = text_of(client, page("review-result"))
    assert "Undone: 2 of 3" in shown(html)
    assert ids_of(html) == [queue[1].pk]
    assert states(queue) == ["in_review"] * 3
    before = snapshot()
    client.post(page("review-undo"))
    assert snapshot() == before


def test_after_its_minutes_the_result_offers_no_undoing(as_person: People, queue: list[Execution]) -> None:
    client = as_person("controller")
    decide(client, queue)
    with clock.at(NOW + timedelta(minutes=11)):
        assert "Undo 3" not in text_of(client, page("review-result"))


def test_a_decision_on_many_is_made_by_the_worker_and_lists_its_failures(
    as_person: People, cast: Cast, queue: list[Execution], settings: Settings
) -> None:
    settings.LONG_DECISION_ROWS = 2
    client = as_person("controller")
    html = client.post(page("review-decide"), {"action": "accept", "whole": "1"}).content.decode()
    ids = html.split('name="ids" value="')[1].split('"')[0]
    Desk(cast, queue[0]).do("submit", text="Дополнение после показа.")
    fields = {"action": "accept", "ids": ids, "key": key(), "confirmed": "1"}
    answers = [client.post(page("review-decide"), fields)["Location"] for _time in range(2)]
    task = LongTask.objects.get()
    assert answers == [page("long-task", task.pk)] * 2
    assert states(queue) == ["in_review"] * 3

    long_tasks_drain()
    assert states(queue) == ["in_review", "executed", "executed"]
    result = f"{page('review-result')}?task={task.pk}"
    assert result in text_of(client, page("long-task", task.pk))
    html = text_of(client, result)
    assert "Accepted: 2 of 3" in shown(html)
    assert ids_of(html) == [queue[0].pk]
    assert as_person("administrator").get(result).status_code == 404
    undoing = [client.post(page("review-undo"), {"task": task.pk})["Location"] for _time in range(2)]
    assert len(set(undoing)) == 1
    with clock.at(NOW + timedelta(minutes=12)):
        long_tasks_drain()
    assert states(queue) == ["in_review"] * 3
    undone = LongTask.objects.latest("pk")
    html = text_of(client, f"{page('review-result')}?task={undone.pk}")
    assert "Undone: 2 of 2" in shown(html)
    assert "All decisions are taken back." in html
    assert f"{page('review-result')}?task={undone.pk}" in text_of(client, undoing[0])
    assert "Undo 2" not in text_of(client, result)


def test_a_result_that_an_older_portal_has_kept_is_shown_without_undoing(
    as_person: People, cast: Cast
) -> None:
    client = as_person("controller")
    session = client.session
    session[RESULT] = {"key": key(), "action": "accept", "done": 2, "refused": []}
    session.save()
    html = text_of(client, page("review-result"))
    assert "Accepted: 2 of 2" in shown(html)
    assert page("review-undo") not in html


def test_a_return_of_many_by_the_worker_needs_a_remark_before_it_begins(
    as_person: People, queue: list[Execution], settings: Settings
) -> None:
    settings.LONG_DECISION_ROWS = 2
    answer = decide(as_person("controller"), queue, "return", remark="")
    assert answer.status_code == 400
    assert "a return needs a remark" in answer.content.decode()
    assert not LongTask.objects.exists()


def test_a_decision_on_many_begun_anew_after_a_break_counts_what_was_done(
    as_person: People, cast: Cast, queue: list[Execution]
) -> None:
    versions = {row.pk: Execution.objects.get(pk=row.pk).version for row in queue}

    class Killed(Exception):
        pass

    def break_after_two(_stage: str, done: int, _total: int) -> None:
        if done == 2:
            raise Killed

    def work_on(watch: Any) -> Any:
        return executions_decide_watched(
            actor=cast.scope("controller"), action="return", versions=versions, key="k" * 32, watch=watch,
            remark="Приложите приказ.",
        )  # fmt: skip

    with pytest.raises(Killed):
        work_on(break_after_two)
    for _time in range(2):
        result = work_on(lambda *_progress: None)
        assert sorted(result.done) == sorted(versions)
        assert result.refused == []
    assert LogEntry.objects.filter(additional_data__action="executions_return").count() == 1
    assert ExecutionEvent.objects.filter(kind="returned").count() == 3
    told = Notice.objects.filter(kind="report_returned").values_list("person", flat=True)
    assert sorted(told) == sorted([cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk, cast.omsk_coordinator.pk])

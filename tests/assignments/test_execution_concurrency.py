"""Many people at one execution at the same moment, on PostgreSQL: nothing is lost, nothing happens twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from assignments.fold import fold
from assignments.models import Evidence, Execution, ExecutionEvent
from assignments.selectors import fold_rules
from assignments.services.executions import (
    execution_accept,
    execution_return,
    execution_submit,
    executions_decide,
)
from assignments.services.log import KeyTaken, as_fold_events, columns_of
from common.errors import ImpossibleStep, PortalError, StaleVersion
from common.scope import Scope
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.files import samples

pytestmark = pytest.mark.services
CROWD = 20


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at once, each on its own connection; the answers or the refusals, in their order."""
    gate = Barrier(len(acts), timeout=30)

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait()
            return act()
        except PortalError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def consistent(execution: Execution) -> list[ExecutionEvent]:
    """The events of the execution, after its columns and version were compared with them."""
    row = Execution.objects.select_related("assignment").get(pk=execution.pk)
    events = list(ExecutionEvent.objects.filter(execution=row).order_by("pk"))
    folded = fold(as_fold_events(events), row.assignment.due_on, fold_rules())
    assert {name: getattr(row, name) for name in columns_of(folded)} == columns_of(folded)
    assert row.version == len(events)
    assert [event.at for event in events] == sorted(event.at for event in events)
    return events


def test_twenty_people_at_one_execution_lose_no_event_and_make_none_twice(
    emptied_after: None, cast: Cast
) -> None:
    execution = put_on_control([cast.tomsk_machines])[0]
    coordinator, controller = cast.scope("tomsk_coordinator"), cast.scope("controller")
    acts: list[tuple[Any, Scope, dict[str, Any]]] = [
        (execution_submit, coordinator, {"text": "Отчёт."}),
        (execution_return, controller, {"remark": "Ещё раз."}),
        (execution_submit, coordinator, {"text": "Дополнение."}),
        (execution_accept, controller, {}),
    ]

    def insist(number: int) -> Counter[str]:
        """Read the version and act, as a person who reloads the page, until the step is done or impossible."""
        service, actor, fields = acts[number % len(acts)]
        seen: Counter[str] = Counter()
        for turn in range(CROWD * 3):
            version = Execution.objects.values_list("version", flat=True).get(pk=execution.pk)
            try:
                service(
                    actor=actor, execution_id=execution.pk, version=version,
                    submission_key=f"{number}-{turn}", **fields,
                )  # fmt: skip
            except StaleVersion:
                seen["stale"] += 1
                continue
            except ImpossibleStep:
                seen["impossible"] += 1
                return seen
            seen["done"] += 1
            return seen
        raise AssertionError("never got through")

    total = sum(together(*(lambda n=n: insist(n) for n in range(CROWD))), Counter[str]())
    events = consistent(execution)
    assert total["done"] + total["impossible"] == CROWD
    assert len(events) == 1 + total["done"]
    assert Counter(event.kind for event in events)["accepted"] == 1


def test_of_twenty_decisions_on_one_version_one_is_made(emptied_after: None, cast: Cast) -> None:
    execution = put_on_control([cast.tomsk_machines])[0]
    execution_submit(
        actor=cast.scope("tomsk_coordinator"), execution_id=execution.pk, version=1, text="Отчёт."
    )
    controller = cast.scope("controller")
    answers = together(
        *(
            lambda: execution_accept(actor=controller, execution_id=execution.pk, version=2)
            for _one in range(CROWD // 2)
        ),
        *(
            lambda: execution_return(actor=controller, execution_id=execution.pk, version=2, remark="Нет.")
            for _one in range(CROWD // 2)
        ),
    )
    assert Counter(type(answer) for answer in answers) == {ExecutionEvent: 1, StaleVersion: CROWD - 1}
    assert len(consistent(execution)) == 3


def test_one_form_sent_by_twenty_threads_is_one_report_with_one_file(
    emptied_after: None, cast: Cast, storage: Path
) -> None:
    execution = put_on_control([cast.tomsk_machines])[0]
    coordinator = cast.scope("tomsk_coordinator")
    answers = together(
        *(
            lambda: execution_submit(
                actor=coordinator,
                execution_id=execution.pk,
                version=1,
                text="Отчёт.",
                files=[samples.upload(samples.PDF, "приказ.pdf")],
                submission_key="one-form",
            )
            for _one in range(CROWD)
        )
    )
    events = consistent(execution)
    assert {answer.pk for answer in answers} == {events[-1].pk}
    assert len(events) == 2
    assert Evidence.objects.count() == 1
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_one_key_at_two_executions_at_once_is_taken_once(
    emptied_after: None, cast: Cast, storage: Path
) -> None:
    pair = put_on_control([cast.tomsk_machines, cast.tomsk_farming])
    coordinator = cast.scope("tomsk_coordinator")
    for turn in range(5):
        answers = together(
            *(
                lambda row=row, turn=turn: execution_submit(
                    actor=coordinator, execution_id=row.pk, text="Отчёт.", submission_key=f"shared-{turn}",
                    version=Execution.objects.get(pk=row.pk).version,
                    files=[samples.upload(samples.PDF, "a.pdf")],
                )
                for row in pair
            )
        )  # fmt: skip
        assert Counter(type(answer) for answer in answers) == {ExecutionEvent: 1, KeyTaken: 1}
    assert sum(len(consistent(row)) for row in pair) == 2 + 5
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 5


def test_overlapping_lists_decide_each_report_once_and_never_wait_for_ever(
    emptied_after: None, cast: Cast
) -> None:
    rows = [put_on_control([cast.tomsk_machines], issued_item(str(number)))[0] for number in range(1, 11)]
    for row in rows:
        execution_submit(actor=cast.scope("tomsk_coordinator"), execution_id=row.pk, version=1, text="Отчёт.")
    ids = [row.pk for row in rows]
    controller, administrator = cast.scope("controller"), cast.scope("administrator")
    first, second = together(
        lambda: executions_decide(actor=controller, action="accept", execution_ids=ids),
        lambda: executions_decide(
            actor=administrator, action="return", execution_ids=list(reversed(ids)), remark="Нет."
        ),
    )
    assert sorted(first.done + second.done) == ids
    assert len(first.refused) + len(second.refused) == len(ids)
    for row in rows:
        assert len(consistent(row)) == 3

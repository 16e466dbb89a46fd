"""Deciding on many reports at once."""

from typing import Any

import pytest
from auditlog.models import LogEntry

from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import executions_decide
from common.errors import InvalidInput, NotAllowed
from tests.assignments.builders import put_on_control
from tests.assignments.desk import Desk, refuse
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("march")


@pytest.fixture
def reports(cast: Cast) -> list[Execution]:
    """Two reports in review, one execution without a report."""
    rows = put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines])
    for row in rows[:2]:
        Desk(cast, row).do("submit")
    return rows


def trail() -> list[Any]:
    return list(LogEntry.objects.filter(additional_data__action__startswith="executions_"))


def test_many_reports_are_accepted_at_once_and_one_refusal_stops_no_other(
    cast: Cast, reports: list[Execution]
) -> None:
    ids = [row.pk for row in reports]
    result = executions_decide(
        actor=cast.scope("controller"), action="accept", execution_ids=[*reversed(ids), ids[0], 999_999]
    )
    assert result.done == ids[:2]
    assert [pk for pk, _why in result.refused] == [ids[2], 999_999]
    assert "Nothing has been handed in" in result.refused[0][1]
    assert [row.state for row in Execution.objects.order_by("pk")] == ["executed", "executed", "issued"]
    rows = trail()
    assert [(row.additional_data["count"], row.actor) for row in rows] == [(2, cast.controller)]


def test_many_reports_are_returned_with_one_remark(cast: Cast, reports: list[Execution]) -> None:
    result = executions_decide(
        actor=cast.scope("controller"),
        action="return",
        execution_ids=[row.pk for row in reports[:2]],
        remark="Нет приказа.",
        empty=True,
    )
    assert len(result.done) == 2
    events = ExecutionEvent.objects.filter(kind="returned")
    assert {(event.text, event.empty) for event in events} == {("Нет приказа.", True)}


def test_a_list_that_nobody_may_decide_is_refused_as_a_whole(cast: Cast, reports: list[Execution]) -> None:
    ids = [row.pk for row in reports]
    for who in ("tomsk_coordinator", "methodologist", "tomsk_minister", "public"):
        refuse(
            NotAllowed,
            lambda who=who: executions_decide(actor=cast.scope(who), action="accept", execution_ids=ids),
        )
    controller = cast.scope("controller")
    for changes in (
        {"action": "cancel", "execution_ids": ids},
        {"action": "return", "execution_ids": ids, "remark": ""},
        {"action": "accept", "execution_ids": []},
        {"action": "accept", "execution_ids": list(range(501))},
    ):
        refuse(InvalidInput, lambda changes=changes: executions_decide(actor=controller, **changes))
    result = executions_decide(actor=controller, action="accept", execution_ids=[ids[2]])
    assert result.done == []
    assert trail() == []

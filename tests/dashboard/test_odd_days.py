"""Days, instants and ids that nobody can mean are refused by name and change nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assignments.models import Execution, ExecutionEvent
from tests.dashboard.office import act_fields, page, text_of

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
YEAR = "Check the year: it must be from 2000 to 2100."
EXTEND = {"new_due": "2026-04-01", "reason": "Праздники."}
RECORD = {"text": "По почте.", "late_reason": "Не работала связь."}


def refused(client: Client, execution: Execution, name: str, **fields: Any) -> str:
    before = ExecutionEvent.objects.count()
    answer = client.post(page(f"execution-{name}", execution.pk), act_fields(execution, **fields))
    assert answer.status_code == 400
    assert ExecutionEvent.objects.count() == before
    return answer.text


@pytest.mark.parametrize("year", ["0001", "1999", "9999"])
def test_an_impossible_year_is_named_in_every_act(as_person: People, execution: Execution, year: str) -> None:
    client = as_person("controller")
    assert YEAR in refused(client, execution, "record", **RECORD, at=f"{year}-01-01T00:00")
    assert YEAR in refused(client, execution, "extend", **EXTEND, requested_on=f"{year}-01-01")
    assert YEAR in refused(client, execution, "extend", new_due=f"{year}-01-01", reason="Праздники.")


def test_a_request_of_tomorrow_is_not_taken_for_one_of_today(as_person: People, execution: Execution) -> None:
    html = refused(as_person("controller"), execution, "extend", **EXTEND, requested_on="2026-03-11")
    assert "A request cannot be dated in the future." in html


def test_an_item_id_that_no_column_holds_is_a_mistake_of_the_filter(as_person: People) -> None:
    for item in (2**63, 10**30):
        text_of(as_person("controller"), f"{page('registry')}?item={item}", status=400)
    text_of(as_person("controller"), f"{page('registry')}?item={2**63 - 1}")

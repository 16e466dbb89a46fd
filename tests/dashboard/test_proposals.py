"""The centre's own decisions on the pages: proposed at the execution, confirmed by another person, listed, counted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from tests.assignments.counter import current
from tests.assignments.desk import Desk
from tests.assignments.pair import WHY, Pair
from tests.cast import Cast
from tests.dashboard.office import TODAY, act_fields, flat, ids_of, key, page, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
FIELDS = {"extend": {"new_due": "2026-04-01", "reason": WHY}, "cancel": {"reason": WHY}}
LIST = "?origin=centre"


@pytest.fixture
def pair(cast: Cast, execution: Execution) -> Pair:
    return Pair(cast, execution)


def propose(client: Client, execution: Execution, act: str = "extend", **changes: Any) -> Any:
    fields = act_fields(execution) | FIELDS[act] | changes
    return client.post(page(f"execution-{act}", execution.pk), fields)


def answer(client: Client, proposal: ExecutionRequest, act: str, **changes: Any) -> Any:
    fields = {"version": current(proposal).version, "submission_key": key()}
    more = {"answer": "Оснований нет."} if act == "refuse" else {}
    return client.post(page(f"request-{act}", proposal.pk), fields | more | changes)


def execution_text(client: Client, execution: Execution) -> str:
    return shown(text_of(client, execution.get_absolute_url()))


@pytest.mark.parametrize("act", FIELDS)
def test_a_decision_is_proposed_on_the_page_and_confirmed_there_by_another_person(
    as_person: People, cast: Cast, execution: Execution, act: str
) -> None:
    first, second = as_person("controller"), as_person("administrator")
    assert "it takes effect when another person of the centre confirms it" in execution_text(first, execution)
    assert propose(first, execution, act).status_code == 302
    own = execution_text(first, execution)
    assert "Withdraw the proposal" in own
    assert "Confirm the" not in own
    other = execution_text(second, execution)
    assert {"extend": "Confirm the extension", "cancel": "Confirm the cancellation"}[act] in other
    proposal = ExecutionRequest.objects.get()
    assert answer(second, proposal, "grant").status_code == 302
    story = execution_text(second, execution)
    assert f"proposed by {cast.controller.get_short_name()}" in story
    assert f"confirmed by {cast.administrator.get_short_name()}" in story


def test_a_region_reads_the_decision_and_not_the_proposal(
    as_person: People, execution: Execution, pair: Pair
) -> None:
    coordinator = as_person("tomsk_coordinator")
    proposal = pair.extend()
    before = execution_text(coordinator, execution)
    assert WHY not in before
    assert "Ask for an extension" in before
    pair.confirm(proposal)
    after = execution_text(coordinator, execution)
    assert WHY in after
    assert "confirmed by a second person" in after
    assert "Контролёров" not in after
    assert as_person("tomsk_coordinator").post(page("request-grant", proposal.pk)).status_code == 404


def test_nobody_confirms_his_own_proposal(as_person: People, pair: Pair) -> None:
    proposal = pair.extend()
    refused = answer(as_person("controller"), proposal, "grant")
    assert (refused.status_code, current(proposal).state) == (403, "open")
    assert "your own proposal" in refused.content.decode()
    assert answer(as_person("administrator"), proposal, "withdraw").status_code == 403
    assert answer(as_person("controller"), proposal, "withdraw").status_code == 302


def test_a_refusal_needs_a_reason_and_stands_in_the_history(
    as_person: People, execution: Execution, pair: Pair
) -> None:
    proposal, client = pair.cancel(), as_person("administrator")
    assert answer(client, proposal, "refuse", answer="").status_code == 400
    assert answer(client, proposal, "refuse").status_code == 302
    text = execution_text(client, execution)
    assert "Proposal refused" in text
    assert "Оснований нет." in text


def test_what_is_refused_comes_back_with_everything_typed(as_person: People, execution: Execution) -> None:
    client = as_person("controller")
    wrong = propose(client, execution, new_due="2026-03-01", reason="Моя причина")
    assert (wrong.status_code, "Моя причина" in wrong.content.decode()) == (400, True)
    propose(client, execution)
    again = propose(as_person("administrator"), execution, reason="Моя причина")
    html = flat(again.content.decode())
    assert (again.status_code, "Моя причина" in html, "already proposed" in html) == (409, True, True)
    assert ExecutionRequest.objects.count() == 1


def test_a_confirmation_over_a_new_report_is_refused_with_its_reason(
    as_person: People, cast: Cast, execution: Execution, pair: Pair
) -> None:
    proposal = pair.cancel()
    Desk(cast, execution).at(11, "submit")
    refused = answer(as_person("administrator"), proposal, "grant", answer="Мой ответ")
    html = flat(refused.content.decode())
    assert (refused.status_code, "Decide on the report first" in html, "Мой ответ" in html) == (
        409,
        True,
        True,
    )


def test_where_the_centre_is_one_person_the_page_decides_at_once(
    as_person: People, execution: Execution, settings: Settings
) -> None:
    settings.SECOND_PERSON_FOR_OWN_DECISIONS = False
    client = as_person("controller")
    assert "another person of the centre confirms" not in execution_text(client, execution)
    assert propose(client, execution).status_code == 302
    assert ExecutionEvent.objects.latest("pk").kind == "extended"


# The list


@pytest.fixture
def proposed(cast: Cast) -> list[ExecutionRequest]:
    """Two of the controller and one of the administrator."""
    rows = [work([cast.tomsk_machines], TODAY)[0] for _turn in range(3)]
    return [
        Pair(cast, rows[0]).extend(),
        Pair(cast, rows[1]).cancel(),
        Pair(cast, rows[2]).cancel("administrator"),
    ]


def test_the_tab_of_the_centre_lists_and_counts_what_the_reader_may_confirm(
    as_person: People, proposed: list[ExecutionRequest]
) -> None:
    client = as_person("administrator")
    html = text_of(client, page("requests") + LIST)
    assert ids_of(html) == [proposal.execution_id for proposal in proposed]
    assert html.count('name="pick"') == 2
    assert "the whole filter: 2 requests" in shown(html)
    assert "From the centre (2)" in shown(html)
    assert "No request waits" in text_of(client, page("requests"))
    home = shown(text_of(client, page("home")))
    assert "2 proposals of colleagues to confirm" in home
    assert "1 proposal of a colleague to confirm" in shown(text_of(as_person("controller"), page("home")))


def test_the_kinds_of_the_filter_are_those_of_the_tab(
    as_person: People, proposed: list[ExecutionRequest]
) -> None:
    html = text_of(as_person("administrator"), f"{page('requests')}{LIST}&kind=cancellation")
    assert ids_of(html) == [proposal.execution_id for proposal in proposed[1:]]
    text_of(as_person("administrator"), f"{page('requests')}{LIST}&kind=not_applicable", 400)
    text_of(as_person("administrator"), f"{page('requests')}?origin=lost", 400)


def test_a_region_finds_no_proposals(as_person: People, proposed: list[ExecutionRequest]) -> None:
    html = text_of(as_person("tomsk_coordinator"), page("requests") + LIST)
    assert ids_of(html) == []
    assert "From the centre" not in html


def test_the_proposals_of_others_are_confirmed_together_after_their_exact_number_was_shown(
    as_person: People, proposed: list[ExecutionRequest]
) -> None:
    client = as_person("administrator")
    chosen = {"action": "grant", "whole": "1", "origin": "centre", "state": "open"}
    confirmation = shown(flat(client.post(page("requests-decide"), chosen).content.decode()))
    assert "Confirm 2 proposals?" in confirmation
    ids = ",".join(str(proposal.pk) for proposal in proposed)
    fields = {"action": "grant", "ids": ids, "key": key(), "confirmed": "1"}
    assert client.post(page("requests-decide"), fields).status_code == 302
    assert [current(proposal).state for proposal in proposed] == ["granted", "granted", "open"]
    result = shown(text_of(client, page("requests-result")))
    assert "Proposals confirmed: 2 of 3" in result
    assert "your own proposal" in result


def test_an_empty_tab_says_what_comes_next(as_person: People, cast: Cast) -> None:
    assert "No proposal waits" in text_of(as_person("controller"), page("requests") + LIST)


def test_a_region_that_asks_for_the_tab_of_the_centre_reads_its_own_requests(
    as_person: People, cast: Cast
) -> None:
    client = as_person("tomsk_coordinator")
    html = text_of(client, page("requests") + LIST)
    assert "second person" not in html
    assert "The region has asked for nothing yet" in html


def test_the_list_makes_the_same_queries_with_more_rows(as_person: People, cast: Cast) -> None:
    def fill(count: int) -> None:
        for _turn in range(count):
            Pair(cast, work([cast.tomsk_machines], TODAY)[0]).extend()

    assert_same_queries(as_person("administrator"), lambda: page("requests") + LIST, fill)

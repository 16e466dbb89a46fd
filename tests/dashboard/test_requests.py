"""Requests on the pages: asked and answered at the execution, listed, answered together, hinted at elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from assignments.models import Execution, ExecutionRequest
from tests.assignments.counter import PROPOSED, REASON, Counter, current
from tests.assignments.desk import Desk, snapshot
from tests.cast import Cast
from tests.dashboard.office import TODAY, act_fields, at_noon, flat, ids_of, key, page, shown, text_of, work
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
SATURDAY, FRIDAY = date(2026, 3, 28), date(2026, 3, 27)


@pytest.fixture
def counter(cast: Cast, execution: Execution) -> Counter:
    return Counter(cast, execution)


def ask(client: Client, execution: Execution, kind: str = "extension", **changes: Any) -> Any:
    fields = {"reason": REASON} | ({"proposed_due": PROPOSED.isoformat()} if kind == "extension" else {})
    return client.post(page(f"execution-ask-{kind}", execution.pk), act_fields(execution) | fields | changes)


def answer(client: Client, request: ExecutionRequest, act: str, **changes: Any) -> Any:
    fields = {"version": current(request).version, "submission_key": key()}
    more = (
        {"granted_due": current(request).proposed_due or "", "answer": "Продлено."} if act == "grant" else {}
    )
    more = more if act != "refuse" else {"answer": "Срок достаточен."}
    return client.post(page(f"request-{act}", request.pk), fields | more | changes)


def execution_text(client: Client, execution: Execution) -> str:
    return shown(text_of(client, execution.get_absolute_url()))


# At the execution


def test_a_coordinator_asks_and_reads_what_waits_with_the_first_due_date(
    as_person: People, execution: Execution
) -> None:
    client = as_person("tomsk_coordinator")
    before = execution_text(client, execution)
    assert "The request is in time" in before
    assert "First due date 20 March 2026" in before
    found = ask(client, execution)
    assert found.status_code == 302
    text = execution_text(client, execution)
    assert "Asks to extend the term until 27 Mar 2026" in text or "until 27.03.2026" in text
    assert text.count(REASON) == 2
    assert "Withdraw the request" in text
    assert "Ask for the extension" not in text


def test_after_the_due_day_the_form_says_that_only_the_centre_can_extend(
    as_person: People, execution: Execution
) -> None:
    with at_noon(23):
        text = execution_text(as_person("tomsk_coordinator"), execution)
    assert "has passed: the request does not move the term by itself" in text


def test_once_a_request_has_moved_the_term_the_next_is_called_a_further_one(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    counter.grant(counter.ask())
    text = execution_text(as_person("tomsk_coordinator"), execution)
    assert "This is a further request" in text
    assert "The centre may extend it by its own decision" in text


def test_a_day_off_comes_back_once_with_the_working_day_before_it(
    as_person: People, execution: Execution
) -> None:
    client = as_person("tomsk_coordinator")
    refused = ask(client, execution, proposed_due=SATURDAY.isoformat())
    html = flat(refused.content.decode())
    assert refused.status_code == 400
    assert "is a day off. The preceding working day is" in html
    assert f'name="instead" value="{FRIDAY.isoformat()}"' in html
    assert 'name="keep_day"' in html
    assert not ExecutionRequest.objects.exists()
    ask(client, execution, proposed_due=SATURDAY.isoformat(), instead=FRIDAY.isoformat())
    assert ExecutionRequest.objects.get().proposed_due == FRIDAY


def test_a_day_off_may_be_kept(as_person: People, execution: Execution) -> None:
    ask(as_person("tomsk_coordinator"), execution, proposed_due=SATURDAY.isoformat(), keep_day="on")
    assert ExecutionRequest.objects.get().proposed_due == SATURDAY


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"proposed_due": "2026-03-20"}, "must be later than the current one"),
        ({"proposed_due": "no day"}, "Write the date like this"),
        ({"proposed_due": "2031-12-30"}, "too far away"),
        ({"instead": "no day"}, "Write the date like this"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(
    as_person: People, execution: Execution, changes: dict[str, Any], words: str
) -> None:
    before = snapshot()
    refused = ask(as_person("tomsk_coordinator"), execution, **({"reason": "Моя причина"} | changes))
    html = flat(refused.content.decode())
    assert (refused.status_code, words in html) == (400, True)
    assert "reason" in changes or "Моя причина" in html
    assert snapshot() == before


def test_a_request_on_an_old_page_keeps_its_text_and_goes_through_the_second_time(
    as_person: People, execution: Execution, desk: Desk
) -> None:
    client = as_person("tomsk_coordinator")
    old = act_fields(execution)
    desk.do("extend", new_due=date(2026, 3, 24))
    refused = client.post(
        page("execution-ask-extension", execution.pk),
        old | {"reason": "Моя причина", "proposed_due": PROPOSED.isoformat()},
    )
    html = flat(refused.content.decode())
    assert (refused.status_code, "Моя причина" in html) == (409, True)
    assert 'name="version" value="2"' in html


def test_a_second_request_of_a_kind_is_refused_and_its_text_is_kept(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    counter.ask()
    refused = ask(as_person("tomsk_coordinator"), execution, reason="Моя причина")
    assert (refused.status_code, "Моя причина" in refused.content.decode()) == (409, True)


def test_a_controller_grants_on_the_page_and_the_first_due_date_stays_on_show(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    request = counter.ask()
    client = as_person("controller")
    assert "Grant the extension" in execution_text(client, execution)
    assert answer(client, request, "grant").status_code == 302
    assert (current(request).state, Execution.objects.get().due_on) == ("granted", PROPOSED)
    text = execution_text(client, execution)
    assert "first due date 20 March 2026" in text
    assert "on the request of" in text


def test_a_late_request_is_granted_only_with_the_box_of_the_own_decision(
    as_person: People, counter: Counter
) -> None:
    request = counter.on(23)
    with at_noon(24):
        client = as_person("controller")
        refused = answer(client, request, "grant")
        assert (refused.status_code, current(request).state) == (400, "open")
        assert 'name="own_decision"' in refused.content.decode()
        assert answer(client, request, "grant", own_decision="on", answer="").status_code == 400
        assert answer(client, request, "grant", own_decision="on").status_code == 302
    assert current(request).event.requested_at is None


def test_granting_that_an_item_is_not_applicable_cancels(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    request = counter.ask("not_applicable")
    client = as_person("controller")
    assert "Cancel the execution as not applicable" in execution_text(client, execution)
    assert answer(client, request, "grant").status_code == 302
    assert Execution.objects.get().state == "cancelled"


def test_a_refusal_stands_in_the_history_without_the_name_of_the_person(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    request = counter.ask()
    assert answer(as_person("controller"), request, "refuse").status_code == 302
    text = execution_text(as_person("tomsk_coordinator"), execution)
    assert "Request refused" in text
    assert "Срок достаточен." in text
    assert "Контролёров" not in text
    assert "Контролёров" in execution_text(as_person("administrator"), execution)


def test_a_region_withdraws_and_may_ask_again(
    as_person: People, execution: Execution, counter: Counter
) -> None:
    request = counter.ask()
    client = as_person("tomsk_coordinator")
    assert answer(client, request, "withdraw").status_code == 302
    text = execution_text(client, execution)
    assert "Request withdrawn" in text
    assert "Ask for the extension" in text


def test_a_lapsed_request_says_so_in_the_history(
    as_person: People, execution: Execution, counter: Counter, desk: Desk
) -> None:
    counter.ask()
    desk.do("cancel")
    assert "Request lapsed: the execution is off control" in execution_text(
        as_person("tomsk_coordinator"), execution
    )


def test_an_answer_after_another_one_keeps_its_text_and_the_same_form_twice_is_one_answer(
    as_person: People, counter: Counter
) -> None:
    request, client = counter.ask(), as_person("controller")
    form = {"version": 1, "submission_key": key(), "answer": "Срок достаточен."}
    first = client.post(page("request-refuse", request.pk), form)
    again = client.post(page("request-refuse", request.pk), form)
    assert (first.status_code, again.status_code, current(request).version) == (302, 302, 2)
    late = answer(as_person("administrator"), request, "grant", answer="Мой ответ")
    html = flat(late.content.decode())
    assert (late.status_code, "Мой ответ" in html, "does not wait for an answer" in html) == (409, True, True)


@pytest.mark.parametrize("who", ["methodologist", "tomsk_minister"])
def test_readers_see_the_request_and_no_form(
    as_person: People, execution: Execution, counter: Counter, who: str
) -> None:
    counter.ask()
    text = execution_text(as_person(who), execution)
    assert REASON in text
    assert not {"Grant the extension", "Withdraw the request", "Ask for an extension"} & {
        words
        for words in ("Grant the extension", "Withdraw the request", "Ask for an extension")
        if words in text
    }


# The list


@pytest.fixture
def asked(cast: Cast) -> list[ExecutionRequest]:
    """Three that wait, asked on the 3rd, 6th and 9th, the second after its due day; one refused."""
    tomsk = work([cast.tomsk_machines], TODAY)[0]
    late = work([cast.omsk_machines], date(2026, 3, 4))[0]
    other = work([cast.tomsk_farming], TODAY)[0]
    refused = work([cast.omsk_machines], TODAY)[0]
    found = [
        Counter(cast, tomsk).on(3),
        Counter(cast, late).on(6),
        Counter(cast, other).on(9, "not_applicable"),
        Counter(cast, refused).on(9),
    ]
    Counter(cast, refused).refuse(found[-1])
    return found


def listed(html: str) -> list[int]:
    return ids_of(html)


def places(requests: list[ExecutionRequest]) -> list[int]:
    return [request.execution_id for request in requests]


def test_the_centre_begins_with_what_waits_oldest_first(
    as_person: People, asked: list[ExecutionRequest]
) -> None:
    html = text_of(as_person("controller"), page("requests"))
    assert listed(html) == places(asked[:3])
    assert "waits 7 days" in shown(html)
    assert "asked after the due date" in shown(html)
    assert listed(text_of(as_person("controller"), page("requests") + "?state=all")) == places(asked)


def test_a_region_follows_its_own_requests_newest_first(
    as_person: People, asked: list[ExecutionRequest]
) -> None:
    html = text_of(as_person("omsk_coordinator"), page("requests"))
    assert listed(html) == places([asked[3], asked[1]])
    assert "Срок достаточен." in html
    assert 'name="pick"' not in html


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("region=70", [0, 2]),
        ("kind=not_applicable", [2]),
        ("state=refused", [3]),
        ("age=2", [0, 1]),
        ("age=5", [0]),
        ("region=55&state=all", [1, 3]),
    ],
)
def test_the_list_is_narrowed(
    as_person: People, asked: list[ExecutionRequest], query: str, numbers: list[int]
) -> None:
    html = text_of(as_person("controller"), f"{page('requests')}?{query}")
    assert listed(html) == places([asked[number] for number in numbers])


def test_a_filter_that_is_none_is_named(as_person: People, asked: list[ExecutionRequest]) -> None:
    html = text_of(as_person("controller"), f"{page('requests')}?state=lost", 400)
    assert "Select a valid choice" in html


def test_empty_lists_say_what_comes_next(as_person: People, cast: Cast) -> None:
    assert "No request waits" in text_of(as_person("controller"), page("requests"))
    assert "asked for nothing yet" in text_of(as_person("tomsk_coordinator"), page("requests"))
    assert "Nothing fits the filter" in text_of(as_person("controller"), f"{page('requests')}?state=granted")


def test_many_are_granted_after_a_confirmation_and_the_rest_stands_with_its_reason(
    as_person: People, asked: list[ExecutionRequest]
) -> None:
    client = as_person("controller")
    chosen = {"action": "grant", "whole": "1", "state": "open", "kind": "extension"}
    confirmation = flat(client.post(page("requests-decide"), chosen).content.decode())
    assert "Grant 2 requests?" in shown(confirmation)
    ids = ",".join(str(request.pk) for request in asked[:2])
    fields = {"action": "grant", "ids": ids, "key": key(), "confirmed": "1", "answer": "Продлено."}
    for _press in range(2):
        assert client.post(page("requests-decide"), fields).status_code == 302
    assert [current(request).state for request in asked[:3]] == ["granted", "open", "open"]
    result = shown(text_of(client, page("requests-result")))
    assert "Requests granted: 1 of 2" in result
    assert "The request came after the due date" in result


def test_many_are_refused_with_one_reason_only(as_person: People, asked: list[ExecutionRequest]) -> None:
    client = as_person("controller")
    ids = ",".join(str(request.pk) for request in asked)
    fields = {"action": "refuse", "ids": ids, "key": key(), "confirmed": "1"}
    assert client.post(page("requests-decide"), fields).status_code == 400
    assert client.post(page("requests-decide"), fields | {"answer": "Нет оснований."}).status_code == 302
    assert {current(request).state for request in asked} == {"refused"}
    assert "Requests refused: 3 of 4" in shown(text_of(client, page("requests-result")))


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "accept"},
        {"action": "grant", "ids": "1;2"},
        {"action": "grant", "whole": "1", "state": "lost"},
    ],
)
def test_a_damaged_list_is_refused(as_person: People, fields: dict[str, str]) -> None:
    assert as_person("controller").post(page("requests-decide"), fields).status_code == 400


def test_nothing_chosen_leads_back(as_person: People) -> None:
    html = as_person("controller").post(page("requests-decide"), {"action": "grant"}).content.decode()
    assert "No request is chosen" in html


# Hints


def test_the_home_and_the_queue_of_a_controller_count_exactly_the_list_behind_them(
    as_person: People, asked: list[ExecutionRequest]
) -> None:
    client = as_person("controller")
    address = f"{page('requests')}?state=open&amp;kind=extension"
    for name in ("home", "review"):
        assert address in text_of(client, page(name))
    figures = shown(text_of(client, page("home")))
    assert "2 requests for extension 1 request “not applicable”" in figures
    assert "Requests for extension: 2" in shown(text_of(client, page("review")))
    assert listed(text_of(client, address.replace("&amp;", "&"))) == places(asked[:2])


def test_a_figure_of_nothing_is_a_nought(as_person: People, cast: Cast) -> None:
    html = shown(text_of(as_person("controller"), page("home")))
    assert "0 requests for extension 0 requests “not applicable”" in html
    assert "Requests for extension: 0" in text_of(as_person("controller"), page("review"))


def test_a_row_of_the_inbox_says_that_an_extension_is_asked_for(
    as_person: People, asked: list[ExecutionRequest]
) -> None:
    text = shown(text_of(as_person("tomsk_coordinator"), page("inbox")))
    assert "is asked for" in text
    assert "asked to cancel as not applicable" in text


def test_the_list_makes_the_same_queries_with_more_rows(as_person: People, cast: Cast) -> None:
    def fill(count: int) -> None:
        for _turn in range(count):
            Counter(cast, work([cast.tomsk_machines], TODAY)[0]).on(9)

    for who in ("controller", "tomsk_coordinator"):
        assert_same_queries(as_person(who), lambda: page("requests"), fill)

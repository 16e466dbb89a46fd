"""Requests of the regions: who asks and answers what, when it counts, and what the log says afterwards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.utils import translation

from assignments.enums import RequestState
from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from assignments.services.requests import requests_decide
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from tests.assignments.builders import DUE, issued_item, put_on_control
from tests.assignments.counter import PROPOSED, REASON, Counter, current
from tests.assignments.desk import NOW, Desk, refuse
from tests.cast import Cast

ON_TIME, LATE = 20, 23
"""Days of March: the due day itself and the Monday after it."""


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.fixture
def execution(cast: Cast) -> Execution:
    return put_on_control([cast.tomsk_machines])[0]


@pytest.fixture
def counter(cast: Cast, execution: Execution) -> Counter:
    return Counter(cast, execution)


def row(counter: Counter) -> Execution:
    return Execution.objects.get(pk=counter.pk)


def last_event(counter: Counter) -> ExecutionEvent:
    return ExecutionEvent.objects.filter(execution=counter.pk).latest("pk")


# Asking


def test_a_coordinator_asks_for_an_extension_and_nothing_moves_yet(counter: Counter, cast: Cast) -> None:
    request = counter.ask()
    assert (request.state, request.reason, request.proposed_due) == ("open", REASON, PROPOSED)
    assert (request.asked_by, request.asked_at) == (cast.tomsk_coordinator, NOW)
    assert (row(counter).due_on, row(counter).version) == (DUE, 1)


@pytest.mark.parametrize("kind", ["extension", "not_applicable"])
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("controller", NotAllowed),
        ("administrator", NotAllowed),
        ("methodologist", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
        ("public", Missing),
    ],
)
def test_only_the_coordinator_of_the_region_asks(
    counter: Counter, kind: str, who: str, error: type[Exception]
) -> None:
    refuse(error, lambda: counter.ask(kind, who))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 5_001}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
        ({"proposed_due": None}, "proposed_due"),
        ({"proposed_due": DUE}, "proposed_due"),
        ({"proposed_due": date(2099, 1, 1)}, "proposed_due"),
        ({"kind": "holiday"}, "kind"),
        ({"version": None}, "version"),
        ({"submission_key": "не ключ"}, "submission_key"),
        ({"kind": "not_applicable"}, "proposed_due"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named(counter: Counter, changes: dict[str, Any], field: str) -> None:
    error = refuse(InvalidInput, lambda: counter.ask(**({"proposed_due": PROPOSED} | changes)))
    assert list(error.errors) == [field]


def test_a_request_on_an_old_page_is_refused_with_the_version_in_force(counter: Counter, cast: Cast) -> None:
    Desk(cast, row(counter)).do("submit")
    assert refuse(StaleVersion, lambda: counter.ask(version=1)).current == 2


def test_one_request_of_a_kind_waits_at_a_time(counter: Counter) -> None:
    counter.ask()
    refuse(ImpossibleStep, counter.ask, match="already waits")
    assert counter.ask("not_applicable").state == "open"


def test_the_database_itself_keeps_one_open_request_of_a_kind(counter: Counter, execution: Execution) -> None:
    counter.ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExecutionRequest.objects.create(
            execution=execution, kind="extension", reason=REASON, proposed_due=PROPOSED, asked_at=NOW
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "refused", "answered_at": NOW},
        {"state": "granted", "answered_at": NOW, "answer": "Да."},
        {"state": "withdrawn"},
        {"state": "open", "answered_at": NOW},
        {"state": "withdrawn", "answered_at": datetime(2026, 3, 1, tzinfo=UTC)},
        {"state": "open", "granted_due": PROPOSED},
        {"proposed_due": None},
        {"kind": "not_applicable"},
    ],
)
def test_the_database_ties_days_and_answers_to_the_state(execution: Execution, wrong: dict[str, Any]) -> None:
    fields = {"kind": "extension", "reason": REASON, "proposed_due": PROPOSED, "asked_at": NOW} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        ExecutionRequest.objects.create(execution=execution, **fields)


@pytest.mark.parametrize("act", ["accept", "cancel"])
def test_nothing_is_asked_about_what_is_off_control(counter: Counter, cast: Cast, act: str) -> None:
    Desk(cast, row(counter)).do(act)
    refuse(ImpossibleStep, counter.ask, match="not on control")


def test_a_form_sent_twice_asks_once(counter: Counter) -> None:
    first = counter.ask(submission_key="form-1")
    assert counter.ask(submission_key="form-1") == first
    assert ExecutionRequest.objects.count() == 1


def test_the_key_of_another_form_is_refused(counter: Counter, cast: Cast) -> None:
    counter.ask(submission_key="form-1")
    other = Counter(cast, put_on_control([cast.tomsk_farming], row(counter).assignment)[0])
    refuse(ImpossibleStep, lambda: other.ask(submission_key="form-1"), match="already sent")


# Granting


def test_a_request_of_the_due_day_counts_even_if_it_is_granted_afterwards(
    counter: Counter, cast: Cast
) -> None:
    request = counter.on(ON_TIME)
    with clock.at(datetime(2026, 3, LATE, 9, tzinfo=UTC)):
        counter.grant(request, answer="Продлено.")
    event, request = last_event(counter), current(request)
    assert (event.kind, event.new_due, event.requested_at) == ("extended", PROPOSED, request.asked_at)
    assert (event.text, event.actor) == ("Продлено.", cast.controller)
    assert (request.state, request.granted_due, request.event) == ("granted", PROPOSED, event)
    assert (request.answered_by, request.version) == (cast.controller, 2)
    assert (row(counter).due_on, row(counter).first_due_on) == (PROPOSED, DUE)


def test_without_words_of_the_centre_the_event_carries_the_reason_of_the_region(counter: Counter) -> None:
    counter.grant(counter.ask())
    assert last_event(counter).text == REASON


def test_the_centre_may_grant_another_day(counter: Counter) -> None:
    request = counter.ask()
    counter.grant(request, granted_due=date(2026, 3, 24))
    assert (current(request).proposed_due, row(counter).due_on) == (PROPOSED, date(2026, 3, 24))


def test_a_request_after_the_due_day_is_granted_only_by_the_centres_own_decision(counter: Counter) -> None:
    request = counter.on(LATE)
    with clock.at(datetime(2026, 3, LATE, 12, tzinfo=UTC)):
        error = refuse(InvalidInput, lambda: counter.grant(request, answer="Продлено."))
        assert list(error.errors) == ["own_decision"]
        assert list(refuse(InvalidInput, lambda: counter.grant(request, own_decision=True)).errors) == [
            "answer"
        ]
        counter.grant(request, own_decision=True, answer="Решение совещания.")
    assert (last_event(counter).requested_at, row(counter).due_on) == (None, PROPOSED)


def test_of_two_requests_the_second_counts_only_by_the_centres_own_decision(counter: Counter) -> None:
    counter.grant(counter.ask())
    further = counter.ask(proposed_due=date(2026, 4, 3))
    error = refuse(InvalidInput, lambda: counter.grant(further))
    assert list(error.errors) == ["own_decision"]
    counter.grant(further, own_decision=True, answer="Решение совещания.")
    assert row(counter).due_on == date(2026, 4, 3)


def test_a_day_that_is_no_later_than_the_present_term_is_refused(counter: Counter) -> None:
    request = counter.ask()
    error = refuse(InvalidInput, lambda: counter.grant(request, granted_due=DUE))
    assert list(error.errors) == ["granted_due"]


def test_granting_that_an_item_is_not_applicable_cancels_the_execution(counter: Counter) -> None:
    request = counter.ask("not_applicable")
    extension = counter.ask()
    counter.grant(request)
    assert (row(counter).state, last_event(counter).kind) == ("cancelled", "cancelled")
    assert (current(request).state, current(request).event) == ("granted", last_event(counter))
    assert current(extension).state == "lapsed"


def test_a_day_has_no_place_in_the_grant_of_a_cancellation(counter: Counter) -> None:
    request = counter.ask("not_applicable")
    error = refuse(InvalidInput, lambda: counter.grant(request, granted_due=PROPOSED))
    assert list(error.errors) == ["granted_due"]


def test_a_grant_may_correct_a_published_month_and_says_why(counter: Counter) -> None:
    request = counter.ask()
    counter.grant(request, answer="По апелляции.", corrects="2026-02")
    assert last_event(counter).corrects == "2026-02"


# Refusing, withdrawing, lapsing


def test_a_refusal_needs_a_reason_and_changes_nothing_in_the_execution(counter: Counter, cast: Cast) -> None:
    request = counter.ask()
    before = Execution.objects.values_list().get(pk=counter.pk)
    assert list(refuse(InvalidInput, lambda: counter.refuse(request, answer=" ")).errors) == ["answer"]
    counter.refuse(request)
    found = current(request)
    assert (found.state, found.answer, found.answered_by) == ("refused", "Срок достаточен.", cast.controller)
    assert Execution.objects.values_list().get(pk=counter.pk) == before
    assert counter.ask().state == "open"


def test_the_region_withdraws_what_it_asked(counter: Counter, cast: Cast) -> None:
    request = counter.ask()
    counter.withdraw(request, "tomsk_deputy")
    assert (current(request).state, current(request).answered_by) == ("withdrawn", cast.tomsk_deputy)


@pytest.mark.parametrize("act", ["accept", "cancel"])
def test_an_execution_that_leaves_control_takes_its_open_requests_with_it(
    counter: Counter, cast: Cast, act: str
) -> None:
    extension, not_applicable = counter.ask(), counter.ask("not_applicable")
    event = Desk(cast, row(counter)).do(act)
    for request in (extension, not_applicable):
        found = current(request)
        assert (found.state, found.answered_at) == ("lapsed", event.recorded_at)
        assert (found.answered_by, found.event, found.version) == (cast.controller, None, 2)


@pytest.mark.parametrize("act", ["grant", "refuse", "withdraw"])
def test_a_request_that_was_ended_is_not_ended_again(counter: Counter, cast: Cast, act: str) -> None:
    request = counter.ask()
    counter.refuse(request)
    assert refuse(StaleVersion, lambda: getattr(counter, act)(request, version=1)).current == 2
    refuse(ImpossibleStep, lambda: getattr(counter, act)(request), match="does not wait")


@pytest.mark.parametrize("act", ["grant", "refuse"])
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("methodologist", NotAllowed),
        ("tomsk_coordinator", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("public", Missing),
    ],
)
def test_only_a_controller_answers(counter: Counter, act: str, who: str, error: type[Exception]) -> None:
    request = counter.ask()
    refuse(error, lambda: getattr(counter, act)(request, who))


@pytest.mark.parametrize(
    ("who", "error"), [("controller", NotAllowed), ("tomsk_minister", NotAllowed), ("chair", Missing)]
)
def test_only_the_region_withdraws(counter: Counter, who: str, error: type[Exception]) -> None:
    request = counter.ask()
    refuse(error, lambda: counter.withdraw(request, who))


@pytest.mark.parametrize("act", ["grant", "refuse", "withdraw"])
def test_an_answer_sent_twice_is_one_answer(counter: Counter, act: str) -> None:
    request = counter.ask()
    first = getattr(counter, act)(request, submission_key="answer-1", version=1)
    events = ExecutionEvent.objects.count()
    again = getattr(counter, act)(request, submission_key="answer-1", version=1)
    assert (again.pk, again.version, ExecutionEvent.objects.count()) == (first.pk, 2, events)


def test_the_key_of_another_answer_is_refused(counter: Counter) -> None:
    first, second = counter.ask(), counter.ask("not_applicable")
    counter.refuse(first, submission_key="answer-1")
    refuse(ImpossibleStep, lambda: counter.refuse(second, submission_key="answer-1"), match="already sent")
    refuse(ImpossibleStep, lambda: counter.grant(first, submission_key="answer-1"), match="already sent")


def test_an_annulled_grant_moves_the_term_back_and_stays_in_the_story(counter: Counter, cast: Cast) -> None:
    request = counter.ask()
    counter.grant(request)
    Desk(cast, row(counter)).do("annul")
    assert (row(counter).due_on, current(request).state) == (DUE, "granted")
    assert counter.grant(counter.ask()).granted_due == PROPOSED


def test_the_trail_names_who_asked_and_who_answered(counter: Counter, cast: Cast) -> None:
    request = counter.ask()
    counter.grant(request)
    asked, granted = LogEntry.objects.get_for_object(request).order_by("pk")
    assert (asked.actor, granted.actor) == (cast.tomsk_coordinator, cast.controller)
    assert granted.changes["state"] == ["open", "granted"]
    assert not {"version", "event", "answer_key"} & set(granted.changes)


# Many at once


@pytest.fixture
def three(cast: Cast) -> list[ExecutionRequest]:
    """Two requests in time and, in the middle, one after the due day."""
    rows = [put_on_control([cast.tomsk_machines], issued_item(str(number)))[0] for number in (1, 2, 3)]
    return [Counter(cast, execution).on(day) for execution, day in zip(rows, (10, LATE, 10), strict=True)]


def decide(cast: Cast, action: str, ids: list[int], who: str = "controller", **changes: Any) -> Any:
    with clock.at(datetime(2026, 3, LATE, 12, tzinfo=UTC)):
        return requests_decide(actor=cast.scope(who), action=action, request_ids=ids, **changes)


def test_many_are_granted_with_one_answer_and_what_does_not_count_is_left_with_its_reason(
    cast: Cast, three: list[ExecutionRequest]
) -> None:
    first, late, last = (request.pk for request in three)
    result = decide(cast, "grant", [last, late, first], answer="Продлено всем.")
    assert sorted(result.done) == [first, last]
    assert [(pk, "came after the due date" in reason) for pk, reason in result.refused] == [(late, True)]
    assert [current(request).state for request in three] == ["granted", "open", "granted"]
    assert current(three[0]).answer == "Продлено всем."
    entry = LogEntry.objects.filter(additional_data__action="requests_grant").get()
    assert (entry.additional_data["count"], entry.actor) == (2, cast.controller)


def test_many_are_refused_with_one_reason(cast: Cast, three: list[ExecutionRequest]) -> None:
    ids = [request.pk for request in three]
    result = decide(cast, "refuse", [*ids, 999_999], answer="Срок достаточен.")
    assert (sorted(result.done), [pk for pk, _reason in result.refused]) == (ids, [999_999])
    assert {current(request).state for request in three} == {RequestState.REFUSED}


@pytest.mark.parametrize(
    ("action", "who", "ids", "error"),
    [
        ("accept", "controller", [1], InvalidInput),
        ("grant", "methodologist", [1], NotAllowed),
        ("grant", "tomsk_coordinator", [1], NotAllowed),
        ("grant", "controller", [], InvalidInput),
        ("grant", "controller", list(range(501)), InvalidInput),
        ("refuse", "controller", [1], InvalidInput),
    ],
)
def test_a_list_of_answers_that_makes_no_sense_is_refused_whole(
    cast: Cast, action: str, who: str, ids: list[int], error: type[Exception]
) -> None:
    refuse(error, lambda: decide(cast, action, ids, who))

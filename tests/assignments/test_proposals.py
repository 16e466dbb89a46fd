"""The centre's own decisions: proposed by one person, confirmed by another, refused, withdrawn, overtaken (§10)."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.conf import settings as portal
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django import Settings

from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from assignments.services.proposals import cancellation_decide, extension_decide
from assignments.services.requests import requests_decide
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Role, Scope
from notifications.models import Notice
from tests.assignments.builders import DUE, issued_item, put_on_control
from tests.assignments.counter import current
from tests.assignments.desk import NOW, Desk, refuse
from tests.assignments.pair import LATER, WHY, Pair
from tests.cast import Cast

ACTS = ("extend", "cancel")


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.fixture
def pair(cast: Cast) -> Pair:
    return Pair(cast, put_on_control([cast.tomsk_machines])[0])


def row(pair: Pair) -> Execution:
    return Execution.objects.get(pk=pair.pk)


def events(pair: Pair) -> list[str]:
    kinds = ExecutionEvent.objects.filter(execution=pair.pk).order_by("pk")
    return list(kinds.values_list("kind", flat=True))


def last_event(pair: Pair) -> ExecutionEvent:
    return ExecutionEvent.objects.filter(execution=pair.pk).latest("pk")


# Proposing


@pytest.mark.parametrize("act", ACTS)
def test_a_proposal_changes_nothing_until_another_person_confirms_it(
    pair: Pair, cast: Cast, act: str
) -> None:
    before = Execution.objects.values_list().get(pk=pair.pk)
    proposal = getattr(pair, act)()
    assert (proposal.origin, proposal.state, proposal.reason) == ("centre", "open", WHY)
    assert (Execution.objects.values_list().get(pk=pair.pk), events(pair)) == (before, ["issued"])
    pair.confirm(proposal)
    event, found = last_event(pair), current(proposal)
    assert (event.text, event.actor, event.requested_at) == (WHY, cast.administrator, None)
    assert (found.state, found.asked_by, found.answered_by, found.event) == (
        "granted",
        cast.controller,
        cast.administrator,
        event,
    )
    after = {"extend": ("issued", LATER), "cancel": ("cancelled", DUE)}[act]
    assert (row(pair).state, row(pair).due_on, row(pair).first_due_on) == (*after, DUE)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_confirms_or_refuses_his_own_proposal(pair: Pair, act: str) -> None:
    proposal = getattr(pair, act)()
    for answer in (pair.grant, pair.refuse):
        refuse(NotAllowed, lambda answer=answer: answer(proposal, "controller"), "your own proposal")


def test_the_database_itself_wants_a_second_person(pair: Pair, cast: Cast) -> None:
    proposal = pair.extend()
    wrong = ExecutionRequest.objects.filter(pk=proposal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.update(state="granted", answered_by=cast.controller, answered_at=NOW, granted_due=LATER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "region", "kind": "cancellation"},
        {"origin": "centre", "kind": "not_applicable"},
        {"origin": "region", "kind": "not_applicable", "corrects": "2026-02"},
        {"origin": "region", "kind": "not_applicable", "requested_at": NOW},
    ],
)
def test_the_database_ties_kinds_and_fields_to_whose_wish_it_is(pair: Pair, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ExecutionRequest.objects.create(execution_id=pair.pk, reason=WHY, asked_at=NOW, **wrong)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("methodologist", NotAllowed),
        ("tomsk_coordinator", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
        ("public", Missing),
    ],
)
def test_only_controllers_and_administrators_propose_and_confirm(
    pair: Pair, act: str, who: str, error: type[Exception]
) -> None:
    refuse(error, lambda: getattr(pair, act)(who))
    proposal = getattr(pair, act)()
    unseen = Missing if who.startswith("tomsk") else error
    refuse(unseen, lambda: pair.confirm(proposal, who))


def test_whoever_coordinates_the_region_neither_proposes_nor_confirms(pair: Pair, cast: Cast) -> None:
    own = Scope(
        user_id=cast.tomsk_coordinator.pk,
        roles=frozenset({Role.CONTROLLER, Role.COORDINATOR}),
        coordinated=frozenset({"70"}),
    )
    fields: dict[str, Any] = {"execution_id": pair.pk, "version": 1, "reason": WHY}
    refuse(NotAllowed, lambda: cancellation_decide(actor=own, **fields))


@pytest.mark.parametrize(
    ("act", "changes", "field"),
    [
        ("extend", {"reason": " "}, "reason"),
        ("cancel", {"reason": ""}, "reason"),
        ("extend", {"new_due": DUE}, "new_due"),
        ("extend", {"new_due": date(2206, 4, 1)}, "new_due"),
        ("extend", {"requested_at": NOW + timedelta(days=1)}, "requested_at"),
        ("cancel", {"corrects": "2027-01"}, "corrects"),
        ("cancel", {"version": None}, "version"),
        ("cancel", {"submission_key": "не ключ"}, "submission_key"),
    ],
)
def test_a_field_that_breaks_a_rule_is_named_when_it_is_proposed(
    pair: Pair, act: str, changes: dict[str, Any], field: str
) -> None:
    error = refuse(InvalidInput, lambda: getattr(pair, act)(**changes))
    assert list(error.errors) == [field]


def test_a_proposal_from_an_old_page_is_refused(pair: Pair, cast: Cast) -> None:
    Desk(cast, row(pair)).do("submit")
    refuse(StaleVersion, lambda: pair.cancel(version=1))


@pytest.mark.parametrize("act", ACTS)
def test_the_same_is_proposed_once_at_a_time(pair: Pair, act: str) -> None:
    getattr(pair, act)()
    refuse(ImpossibleStep, lambda: getattr(pair, act)("administrator"), "already proposed")


@pytest.mark.parametrize(("kind", "act"), [("extension", "extend"), ("not_applicable", "cancel")])
def test_what_the_region_itself_asks_for_is_answered_by_one_person_and_not_proposed(
    pair: Pair, kind: str, act: str
) -> None:
    asked = pair.ask(kind)
    refuse(ImpossibleStep, lambda: getattr(pair, act)(), "answer its request")
    assert pair.grant(asked).state == "granted"


def test_a_region_asks_while_a_proposal_of_the_centre_waits(pair: Pair) -> None:
    pair.extend()
    assert pair.ask().state == "open"


def test_nothing_is_proposed_about_what_is_off_control(pair: Pair, cast: Cast) -> None:
    Desk(cast, row(pair)).do("accept")
    refuse(ImpossibleStep, pair.cancel, "already taken off control")


def test_a_form_sent_twice_proposes_once_and_says_the_same_twice(pair: Pair) -> None:
    first = pair.extend(submission_key="form-1")
    assert pair.extend(submission_key="form-1", version=1) == first
    refuse(ImpossibleStep, lambda: pair.extend(submission_key="form-1", reason="Другое."), "already sent")
    refuse(ImpossibleStep, lambda: pair.cancel(submission_key="form-1"), "already sent")
    assert ExecutionRequest.objects.count() == 1


def test_a_request_that_came_outside_the_portal_needs_a_second_person_too(pair: Pair) -> None:
    asked = NOW - timedelta(days=1)
    proposal = pair.extend(requested_at=asked)
    pair.confirm(proposal)
    assert last_event(pair).requested_at == asked


# Confirming


def test_a_proposal_is_confirmed_as_it_stands_or_not_at_all(pair: Pair) -> None:
    proposal = pair.extend(corrects="2026-02")
    error = refuse(InvalidInput, lambda: pair.confirm(proposal, granted_due=date(2026, 4, 2)))
    assert list(error.errors) == ["granted_due"]
    error = refuse(InvalidInput, lambda: pair.confirm(proposal, corrects="2026-01"))
    assert list(error.errors) == ["corrects"]
    pair.confirm(proposal, granted_due=LATER, answer="Согласен.")
    assert (last_event(pair).corrects, last_event(pair).text) == ("2026-02", WHY)
    assert current(proposal).answer == "Согласен."


def test_a_cancellation_is_not_confirmed_over_a_report_that_came_after_it_was_proposed(
    pair: Pair, cast: Cast
) -> None:
    cancellation, extension = pair.cancel(), pair.extend()
    Desk(cast, row(pair)).at(11, "submit")
    with clock.at(NOW + timedelta(days=2)):
        refuse(ImpossibleStep, lambda: pair.confirm(cancellation), "Decide on the report first")
        pair.confirm(extension)
    assert (row(pair).state, row(pair).due_on) == ("in_review", LATER)


def test_a_report_that_lay_in_review_when_it_was_proposed_does_not_hold_the_cancellation(
    pair: Pair, cast: Cast
) -> None:
    Desk(cast, row(pair)).at(9, "submit")
    pair.confirm(pair.cancel())
    assert row(pair).state == "cancelled"


def test_a_proposal_that_fits_no_more_is_refused_in_words_and_waits(pair: Pair, cast: Cast) -> None:
    proposal = pair.extend()
    Desk(cast, row(pair)).do("extend", new_due=date(2026, 4, 3))
    refuse(ImpossibleStep, lambda: pair.confirm(proposal), "fits the execution no more")
    assert current(proposal).state == "open"


def test_a_confirmed_proposal_is_not_confirmed_again_and_a_form_sent_twice_is_one_answer(pair: Pair) -> None:
    proposal = pair.extend()
    pair.confirm(proposal, submission_key="yes", version=1)
    again = pair.confirm(proposal, submission_key="yes", version=1)
    assert (again.state, events(pair)) == ("granted", ["issued", "extended"])
    refuse(ImpossibleStep, lambda: pair.confirm(proposal), "does not wait")


# Refusing, withdrawing, lapsing


def test_a_second_person_refuses_with_a_reason(pair: Pair, cast: Cast) -> None:
    proposal = pair.cancel()
    assert list(refuse(InvalidInput, lambda: pair.refuse(proposal, "administrator", answer=" ")).errors) == [
        "answer"
    ]
    pair.refuse(proposal, "administrator", answer="Оснований нет.")
    found = current(proposal)
    assert (found.state, found.answer, found.answered_by) == (
        "refused",
        "Оснований нет.",
        cast.administrator,
    )
    assert events(pair) == ["issued"]
    assert pair.cancel().state == "open"


def test_whoever_proposed_withdraws_and_nobody_else(pair: Pair) -> None:
    proposal = pair.extend()
    refuse(NotAllowed, lambda: pair.withdraw(proposal, "administrator"), "by whoever made it")
    refuse(Missing, lambda: pair.withdraw(proposal, "tomsk_coordinator"))
    pair.withdraw(proposal, "controller")
    assert current(proposal).state == "withdrawn"


def test_a_proposal_lapses_with_its_execution(pair: Pair, cast: Cast) -> None:
    proposal = pair.extend()
    Desk(cast, row(pair)).do("accept")
    assert current(proposal).state == "lapsed"


def test_many_proposals_are_confirmed_at_once_but_not_the_own_ones(cast: Cast) -> None:
    pairs = [Pair(cast, put_on_control([cast.tomsk_machines], issued_item(str(n)))[0]) for n in (1, 2, 3)]
    proposals = [pairs[0].extend(), pairs[1].cancel("administrator"), pairs[2].cancel()]
    ids = [proposal.pk for proposal in proposals]
    result = requests_decide(actor=cast.scope("administrator"), action="grant", request_ids=ids)
    assert (result.done, [pk for pk, _reason in result.refused]) == ([ids[0], ids[2]], [ids[1]])
    assert [current(one).state for one in proposals] == ["granted", "open", "granted"]


# Who learns of it


def test_the_other_people_of_the_centre_are_told_and_then_whoever_proposed(pair: Pair, cast: Cast) -> None:
    proposal = pair.extend()
    assert set(Notice.objects.values_list("person", "kind")) == {(cast.administrator.pk, "proposal_waits")}
    pair.confirm(proposal)
    kinds = Notice.objects.exclude(kind="proposal_waits").values_list("person", "kind")
    assert (cast.controller.pk, "proposal_confirmed") in set(kinds)
    assert (cast.tomsk_coordinator.pk, "term_extended") in set(kinds)
    other = pair.cancel()
    pair.refuse(other, "administrator")
    assert Notice.objects.filter(person=cast.controller, kind="proposal_refused").count() == 1


def test_the_trail_names_both_people(pair: Pair, cast: Cast) -> None:
    proposal = pair.cancel()
    pair.confirm(proposal)
    proposed, confirmed = LogEntry.objects.get_for_object(proposal).order_by("pk")
    assert (proposed.actor, confirmed.actor) == (cast.controller, cast.administrator)


# The setting, and the ways around


@pytest.mark.parametrize("act", ACTS)
def test_where_the_centre_is_one_person_the_decision_is_immediate_and_still_needs_a_reason(
    pair: Pair, cast: Cast, settings: Settings, act: str
) -> None:
    settings.SECOND_PERSON_FOR_OWN_DECISIONS = False
    service: Any = {"extend": extension_decide, "cancel": cancellation_decide}[act]
    fields: dict[str, Any] = {"actor": cast.scope("controller"), "execution_id": pair.pk, "version": 1}
    fields |= {"new_due": LATER} if act == "extend" else {}
    assert list(refuse(InvalidInput, lambda: service(reason="", **fields)).errors) == ["reason"]
    assert isinstance(service(reason=WHY, **fields), ExecutionEvent)
    assert ExecutionRequest.objects.count() == 0


def test_production_and_the_demonstration_ask_for_a_second_person() -> None:
    assert portal.SECOND_PERSON_FOR_OWN_DECISIONS is True
    for name in ("demo", "production", "test", "services"):
        text = Path(portal.BASE_DIR, "profportal", "settings", f"{name}.py").read_text(encoding="utf-8")
        assert "SECOND_PERSON_FOR_OWN_DECISIONS" not in text


MAY_APPEND = {
    "assignments/services/executions.py",
    "assignments/services/proposals.py",
    "assignments/services/recalls.py",
    "assignments/services/requests.py",
    "rating/services/objections.py",
}
"""Where an extension or cancellation enters the log: answered requests, confirmed proposals and recalls, decided
appeals."""


def test_no_page_and_no_operation_reaches_the_log_past_the_second_person() -> None:
    callers = set()
    for room in ("assignments", "rating", "dashboard", "profportal", "demo"):
        for path in Path(portal.BASE_DIR, room).rglob("*.py"):
            names = {
                getattr(node, "id", None) or getattr(node, "attr", None)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Name | ast.Attribute)
            }
            if names & {"execution_extend", "execution_cancel", "execution_recall"}:
                callers.add(str(path.relative_to(portal.BASE_DIR)))
    assert callers <= MAY_APPEND


def test_the_due_day_of_an_own_extension_may_have_passed(pair: Pair) -> None:
    with clock.at(datetime(2026, 3, 25, 9, tzinfo=UTC)):
        pair.confirm(pair.extend())
    assert row(pair).due_on == LATER

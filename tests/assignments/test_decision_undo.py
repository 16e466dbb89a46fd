"""A decision on a report is undone for some minutes by one press; afterwards it is annulled with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from assignments.enums import EventKind
from assignments.models import Execution, ExecutionEvent
from assignments.rules import UNDOABLE, undoable_decision
from assignments.services import corrections
from assignments.services.executions import decision_undo, decisions_undo
from assignments.services.log import KeyTaken
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk, refuse
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]


def undo(desk: Desk, event: ExecutionEvent, who: str = "controller", **changes: Any) -> ExecutionEvent:
    return decision_undo(actor=desk.cast.scope(who), execution_id=desk.pk, event_id=event.pk, **changes)


@pytest.fixture
def reported(desk: Desk) -> Desk:
    desk.at(9, "submit")
    return desk


@pytest.mark.parametrize("action", ["accept", "return"])
def test_a_decision_just_made_is_annulled_with_a_reason_that_the_portal_writes(
    reported: Desk, action: str
) -> None:
    before = Execution.objects.values("state", "due_on", "reported_on", "returns").get(pk=reported.pk)
    made = undo(reported, reported.do(action))

    assert (made.kind, made.text) == (EventKind.ANNULLED, "Undone by the reviewer.")
    assert Execution.objects.values("state", "due_on", "reported_on", "returns").get(pk=reported.pk) == before


def test_any_other_controller_undoes_it_too_and_nobody_else(reported: Desk) -> None:
    event = reported.do("accept")
    refuse(NotAllowed, lambda: undo(reported, event, "methodologist"))
    refuse(NotAllowed, lambda: undo(reported, event, "tomsk_coordinator"))
    refuse(Missing, lambda: undo(reported, event, "omsk_coordinator"))

    assert undo(reported, event, "administrator").target_id == event.pk


def test_after_its_minutes_a_decision_is_only_annulled(reported: Desk, settings: Settings) -> None:
    event = reported.do("return")
    with clock.at(NOW + timedelta(minutes=settings.DECISION_UNDO_MINUTES)):
        reported.do("annul", event_id=event.pk)
        reported.do("return")
    last = ExecutionEvent.objects.latest("pk")
    with clock.at(NOW + timedelta(minutes=2 * settings.DECISION_UNDO_MINUTES, seconds=1)):
        refuse(ImpossibleStep, lambda: undo(reported, last), match="within 10 minutes")
        reported.do("annul", event_id=last.pk)


def test_the_last_second_of_its_minutes_still_counts(reported: Desk, settings: Settings) -> None:
    event = reported.do("accept")
    with clock.at(NOW + timedelta(minutes=settings.DECISION_UNDO_MINUTES)):
        undo(reported, event)


def test_what_came_after_a_decision_is_not_undone_blindly(reported: Desk) -> None:
    returned = reported.do("return")
    reported.do("submit", text="Новый отчёт.")
    refuse(ImpossibleStep, lambda: undo(reported, returned), match="Something else has happened since")


def test_a_decision_is_undone_once_and_its_form_twice(reported: Desk) -> None:
    event = reported.do("accept")
    made = undo(reported, event, submission_key="one")

    assert undo(reported, event, submission_key="one") == made
    refuse(ImpossibleStep, lambda: undo(reported, event, submission_key="two"), match="annulled already")
    again = reported.do("accept")
    refuse(KeyTaken, lambda: undo(reported, again, submission_key="one"))


def test_nothing_but_a_decision_on_a_report_is_undone(reported: Desk) -> None:
    report = ExecutionEvent.objects.latest("pk")
    refuse(ImpossibleStep, lambda: undo(reported, report))
    cancelled = reported.do("cancel")
    refuse(ImpossibleStep, lambda: undo(reported, cancelled))


def test_an_event_of_another_execution_is_not_undone(cast: Cast, reported: Desk) -> None:
    other = Desk(cast, put_on_control([cast.omsk_machines], issued_item("2"))[0])
    other.do("submit", "omsk_coordinator")
    event = other.do("accept")
    refuse(InvalidInput, lambda: undo(reported, event), match="no such event")


def test_what_a_decision_corrected_is_corrected_back_by_its_undoing(
    reported: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_known_by", [lambda _at, _due: "2026-02"])
    event = reported.do("return", empty=True)

    assert event.corrects == "2026-02"
    assert undo(reported, event).corrects == "2026-02"


def test_the_undoing_of_an_ordinary_decision_corrects_nothing(
    reported: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_known_by", [lambda _at, _due: "2026-02"])

    assert undo(reported, reported.do("accept")).corrects == ""


def test_many_are_undone_each_for_itself(cast: Cast, reported: Desk) -> None:
    other = Desk(cast, put_on_control([cast.omsk_machines], issued_item("2"))[0])
    other.do("submit", "omsk_coordinator")
    decided = {reported.pk: reported.do("accept").pk, other.pk: other.do("return").pk}
    other.do("submit", "omsk_coordinator")
    result = decisions_undo(actor=cast.scope("controller"), decided=decided)

    assert result.done == [reported.pk]
    assert [pk for pk, _reason in result.refused] == [other.pk]
    assert (reported.row.state, other.row.state) == ("in_review", "in_review")


@pytest.mark.parametrize(("who", "error"), [("methodologist", NotAllowed), ("tomsk_coordinator", NotAllowed)])
def test_many_are_undone_by_controllers_only(reported: Desk, who: str, error: type[Exception]) -> None:
    decided = {reported.pk: reported.do("accept").pk}
    refuse(error, lambda: decisions_undo(actor=reported.cast.scope(who), decided=decided))


def test_nothing_at_all_is_not_undone(cast: Cast) -> None:
    refuse(InvalidInput, lambda: decisions_undo(actor=cast.scope("controller"), decided={}))


KINDS = st.sampled_from([kind for kind in EventKind if kind != EventKind.ANNULLED])


@given(
    kinds=st.lists(KINDS, min_size=1, max_size=8),
    annulled=st.sets(st.integers(1, 8)),
    age=st.integers(0, 30),
)
def test_only_the_last_event_that_counts_may_be_undone_and_only_while_it_is_fresh(
    kinds: list[EventKind], annulled: set[int], age: int
) -> None:
    made = NOW - timedelta(minutes=age)
    events = [
        ExecutionEvent(pk=number, kind=kind, at=made, recorded_at=made)
        for number, kind in enumerate(kinds, 1)
    ]
    voids = [
        ExecutionEvent(pk=100 + number, kind=EventKind.ANNULLED, target_id=number, at=made, recorded_at=made)
        for number in annulled
        if number <= len(kinds)
    ]
    found = undoable_decision([*events, *voids], NOW)
    counting = [event for event in events if event.pk not in annulled and event.kind != EventKind.ISSUED]

    if found is None:
        assert not counting or counting[-1].kind not in UNDOABLE or age > 10
    else:
        assert (found, found.kind in UNDOABLE, age <= 10) == (counting[-1], True, True)

"""A decision on a report is undone for some minutes by one press; afterwards it is annulled with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from assignments.enums import EventKind
from assignments.models import Execution, ExecutionEvent
from assignments.rules import UNDOABLE, undoable_decision
from assignments.services import corrections
from assignments.services.executions import executions_decide
from assignments.services.log import KeyTaken
from assignments.services.undoing import decision_undo, decisions_undo
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from notifications.models import DigestLine, Notice
from notifications.notices import words_of_notice
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.counter import Counter, current
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


def test_the_undoing_of_many_is_one_row_of_the_trail(cast: Cast, reported: Desk) -> None:
    decisions_undo(actor=cast.scope("controller"), decided={reported.pk: reported.do("accept").pk})
    row = LogEntry.objects.get(additional_data__action="decisions_undo")
    assert row.additional_data["count"] == 1


# What was told and what lapsed


@pytest.mark.parametrize("action", ["accept", "return"])
def test_a_decision_that_nobody_has_read_of_is_taken_back_without_a_word(reported: Desk, action: str) -> None:
    undo(reported, reported.do(action))

    assert not Notice.objects.exists()
    assert not DigestLine.objects.exists()


def test_who_has_read_of_a_decision_is_told_that_it_holds_no_more(cast: Cast, reported: Desk) -> None:
    event = reported.do("accept")
    Notice.objects.filter(person=cast.tomsk_deputy).update(read_at=NOW)
    undo(reported, event)

    notices = Notice.objects.filter(person=cast.tomsk_deputy)
    assert [notice.kind for notice in notices] == ["decision_undone", "report_accepted"]
    assert words_of_notice(notices[0].kind, notices[0].data).startswith(
        "The centre took its decision on the report back"
    )
    assert not Notice.objects.filter(person=cast.tomsk_coordinator).exists()


def test_many_undone_are_told_once_to_each_who_was_told_of_many(cast: Cast, reported: Desk) -> None:
    other = Desk(cast, put_on_control([cast.tomsk_farming], issued_item("2"))[0])
    other.do("submit")
    done = executions_decide(
        actor=cast.scope("controller"), action="accept", execution_ids=[reported.pk, other.pk]
    )
    decisions_undo(actor=cast.scope("controller"), decided=dict(zip(done.done, done.events, strict=True)))

    told = Notice.objects.filter(kind="decision_undone")
    assert {notice.person for notice in told} == {cast.tomsk_coordinator, cast.tomsk_deputy}
    assert {notice.data["count"] for notice in told} == {2}


def test_the_second_press_tells_nobody_again(cast: Cast, reported: Desk) -> None:
    event = reported.do("accept")
    Notice.objects.update(read_at=NOW)
    for _time in range(2):
        undo(reported, event, submission_key="one")

    assert Notice.objects.filter(kind="decision_undone").count() == 2


def test_requests_that_lapsed_with_the_decision_alone_wait_again(cast: Cast, desk: Desk) -> None:
    counter = Counter(cast, desk.row)
    withdrawn = counter.ask("not_applicable")
    counter.withdraw(withdrawn)
    asked = counter.ask()
    with clock.at(NOW + timedelta(minutes=1)):
        event = desk.do("accept")
        assert current(asked).state == "lapsed"
        undo(desk, event)

    found = current(asked)
    assert (found.state, found.answered_at, found.answered_by, found.version) == ("open", None, None, 3)
    assert current(withdrawn).state == "withdrawn"


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

"""Every act on an execution: who may, when it is impossible, what it leaves behind."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from assignments.enums import REVIEWERS, TRANSITIONS, AddresseeKind
from assignments.models import ControlRules, Execution, ExecutionEvent
from assignments.policies import allowed_actions, can_act, can_draft, can_issue
from assignments.services.executions import (
    execution_return,
)
from audit.append_only import AppendOnlyError
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion, TooLarge
from common.scope import PUBLIC, SYSTEM, Role, Scope
from tests.assignments.builders import DUE, ISSUED_AT, control_rules, issued_item, put_on_control
from tests.assignments.desk import ACTS, NOW, Desk, refuse, snapshot
from tests.cast import Cast
from tests.files import samples

PEOPLE = (
    "administrator", "controller", "methodologist", "tomsk_coordinator", "tomsk_deputy", "omsk_coordinator",
    "chair", "tomsk_minister", "newcomer", "public",
)  # fmt: skip
READERS = {"methodologist", "tomsk_minister"}
OWN = {"tomsk_coordinator", "tomsk_deputy"}
CENTRE = {"administrator", "controller"}

pytestmark = pytest.mark.usefixtures("march")


# Who


def _expected(action: str, who: str) -> type[Exception] | None:
    allowed = OWN if action == "submit" else CENTRE
    if who in allowed:
        return None
    return NotAllowed if who in READERS | OWN | CENTRE else Missing


@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_an_act_is_open_to_exactly_its_roles(desk: Desk, action: str, who: str) -> None:
    if action in {"return", "annul"}:
        desk.do("submit")
    expected = _expected(action, who)
    if expected is None:
        assert desk.do(action, who).actor == getattr(desk.cast, who)
    else:
        refuse(expected, lambda: desk.do(action, who))


def test_a_person_who_coordinates_the_region_never_decides_on_its_reports(desk: Desk) -> None:
    both = Scope(
        user_id=desk.cast.controller.pk,
        roles=frozenset({Role.CONTROLLER, Role.COORDINATOR}),
        coordinated=frozenset({"70"}),
    )
    desk.do("submit", both)
    refuse(NotAllowed, lambda: desk.do("accept", both))


def test_a_coordinator_hands_in_what_is_addressed_to_himself(cast: Cast) -> None:
    item = issued_item("2", addressee=AddresseeKind.REGIONS)
    desk = Desk(cast, put_on_control([cast.chukotka, cast.tomsk], item)[1])
    desk.do("submit")
    desk.do("accept")
    assert desk.row.state == "executed"
    refuse(Missing, lambda: desk.do("submit", "omsk_coordinator"))


def test_the_buttons_are_those_acts_that_the_services_would_take(cast: Cast, desk: Desk) -> None:
    coordinator, controller = cast.scope("tomsk_coordinator"), cast.scope("controller")
    assert allowed_actions(coordinator, desk.row) == ["submit"]
    assert allowed_actions(controller, desk.row) == ["record", "accept", "extend", "cancel", "annul"]
    desk.do("submit")
    assert allowed_actions(controller, desk.row) == [
        "record",
        "accept",
        "return",
        "extend",
        "cancel",
        "annul",
    ]
    desk.do("accept")
    assert allowed_actions(coordinator, desk.row) == []
    assert allowed_actions(controller, desk.row) == ["record", "annul"]
    for reader in ("methodologist", "tomsk_minister", "public", "chair"):
        assert allowed_actions(cast.scope(reader), desk.row) == []


def test_only_controllers_and_administrators_draft_and_issue(cast: Cast) -> None:
    for who in PEOPLE:
        assert can_draft(cast.scope(who)) is can_issue(cast.scope(who)) is (who in CENTRE)


def test_a_scheduled_job_decides_but_hands_nothing_in(execution: Execution) -> None:
    able = [action for action in TRANSITIONS if can_act(SYSTEM, action, execution)]
    assert able == [action for action, step in TRANSITIONS.items() if step.roles == REVIEWERS]


def test_an_execution_that_does_not_exist_is_missing(desk: Desk) -> None:
    for strange in (0, -1, 10**30):
        refuse(Missing, lambda strange=strange: desk.do("accept", execution_id=strange))


# When


def _issued(_desk: Desk) -> None:
    pass


def _in_review(desk: Desk) -> None:
    desk.do("submit")


def _returned(desk: Desk) -> None:
    desk.do("submit")
    desk.do("return")


def _executed(desk: Desk) -> None:
    desk.do("submit")
    desk.do("accept")


def _cancelled(desk: Desk) -> None:
    desk.do("cancel")


PATHS = {
    "issued": _issued,
    "in_review": _in_review,
    "returned": _returned,
    "executed": _executed,
    "cancelled": _cancelled,
}
SENTENCES = {
    "issued": "Nothing has been handed in yet",
    "returned": "already returned for rework",
    "executed": "already taken off control as executed on 10 Mar",
    "cancelled": "already cancelled on 10 Mar",
}


@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("state", PATHS)
def test_a_step_is_taken_or_refused_by_the_transition_table(desk: Desk, state: str, action: str) -> None:
    PATHS[state](desk)
    assert desk.row.state == state
    if action == "annul":
        return
    if state in TRANSITIONS[action].sources:
        desk.do(action)
    else:
        refuse(ImpossibleStep, lambda: desk.do(action), SENTENCES[state].replace(" ", r"\s"))


# What it leaves


def test_a_report_is_handed_in_with_files_and_dated_by_the_server(desk: Desk, march: Path) -> None:
    event = desk.do(
        "submit",
        text="  Набор\r\nвыполнен.  ",
        files=[samples.upload(samples.PDF, "приказ.pdf"), samples.upload(samples.image("PNG"), "скан.png")],
    )
    assert (event.kind, event.at, event.recorded_at) == ("submitted", NOW, NOW)
    assert event.text == "Набор\nвыполнен."
    assert [row.file.original_name for row in event.evidence.all()] == ["приказ.pdf", "скан.png"]
    row = desk.row
    assert (row.state, row.version, row.reported_on) == ("in_review", 2, date(2026, 3, 10))
    assert row.in_review_since == NOW


def test_a_supplement_moves_no_date(desk: Desk) -> None:
    desk.at(5, "submit")
    desk.at(9, "submit", text="И ещё приказ.")
    row = desk.row
    assert (row.state, row.reported_on, row.version) == ("in_review", date(2026, 3, 5), 3)


def test_acceptance_keeps_the_day_of_the_report(desk: Desk) -> None:
    desk.at(5, "submit")
    desk.at(9, "accept", remark="Принято.")
    row = desk.row
    assert (row.state, row.reported_on) == ("executed", date(2026, 3, 5))
    assert row.closed_at == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_acceptance_without_a_report_is_dated_by_itself(desk: Desk) -> None:
    desk.do("accept")
    assert desk.row.reported_on == date(2026, 3, 10)


def test_a_return_gives_back_the_days_that_the_centre_held_the_report(desk: Desk) -> None:
    desk.at(5, "submit")
    desk.at(9, "return")
    row = desk.row
    assert (row.state, row.returns, row.due_on, row.reported_on) == ("returned", 1, date(2026, 3, 24), None)


def test_an_empty_return_gives_no_days_back(desk: Desk) -> None:
    desk.at(5, "submit")
    desk.at(9, "return", empty=True)
    assert (desk.row.returns, desk.row.due_on) == (1, DUE)


def test_an_extension_moves_the_due_and_keeps_the_first_one(desk: Desk) -> None:
    event = desk.do("extend", requested_at=NOW - timedelta(days=2))
    row = desk.row
    assert (row.due_on, row.first_due_on, row.extensions) == (date(2026, 4, 1), DUE, 1)
    assert (event.new_due, event.requested_at) == (date(2026, 4, 1), NOW - timedelta(days=2))


def test_a_cancellation_closes_without_execution(desk: Desk) -> None:
    desk.do("cancel")
    row = desk.row
    assert (row.state, row.closed_at, row.reported_on) == ("cancelled", NOW, None)


@pytest.mark.parametrize("action", ["submit", "accept", "return", "extend", "cancel"])
def test_an_annulment_restores_what_was_before(desk: Desk, action: str) -> None:
    if action != "submit":
        desk.at(4, "submit")
    before = {name: value for name, value in vars(desk.row).items() if name not in {"_state", "version"}}
    event = desk.do(action)
    desk.do("annul", event_id=event.pk)
    after = {name: value for name, value in vars(desk.row).items() if name not in {"_state", "version"}}
    assert after == before


def test_what_does_not_count_cannot_be_annulled(desk: Desk) -> None:
    issue = ExecutionEvent.objects.get()
    event = desk.do("submit")
    annulment = desk.do("annul", event_id=event.pk)
    for target in (issue, event, annulment):
        refuse(
            ImpossibleStep, lambda target=target: desk.do("annul", event_id=target.pk), "cannot be annulled"
        )


def test_an_event_of_another_execution_is_not_annulled(cast: Cast, desk: Desk) -> None:
    foreign = Desk(cast, put_on_control([cast.omsk_machines], issued_item("2"))[0])
    event = foreign.do("cancel")
    error = refuse(InvalidInput, lambda: desk.do("annul", event_id=event.pk))
    assert set(error.errors) == {"event_id"}


# Versions and double sending


def test_a_stale_version_is_refused_and_says_the_current_one(desk: Desk) -> None:
    desk.do("submit")
    error = refuse(StaleVersion, lambda: desk.do("accept", version=1))
    assert error.current == 2
    refuse(InvalidInput, lambda: desk.do("accept", version=None))


def test_a_form_sent_twice_gives_one_event(desk: Desk) -> None:
    first = desk.do("submit", version=1, submission_key="k1", files=[samples.upload(samples.PDF, "a.pdf")])
    before = snapshot()
    again = desk.do("submit", version=1, submission_key="k1", files=[samples.upload(samples.PDF, "a.pdf")])
    assert again == first
    assert snapshot() == before


def test_a_form_sent_twice_gives_its_first_result_even_after_a_decision(desk: Desk) -> None:
    first = desk.do("submit", submission_key="k1")
    desk.do("accept", submission_key="k2")
    assert desk.do("submit", version=1, submission_key="k1") == first


def test_a_key_of_another_form_is_a_conflict(cast: Cast, desk: Desk) -> None:
    other = Desk(cast, put_on_control([cast.tomsk_farming], issued_item("2"))[0])
    other.do("submit", submission_key="k1")
    error = refuse(ImpossibleStep, lambda: desk.do("submit", submission_key="k1"), "something else")
    assert error.code == "submission_key_used"
    desk.do("submit", submission_key="k2")
    refuse(ImpossibleStep, lambda: desk.do("return", submission_key="k2"))
    refuse(ImpossibleStep, lambda: desk.do("submit", "tomsk_deputy", submission_key="k2"))


# Fields


TOO_LONG = "я" * 20_001
BAD_FIELDS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "a report without text": ("submit", {"text": " \n "}, {"text"}),
    "a report with NUL": ("submit", {"text": "a\x00b"}, {"text"}),
    "a report with broken text": ("submit", {"text": "a\ud800b"}, {"text"}),
    "a report too long": ("submit", {"text": TOO_LONG}, {"text"}),
    "a strange key": ("submit", {"submission_key": "a b"}, {"submission_key"}),
    "a key too long": ("submit", {"submission_key": "a" * 65}, {"submission_key"}),
    "too many files": ("submit", {"files": [None] * 11}, {"files"}),
    "a lying file": ("submit", {"files": [SimpleUploadedFile("a.pdf", samples.EXE)]}, {"files"}),
    "a region that corrects": ("submit", {"corrects": "2026-02"}, {"corrects"}),
    "a return without remark": ("return", {"remark": ""}, {"remark"}),
    "a remark too long": ("return", {"remark": TOO_LONG}, {"remark"}),
    "an acceptance with NUL": ("accept", {"remark": "\x00"}, {"remark"}),
    "a cancellation without reason": ("cancel", {"reason": " "}, {"reason"}),
    "an annulment without reason": ("annul", {"reason": ""}, {"reason"}),
    "an annulment of nothing": ("annul", {"event_id": 10**30}, {"event_id"}),
    "an extension without reason": ("extend", {"reason": ""}, {"reason"}),
    "an extension to the same day": ("extend", {"new_due": DUE}, {"new_due"}),
    "an extension to an earlier day": ("extend", {"new_due": date(2026, 3, 1)}, {"new_due"}),
    "an extension out of this world": ("extend", {"new_due": date(2206, 4, 1)}, {"new_due"}),
    "a request from the future": (
        "extend",
        {"requested_at": NOW + timedelta(seconds=1)},
        {"requested_at"},
    ),
    "a request before the issue": (
        "extend",
        {"requested_at": ISSUED_AT - timedelta(seconds=1)},
        {"requested_at"},
    ),
    "a request without a time zone": (
        "extend",
        {"requested_at": NOW.replace(tzinfo=None)},
        {"requested_at"},
    ),
    "two mistakes at once": (
        "extend",
        {"new_due": DUE, "requested_at": NOW + timedelta(days=1)},
        {"new_due", "requested_at"},
    ),
    "a month that is none": ("accept", {"corrects": "2026-13", "remark": "а"}, {"corrects"}),
    "a month to come": ("accept", {"corrects": "2026-04", "remark": "а"}, {"corrects"}),
    "a correction without a reason": ("accept", {"corrects": "2026-02"}, {"remark"}),
    "a late report without reason": ("record", {"late_reason": ""}, {"late_reason"}),
    "a late report from the future": ("record", {"at": NOW + timedelta(seconds=1)}, {"at"}),
    "a late report from before the issue": ("record", {"at": ISSUED_AT - timedelta(seconds=1)}, {"at"}),
    "a late report without a time zone": ("record", {"at": NOW.replace(tzinfo=None)}, {"at"}),
    "a late report without text": ("record", {"text": ""}, {"text"}),
    "a report with nothing to see": ("submit", {"text": "\u200b\u2060"}, {"text"}),
    "a return with nothing to see": ("return", {"remark": "\u200b"}, {"remark"}),
}


@pytest.mark.parametrize("case", BAD_FIELDS)
def test_a_bad_field_is_named_and_nothing_changes(desk: Desk, march: Path, case: str) -> None:
    action, changes, fields = BAD_FIELDS[case]
    if action == "return":
        desk.do("submit")
    error = refuse(InvalidInput, lambda: desk.do(action, **changes))
    assert set(error.errors) == fields
    assert not [path for path in march.rglob("*") if path.is_file()]


def test_one_bad_file_takes_the_good_ones_with_it(desk: Desk, march: Path, settings: Settings) -> None:
    good = samples.upload(samples.PDF, "a.pdf")
    refuse(
        InvalidInput, lambda: desk.do("submit", files=[good, samples.upload(samples.EXE, "b.pdf")]), "b.pdf"
    )
    settings.MAX_FILE_BYTES = 100
    refuse(TooLarge, lambda: desk.do("submit", files=[good, samples.upload(b"a" * 101, "b.txt")]))
    assert not [path for path in march.rglob("*") if path.is_file()]


def test_a_request_after_the_due_day_needs_the_centres_own_decision(desk: Desk) -> None:
    with clock.at(datetime(2026, 3, 25, 9, tzinfo=UTC)):
        asked = datetime(2026, 3, 20, 21, 0, tzinfo=UTC)  # midnight in Moscow: the day after the due day
        refuse(InvalidInput, lambda: desk.do("extend", requested_at=asked), "own decision")
        desk.do("extend", requested_at=asked - timedelta(seconds=1))
    assert desk.row.due_on == date(2026, 4, 1)


def test_only_as_many_requests_move_the_term_as_the_rules_allow(desk: Desk) -> None:
    desk.do("extend", requested_at=NOW)
    later = {"new_due": date(2026, 4, 20)}
    refuse(InvalidInput, lambda: desk.do("extend", requested_at=NOW, **later), "already moved on request")
    desk.do("extend", **later)
    assert (desk.row.due_on, desk.row.extensions) == (date(2026, 4, 20), 2)
    control_rules(max_request_extensions=2)
    desk.do("extend", requested_at=NOW, new_due=date(2026, 5, 20))
    assert desk.row.extensions == 3


def test_without_control_rules_an_act_says_what_is_missing(desk: Desk) -> None:
    ControlRules.objects.all().delete()
    refuse(ImpossibleStep, lambda: desk.do("submit"), "control rules")


# Late records and corrections


def test_the_centre_records_a_report_that_came_another_way(desk: Desk) -> None:
    came = datetime(2026, 3, 6, 10, tzinfo=UTC)
    event = desk.do("record", at=came, corrects="2026-02", late_reason="Сбой связи.")
    assert (event.at, event.recorded_at) == (came, NOW)
    assert (event.late_reason, event.corrects, event.actor) == (
        "Сбой связи.",
        "2026-02",
        desk.cast.controller,
    )
    assert (desk.row.state, desk.row.reported_on) == ("in_review", date(2026, 3, 6))


def test_an_appeal_may_prove_a_report_earlier_than_the_acceptance(desk: Desk) -> None:
    desk.at(9, "accept")
    assert desk.row.reported_on == date(2026, 3, 9)
    desk.do("record", at=datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert (desk.row.state, desk.row.reported_on) == ("executed", date(2026, 3, 4))
    refuse(InvalidInput, lambda: desk.do("record", at=NOW), "only an earlier report")


@pytest.mark.parametrize("action", ["accept", "return", "extend", "cancel", "annul"])
def test_a_decision_of_the_centre_may_correct_an_earlier_month(desk: Desk, action: str) -> None:
    desk.do("submit")
    changes = {"remark": "По апелляции."} if action == "accept" else {}
    assert desk.do(action, corrects="2026-02", **changes).corrects == "2026-02"


def test_the_log_never_runs_backwards_when_a_clock_does(desk: Desk) -> None:
    desk.do("submit")
    event = desk.at(9, "return")
    assert event.at == NOW
    assert desk.row.state == "returned"


# Append-only


@pytest.mark.parametrize("statement", ["UPDATE {} SET text = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_log(desk: Desk, statement: str) -> None:
    sql = statement.format(ExecutionEvent._meta.db_table)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert ExecutionEvent.objects.get().text == ""


def test_code_cannot_change_the_log(desk: Desk) -> None:
    event = ExecutionEvent.objects.get()
    for act in (event.save, event.delete, ExecutionEvent.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            act()
    with pytest.raises(AppendOnlyError):
        ExecutionEvent.objects.update(text="x")


# Cost


def test_an_act_costs_the_same_whatever_the_length_of_the_log(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope = desk.cast.scope("controller")
    desk.do("submit")
    for version in (2, 12):
        # fetch with lock, log, rules, event in its savepoint, columns, the claim that ends, and telling the region:
        # what, whom, notices, the line of the digest; all inside one savepoint of the test
        with django_assert_num_queries(14):
            execution_return(actor=scope, execution_id=desk.pk, version=version, remark="Ещё.")
        for _again in range(4):
            desk.do("submit")
            desk.do("return")
        desk.do("submit")


def test_the_public_never_reaches_an_execution(desk: Desk) -> None:
    refuse(Missing, lambda: desk.do("submit", PUBLIC))

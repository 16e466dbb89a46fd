"""Two workers, or two people, at one hour, period or recall at the same moment, on PostgreSQL: it happens once."""

from datetime import UTC, datetime, timedelta

import pytest

from assignments.models import (
    Assignment,
    Execution,
    ExecutionEvent,
    IssueSchedule,
    ItemRecall,
    SeriesOccurrence,
)
from assignments.services.executions import execution_submit
from assignments.services.late import late_clusters_add
from assignments.services.occurrences import occurrences_make
from assignments.services.protocols import protocol_issue
from assignments.services.recalls import recall_carry_out, recall_confirm, recall_propose, recall_refuse
from assignments.services.schedules import issue_schedule, issue_unschedule, issues_due
from clusters.models import Cluster
from common import clock
from common.errors import PortalError
from common.scope import Scope
from notifications.models import StaffTask
from tests.assignments import drafts
from tests.assignments.planned import HOUR, WHY, running
from tests.assignments.test_execution_concurrency import consistent, together
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.services


@pytest.fixture
def actor(emptied_after: None, cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def scheduled(actor: Scope) -> IssueSchedule:
    with clock.at(drafts.NOW):
        protocol = drafts.draft(actor)
        drafts.add_item(actor, protocol)
        protocol.refresh_from_db()
        return issue_schedule(actor=actor, protocol_id=protocol.pk, version=protocol.version, at=HOUR)


def test_two_workers_at_one_hour_issue_once(scheduled: IssueSchedule) -> None:
    found = at_once(issues_due, HOUR, people=4)
    assert sorted(found) == [0, 0, 0, 1]
    assert Execution.objects.count() == ExecutionEvent.objects.count() == 4
    assert not StaffTask.objects.exists()


def test_the_clock_and_a_person_issue_once_between_them(actor: Scope, scheduled: IssueSchedule) -> None:
    protocol = scheduled.protocol
    protocol.refresh_from_db()

    def by_hand() -> object:
        with clock.at(HOUR):
            return protocol_issue(actor=actor, protocol_id=protocol.pk, version=protocol.version)

    def by_itself() -> object:
        with clock.at(HOUR):
            return issues_due()

    together(by_hand, by_itself)
    assert Execution.objects.count() == 4
    scheduled.refresh_from_db()
    assert scheduled.state == "done"


def test_an_hour_taken_back_at_the_moment_of_issue_leaves_one_of_both(
    actor: Scope, scheduled: IssueSchedule
) -> None:
    protocol = scheduled.protocol
    protocol.refresh_from_db()

    def back() -> object:
        with clock.at(HOUR):
            return issue_unschedule(actor=actor, protocol_id=protocol.pk, version=protocol.version)

    def by_itself() -> object:
        with clock.at(HOUR):
            return issues_due()

    answered, _issued = together(back, by_itself)
    protocol.refresh_from_db()
    scheduled.refresh_from_db()
    assert (protocol.status, scheduled.state) in {("draft", "withdrawn"), ("issued", "done")}
    assert isinstance(answered, PortalError) == (protocol.status == "issued")


def test_several_workers_make_a_period_once(actor: Scope) -> None:
    with clock.at(drafts.NOW):
        running(actor)
    found = at_once(occurrences_make, datetime(2026, 6, 1, 7, tzinfo=UTC), people=4)
    assert sum(found) == 2
    assert SeriesOccurrence.objects.count() == Assignment.objects.count() == 2
    assert Execution.objects.count() == 8


def test_late_addressees_added_twice_at_once_are_added_once(actor: Scope) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(actor).assignments.get()
    ids = [Cluster.objects.create(code=f"70-01{n}", region_id="70", name=f"Новый {n}").pk for n in range(3)]

    def add() -> int:
        return late_clusters_add(actor=actor, assignment_id=item.pk, cluster_ids=ids).added

    assert sorted(at_once(add, drafts.NOW + timedelta(days=1), people=3)) == [0, 0, 3]
    assert item.executions.count() == 7


def test_of_a_confirmation_and_a_refusal_at_once_one_counts(cast: Cast, actor: Scope) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(actor).assignments.get()
        recall = recall_propose(actor=actor, assignment_id=item.pk, reason=WHY)
    second = cast.scope("administrator")
    answers = together(
        lambda: recall_confirm(actor=second, recall_id=recall.pk, version=1),
        lambda: recall_refuse(actor=second, recall_id=recall.pk, version=1, answer="Рано."),
    )
    assert sum(isinstance(answer, PortalError) for answer in answers) == 1


def test_two_workers_at_one_recall_cancel_each_execution_once(cast: Cast, actor: Scope) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(actor).assignments.get()
        recall = recall_propose(actor=actor, assignment_id=item.pk, reason=WHY)
    second = cast.scope("administrator")
    recall_confirm(actor=second, recall_id=recall.pk, version=1)
    together(*(lambda: recall_carry_out(actor=second, recall_id=recall.pk) for _turn in range(3)))
    recall.refresh_from_db()
    assert (recall.state, recall.cancelled) == ("done", 4)
    assert ExecutionEvent.objects.filter(kind="cancelled").count() == 4
    for execution in item.executions.all():
        consistent(execution)


def test_a_report_handed_in_during_a_recall_is_never_swept_away(cast: Cast, actor: Scope) -> None:
    with clock.at(drafts.NOW):
        item = drafts.issued(actor).assignments.get()
        recall = recall_propose(actor=actor, assignment_id=item.pk, reason=WHY)
    second, execution = cast.scope("administrator"), item.executions.get(cluster__code="70-001")
    recall_confirm(actor=second, recall_id=recall.pk, version=1)
    _done, reported = together(
        lambda: recall_carry_out(actor=second, recall_id=recall.pk),
        lambda: execution_submit(
            actor=cast.scope("tomsk_coordinator"), execution_id=execution.pk, version=1, text="Отчёт."
        ),
    )
    kinds = [event.kind for event in consistent(execution)]
    expected = ["issued", "cancelled"] if isinstance(reported, PortalError) else ["issued", "submitted"]
    assert kinds == expected
    assert ItemRecall.objects.get().state == "done"

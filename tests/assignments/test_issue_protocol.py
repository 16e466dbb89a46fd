"""Issue: one execution per addressee, once, in one transaction."""

import threading
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from assignments.enums import EventKind, ExecutionState
from assignments.fold import Event, fold
from assignments.models import Execution, ExecutionEvent, Protocol
from assignments.selectors import fold_rules
from assignments.services import protocols
from assignments.services.late import late_cluster_add
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import Scope
from tests.assignments import drafts
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


def test_every_addressed_cluster_gets_its_own_execution(actor: Scope) -> None:
    protocol = drafts.issued(actor, {"weight": 3, "audience": {"cohorts": [2023]}}, {})
    codes = Execution.objects.order_by("code").values_list("code", flat=True)
    assert list(codes) == [
        *(f"{protocol.pk}-01@{code}" for code in ("55-001", "70-001")),
        *(f"{protocol.pk}-02@{code}" for code in ("55-001", "55-002", "70-001", "70-002")),
    ]
    first = Execution.objects.get(code=f"{protocol.pk}-01@70-001")
    assert (first.weight, first.region_id, first.cluster.code) == (3, "70", "70-001")
    assert (first.state, first.version, first.returns, first.extensions) == (ExecutionState.ISSUED, 1, 0, 0)
    assert first.due_on == first.first_due_on == drafts.DUE
    assert first.issued_at == protocol.issued_at == drafts.NOW


def test_coordinators_are_addressed_without_a_cluster(actor: Scope) -> None:
    protocol = drafts.issued(actor, {"addressee": "regions"})
    rows = list(Execution.objects.order_by("code").values_list("code", "region_id", "cluster_id"))
    assert rows == [(f"{protocol.pk}-01@region-{code}", code, None) for code in ("55", "70", "87")]
    assert not Execution.objects.rated().exists()


def test_the_columns_of_an_execution_are_the_fold_of_its_log(actor: Scope) -> None:
    drafts.issued(actor, {"due_on": drafts.TODAY}, {})
    for execution in Execution.objects.select_related("assignment"):
        (event,) = execution.events.all()
        assert (event.kind, event.text, event.due) == (EventKind.ISSUED, "", None)
        assert event.at == event.recorded_at == drafts.NOW
        assert event.actor_id == actor.user_id
        log = [Event(event.pk, event.kind, event.at, event.recorded_at)]
        state = fold(log, execution.assignment.due_on, fold_rules())
        assert (execution.state, execution.due_on, execution.issued_at) == (
            state.state, state.due, state.issued_at,
        )  # fmt: skip


def test_nobody_is_overdue_at_birth(actor: Scope) -> None:
    drafts.issued(actor, {"due_on": drafts.TODAY})
    assert set(Execution.objects.values_list("due_on", flat=True)) == {drafts.TODAY + timedelta(days=1)}


def test_events_are_appended_in_the_order_of_the_executions(actor: Scope) -> None:
    drafts.issued(actor, {}, {"addressee": "regions"})
    pairs = ExecutionEvent.objects.order_by("pk").values_list("execution_id", flat=True)
    assert list(pairs) == sorted(pairs)
    assert len(pairs) == 7


def test_the_second_press_creates_none_and_repeats_the_first_answer(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    first = protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2)
    late = Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    item = protocol.assignments.get()
    with clock.at(drafts.NOW + timedelta(minutes=1)):
        late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=late.pk)
        second = protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2)
    assert (first.executions, first.repeated) == (4, False)
    assert (second.executions, second.repeated) == (4, True)
    assert Execution.objects.count() == ExecutionEvent.objects.count() == 5


def test_issuing_once_more_from_the_issued_page_is_impossible(actor: Scope) -> None:
    protocol = drafts.issued(actor)
    for version in (protocol.version, None, 1):
        with pytest.raises(ImpossibleStep):
            protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=version)
    assert Execution.objects.count() == 4


def test_a_draft_that_changed_since_it_was_read_is_not_issued(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    drafts.add_item(actor, protocol)
    with pytest.raises(StaleVersion):
        protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2)
    assert not Execution.objects.exists()


@pytest.mark.parametrize("person", ["methodologist"])
def test_readers_of_the_centre_do_not_issue(cast: Cast, actor: Scope, person: str) -> None:
    protocol = drafts.draft(actor)
    with pytest.raises(NotAllowed):
        protocols.protocol_issue(actor=cast.scope(person), protocol_id=protocol.pk, version=1)


def test_an_item_addressed_to_nobody_is_named_and_nothing_is_issued(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="1")
    drafts.add_item(actor, protocol, number="3.2", audience={"regions": ["87"]})
    with pytest.raises(InvalidInput, match=r"3\.2"):
        protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=3)
    assert not Execution.objects.exists()
    assert Protocol.objects.get().is_draft
    assert list(protocol.assignments.values_list("code", flat=True)) == [None, None]


def test_a_term_that_passed_while_the_draft_lay_is_named(actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol, number="2.1", due_on=date(2026, 4, 16))
    with clock.at(drafts.NOW + timedelta(days=2)), pytest.raises(InvalidInput, match=r"2\.1"):
        protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2)


@pytest.mark.usefixtures("actor")
def test_a_protocol_without_items_or_of_a_coming_meeting_is_not_issued(actor: Scope) -> None:
    empty = drafts.draft(actor)
    with pytest.raises(InvalidInput):
        protocols.protocol_issue(actor=actor, protocol_id=empty.pk, version=1)
    coming = drafts.draft(actor, held_on=drafts.TODAY + timedelta(days=7))
    drafts.add_item(actor, coming)
    with pytest.raises(InvalidInput):
        protocols.protocol_issue(actor=actor, protocol_id=coming.pk, version=2)


def test_a_portal_without_control_rules_says_so(cast: Cast) -> None:
    scope = cast.scope("controller")
    protocol = drafts.draft(scope)
    drafts.add_item(scope, protocol)
    with pytest.raises(ImpossibleStep):
        protocols.protocol_issue(actor=scope, protocol_id=protocol.pk, version=2)


def test_the_audience_is_read_on_the_day_of_issue(cast: Cast, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    Cluster.objects.filter(pk=cast.nameless.pk).update(closed_on=drafts.TODAY)
    assert protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2).executions == 3


def test_a_bulk_issue_is_one_row_of_the_audit_trail_with_its_count(actor: Scope) -> None:
    drafts.issued(actor)
    rows = [
        row for row in LogEntry.objects.all() if (row.additional_data or {}).get("action") == "protocol_issue"
    ]
    assert [row.additional_data["count"] for row in rows] == [4]
    assert not LogEntry.objects.filter(content_type__model__in=("execution", "executionevent")).exists()


def test_the_weight_and_the_region_are_frozen_at_issue(cast: Cast, actor: Scope) -> None:
    drafts.issued(actor, {"weight": 2, "audience": {"clusters": ["70-001"]}})
    Cluster.objects.filter(pk=cast.tomsk_machines.pk).update(region=cast.omsk)
    execution = Execution.objects.get()
    assert (execution.weight, execution.region_id) == (2, "70")


def _many_clusters(count: int) -> None:
    Cluster.objects.bulk_create(
        Cluster(code=f"70-9{n:04d}", region_id="70", name=f"Кластер {n}", name_key=f"кластер {n:04d}")
        for n in range(count)
    )


def test_hundreds_of_clusters_cost_no_more_statements_than_one(actor: Scope) -> None:
    small = drafts.draft(actor, number="1")
    drafts.add_item(actor, small, audience={"clusters": ["70-001"]})
    with CaptureQueriesContext(connection) as few:
        protocols.protocol_issue(actor=actor, protocol_id=small.pk, version=2)
    _many_clusters(300)
    large = drafts.draft(actor, number="2")
    drafts.add_item(actor, large)
    with CaptureQueriesContext(connection) as many:
        result = protocols.protocol_issue(actor=actor, protocol_id=large.pk, version=2)
    assert result.executions == 304
    assert len(many) == len(few)
    counted = Execution.objects.filter(assignment__protocol=large).annotate(n=Count("events"))
    assert set(counted.values_list("n", flat=True)) == {1}


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_two_presses_at_once_issue_once(cast: Cast) -> None:
    actor = cast.scope("controller")
    drafts.load_rules()
    protocol = drafts.draft(actor)
    drafts.add_item(actor, protocol)
    start = threading.Barrier(2)
    results: list[protocols.IssueResult] = []

    def press() -> None:
        start.wait(timeout=10)
        try:
            with clock.at(drafts.NOW):
                results.append(protocols.protocol_issue(actor=actor, protocol_id=protocol.pk, version=2))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _press in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted((result.executions, result.repeated) for result in results) == [(4, False), (4, True)]
    assert Execution.objects.count() == ExecutionEvent.objects.count() == 4


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
def test_the_same_draft_created_twice_at_once_is_one_row(cast: Cast) -> None:
    actor = cast.scope("controller")
    start = threading.Barrier(2)
    failures: list[InvalidInput] = []

    def press() -> None:
        start.wait(timeout=10)
        try:
            with clock.at(drafts.NOW):
                drafts.draft(actor)
        except InvalidInput as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _press in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Protocol.objects.count() == 1
    assert all(list(failure.errors) == ["number"] for failure in failures)


# Late clusters


def test_a_late_cluster_joins_an_issued_item(actor: Scope) -> None:
    protocol = drafts.issued(actor, {"weight": 2})
    item = protocol.assignments.get()
    late = Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    then = drafts.NOW + timedelta(days=10)
    with clock.at(then):
        execution = late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=late.pk)
    assert execution.code == f"{item.code}@87-001"
    assert (execution.weight, execution.region_id, execution.due_on) == (2, "87", drafts.DUE)
    (event,) = execution.events.all()
    assert (event.kind, event.at, event.recorded_at, event.due) == (EventKind.ISSUED, then, then, None)
    assert execution.issued_at == then


def test_a_cluster_that_joins_after_the_term_gets_at_least_the_next_day(actor: Scope) -> None:
    item = drafts.issued(actor).assignments.get()
    late = Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    with clock.at(drafts.NOW + timedelta(days=100)):
        execution = late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=late.pk)
        assert execution.due_on == clock.today() + timedelta(days=1)


def test_a_late_cluster_may_have_a_term_of_its_own(actor: Scope) -> None:
    item = drafts.issued(actor).assignments.get()
    late = Cluster.objects.create(code="87-001", region_id="87", name="Северный")
    with pytest.raises(InvalidInput) as refused:
        late_cluster_add(
            actor=actor, assignment_id=item.pk, cluster_id=late.pk, due=drafts.TODAY - timedelta(days=1)
        )
    assert list(refused.value.errors) == ["due"]
    execution = late_cluster_add(
        actor=actor, assignment_id=item.pk, cluster_id=late.pk, due=date(2026, 6, 30)
    )
    assert execution.due_on == execution.first_due_on == execution.events.get().due == date(2026, 6, 30)


def test_a_cluster_is_addressed_by_an_item_only_once(cast: Cast, actor: Scope) -> None:
    item = drafts.issued(actor).assignments.get()
    with pytest.raises(InvalidInput) as refused:
        late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=cast.nameless.pk)
    assert list(refused.value.errors) == ["cluster"]
    assert Execution.objects.count() == 4


def test_a_cluster_that_left_the_project_does_not_join(actor: Scope) -> None:
    item = drafts.issued(actor).assignments.get()
    gone = Cluster.objects.create(code="87-001", region_id="87", closed_on=drafts.TODAY)
    with pytest.raises(InvalidInput):
        late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=gone.pk)


def test_clusters_join_only_issued_items_of_clusters(cast: Cast, actor: Scope) -> None:
    protocol = drafts.draft(actor)
    item = drafts.add_item(actor, protocol, audience={"clusters": ["70-001"]})
    with pytest.raises(ImpossibleStep):
        late_cluster_add(actor=actor, assignment_id=item.pk, cluster_id=cast.nameless.pk)
    of_regions = drafts.issued(actor, {"addressee": "regions"}, number="15").assignments.get()
    with pytest.raises(ImpossibleStep):
        late_cluster_add(actor=actor, assignment_id=of_regions.pk, cluster_id=cast.nameless.pk)


@pytest.mark.parametrize("person", ["methodologist", "tomsk_coordinator", "tomsk_minister"])
def test_readers_do_not_add_clusters(cast: Cast, actor: Scope, person: str) -> None:
    item = drafts.issued(actor, {"audience": {"regions": ["70"]}}).assignments.get()
    with pytest.raises(NotAllowed):
        late_cluster_add(actor=cast.scope(person), assignment_id=item.pk, cluster_id=cast.nameless.pk)

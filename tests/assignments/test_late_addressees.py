"""Who fits the rule of an issued item by now: all of them put on control in one act."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.test import Client

from assignments.models import Assignment, Execution, ExecutionEvent
from assignments.services.late import late_clusters_add
from clusters.models import Association, AssociationMember, Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import Scope
from notifications.models import Notice
from tests.assignments import drafts
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("wednesday")
LATER = drafts.NOW + timedelta(days=7)


@pytest.fixture
def actor(cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


@pytest.fixture
def item(actor: Scope) -> Assignment:
    found: Assignment = drafts.issued(actor).assignments.get()
    return found


def new_clusters(*codes: str) -> list[Cluster]:
    return [Cluster.objects.create(code=code, region_id=code[:2], name=f"Новый {code}") for code in codes]


def add(actor: Scope, item: Assignment, clusters: list[Cluster], due: date | None = None) -> tuple[int, int]:
    with clock.at(LATER):
        result = late_clusters_add(
            actor=actor, assignment_id=item.pk, cluster_ids=[row.pk for row in clusters], due=due
        )
    return result.added, result.before


def test_all_ticked_are_put_on_control_with_one_row_of_the_trail(
    cast: Cast, actor: Scope, item: Assignment
) -> None:
    clusters = new_clusters("70-010", "70-011", "87-001")
    assert add(actor, item, clusters) == (3, 0)
    made = Execution.objects.filter(issued_at=LATER)
    assert set(made.values_list("due_on", "state", "region")) == {
        (drafts.DUE, "issued", "70"), (drafts.DUE, "issued", "87"),
    }  # fmt: skip
    events = ExecutionEvent.objects.filter(execution__in=made)
    assert set(events.values_list("kind", "actor", "recorded_at")) == {("issued", actor.user_id, LATER)}
    row = LogEntry.objects.get(additional_data__action="late_clusters_add")
    assert row.additional_data["count"] == 3
    told = Notice.objects.filter(person=cast.tomsk_coordinator).latest("pk")
    assert told.data["count"] == 2


def test_the_page_sent_twice_adds_once(actor: Scope, item: Assignment) -> None:
    clusters = new_clusters("70-010", "70-011")
    add(actor, item, clusters[:1])
    assert add(actor, item, clusters) == (1, 1)
    assert add(actor, item, clusters) == (0, 2)
    assert item.executions.count() == 6


def test_they_may_have_a_term_of_their_own(actor: Scope, item: Assignment) -> None:
    clusters = new_clusters("70-010")
    with pytest.raises(InvalidInput):
        add(actor, item, clusters, due=drafts.TODAY)
    add(actor, item, clusters, due=date(2026, 6, 30))
    execution = item.executions.get(cluster=clusters[0])
    assert (execution.due_on, execution.events.get().due) == (date(2026, 6, 30), date(2026, 6, 30))


def test_after_the_term_they_get_at_least_the_next_day(actor: Scope, item: Assignment) -> None:
    (cluster,) = new_clusters("70-010")
    with clock.at(drafts.NOW + timedelta(days=60)):
        late_clusters_add(actor=actor, assignment_id=item.pk, cluster_ids=[cluster.pk])
    assert item.executions.get(cluster=cluster).due_on == drafts.TODAY + timedelta(days=61)


def test_who_joined_an_association_fits_by_now(cast: Cast, actor: Scope) -> None:
    association = Association.objects.create(slug="late", name_ru="Новая", name_en="New")
    AssociationMember.objects.create(
        association=association, cluster=cast.tomsk_machines, starts_on=drafts.TODAY
    )
    item = drafts.issued(actor, {"audience": {"associations": ["late"]}}).assignments.get()
    AssociationMember.objects.create(
        association=association, cluster=cast.omsk_machines, starts_on=drafts.TODAY + timedelta(days=3)
    )
    assert add(actor, item, [cast.omsk_machines]) == (1, 0)


def test_who_does_not_fit_is_refused_and_nobody_is_added(actor: Scope, item: Assignment) -> None:
    fits, gone = new_clusters("70-010", "70-011")
    gone.closed_on = drafts.TODAY
    gone.save()
    with pytest.raises(InvalidInput):
        add(actor, item, [fits, gone])
    with pytest.raises(InvalidInput):
        add(actor, item, [])
    assert item.executions.count() == 4


def test_readers_and_drafts_and_coordinators_get_none(cast: Cast, actor: Scope, item: Assignment) -> None:
    clusters = new_clusters("70-010")
    with pytest.raises(NotAllowed):
        add(cast.scope("methodologist"), item, clusters)
    draft = drafts.draft(actor, number="15")
    with pytest.raises(ImpossibleStep):
        add(actor, drafts.add_item(actor, draft), clusters)
    of_regions = drafts.issued(actor, {"addressee": "regions"}, number="16").assignments.get()
    with pytest.raises(ImpossibleStep):
        add(actor, of_regions, clusters)


def test_the_page_lists_who_fits_all_ticked_and_adds_those_left(
    as_person: Callable[[str], Client], actor: Scope, item: Assignment
) -> None:
    first, second = new_clusters("70-010", "70-011")
    page = f"/protocols/{item.protocol_id}/items/{item.pk}/late-addressees/"
    client = as_person("controller")
    assert page in client.get(f"/protocols/{item.protocol_id}/").content.decode()
    shown = client.get(page)
    assert [row.pk for row in shown.context["card"].clusters] == [first.pk, second.pk]
    assert shown.content.decode().count("checked") == 2
    assert client.post(page, {"clusters": []}).status_code == 400
    assert client.post(page, {"clusters": ["x"]}).status_code == 400
    assert client.post(page, {"clusters": [999_999]}).status_code == 400
    assert client.post(page, {"clusters": [first.pk], "due": ""}).status_code == 302
    assert [row.pk for row in client.get(page).context["card"].clusters] == [second.pk]
    assert client.post(page, {"clusters": [first.pk, second.pk], "due": ""}).status_code == 302
    assert "Добавить кластер" in client.get(page).content.decode()

"""What stages rest on: executions of their process, accepted values of their indicator; clusters without a plan."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.enums import ProcessKind
from clusters.models import Cluster
from common.scope import SYSTEM
from cyclogram.enums import ClosingRule, Direction, Level, NotLaid, PlanState
from cyclogram.facts import Course
from cyclogram.models import ClusterStage, PlanStage
from cyclogram.selectors.links import courses, linked_executions, linked_facts, stages_with_plan
from cyclogram.selectors.unlaid import unlaid_clusters, unlaid_count
from tests.assignments.builders import ISSUED_AT
from tests.cast import Cast
from tests.cyclogram.builders import (
    accepted,
    cluster_stage,
    executed,
    executions_of,
    indicator,
    plan,
    plan_stage,
    process,
    value,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 1)
ISSUED_ON = ISSUED_AT.date()
REPORTED_ON = date(2026, 3, 18)


def course(stage: ClusterStage) -> Course:
    return courses(SYSTEM, [stage], TODAY)[stage.pk]


def headcount_stage(cast: Cast, cohort: int) -> PlanStage:
    return plan_stage(plan(cohort), process=cast.headcount, kind=ProcessKind.CROSS_CUTTING)


def test_a_stage_is_closed_by_its_linked_assignments_when_all_are_executed(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    assert course(stage) == Course()
    [first, *_others] = executions_of(stage.process, cast.tomsk_machines, cast.omsk_machines)
    [second] = executions_of(stage.process, cast.tomsk_machines, number="2")

    executed(first, ISSUED_ON)
    assert course(stage) == Course(ISSUED_ON, None)
    executed(second, REPORTED_ON)
    assert course(stage) == Course(ISSUED_ON, REPORTED_ON)


def test_only_executions_of_the_cluster_and_of_the_process_belong_to_the_stage(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    [own, _foreign] = executions_of(stage.process, cast.tomsk_machines, cast.tomsk_farming)
    executions_of(process("equipment"), cast.tomsk_machines, number="2")

    assert list(linked_executions(SYSTEM, stage)) == [own]
    assert list(linked_executions(cast.scope("tomsk_coordinator"), stage)) == [own]
    for stranger in ("omsk_coordinator", "chair"):
        assert not linked_executions(cast.scope(stranger), stage).exists()
        assert not linked_facts(cast.scope(stranger), [stage])


def test_a_late_execution_belongs_to_a_first_year_step_but_not_to_a_process_of_every_year(cast: Cast) -> None:
    step = cluster_stage(cast.tomsk_machines)
    running = cluster_stage(cast.tomsk_machines, headcount_stage(cast, 2024))
    of_this_year = cluster_stage(cast.tomsk_farming, headcount_stage(cast, 2026))
    executions_of(step.process, cast.tomsk_machines)
    executions_of(cast.headcount, cast.tomsk_machines, cast.tomsk_farming, number="2")

    found = linked_facts(SYSTEM, [step, running, of_this_year])
    assert set(found) == {step.pk, of_this_year.pk}
    assert [linked_executions(SYSTEM, each).count() for each in (step, running, of_this_year)] == [1, 0, 1]


def test_facts_of_many_stages_are_two_queries(cast: Cast) -> None:
    counted = indicator(Level.CLUSTER)
    of = plan_stage(closing=ClosingRule.INDICATOR, indicator=counted)
    clusters = (cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines)
    for cluster in clusters:
        cluster_stage(cluster, of)
        accepted(counted, cluster, planned=100)
    executions_of(of.process, *clusters)

    stages = stages_with_plan(ClusterStage.objects.all())
    with CaptureQueriesContext(connection) as asked:
        found = courses(SYSTEM, stages, TODAY)
    assert {said.done_on for said in found.values()} == {date(2023, 10, 1)}
    assert len(asked) == 2


@pytest.mark.parametrize("level", list(Level))
def test_an_indicator_closes_its_stage_by_the_newest_accepted_value_of_the_year(
    cast: Cast, level: Level
) -> None:
    counted = indicator(level, direction=Direction.DOWN)
    stage = cluster_stage(cast.tomsk_machines, plan_stage(closing=ClosingRule.INDICATOR, indicator=counted))
    own, foreign = (
        (cast.tomsk, cast.omsk) if level == Level.REGION else (cast.tomsk_machines, cast.omsk_machines)
    )
    for day in (date(2023, 4, 1), date(2023, 12, 31)):
        accepted(counted, foreign, day, planned=10, actual=5)
    value(counted, own, date(2023, 4, 1), planned=10, actual=5)
    accepted(counted, own, date(2024, 1, 1), planned=10, actual=5)
    assert course(stage) == Course()

    accepted(counted, own, date(2023, 5, 1), planned=10, actual=8)
    assert course(stage).done_on == date(2023, 5, 1)
    accepted(counted, own, date(2023, 6, 1), planned=10, actual=12)
    assert course(stage).done_on is None


def test_clusters_without_a_plan_are_listed_with_the_reason(cast: Cast) -> None:
    of_2023, of_2024 = plan_stage(plan(2023)), plan_stage(plan(2024))
    plan(2025, PlanState.DRAFT)
    cluster_stage(cast.tomsk_machines, of_2023)
    cluster_stage(cast.omsk_machines, of_2024)
    without_plan = Cluster.objects.create(code="70-003", region=cast.tomsk, cohort_year=2025)
    Cluster.objects.create(code="70-004", region=cast.tomsk, closed_on=TODAY)

    with CaptureQueriesContext(connection) as asked:
        found = {each.cluster: each.reason for each in unlaid_clusters(Cluster.objects.all())}
    assert found == {
        cast.nameless: NotLaid.NO_COHORT,
        without_plan: NotLaid.NO_PLAN,
        cast.tomsk_farming: NotLaid.NOT_YET,
        cast.omsk_machines: NotLaid.OTHER_PLAN,
    }
    assert len(asked) == 1
    assert unlaid_count(Cluster.objects.all()) == len(found)

"""Stages follow the facts: begun, closed and opened again without a person, and never against one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import clock
from cyclogram.enums import ClosingRule
from cyclogram.models import ClusterStage
from cyclogram.services.following import stages_follow
from cyclogram.tasks import follow_stages
from tests.assignments.builders import ISSUED_AT
from tests.cast import Cast
from tests.cyclogram.builders import (
    cluster_stage,
    executed,
    executions_of,
    plan,
    plan_stage,
    process,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
REPORTED_ON = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def story(stage: ClusterStage) -> list[str]:
    return list(stage.events.values_list("kind", flat=True))


def test_a_stage_begins_with_its_first_execution_ends_with_the_last_and_opens_again(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    [execution] = executions_of(stage.process, cast.tomsk_machines)

    assert (stages_follow(), stages_follow()) == (1, 0)
    stage.refresh_from_db()
    assert (stage.state, stage.actual_from) == ("going", ISSUED_AT.date())

    executed(execution, REPORTED_ON)
    assert (stages_follow(), stages_follow()) == (1, 0)
    stage.refresh_from_db()
    assert (stage.state, stage.actual_to, stage.closed_by) == ("done", REPORTED_ON, "facts")

    executions_of(stage.process, cast.tomsk_machines, number="2")
    assert (stages_follow(), stages_follow()) == (1, 0)
    stage.refresh_from_db()
    assert (stage.state, stage.actual_to, stage.closed_at) == ("going", None, None)
    assert story(stage) == ["begun", "closed", "reopened"]
    assert stage.events.last().text == "Факты, которыми он был закрыт, больше не подтверждаются."


def test_a_stage_that_its_last_day_closes_goes_on_in_its_window_and_ends_with_it(cast: Cast) -> None:
    version = plan(2026)
    now, over = (
        plan_stage(version, closing=ClosingRule.DATE, from_month=5, to_month=5),
        plan_stage(version, closing=ClosingRule.DATE, process=process("hiring"), from_month=3, to_month=4),
    )
    going, done = cluster_stage(cast.tomsk_machines, now), cluster_stage(cast.tomsk_machines, over)

    stages_follow()

    going.refresh_from_db()
    done.refresh_from_db()
    assert (going.state, going.actual_from) == ("going", date(2026, 5, 1))
    assert (done.state, done.actual_from, done.actual_to) == ("done", date(2026, 3, 1), date(2026, 4, 30))


@pytest.mark.parametrize("state", ["proposed", "done", "done_with_remarks", "not_applicable"])
def test_what_people_hold_in_hand_is_left_to_them(cast: Cast, state: str) -> None:
    stage = cluster_stage(cast.tomsk_machines, state=state)
    [execution] = executions_of(stage.process, cast.tomsk_machines)
    executed(execution, REPORTED_ON)

    assert stages_follow() == 0
    stage.refresh_from_db()
    assert stage.state == state


def test_the_scheduled_job_lays_new_clusters_and_follows_in_one_go(cast: Cast) -> None:
    year = cast.tomsk_machines.cohort_year
    assert year is not None
    plan_stage(plan(year), closing=ClosingRule.DATE)

    follow_stages()

    stage = cast.tomsk_machines.stages.get()
    assert (stage.state, story(stage)) == ("done", ["laid", "begun", "closed"][::2])


def test_queries_do_not_grow_with_stages(cast: Cast) -> None:
    of = plan_stage()
    clusters = [cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines]

    def followed(number: int) -> int:
        for cluster in clusters[:number]:
            cluster_stage(cluster, of)
        executions_of(of.process, *clusters[:number], number=str(number))
        with CaptureQueriesContext(connection) as queries:
            assert stages_follow() == number
        return len(queries)

    few = followed(1)
    clusters.pop(0)
    assert followed(2) == few

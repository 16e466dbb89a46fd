"""Clusters are put on the plan of their cohort, once; a new version or another cohort moves the same stages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.models import Cluster
from common import clock
from common.errors import NotAllowed
from common.scope import SYSTEM
from cyclogram.enums import NotLaid, PlanState
from cyclogram.models import ClusterStage, PlanVersion, StageEvent
from cyclogram.services.laying import Laying, clusters_lay
from tests.cast import Cast
from tests.cyclogram.builders import MADE, cluster_stage, moved, plan, plan_stage, process

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


def cohort(cluster: Cluster) -> int:
    assert cluster.cohort_year is not None
    return cluster.cohort_year


def replaced(version: PlanVersion) -> PlanVersion:
    """The next version of a plan, in force instead of it."""
    PlanVersion.objects.filter(pk=version.pk).update(state=PlanState.REPLACED, replaced_at=NOW)
    return plan(version.cohort_year, number=version.number + 1, from_version=version, in_force_at=NOW)


def days(cluster: Cluster) -> list[tuple[date, date]]:
    return list(cluster.stages.order_by("stage__order").values_list("planned_from", "planned_to"))


def test_a_cluster_gets_every_stage_of_its_cohort_on_the_days_of_the_plan_and_only_once(cast: Cast) -> None:
    version = plan(cohort(cast.tomsk_machines))
    plan_stage(version)
    plan_stage(version, process=process("hiring"), order=14, from_month=0, to_month=0)

    first = clusters_lay(actor=SYSTEM, clusters=[cast.tomsk_machines.pk])
    again = clusters_lay(actor=SYSTEM, clusters=[cast.tomsk_machines.pk])

    year = version.cohort_year
    assert (first, again) == (Laying(2, 0, ()), Laying(0, 0, ()))
    assert days(cast.tomsk_machines) == [
        (date(year, 3, 1), date(year, 8, 31)),
        (date(year - 1, 12, 1), date(year - 1, 12, 31)),
    ]
    assert list(StageEvent.objects.values_list("kind", flat=True)) == ["laid", "laid"]


def test_archived_stages_are_not_laid(cast: Cast) -> None:
    plan_stage(plan(cohort(cast.tomsk_machines)), archived_at=MADE)

    assert clusters_lay(actor=SYSTEM, clusters=[cast.tomsk_machines.pk]).new == 0


def test_a_new_version_moves_the_same_stages_and_what_the_centre_moved_stays_moved(cast: Cast) -> None:
    old = plan(cohort(cast.tomsk_machines))
    usual, late = plan_stage(old), plan_stage(old, process=process("hiring"), order=14)
    going = cluster_stage(cast.tomsk_machines, usual, "going")
    delayed = cluster_stage(cast.tomsk_machines, late)
    ClusterStage.objects.filter(pk=delayed.pk).update(**moved(30, delayed))
    new = replaced(old)
    plan_stage(new, from_month=4, to_month=9)
    plan_stage(new, process=process("hiring"), order=14, from_month=4, to_month=9)

    assert clusters_lay(actor=SYSTEM, clusters=[cast.tomsk_machines.pk]) == Laying(0, 2, ())

    going.refresh_from_db()
    was = delayed.planned.shifted(30)
    delayed.refresh_from_db()
    year = old.cohort_year
    assert (going.state, going.planned) == ("going", (date(year, 4, 1), date(year, 9, 30)))
    assert (delayed.planned, delayed.laid_to) == (was, date(year, 9, 30))
    event = going.events.get()
    assert (event.kind, event.values["was"]) == ("laid_again", [f"{year}-03-01", f"{year}-08-31"])


def test_another_cohort_is_another_plan_and_earlier_moves_are_gone(cast: Cast) -> None:
    year = cohort(cast.tomsk_machines)
    stage = cluster_stage(cast.tomsk_machines, plan_stage(plan(year)))
    ClusterStage.objects.filter(pk=stage.pk).update(**moved(30, stage))
    plan_stage(plan(year + 1))
    Cluster.objects.filter(pk=cast.tomsk_machines.pk).update(cohort_year=year + 1)

    clusters_lay(actor=SYSTEM, clusters=[cast.tomsk_machines.pk])

    stage.refresh_from_db()
    assert (stage.planned, stage.is_moved) == ((date(year + 1, 3, 1), date(year + 1, 8, 31)), False)


def test_a_cluster_without_cohort_or_plan_is_told_and_stops_nobody(cast: Cast) -> None:
    plan_stage(plan(cohort(cast.tomsk_machines)))
    Cluster.objects.exclude(pk=cast.tomsk_machines.pk).update(cohort_year=None)
    Cluster.objects.filter(pk=cast.omsk_machines.pk).update(cohort_year=2030)

    result = clusters_lay(actor=SYSTEM)

    assert result.new == 1
    reasons = {row.cluster.pk: row.reason for row in result.refused}
    assert reasons.pop(cast.omsk_machines.pk) == NotLaid.NO_PLAN
    assert set(reasons.values()) == {NotLaid.NO_COHORT}


def test_only_whoever_makes_plans_puts_clusters_on_them(cast: Cast) -> None:
    plan_stage(plan(cohort(cast.tomsk_machines)))
    assert clusters_lay(actor=cast.scope("methodologist")).new
    for name in ("controller", "tomsk_coordinator", "tomsk_minister"):
        with pytest.raises(NotAllowed):
            clusters_lay(actor=cast.scope(name))


def test_queries_do_not_grow_with_clusters(cast: Cast) -> None:
    plan_stage(plan(2024))
    Cluster.objects.update(cohort_year=None)

    def laid(count: int) -> int:
        codes = [f"70-{count}{number:02}" for number in range(count)]
        rows = [Cluster(code=code, region=cast.tomsk, cohort_year=2024) for code in codes]
        made = Cluster.objects.bulk_create(rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert clusters_lay(actor=SYSTEM, clusters=[row.pk for row in made]).new == count
        return len(queries)

    assert laid(2) == laid(20)

"""Stages of the cyclogram in the world: of every region one each that is open, waits, has remarks, was skipped."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from clusters.models import Cluster
from common import clock
from cyclogram.enums import StageState
from cyclogram.models import ClusterStage, PlanStage, PlanVersion, StageEvidence
from cyclogram.services.acts import stage_propose
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan, plan_stage, process, stage_event
from tests.files.samples import PDF

COHORT = 2024
SLUGS = ("stage_open", "stage_waiting", "stage_remarked", "stage_skipped")


@dataclass
class Stages:
    """The stages of one cluster."""

    open: ClusterStage
    waiting: ClusterStage
    remarked: ClusterStage
    skipped: ClusterStage
    evidence: StageEvidence


def plan_stages() -> list[PlanStage]:
    """The stages of the plan in the order of `SLUGS`; made once."""
    found = PlanVersion.objects.filter(cohort_year=COHORT).first()
    if found:
        return list(found.stages.order_by("order"))
    version = plan(COHORT)
    return [
        plan_stage(version, process=process(slug), order=60 + number) for number, slug in enumerate(SLUGS)
    ]


def stages_of(cast: Cast, cluster: Cluster, coordinator: str) -> Stages:
    """The stages of the cluster of a region; what waits was handed in by its coordinator with a file."""
    first, second, third, fourth = plan_stages()
    waiting = stage_propose(
        actor=cast.scope(coordinator),
        stage_id=cluster_stage(cluster, second).pk,
        version=1,
        actual_from=date(2024, 3, 4),
        actual_to=clock.today(),
        files=[SimpleUploadedFile("act.pdf", PDF, "application/pdf")],
    )
    return Stages(
        open=cluster_stage(cluster, first),
        waiting=waiting,
        remarked=cluster_stage(cluster, third, StageState.DONE_WITH_REMARKS),
        skipped=cluster_stage(cluster, fourth, StageState.NOT_APPLICABLE),
        evidence=StageEvidence.objects.get(event__stage=waiting),
    )


def more_stages(stages: Stages, cluster: Cluster) -> None:
    """One more cluster with stages, and one more line in the history of the open one."""
    for of in plan_stages():
        cluster_stage(cluster, of)
    stage_event(stages.open)

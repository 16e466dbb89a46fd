"""Putting clusters on the plan in force of their cohort: their stages, again when the plan or the cohort changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audit_record, audited
from clusters.models import Cluster
from common import clock
from common.errors import NotAllowed
from common.locks import hold
from common.scope import Scope
from cyclogram.enums import NotLaid, StageEventKind
from cyclogram.models import ClusterStage, PlanStage, StageEvent
from cyclogram.policies import can_lay
from cyclogram.selectors.unlaid import UnlaidCluster, unlaid_clusters

BATCH = 500
FOR_THE_CENTRE = (NotLaid.NO_COHORT, NotLaid.NO_PLAN)
"""Reasons that only a person can settle."""
LAID_AGAIN = (
    "stage", "laid_from", "laid_to", "planned_from", "planned_to", "moved_by", "moved_at", "move_reason", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Laying:
    """What came of it: how many stages are new, how many stand on another plan now, and which clusters were refused."""

    new: int
    again: int
    refused: tuple[UnlaidCluster, ...]


@audited
@transaction.atomic
def clusters_lay(*, actor: Scope, clusters: Collection[int] | None = None) -> Laying:
    """Put these clusters, or all of the project, on the plan in force of their cohort.

    A cluster that stands there is left alone. One that stands on another plan keeps its stages with their states,
    evidence and history, and takes the days of the new plan: what the centre moved stays moved within the same
    cohort. A cluster without a cohort, or whose cohort has no plan, is told in the result. Raises NotAllowed.
    """
    if not can_lay(actor):
        raise NotAllowed(_("Clusters are put on the plan by methodologists and administrators."))
    hold("cyclogram-laying")
    rows = Cluster.objects.visible_to(actor)
    found = unlaid_clusters(rows if clusters is None else rows.filter(pk__in=clusters))
    refused = tuple(row for row in found if row.reason in FOR_THE_CENTRE)
    ready = [row.cluster for row in found if row.reason not in FOR_THE_CENTRE]
    if not ready:
        return Laying(0, 0, refused)
    plans = _plans({cluster.cohort_year for cluster in ready if cluster.cohort_year})
    known = _known(ready)
    new, again = _sorted_out(ready, plans, known)
    _write_new(actor, new)
    _write_again(actor, again)
    audit_record(actor=actor, action="stages_laid", obj=ClusterStage, count=len(new) + len(again))
    return Laying(len(new), len(again), refused)


def _plans(cohorts: Iterable[int]) -> dict[int, list[PlanStage]]:
    """By cohort the stages by which its clusters are laid."""
    stages = PlanStage.objects.all().in_force().filter(plan__cohort_year__in=cohorts).select_related("plan")
    found: dict[int, list[PlanStage]] = defaultdict(list)
    for stage in stages.order_by("order", "pk"):
        found[stage.plan.cohort_year].append(stage)
    return found


def _known(clusters: Iterable[Cluster]) -> dict[tuple[int, str], ClusterStage]:
    """By cluster and process the stages that there are, under their lock."""
    rows = ClusterStage.objects.select_for_update(of=("self",)).filter(cluster__in=clusters)
    return {
        (row.cluster_id, row.process_id): row for row in rows.select_related("stage__plan").order_by("pk")
    }


def _sorted_out(
    clusters: Iterable[Cluster],
    plans: Mapping[int, Iterable[PlanStage]],
    known: Mapping[tuple[int, str], ClusterStage],
) -> tuple[list[ClusterStage], list[tuple[ClusterStage, dict[str, Any]]]]:
    """The stages to be made, and those that change with the words of their history."""
    new, again = [], []
    for cluster in clusters:
        for stage in plans.get(cluster.cohort_year or 0, ()):
            row = known.get((cluster.pk, stage.process_id))
            if row is None:
                new.append(_row(cluster, stage))
            elif row.stage_id != stage.pk:
                again.append((row, _moved_over(row, stage)))
    return new, again


def _row(cluster: Cluster, stage: PlanStage) -> ClusterStage:
    first, last = stage.window
    return ClusterStage(
        cluster=cluster, process_id=stage.process_id, stage=stage, laid_from=first, laid_to=last,
        planned_from=first, planned_to=last,
    )  # fmt: skip


def _moved_over(row: ClusterStage, stage: PlanStage) -> dict[str, Any]:
    """Put a stage on the plan of `stage`; what it was and what it became."""
    was = _days(row)
    stays_moved = row.is_moved and row.stage.plan.cohort_year == stage.plan.cohort_year
    row.stage = stage
    row.laid_from, row.laid_to = stage.window
    if not stays_moved:
        row.planned_from, row.planned_to = stage.window
        row.moved_by = row.moved_at = None
        row.move_reason = ""
    row.version += 1
    return {"plan": str(stage.plan), "was": was, "became": _days(row)}


def _days(row: ClusterStage) -> list[str]:
    return [row.planned_from.isoformat(), row.planned_to.isoformat()]


def _write_new(actor: Scope, rows: list[ClusterStage]) -> None:
    made = ClusterStage.objects.bulk_create(rows, batch_size=BATCH)
    _tell(
        actor,
        StageEventKind.LAID,
        ((row, {"plan": str(row.stage.plan), "became": _days(row)}) for row in made),
    )


def _write_again(actor: Scope, rows: list[tuple[ClusterStage, dict[str, Any]]]) -> None:
    ClusterStage.objects.bulk_update([row for row, _values in rows], LAID_AGAIN, batch_size=BATCH)
    _tell(actor, StageEventKind.LAID_AGAIN, rows)


def _tell(actor: Scope, kind: StageEventKind, rows: Iterable[tuple[ClusterStage, dict[str, Any]]]) -> None:
    now = clock.now()
    events = (
        StageEvent(stage=row, kind=kind, at=now, actor_id=actor.user_id, values=values)
        for row, values in rows
    )
    StageEvent.objects.bulk_create(events, batch_size=BATCH)

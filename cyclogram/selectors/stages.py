"""Stages for the pages: one with its work and history, those of a cluster, those of a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from assignments.models import Execution
from clusters.enums import ProcessKind
from clusters.models import Cluster, Process
from common import clock
from common.errors import Missing
from common.scope import Scope
from cyclogram.enums import NotLaid, StageSign
from cyclogram.facts import Linked, linked
from cyclogram.models import ClusterStage, PlanCheckpoint, StageEvent, StageEvidence
from cyclogram.policies import allowed_acts, can_read_details
from cyclogram.querysets import ClusterStageQuerySet
from cyclogram.selectors.links import linked_executions, linked_facts
from cyclogram.selectors.progress import SOON_DAYS, Progress, progress_by
from cyclogram.selectors.unlaid import unlaid_clusters

SOON = "soon"
"""The value of the filter by sign that asks for open stages which end soon."""
WORK_SHOWN = 50
"""Executions of a stage on its page; the registry shows the rest."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A checkpoint of a stage on its day, moved with the stage."""

    name: str
    day: date
    is_assumption: bool
    basis: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage in a list: what the day says of it, how many days late, its work (nothing where it was not asked)."""

    stage: ClusterStage
    sign: StageSign
    days_late: int | None
    work: Linked
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class StageCard:
    """The page of a stage. Without the right to details there is no history, and `acts` are those of the person."""

    row: StageRow
    executions: Sequence[Execution]
    sees_details: bool
    history: Sequence[StageEvent]
    acts: Sequence[str]

    @property
    def stage(self) -> ClusterStage:
        return self.row.stage


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """The stages of a cluster by kind, how far it is, or why it has none."""

    cluster: Cluster
    steps: Sequence[StageRow]
    lanes: Sequence[StageRow]
    progress: Progress
    lacks: NotLaid | None

    @property
    def has_assumptions(self) -> bool:
        return any(row.stage.stage.is_assumption for row in (*self.steps, *self.lanes))


@dataclass(frozen=True, slots=True)
class StageFilter:
    """What a list of stages is narrowed to; empty asks nothing."""

    region: str = ""
    cohort: str = ""
    industry: str = ""
    process: str = ""
    kind: str = ""
    sign: str = ""
    words: str = ""


def stage_card(scope: Scope, pk: int) -> StageCard:
    """Everything the page of a stage shows; Missing for whoever does not see it."""
    rows = ClusterStage.objects.for_list().select_related("stage__owner", "stage__indicator")
    stage: ClusterStage = rows.fetch(scope, pk=pk)
    [row] = stage_rows(scope, [stage])
    executions = linked_executions(scope, stage).for_list().order_by("due_on", "pk")
    sees = can_read_details(scope, stage)
    history = _history(scope, stage) if sees else ()
    return StageCard(row, list(executions[:WORK_SHOWN]), sees, history, allowed_acts(scope, stage))


def _history(scope: Scope, stage: ClusterStage) -> list[StageEvent]:
    evidence = StageEvidence.objects.visible_to(scope).select_related("file")
    rows = StageEvent.objects.visible_to(scope).filter(stage=stage).select_related("actor")
    return list(rows.prefetch_related(Prefetch("evidence", evidence)).order_by("-pk"))


def evidence_of(scope: Scope, stage_id: int, evidence_id: int) -> StageEvidence:
    """A file that was handed in with a stage; Missing for whoever may not read it."""
    rows = StageEvidence.objects.select_related("file").filter(event__stage=stage_id)
    found: StageEvidence = rows.fetch(scope, pk=evidence_id)
    return found


def cluster_plan(scope: Scope, code: str) -> ClusterPlan:
    """The plan of a cluster; Missing for whoever sees neither it nor its stages."""
    cluster: Cluster = Cluster.objects.for_list().fetch(scope, code=code)
    own = ClusterStage.objects.visible_to(scope).filter(cluster=cluster)
    rows = stage_rows(scope, own.on_plan().for_list().order_by("stage__order", "pk"))
    if not rows and not (scope.is_centre or cluster.region_id in scope.regions):
        raise Missing(_("Not found: %(what)s.") % {"what": Cluster._meta.verbose_name})
    lacking = unlaid_clusters(Cluster.objects.filter(pk=cluster.pk)) if scope.is_centre or not rows else []
    return ClusterPlan(
        cluster=cluster,
        steps=[row for row in rows if not row.stage.stage.is_cross_cutting],
        lanes=[row for row in rows if row.stage.stage.is_cross_cutting],
        progress=progress_by(own.on_plan(), "cluster", clock.today()).get(cluster.pk, Progress()),
        lacks=lacking[0].reason if lacking else None,
    )


def stage_rows(scope: Scope, stages: Iterable[ClusterStage]) -> list[StageRow]:
    """The rows of these stages with their work and checkpoints, in a fixed number of queries."""
    found, day = list(stages), clock.today()
    facts, marks = linked_facts(scope, found), _marks(found)
    return [
        StageRow(
            stage,
            stage.sign_on(day),
            stage.days_late(day),
            linked(facts.get(stage.pk, [])),
            _of(stage, marks.get(stage.stage_id, [])),
        )
        for stage in found
    ]


def _marks(stages: Iterable[ClusterStage]) -> dict[int, list[PlanCheckpoint]]:
    found: dict[int, list[PlanCheckpoint]] = {}
    rows = PlanCheckpoint.objects.filter(stage__in={stage.stage_id for stage in stages})
    for mark in rows.order_by("month", "day", "pk"):
        found.setdefault(mark.stage_id, []).append(mark)
    return found


def _of(stage: ClusterStage, marks: Iterable[PlanCheckpoint]) -> list[Mark]:
    """The checkpoints of a stage on its own days: they move with its end."""
    cohort, shift = stage.stage.plan.cohort_year, timedelta(days=stage.shift)
    found = [
        Mark(mark.name, day + shift, mark.is_assumption, mark.basis)
        for mark in marks
        for day in mark.days(cohort)
    ]
    return sorted(found, key=lambda mark: mark.day)


def stages_found(scope: Scope, narrowed: StageFilter) -> ClusterStageQuerySet:
    """Stages that fit, with their sign of today; those that end first stand first."""
    rows = ClusterStage.objects.visible_to(scope).on_plan().with_sign(clock.today()).for_list()
    lookups = {
        "cluster__region": narrowed.region, "cluster__cohort_year": narrowed.cohort,
        "cluster__industry": narrowed.industry, "process": narrowed.process, "stage__kind": narrowed.kind,
        "sign": "" if narrowed.sign == SOON else narrowed.sign,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in lookups.items() if value})
    if narrowed.sign == SOON:
        rows = rows.due_within(clock.today(), SOON_DAYS)
    if narrowed.words:
        rows = rows.filter(cluster__in=Cluster.objects.visible_to(scope).matching(narrowed.words))
    return rows.order_by("planned_to", "stage__order", "cluster__name_key", "pk")


def process_choices() -> list[tuple[str, str]]:
    """Processes in the order of the cyclogram, first-year steps before those that run every year."""
    rows = Process.objects.order_by("order")
    first = [row for row in rows if row.kind == ProcessKind.FIRST_YEAR]
    return [(row.pk, row.name) for row in (*first, *(row for row in rows if row not in first))]


def lane_choices() -> list[tuple[str, str]]:
    """The cross-cutting processes in the order of the cyclogram."""
    rows = Process.objects.filter(kind=ProcessKind.CROSS_CUTTING).order_by("order")
    return [(row.pk, row.name) for row in rows]

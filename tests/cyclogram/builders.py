"""Plans, stages and values in any state, made directly: for tests of what stands on them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from assignments.models import Assignment, Execution, Protocol
from clusters.enums import ProcessKind
from clusters.models import Cluster, Process
from cyclogram.enums import (
    ClosedBy,
    ClosingRule,
    Direction,
    Level,
    PlanState,
    StageEventKind,
    StageState,
    Unit,
)
from cyclogram.laying import window_of
from cyclogram.models import (
    ClusterStage,
    Indicator,
    IndicatorValue,
    PlanStage,
    PlanVersion,
    StageEvent,
    SupervisoryBoard,
)
from files.models import StoredFile
from regions.models import Region
from tests.assignments.builders import DUE, ISSUED_AT, put_on_control

MADE = datetime(2023, 1, 16, 9, 0, tzinfo=UTC)
BEGUN, ENDED = date(2023, 2, 10), date(2023, 3, 20)
COHORT = 2023
OF_STATE: dict[str, dict[str, Any]] = {
    StageState.NOT_BEGUN: {},
    StageState.GOING: {"actual_from": BEGUN},
    StageState.PROPOSED: {"actual_from": BEGUN, "actual_to": ENDED, "proposed_at": MADE},
    StageState.DONE: {
        "actual_from": BEGUN, "actual_to": ENDED, "closed_at": MADE, "closed_by": ClosedBy.PROPOSAL,
    },
    StageState.DONE_WITH_REMARKS: {
        "actual_from": BEGUN, "actual_to": ENDED, "closed_at": MADE, "closed_by": ClosedBy.PROPOSAL,
        "remarks": "Оборудование не введено",
    },
    StageState.NOT_APPLICABLE: {"reason": "Кластер создан на готовой площадке"},
}  # fmt: skip
"""What a stage of each state has."""


def process(slug: str = "procurement", kind: ProcessKind = ProcessKind.FIRST_YEAR) -> Process:
    """A process of the cyclogram."""
    values = {
        "order": 13, "kind": kind, "name_ru": "Закупки", "name_en": "Procurement", "start_month": 3,
        "end_month": 8, "months_basis": "assumption", "group_confidence": "high",
    }  # fmt: skip
    return Process.objects.get_or_create(slug=slug, defaults=values)[0]


def plan(cohort: int = COHORT, state: PlanState = PlanState.IN_FORCE, **values: Any) -> PlanVersion:
    """The first version of the plan of a cohort."""
    instants: dict[str, Any] = {} if state == PlanState.DRAFT else {"in_force_at": MADE}
    if state == PlanState.REPLACED:
        instants["replaced_at"] = MADE
    made = {"cohort_year": cohort, "number": 1, "state": state, "created_at": MADE, **instants}
    return PlanVersion.objects.create(**{**made, **values})


def plan_stage(of: PlanVersion | None = None, **values: Any) -> PlanStage:
    """A stage of a plan, by default procurement from March to August, closed by its assignments."""
    made = {
        "process": values.get("process") or process(), "kind": ProcessKind.FIRST_YEAR, "order": 13,
        "name_ru": "Закупки", "name_en": "Procurement", "from_month": 3, "to_month": 8,
        "closing": ClosingRule.ASSIGNMENTS,
    }  # fmt: skip
    return PlanStage.objects.create(plan=of or plan(), **{**made, **values})


def cluster_stage(
    cluster: Cluster, of: PlanStage | None = None, state: str = StageState.NOT_BEGUN, **changes: Any
) -> ClusterStage:
    """A stage of a cluster in this state, on the days of its plan."""
    of = of or plan_stage()
    window = window_of(of.plan.cohort_year, of.from_month, of.to_month)
    values = {
        "laid_from": window.first, "laid_to": window.last, "planned_from": window.first,
        "planned_to": window.last, "state": state, **OF_STATE[state],
    }  # fmt: skip
    return ClusterStage.objects.create(cluster=cluster, process=of.process, stage=of, **{**values, **changes})


def moved(days: int, stage: ClusterStage) -> dict[str, Any]:
    """The fields of a stage that was moved by so many days."""
    planned = stage.planned.shifted(days)
    return {
        "planned_from": planned.first,
        "planned_to": planned.last,
        "moved_at": MADE,
        "move_reason": "Поставка",
    }


def stage_event(stage: ClusterStage, kind: str = StageEventKind.LAID, **values: Any) -> StageEvent:
    """An event of the log of a stage."""
    return StageEvent.objects.create(stage=stage, kind=kind, at=MADE, **values)


def indicator(level: Level = Level.REGION, **values: Any) -> Indicator:
    """What is counted, by default students of a region."""
    made = {
        "key": "students", "process": values.get("process") or process(), "order": 1, "level": level,
        "unit": Unit.PERSONS, "direction": Direction.UP, "name_ru": "Контингент", "name_en": "Headcount",
    }  # fmt: skip
    return Indicator.objects.create(**{**made, **values})


def value(
    of: Indicator, place: Region | Cluster, on: date = date(2023, 10, 1), **values: Any
) -> IndicatorValue:
    """A value that was entered for a place."""
    where = {"cluster": place} if isinstance(place, Cluster) else {"region": place}
    made = {"counted_on": on, "actual": 120, "entered_at": MADE}
    return IndicatorValue.objects.create(indicator=of, **{**where, **made, **values})


def accepted(
    of: Indicator, place: Region | Cluster, on: date = date(2023, 10, 1), **values: Any
) -> IndicatorValue:
    """A value that the centre has accepted."""
    return value(of, place, on, **{"state": "accepted", "decided_at": MADE, **values})


def board(region: Region) -> SupervisoryBoard:
    """The supervisory board of a region."""
    return SupervisoryBoard.objects.create(region=region, name="РНС", founded_on=date(2023, 2, 1))


def stored_file(key: str = "1") -> StoredFile:
    """The row of a file; its bytes are nowhere."""
    return StoredFile.objects.create(
        key=key, original_name=f"{key}.pdf", content_type="x", size=1, sha256="", created_at=MADE
    )


def assignment_of(of: Process, number: str = "1", *, due: date = DUE) -> Assignment:
    """An item of an issued protocol that names the process."""
    protocol = Protocol.objects.get_or_create(
        number="12",
        held_on=ISSUED_AT.date(),
        defaults={
            "meeting_title": "Совещание",
            "status": "issued",
            "created_at": ISSUED_AT,
            "issued_at": ISSUED_AT,
        },
    )[0]
    return Assignment.objects.create(
        protocol=protocol, code=f"P12-{number}", number=number, position=int(number), title="О закупках",
        text="Представить сведения о закупках.", due_on=due, process=of,
    )  # fmt: skip


def executions_of(of: Process, *clusters: Cluster, number: str = "1", due: date = DUE) -> list[Execution]:
    """Executions on control, one for each cluster, under an item that names the process."""
    return put_on_control(clusters, assignment_of(of, number, due=due))


def executed(execution: Execution, on: date) -> Execution:
    """The execution as its fold would say after an accepted report of the day."""
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC) + timedelta(days=1)
    Execution.objects.filter(pk=execution.pk).update(state="executed", reported_on=on, closed_at=at)
    return Execution.objects.get(pk=execution.pk)

"""Plans, days of the lanes, values and supervisory boards in the world."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from clusters.enums import ProcessKind
from cyclogram.enums import Level, PlanState, Rhythm
from cyclogram.models import (
    BoardDecision,
    BoardMember,
    BoardSession,
    Checkpoint,
    Indicator,
    IndicatorValue,
    PlanCheckpoint,
    PlanStage,
    PlanVersion,
)
from cyclogram.services.boards import board_save, decision_save, member_save, session_save
from regions.models import Region
from tests.architecture.matrix.stages import COHORT, plan_stages
from tests.cast import Cast
from tests.cyclogram.builders import MADE, accepted, indicator, plan, plan_stage, process, value
from tests.files.samples import PDF

YEAR = 2026
LANE = "headcount_lane"


@dataclass
class Lanes:
    """The things of the cyclogram that belong to no region."""

    draft: PlanVersion
    draft_stage: PlanStage
    draft_mark: PlanCheckpoint
    in_force: PlanVersion
    stage_in_force: PlanStage
    archived: PlanStage
    day: Checkpoint
    cancelled: Checkpoint
    indicator: Indicator


@dataclass
class Board:
    """What a region keeps of its board, and a value that waits for the centre."""

    member: BoardMember
    session: BoardSession
    decision: BoardDecision
    value: IndicatorValue


def _lane() -> str:
    return process(LANE, ProcessKind.CROSS_CUTTING).pk


def _day(held_on: date, name: str, **values: object) -> Checkpoint:
    return Checkpoint.objects.create(
        process_id=_lane(), year=YEAR, held_on=held_on, name_ru=name, name_en=name, **values
    )


def _mark(stage: PlanStage, name: str = "Срок") -> PlanCheckpoint:
    return PlanCheckpoint.objects.create(
        stage=stage, name_ru=name, name_en=name, rhythm=Rhythm.ONCE, month=5, day=20
    )


def _students() -> Indicator:
    found = Indicator.objects.filter(key="students").first()
    return found or indicator(Level.REGION, process=process(LANE, ProcessKind.CROSS_CUTTING))


def lanes_of_centre() -> Lanes:
    """A draft of the plan of the cohort with a stage and a day, the version in force, days of the lanes."""
    plan_stages()
    in_force = PlanVersion.objects.get(cohort_year=COHORT, state=PlanState.IN_FORCE)
    archived = plan_stage(in_force, process=process("stage_archived"), order=90, archived_at=MADE)
    draft = plan(COHORT, PlanState.DRAFT, number=2, from_version=in_force)
    draft_stage = plan_stage(draft, process=process("stage_drafted"), order=91)
    return Lanes(
        draft=draft,
        draft_stage=draft_stage,
        draft_mark=_mark(draft_stage),
        in_force=in_force,
        stage_in_force=in_force.stages.order_by("order")[0],
        archived=archived,
        day=_day(date(YEAR, 10, 1), "Форма СПО-1"),
        cancelled=_day(date(YEAR, 4, 15), "День открытых дверей", cancelled_at=MADE, note="Перенесён"),
        indicator=_students(),
    )


def board_of(cast: Cast, region: str, coordinator: str) -> Board:
    """A board with an act, a chair, a session with its protocol and a decision; a value that waits."""
    actor = cast.scope(coordinator)
    act = SimpleUploadedFile("act.pdf", PDF, "application/pdf")
    board_save(actor=actor, region=region, version=None, name="РНС", founded_on=date(2023, 2, 1), act=act)
    member = member_save(
        actor=actor, region=region, member_id=None, version=None, name="Верещагина О. С.", role="chair",
        side="authority", starts_on=date(2023, 2, 1),
    )  # fmt: skip
    session = session_save(
        actor=actor, region=region, session_id=None, version=None, held_on=date(2026, 3, 12), subject="О приёме",
        protocol_number="1", protocol=SimpleUploadedFile("protocol.pdf", PDF, "application/pdf"),
    )  # fmt: skip
    decision = decision_save(
        actor=actor, region=region, session_id=session.pk, decision_id=None, version=None, text="Утвердить план.",
        due_on=date(2026, 4, 1),
    )  # fmt: skip
    waiting = value(_students(), Region.objects.get(code=region), date(2026, 4, 1))
    return Board(member, session, decision, waiting)


def more_lanes(cast: Cast, lanes: Lanes, board: Board, number: int) -> None:
    """One more of everything that the pages of lanes, plans and boards list."""
    _day(date(YEAR, 1, 1) + timedelta(days=number), f"День {number}")
    more = plan(COHORT - 1, PlanState.REPLACED, number=number)
    plan_stage(more, process=process(f"stage_more_{number}"), order=100 + number)
    for version in (lanes.draft, lanes.in_force):
        added = plan_stage(version, process=process(f"stage_added_{number}"), order=100 + number)
        _mark(added)
    _mark(lanes.draft_stage, f"Срок {number}")
    region = board.session.board.region
    day = date(2025, 1, 1) + timedelta(days=number)
    accepted(lanes.indicator, region, day, planned=100)
    for cluster in cast.tomsk.clusters.all()[:1]:
        counted = Indicator.objects.filter(key="counted").first() or indicator(
            Level.CLUSTER, key="counted", order=2, process=process(LANE, ProcessKind.CROSS_CUTTING)
        )
        value(counted, cluster, day)
    of = board.session.board
    for ends_on in (None, day):
        BoardMember.objects.create(
            board=of, name=f"Член {number}", starts_on=date(2024, 1, 1), ends_on=ends_on
        )
    session = BoardSession.objects.create(board=of, held_on=day, subject=f"О деле {number}")
    for at in (session, board.session):
        BoardDecision.objects.create(session=at, position=number, text=f"Решить {number}")

"""Who sees what of the cyclogram, and what its lists know."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clusters.models import AssociationMember
from common import clock
from cyclogram.enums import PlanState, StageState
from cyclogram.models import (
    BoardDecision,
    BoardMember,
    BoardSession,
    Checkpoint,
    ClusterStage,
    Indicator,
    IndicatorValue,
    IndicatorValueEvent,
    PlanCheckpoint,
    PlanStage,
    PlanVersion,
    StageEvidence,
)
from tests.cast import Cast
from tests.cyclogram.builders import (
    MADE,
    accepted,
    board,
    cluster_stage,
    indicator,
    plan,
    plan_stage,
    process,
    stage_event,
    stored_file,
    value,
)

pytestmark = pytest.mark.django_db

CENTRE = {"administrator", "controller", "methodologist"}
TOMSK = {"tomsk_coordinator", "tomsk_deputy", "tomsk_minister"}
WITH_A_ROLE = {*CENTRE, *TOMSK, "omsk_coordinator", "chair"}
EVERYBODY = (*sorted(WITH_A_ROLE), "newcomer", "public")
AUGUST = date(2023, 8, 31)
LATER = AUGUST + timedelta(days=1)


def readers(cast: Cast, row: Any) -> set[str]:
    """Who of the cast sees the row."""
    rows = type(row).objects
    return {name for name in EVERYBODY if rows.visible_to(cast.scope(name)).filter(pk=row.pk).exists()}


def all_read_by(cast: Cast, rows: Iterable[Any], people: set[str]) -> None:
    for row in rows:
        assert readers(cast, row) == people, row


def checkpoint_of(stage: PlanStage) -> PlanCheckpoint:
    return PlanCheckpoint.objects.create(stage=stage, name_ru="Срез", name_en="Cut", month=10, day=1)


# Plans and lanes


@pytest.mark.parametrize("state", [PlanState.IN_FORCE, PlanState.REPLACED])
def test_a_plan_is_read_by_whoever_has_a_role(cast: Cast, state: PlanState) -> None:
    stage = plan_stage(plan(state=state))

    all_read_by(cast, [stage.plan, stage, checkpoint_of(stage)], WITH_A_ROLE)


def test_the_draft_of_a_plan_stays_in_the_centre(cast: Cast) -> None:
    stage = plan_stage(plan(state=PlanState.DRAFT))

    all_read_by(cast, [stage.plan, stage, checkpoint_of(stage)], CENTRE)


def test_days_and_indicators_are_the_common_yardstick(cast: Cast) -> None:
    day = Checkpoint.objects.create(
        process=process(), year=2025, name_ru="День", name_en="Day", held_on=date(2025, 10, 18)
    )

    all_read_by(cast, [day, indicator()], WITH_A_ROLE)


def test_clusters_are_laid_by_stages_that_are_in_force_and_not_archived() -> None:
    kept = plan_stage(plan(2023))
    archived = plan_stage(plan(2024), archived_at=MADE)
    plan_stage(plan(2025, PlanState.DRAFT))

    assert list(PlanStage.objects.all().in_force()) == [kept]
    assert archived.is_archived
    assert list(PlanVersion.objects.all().in_force()) == [kept.plan, archived.plan]


def test_a_plan_is_read_whole_in_three_queries() -> None:
    of = plan()
    for slug in ("procurement", "equipment", "opening"):
        checkpoint_of(plan_stage(of, process=process(slug)))

    with CaptureQueriesContext(connection) as asked:
        [read] = PlanVersion.objects.all().with_content()
        names = [(stage.process.name, len(stage.checkpoints.all())) for stage in read.stages.all()]
    assert len(names) == 3
    assert len(asked) == 3


def test_a_year_knows_its_days() -> None:
    day = {"process": process(), "name_ru": "День", "name_en": "Day"}
    late = Checkpoint.objects.create(year=2025, held_on=date(2025, 10, 18), **day)
    early = Checkpoint.objects.create(year=2025, held_on=date(2025, 4, 15), **day)
    cancelled = Checkpoint.objects.create(year=2025, held_on=date(2025, 5, 1), cancelled_at=MADE, **day)
    Checkpoint.objects.create(year=2026, held_on=date(2026, 4, 15), **day)

    assert list(Checkpoint.objects.all().kept().of_year(2025)) == [early, late]
    assert cancelled.is_cancelled


# Stages of clusters


def test_a_stage_is_read_by_the_centre_its_region_and_its_association(cast: Cast) -> None:
    of = plan_stage()

    assert readers(cast, cluster_stage(cast.tomsk_machines, of)) == {*CENTRE, *TOMSK, "chair"}
    assert readers(cast, cluster_stage(cast.tomsk_farming, of)) == {*CENTRE, *TOMSK}


def test_an_association_reads_only_the_clusters_that_are_its_members_today(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    member = AssociationMember.objects.get()

    for days in (
        {"starts_on": clock.today() + timedelta(days=1)},
        {"starts_on": member.starts_on, "ends_on": clock.today() - timedelta(days=1)},
    ):
        AssociationMember.objects.filter(pk=member.pk).update(**days)
        assert readers(cast, stage) == {*CENTRE, *TOMSK}


def test_what_is_handed_in_is_not_read_by_the_association(cast: Cast) -> None:
    event = stage_event(cluster_stage(cast.tomsk_machines))
    proof = StageEvidence.objects.create(event=event, file=stored_file())

    all_read_by(cast, [event, proof], {*CENTRE, *TOMSK})


def test_the_scope_of_stages_is_one_query_however_many_there_are(cast: Cast) -> None:
    stage = plan_stage()
    for cluster in (cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines):
        cluster_stage(cluster, stage)

    for name, seen in (("chair", 1), ("tomsk_coordinator", 2), ("controller", 3)):
        scope = cast.scope(name)
        with CaptureQueriesContext(connection) as asked:
            rows = ClusterStage.objects.visible_to(scope).with_sign(LATER).for_list()
            assert (
                len([(row.process.name, row.cluster.region.name, row.stage.plan.number) for row in rows])
                == seen
            )
        assert len(asked) == 1


@pytest.mark.parametrize("day", [AUGUST - timedelta(days=400), AUGUST, LATER])
@pytest.mark.parametrize("state", list(StageState))
def test_the_database_and_the_rule_say_the_same_sign(cast: Cast, state: StageState, day: date) -> None:
    stage = cluster_stage(cast.tomsk_machines, state=state)
    row = ClusterStage.objects.all().with_sign(day).get(pk=stage.pk)

    assert row.sign == stage.sign_on(day)
    assert ClusterStage.objects.all().late(day).exists() == (stage.sign_on(day) == "late")


def test_lists_know_what_is_due_late_proposed_and_over(cast: Cast) -> None:
    stage = plan_stage()
    going = cluster_stage(cast.tomsk_machines, stage, StageState.GOING)
    proposed = cluster_stage(cast.tomsk_farming, stage, StageState.PROPOSED)
    done = cluster_stage(cast.omsk_machines, stage, StageState.DONE)
    by_facts = cluster_stage(cast.nameless, stage, StageState.DONE, closed_by="facts")
    stages = ClusterStage.objects.all()

    assert list(stages.open()) == [going]
    assert list(stages.proposed()) == [proposed]
    assert set(stages.closed()) == {done, by_facts}
    assert set(stages.followed()) == {going, by_facts}
    assert list(stages.due_within(AUGUST - timedelta(days=7), 7)) == [going]
    assert not stages.due_within(AUGUST - timedelta(days=8), 7).exists()
    assert not stages.due_within(LATER, 7).exists()
    assert going.days_late(LATER) == 1


def test_clusters_that_left_and_archived_stages_are_not_on_the_plan(cast: Cast) -> None:
    stage = plan_stage()
    kept = cluster_stage(cast.tomsk_machines, stage)
    cluster_stage(cast.omsk_machines, stage)
    cast.omsk_machines.closed_on = LATER
    cast.omsk_machines.save()
    cluster_stage(cast.tomsk_farming, plan_stage(plan(2024), archived_at=MADE))

    assert list(ClusterStage.objects.all().on_plan()) == [kept]


# Indicators


def test_values_are_read_by_the_centre_and_the_region_that_answers_for_them(cast: Cast) -> None:
    counted = indicator()
    of_region, of_cluster = value(counted, cast.tomsk), value(counted, cast.tomsk_machines)
    event = IndicatorValueEvent.objects.create(value=of_cluster, kind="entered", actual=120, at=MADE)

    all_read_by(cast, [of_region, of_cluster, event], {*CENTRE, *TOMSK})
    assert {of_region.region_code, of_cluster.region_code} == {"70"}
    assert of_cluster.place == "ПроЛом"


def test_values_are_found_by_year_and_by_what_they_wait_for(cast: Cast) -> None:
    counted = indicator()
    waits = value(counted, cast.tomsk)
    decided = accepted(counted, cast.omsk)
    value(counted, cast.tomsk, date(2024, 12, 31), actual=None, planned=200)

    values = IndicatorValue.objects.all()
    assert list(values.waiting()) == [waits]
    assert list(values.accepted()) == [decided]
    assert set(values.of_year(2023)) == {waits, decided}
    assert values.for_list().of_year(2024).get().planned == 200
    indicator(key="old", archived_at=MADE)
    assert list(Indicator.objects.all().kept()) == [counted]


# Boards


def test_a_board_is_read_by_the_centre_and_its_region(cast: Cast) -> None:
    made = board(cast.tomsk)
    member = BoardMember.objects.create(board=made, name="Верховская", starts_on=date(2023, 1, 1))
    left = BoardMember.objects.create(
        board=made, name="Бывший", starts_on=date(2023, 1, 1), ends_on=date(2023, 5, 1)
    )
    session = BoardSession.objects.create(board=made, held_on=date(2023, 3, 1), subject="Набор")
    decision = BoardDecision.objects.create(session=session, text="Утвердить.", due_on=date(2023, 4, 1))

    all_read_by(cast, [made, member, session, decision], {*CENTRE, *TOMSK})
    assert set(BoardMember.objects.all().in_force(date(2023, 5, 1))) == {member, left}
    assert list(BoardMember.objects.all().in_force(date(2023, 5, 2))) == [member]
    assert list(BoardDecision.objects.all().overdue(date(2023, 4, 2))) == [decision]
    assert not BoardDecision.objects.all().overdue(date(2023, 4, 1)).exists()


def test_names_follow_the_language_of_the_reader() -> None:
    stage = plan_stage()

    assert str(stage) == "Закупки"
    with translation.override("en"):
        assert str(stage) == "Procurement"

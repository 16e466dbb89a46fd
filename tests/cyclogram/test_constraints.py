"""What the database itself refuses about the cyclogram, whatever a service forgets."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from audit.append_only import AppendOnlyError
from cyclogram.enums import REASONED_EVENTS, PlanState, StageState
from cyclogram.models import (
    BoardMember,
    BoardSession,
    Checkpoint,
    ClusterStage,
    IndicatorValueEvent,
    PlanCheckpoint,
    StageEvidence,
)
from tests.cast import Cast
from tests.cyclogram.builders import (
    BEGUN,
    MADE,
    accepted,
    board,
    cluster_stage,
    indicator,
    moved,
    plan,
    plan_stage,
    process,
    stage_event,
    stored_file,
    value,
)

pytestmark = pytest.mark.django_db


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def refused_by_trigger(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# Plans


def test_a_cohort_has_one_plan_in_force_and_one_draft() -> None:
    plan(2025)
    plan(2025, PlanState.DRAFT, number=2)
    plan(2023)

    refused(lambda: plan(2025, number=3))
    refused(lambda: plan(2025, PlanState.DRAFT, number=3))
    refused(lambda: plan(2025, PlanState.REPLACED, number=2))


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("draft", {"in_force_at": MADE}),
        ("in_force", {"in_force_at": None}),
        ("in_force", {"replaced_at": MADE}),
        ("replaced", {"replaced_at": None}),
        ("replaced", {"replaced_at": MADE - timedelta(days=1)}),
        ("draft", {"cohort_year": 2021}),
    ],
)
def test_a_plan_whose_state_and_instants_do_not_fit_is_refused(state: str, changes: dict[str, Any]) -> None:
    refused(lambda: plan(state=PlanState(state), **changes))


def test_a_plan_that_was_in_force_stands_still_but_may_be_replaced() -> None:
    made = plan(2023)
    made.state, made.replaced_at = PlanState.REPLACED, MADE
    made.save()

    for change in ("cohort_year = 2025", "number = 9", "note = 'x'", "in_force_at = NULL"):
        refused_by_trigger(f"UPDATE cyclogram_planversion SET {change}")  # noqa: S608  constants


@pytest.mark.parametrize(
    "values",
    [
        {"from_month": -12},
        {"to_month": 13},
        {"from_month": 9, "to_month": 8},
        {"closing": "indicator"},
    ],
)
def test_a_stage_of_a_plan_with_impossible_months_or_rule_is_refused(values: dict[str, Any]) -> None:
    refused(lambda: plan_stage(**values))


def test_an_indicator_belongs_to_stages_that_it_closes() -> None:
    counted = indicator()
    plan_stage(plan(2023), closing="indicator", indicator=counted)

    refused(lambda: plan_stage(plan(2024), closing="date", indicator=counted))


def test_a_process_stands_in_a_plan_once() -> None:
    made = plan_stage()

    refused(lambda: plan_stage(made.plan))


def test_a_process_and_a_stage_in_use_are_not_deleted(cast: Cast) -> None:
    stage = plan_stage()
    with pytest.raises(ProtectedError):
        stage.process.delete()
    cluster_stage(cast.tomsk_machines, stage)
    for row in (stage, stage.plan):
        with pytest.raises(ProtectedError):
            row.delete()


@pytest.mark.parametrize("values", [{"month": 13}, {"month": -12}, {"day": 0}, {"day": 32}])
def test_a_checkpoint_has_a_month_of_the_plan_and_a_day(values: dict[str, int]) -> None:
    made = {"stage": plan_stage(), "name_ru": "Срез", "name_en": "Cut", "month": 10, "day": 1}

    refused(lambda: PlanCheckpoint.objects.create(**{**made, **values}))
    assert PlanCheckpoint.objects.create(**made).days(2023) == [date(2023, 10, 1)]


# Stages of clusters


@pytest.mark.parametrize("state", list(StageState))
def test_a_stage_stands_in_every_state_with_what_it_needs(cast: Cast, state: StageState) -> None:
    assert ClusterStage.objects.get(pk=cluster_stage(cast.tomsk_machines, state=state).pk).state == state


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("not_begun", {"actual_from": BEGUN}),
        ("going", {"actual_from": None}),
        ("going", {"actual_to": BEGUN}),
        ("going", {"proposed_at": MADE}),
        ("proposed", {"actual_to": None}),
        ("proposed", {"proposed_at": None}),
        ("done", {"actual_to": BEGUN - timedelta(days=1)}),
        ("done", {"actual_to": None}),
        ("done", {"closed_at": None}),
        ("done", {"closed_by": ""}),
        ("done", {"closed_by": "hand"}),
        ("done", {"remarks": "Замечание"}),
        ("done_with_remarks", {"remarks": ""}),
        ("not_applicable", {"reason": ""}),
        ("not_applicable", {"actual_from": BEGUN}),
        ("going", {"planned_to": date(2023, 2, 1)}),
        ("going", {"planned_to": date(2023, 9, 30)}),
        ("going", {"moved_at": MADE}),
        ("going", {"move_reason": "Поставка"}),
    ],
)
def test_a_stage_whose_days_or_reasons_do_not_fit_its_state_is_refused(
    cast: Cast, state: str, changes: dict[str, Any]
) -> None:
    refused(lambda: cluster_stage(cast.tomsk_machines, state=state, **changes))


def test_a_moved_stage_says_why_and_keeps_the_days_of_the_plan(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    ClusterStage.objects.filter(pk=stage.pk).update(**moved(30, stage))
    stage.refresh_from_db()

    assert stage.is_moved
    assert stage.shift == 30
    assert stage.laid_to == date(2023, 8, 31)


def test_a_cluster_passes_a_process_once_whatever_version_it_stands_on(cast: Cast) -> None:
    cluster_stage(cast.tomsk_machines)
    next_version = plan_stage(plan(2023, PlanState.DRAFT, number=2))

    refused(lambda: cluster_stage(cast.tomsk_machines, next_version))


def test_the_log_and_the_evidence_of_a_stage_are_never_changed(cast: Cast) -> None:
    event = stage_event(cluster_stage(cast.tomsk_machines))
    proof = StageEvidence.objects.create(event=event, file=stored_file())

    for act in (event.save, event.delete, proof.save, proof.delete):
        with pytest.raises(AppendOnlyError):
            act()
    for table in ("cyclogram_stageevent", "cyclogram_stageevidence"):
        refused_by_trigger(f"UPDATE {table} SET id = 0")  # noqa: S608  constants
        refused_by_trigger(f"DELETE FROM {table}")  # noqa: S608  constants
    refused(lambda: StageEvidence.objects.create(event=event, file=proof.file))


@pytest.mark.parametrize("kind", REASONED_EVENTS)
def test_what_needs_a_reason_is_not_logged_without_one(cast: Cast, kind: str) -> None:
    stage = cluster_stage(cast.tomsk_machines)

    refused(lambda: stage_event(stage, kind))
    assert stage_event(stage, kind, text="Решение центра").text


# Lanes


def test_a_day_of_the_plan_comes_once_in_a_year_and_others_as_often_as_needed() -> None:
    day = {
        "process": process(),
        "year": 2025,
        "name_ru": "День",
        "name_en": "Day",
        "held_on": date(2025, 10, 18),
    }
    for _time in range(2):
        Checkpoint.objects.create(**day)
    Checkpoint.objects.create(ruled_on=date(2025, 4, 15), **day)

    refused(lambda: Checkpoint.objects.create(ruled_on=date(2025, 4, 15), **day))


@pytest.mark.parametrize(
    "values",
    [
        {"actual": None},
        {"actual": -1},
        {"planned": -1},
        {"state": "accepted"},
        {"state": "returned", "decided_at": MADE},
        {"remark": "Проверьте"},
        {"decided_at": MADE},
        {"state": "accepted", "decided_at": MADE, "actual": None, "planned": 5},
        {"state": "accepted", "decided_at": MADE - timedelta(days=1)},
        {"region": None},
    ],
)
def test_a_value_that_is_not_whole_is_refused(cast: Cast, values: dict[str, Any]) -> None:
    counted = indicator()

    refused(lambda: value(counted, cast.tomsk, **values))


def test_a_value_is_of_one_place_and_of_one_day(cast: Cast) -> None:
    counted = indicator()
    value(counted, cast.tomsk)
    value(counted, cast.tomsk_machines)
    value(counted, cast.tomsk_farming)

    refused(lambda: value(counted, cast.tomsk))
    refused(lambda: value(counted, cast.tomsk_machines))
    refused(lambda: value(counted, cast.omsk, cluster=cast.omsk_machines))


def test_the_history_of_a_value_is_never_changed(cast: Cast) -> None:
    of = {"value": accepted(indicator(), cast.tomsk), "at": MADE}
    event = IndicatorValueEvent.objects.create(kind="entered", actual=120, **of)

    with pytest.raises(AppendOnlyError):
        event.delete()
    refused_by_trigger("UPDATE cyclogram_indicatorvalueevent SET actual = 1")
    refused(lambda: IndicatorValueEvent.objects.create(kind="returned", **of))


# Boards


def test_a_region_has_one_board_with_one_chair_at_a_time(cast: Cast) -> None:
    made = board(cast.tomsk)
    chair = {"board": made, "name": "Главный", "role": "chair"}
    BoardMember.objects.create(starts_on=date(2023, 1, 1), ends_on=date(2023, 5, 1), **chair)
    BoardMember.objects.create(starts_on=date(2023, 5, 2), **chair)

    refused(lambda: BoardMember.objects.create(starts_on=date(2023, 6, 1), **chair))
    refused(
        lambda: BoardMember.objects.create(
            board=made, name="Член", starts_on=date(2023, 6, 1), ends_on=date(2023, 5, 1)
        )
    )
    refused(lambda: board(cast.tomsk))


def test_a_session_is_entered_once(cast: Cast) -> None:
    session = {
        "board": board(cast.tomsk),
        "held_on": date(2023, 3, 1),
        "subject": "Набор",
        "protocol_number": "1",
    }
    BoardSession.objects.create(**session)

    refused(lambda: BoardSession.objects.create(**session))

"""Who may do what in the cyclogram."""

from collections.abc import Callable

import pytest

from accounts.models import Membership
from common.scope import SYSTEM, Role, Scope
from cyclogram import policies
from cyclogram.enums import STEPS, PlanState, StageState
from tests.cast import SINCE, Cast
from tests.cyclogram.builders import accepted, cluster_stage, indicator, plan, value

pytestmark = pytest.mark.django_db

PLANNERS = {"administrator", "methodologist"}
CENTRE = {*PLANNERS, "controller"}
TOMSK = {"tomsk_coordinator", "tomsk_deputy"}
EVERYBODY = (
    *sorted(CENTRE),
    *sorted(TOMSK),
    "omsk_coordinator",
    "chair",
    "tomsk_minister",
    "newcomer",
    "public",
)


def allowed(cast: Cast, policy: Callable[[Scope], bool]) -> set[str]:
    return {name for name in EVERYBODY if policy(cast.scope(name))}


def test_plans_days_and_indicators_are_kept_by_methodologists_and_administrators(cast: Cast) -> None:
    for policy in (
        policies.can_change_plans,
        policies.can_lay,
        policies.can_move,
        policies.can_keep_checkpoints,
        policies.can_keep_indicators,
        policies.can_plan_for,
    ):
        assert allowed(cast, policy) == PLANNERS


def test_only_a_draft_is_edited(cast: Cast) -> None:
    draft, in_force = plan(2025, PlanState.DRAFT, number=2), plan(2025)

    assert allowed(cast, lambda scope: policies.can_edit_plan(scope, draft)) == PLANNERS
    assert not allowed(cast, lambda scope: policies.can_edit_plan(scope, in_force))


@pytest.mark.parametrize(
    ("act", "people"),
    [
        ("begin", {*CENTRE, *TOMSK}),
        ("propose", TOMSK),
        ("withdraw", TOMSK),
        ("accept", CENTRE),
        ("accept_with_remarks", CENTRE),
        ("return", CENTRE),
        ("close", CENTRE),
        ("close_with_remarks", CENTRE),
        ("settle", CENTRE),
        ("skip", CENTRE),
        ("restore", CENTRE),
        ("reopen", CENTRE),
        ("move", PLANNERS),
    ],
)
def test_each_act_on_a_stage_has_its_side(cast: Cast, act: str, people: set[str]) -> None:
    stage = cluster_stage(cast.tomsk_machines)

    assert allowed(cast, lambda scope: policies.can_do(scope, act, stage)) == people


def test_a_scheduled_job_does_what_facts_may_do_and_nothing_else(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)

    assert {act for act in STEPS if policies.can_do(SYSTEM, act, stage)} == {"begin", "close", "reopen"}


def test_whoever_coordinates_the_region_decides_nothing_about_it(cast: Cast) -> None:
    Membership.objects.create(user=cast.tomsk_coordinator, role=Role.CONTROLLER, starts_on=SINCE)
    stage = cluster_stage(cast.tomsk_machines, state=StageState.PROPOSED)
    foreign = cluster_stage(cast.omsk_machines, stage.stage, StageState.PROPOSED)
    scope = cast.scope("tomsk_coordinator")

    assert policies.allowed_acts(scope, stage) == ["withdraw"]
    assert policies.allowed_acts(scope, foreign) == ["accept", "accept_with_remarks", "return", "skip"]


@pytest.mark.parametrize(
    ("state", "region", "centre"),
    [
        ("not_begun", ["begin", "propose"], ["begin", "close", "close_with_remarks", "skip", "move"]),
        ("going", ["propose"], ["close", "close_with_remarks", "skip", "move"]),
        ("proposed", ["withdraw"], ["accept", "accept_with_remarks", "return", "skip", "move"]),
        ("done", [], ["reopen"]),
        ("done_with_remarks", [], ["settle", "reopen"]),
        ("not_applicable", [], ["restore"]),
    ],
)
def test_the_state_says_what_may_be_done(
    cast: Cast, state: str, region: list[str], centre: list[str]
) -> None:
    stage = cluster_stage(cast.tomsk_machines, state=state)

    assert policies.allowed_acts(cast.scope("tomsk_deputy"), stage) == region
    assert policies.allowed_acts(cast.scope("methodologist"), stage) == centre


def test_words_and_evidence_of_a_stage_stay_with_the_centre_and_the_region(cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    readers = allowed(cast, lambda scope: policies.can_read_details(scope, stage))

    assert readers == {*CENTRE, *TOMSK, "tomsk_minister"}


def test_values_are_entered_by_the_region_planned_and_accepted_by_the_centre(cast: Cast) -> None:
    counted = indicator()
    of_cluster = value(counted, cast.tomsk_machines)
    decided = accepted(counted, cast.tomsk)

    def people(act: str) -> set[str]:
        return allowed(cast, lambda scope: policies.can_do_value(scope, act, of_cluster))

    assert people("enter") == TOMSK
    assert people("plan") == PLANNERS
    assert people("accept") == people("return") == CENTRE
    assert allowed(cast, policies.can_enter_values) == {*TOMSK, "omsk_coordinator"}
    assert allowed(cast, lambda scope: policies.can_enter_for(scope, "70")) == TOMSK
    assert not decided.can_be("accept")
    assert decided.can_be("enter")


def test_a_board_is_kept_by_its_region_and_by_administrators(cast: Cast) -> None:
    keepers = allowed(cast, lambda scope: policies.can_keep_board(scope, "70"))

    assert keepers == {*TOMSK, "administrator"}

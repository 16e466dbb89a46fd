"""Two people on one stage, one table or one plan at the same moment, on PostgreSQL: once, and nothing is lost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common import clock
from common.errors import PortalError
from common.scope import SYSTEM, Scope
from cyclogram.enums import StageState
from cyclogram.models import ClusterStage, IndicatorValue, IndicatorValueEvent, PlanVersion, StageEvent
from cyclogram.selectors.moves import MoveRule, move_preview
from cyclogram.services import acts, plans
from cyclogram.services.lanes import checkpoints_lay
from cyclogram.services.laying import clusters_lay
from cyclogram.services.moving import stages_move
from cyclogram.services.values import Entry, values_accept, values_enter
from tests.assignments.test_execution_concurrency import together
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, indicator, plan, plan_stage, value
from tests.together import at_once

pytestmark = pytest.mark.services
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)


@pytest.fixture
def centre(emptied_after: None, cast: Cast) -> Scope:
    return cast.scope("methodologist")


def refusals(found: list[object]) -> list[PortalError]:
    return [one for one in found if isinstance(one, PortalError)]


def test_two_reviewers_decide_a_stage_once(centre: Scope, cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines, None, StageState.PROPOSED)

    def accept() -> object:
        return acts.stage_accept(actor=cast.scope("controller"), stage_id=stage.pk, version=1)

    def send_back() -> object:
        return acts.stage_return(actor=centre, stage_id=stage.pk, version=1, reason="Нет акта")

    found = together(accept, send_back)
    assert len(refusals(found)) == 1
    assert StageEvent.objects.count() == 1


def test_many_clocks_lay_the_clusters_and_the_lanes_once(centre: Scope) -> None:
    plan_stage(plan(2023))

    def lay() -> None:
        clusters_lay(actor=SYSTEM)
        checkpoints_lay(actor=SYSTEM)

    at_once(lay, NOW, people=4)
    assert ClusterStage.objects.count() == StageEvent.objects.count() == 2


def test_two_coordinators_who_fill_in_one_cell_do_not_overwrite_each_other(centre: Scope, cast: Cast) -> None:
    indicator()

    def enter(who: str, amount: str) -> object:
        entry = Entry("students", "70", Decimal(amount))
        with clock.at(NOW):
            return values_enter(actor=cast.scope(who), day=DAY, entries=[entry])

    found = together(lambda: enter("tomsk_coordinator", "10"), lambda: enter("tomsk_deputy", "20"))
    assert len(refusals(found)) == 1
    assert IndicatorValue.objects.get().version == IndicatorValueEvent.objects.count() == 1


def test_two_presses_accept_a_value_once(centre: Scope, cast: Cast) -> None:
    row = value(indicator(), cast.tomsk, DAY)

    def accept() -> object:
        return values_accept(actor=cast.scope("controller"), chosen={row.pk: 1})

    assert sorted(str(one) for one in together(accept, accept)) == ["0", "1"]
    assert IndicatorValueEvent.objects.count() == 1


def test_a_stage_that_changes_under_a_move_stops_it(centre: Scope, cast: Cast) -> None:
    stage = cluster_stage(cast.tomsk_machines)
    rule = MoveRule("procurement", 2023, date(2023, 4, 3), date(2023, 9, 15))
    seen = move_preview(centre, rule).digest

    def move() -> object:
        return stages_move(actor=centre, rule=rule, reason="Поставка", seen=seen)

    def begin() -> object:
        return acts.stage_begin(
            actor=cast.scope("controller"), stage_id=stage.pk, version=1, actual_from=date(2023, 3, 1)
        )

    found = together(move, begin)
    stage.refresh_from_db()
    assert (len(refusals(found)), stage.version, StageEvent.objects.count()) == (1, 2, 1)


def test_a_draft_comes_in_force_once_and_two_drafts_are_not_begun(centre: Scope, cast: Cast) -> None:
    plan_stage(plan(2023))
    begun = together(*[lambda: plans.plan_draft(actor=centre, cohort_year=2023)] * 2)
    assert len(refusals(begun)) == 1
    draft = PlanVersion.objects.get(state="draft")

    def enforce() -> object:
        return plans.plan_enforce(actor=centre, plan_id=draft.pk, version=1, note="Сроки")

    assert len(refusals(together(enforce, enforce))) == 1
    assert PlanVersion.objects.all().in_force().count() == 1
    assert ClusterStage.objects.count() == 2

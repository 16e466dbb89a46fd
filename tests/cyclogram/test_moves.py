"""Moving stages: the preview says what changes, the move changes exactly that, and the plan keeps its limits."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from cyclogram.enums import Rhythm, StageState
from cyclogram.models import ClusterStage, PlanCheckpoint, PlanStage, StageEvent
from cyclogram.selectors.moves import MoveRule, move_preview
from cyclogram.services.moving import stages_move
from notifications.models import Notice
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan, plan_stage

pytestmark = pytest.mark.django_db

NEW = {"planned_from": date(2023, 4, 3), "planned_to": date(2023, 9, 15)}
WHY = "Поставка оборудования задержана"


@pytest.fixture
def procurement(cast: Cast) -> PlanStage:
    """The stage of the plan of 2023, from March to August, on which both clusters of the cast stand."""
    return plan_stage(plan(2023))


@pytest.fixture
def stages(cast: Cast, procurement: PlanStage) -> list[ClusterStage]:
    return [cluster_stage(cluster, procurement) for cluster in (cast.tomsk_machines, cast.omsk_machines)]


def rule(**changes: Any) -> MoveRule:
    return MoveRule(**{"process": "procurement", "cohort": 2023, **NEW, **changes})


def move(cast: Cast, asked: MoveRule, seen: str | None = None, who: str = "methodologist") -> int:
    actor = cast.scope(who)
    digest = move_preview(actor, asked).digest if seen is None else seen
    return stages_move(actor=actor, rule=asked, reason=WHY, seen=digest)


def test_all_clusters_of_the_cohort_move_and_their_history_says_why(
    cast: Cast, stages: list[ClusterStage]
) -> None:
    assert move(cast, rule()) == 2
    for stage in stages:
        stage.refresh_from_db()
        assert (stage.planned_from, stage.planned_to) == (NEW["planned_from"], NEW["planned_to"])
        assert (stage.laid_to, stage.move_reason, stage.moved_by) == (
            date(2023, 8, 31), WHY, cast.methodologist,
        )  # fmt: skip
        event = StageEvent.objects.get(stage=stage)
        assert (event.kind, event.text) == ("moved", WHY)
        assert event.values == {"was": ["2023-03-01", "2023-08-31"], "became": ["2023-04-03", "2023-09-15"]}


@pytest.mark.parametrize("narrowed", [{"region": "70"}, {"codes": ("70-001",)}])
def test_only_the_chosen_clusters_move(
    cast: Cast, stages: list[ClusterStage], narrowed: dict[str, Any]
) -> None:
    assert move(cast, rule(**narrowed)) == 1
    moved = [stage.planned_to for stage in ClusterStage.objects.order_by("cluster__region")]
    assert sorted(moved) == [date(2023, 8, 31), date(2023, 9, 15)]
    assert ClusterStage.objects.get(cluster=cast.tomsk_machines).planned_to == NEW["planned_to"]


def test_what_is_over_and_what_stands_there_already_is_left_alone(cast: Cast, procurement: PlanStage) -> None:
    cluster_stage(cast.tomsk_machines, procurement, StageState.DONE)
    cluster_stage(cast.omsk_machines, procurement)
    assert move(cast, rule()) == 1
    again = move_preview(cast.scope("methodologist"), rule())
    assert (list(again.rows), again.same, again.over) == ([], 1, 1)
    with pytest.raises(InvalidInput, match="стоят на этих днях"):
        move(cast, rule())


def test_a_stage_that_comes_back_to_its_plan_is_no_longer_moved(
    cast: Cast, stages: list[ClusterStage]
) -> None:
    move(cast, rule())
    move(cast, rule(planned_from=date(2023, 3, 1), planned_to=date(2023, 8, 31)))
    stage = ClusterStage.objects.get(cluster=cast.tomsk_machines)
    assert (stage.is_moved, stage.move_reason) == (False, "")
    assert [event.kind for event in stage.events.all()] == ["moved", "moved"]


def test_a_preview_that_is_true_no_more_moves_nothing(cast: Cast, stages: list[ClusterStage]) -> None:
    seen = move_preview(cast.scope("methodologist"), rule()).digest
    ClusterStage.objects.filter(pk=stages[0].pk).update(version=2)
    with pytest.raises(ImpossibleStep, match="изменились"):
        move(cast, rule(), seen)
    assert not StageEvent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"planned_to": date(2024, 1, 15)}, "planned_to", "15.01.2024"),
        ({"planned_to": date(2023, 4, 1)}, "planned_to", "завершится раньше"),
        ({"codes": ("70-999",)}, "codes", "70-999"),
        ({"cohort": 2025}, "process", "2025"),
    ],
)
def test_a_move_out_of_the_plan_is_refused_by_its_field(
    cast: Cast, stages: list[ClusterStage], changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        move(cast, rule(**changes))
    assert words in str(refused.value.errors[field][0])
    assert not StageEvent.objects.exists()


def test_a_checkpoint_may_not_fall_after_the_year(cast: Cast, stages: list[ClusterStage]) -> None:
    PlanCheckpoint.objects.create(
        stage=stages[0].stage, name_ru="Ввод", name_en="Start", rhythm=Rhythm.ONCE, month=12, day=20
    )
    with pytest.raises(InvalidInput) as refused:
        move(cast, rule())
    assert "Ввод" in str(refused.value.errors["planned_to"][0])


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_only_those_who_make_the_plans_move(cast: Cast, stages: list[ClusterStage], who: str) -> None:
    with pytest.raises(NotAllowed):
        stages_move(actor=cast.scope(who), rule=rule(), reason=WHY, seen="")


def test_each_region_is_told_once(cast: Cast, stages: list[ClusterStage]) -> None:
    move(cast, rule())
    told = Notice.objects.filter(kind="stages_moved")
    assert set(told.values_list("person", flat=True)) == {
        cast.tomsk_coordinator.pk, cast.tomsk_deputy.pk, cast.omsk_coordinator.pk,
    }  # fmt: skip
    assert told.get(person=cast.tomsk_coordinator).link.endswith("?region=70&process=procurement")


def test_the_page_shows_what_would_change_before_it_changes(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    keeper = as_person("methodologist")
    opened = keeper.get(reverse("cyclogram:move"), {"process": "procurement", "cohort": 2023})
    assert 'value="01.03.2023"' in opened.text
    typed = {
        "process": "procurement", "cohort": 2023, "planned_from": "3.4.2023", "planned_to": "15.09.2023",
        "reason": WHY,
    }  # fmt: skip
    shown = keeper.post(reverse("cyclogram:move"), typed)
    assert "Перенести 2 этапа" in shown.text
    assert not StageEvent.objects.exists()
    seen = shown.context["form"]["seen"].value()
    done = keeper.post(reverse("cyclogram:move"), {**typed, "seen": seen, "move": "1"})
    assert (done.status_code, StageEvent.objects.count()) == (302, 2)


def test_a_press_after_another_change_shows_the_preview_anew(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    keeper = as_person("methodologist")
    typed = {
        "process": "procurement", "cohort": 2023, "planned_from": "3.4.2023", "planned_to": "15.09.2023",
        "reason": WHY, "seen": "0" * 64, "move": "1",
    }  # fmt: skip
    assert "Перенести 2 этапа" in keeper.post(reverse("cyclogram:move"), typed).text
    assert not StageEvent.objects.exists()


def test_a_move_out_of_the_year_comes_back_with_everything_typed(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    typed = {
        "process": "procurement", "cohort": 2023, "planned_from": "3.4.2023", "planned_to": "15.02.2024",
        "reason": WHY,
    }  # fmt: skip
    answer = as_person("methodologist").post(reverse("cyclogram:move"), typed)
    assert answer.status_code == 400
    assert WHY in answer.text
    assert "31.12.2023" in answer.text


def test_a_stage_leads_to_its_move_for_those_who_may(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    address = f"{reverse('cyclogram:move')}?process=procurement&amp;cohort=2023&amp;codes=70-001"
    assert address in as_person("methodologist").get(stages[0].get_absolute_url()).text
    assert address not in as_person("controller").get(stages[0].get_absolute_url()).text
    assert as_person("controller").get(reverse("cyclogram:move")).status_code == 403

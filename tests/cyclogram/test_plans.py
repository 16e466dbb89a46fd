"""Versions of the plan: drafted, edited, put in force; clusters take the new days and keep what they have done."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusters.enums import ProcessKind
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import SYSTEM
from cyclogram.enums import PlanState, Rhythm, StageState
from cyclogram.models import ClusterStage, PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.selectors.plans import plan_page
from cyclogram.services import plans as services
from cyclogram.services.laying import clusters_lay
from tests.cast import Cast
from tests.cyclogram.builders import BEGUN, cluster_stage, indicator, plan, plan_stage, process

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_force(cast: Cast) -> PlanVersion:
    """The plan of 2023: procurement with a day, on which both clusters of the cohort are laid."""
    version = plan(2023)
    stage = plan_stage(version)
    PlanCheckpoint.objects.create(
        stage=stage, name_ru="Контракты", name_en="Contracts", rhythm=Rhythm.ONCE, month=6, day=30
    )
    clusters_lay(actor=SYSTEM)
    return version


@pytest.fixture
def draft(cast: Cast, in_force: PlanVersion) -> PlanVersion:
    return services.plan_draft(actor=cast.scope("methodologist"), cohort_year=2023)


def form(stage: PlanStage, **changes: Any) -> dict[str, Any]:
    return {
        "plan_id": stage.plan_id, "stage_id": stage.pk, "version": stage.version, "process": stage.process_id,
        "kind": stage.kind, "order": stage.order, "name_ru": stage.name_ru, "name_en": stage.name_en,
        "from_month": stage.from_month, "to_month": stage.to_month, "closing": stage.closing, **changes,
    }  # fmt: skip


def enforce(cast: Cast, version: PlanVersion, note: str = "Сроки уточнены") -> None:
    services.plan_enforce(
        actor=cast.scope("methodologist"), plan_id=version.pk, version=version.version, note=note
    )


def test_a_draft_begins_with_the_stages_and_days_of_the_version_in_force(draft: PlanVersion) -> None:
    stage = draft.stages.get()
    assert (draft.number, draft.state, stage.process_id) == (2, "draft", "procurement")
    assert [mark.name_ru for mark in stage.checkpoints.all()] == ["Контракты"]


def test_one_draft_at_a_time(cast: Cast, draft: PlanVersion) -> None:
    with pytest.raises(ImpossibleStep):
        services.plan_draft(actor=cast.scope("methodologist"), cohort_year=2023)
    other = services.plan_draft(actor=cast.scope("methodologist"), cohort_year=2027)
    assert (other.number, other.stages.count(), other.from_version) == (1, 1, draft.from_version)


def test_a_plan_in_force_gives_its_days_and_leaves_what_was_done(cast: Cast, draft: PlanVersion) -> None:
    begun = ClusterStage.objects.get(cluster=cast.tomsk_machines)
    ClusterStage.objects.filter(pk=begun.pk).update(state=StageState.GOING, actual_from=BEGUN)
    services.plan_stage_save(actor=cast.scope("methodologist"), **form(draft.stages.get(), to_month=10))
    enforce(cast, draft)
    begun.refresh_from_db()
    assert (begun.stage.plan_id, begun.state, begun.actual_from) == (draft.pk, "going", BEGUN)
    assert begun.planned_to == date(2023, 10, 31)
    assert [event.kind for event in begun.events.all()] == ["laid", "laid_again"]
    old = PlanVersion.objects.get(number=1)
    assert (old.state, old.stages.get().to_month) == ("replaced", 8)
    assert ClusterStage.objects.on_plan().count() == 2


def test_another_cohort_is_not_rewritten(cast: Cast, draft: PlanVersion) -> None:
    other = plan(2024)
    stage = plan_stage(other)
    clusters_lay(actor=SYSTEM)
    services.plan_stage_save(actor=cast.scope("methodologist"), **form(draft.stages.get(), to_month=10))
    enforce(cast, draft)
    assert ClusterStage.objects.get(cluster=cast.tomsk_farming).planned_to == date(2024, 8, 31)
    assert PlanStage.objects.get(pk=stage.pk).to_month == 8


def test_what_was_in_force_is_not_edited(cast: Cast, in_force: PlanVersion) -> None:
    keeper, stage = cast.scope("methodologist"), in_force.stages.get()
    with pytest.raises(ImpossibleStep):
        services.plan_stage_save(actor=keeper, **form(stage, to_month=9))
    with pytest.raises(ImpossibleStep):
        services.plan_discard(actor=keeper, plan_id=in_force.pk, version=1)
    changed = services.plan_stage_owner(
        actor=keeper, stage_id=stage.pk, version=stage.version, owner=cast.controller.pk
    )
    assert changed.owner == cast.controller


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to_month": 2}, "to_month"),
        ({"from_month": -30}, "from_month"),
        ({"to_month": 13}, "to_month"),
        ({"closing": "indicator"}, "indicator"),
        ({"owner": 999_999}, "owner"),
        ({"name_ru": " "}, "name_ru"),
    ],
)
def test_a_stage_that_breaks_a_rule_is_refused_by_its_field(
    cast: Cast, draft: PlanVersion, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.plan_stage_save(actor=cast.scope("methodologist"), **form(draft.stages.get(), **changes))
    assert list(refused.value.errors) == [field]


def test_a_process_stands_in_a_plan_once_and_may_close_with_an_indicator(
    cast: Cast, draft: PlanVersion
) -> None:
    keeper, stage = cast.scope("methodologist"), draft.stages.get()
    with pytest.raises(InvalidInput) as refused:
        services.plan_stage_save(actor=keeper, **form(stage, stage_id=None))
    assert "process" in refused.value.errors
    process("equipment")
    indicator()
    added = services.plan_stage_save(
        actor=keeper,
        **form(stage, stage_id=None, process="equipment", closing="indicator", indicator="students"),
    )
    assert (added.indicator and added.indicator.key) == "students"
    with pytest.raises(StaleVersion):
        services.plan_stage_save(actor=keeper, **form(added, version=9))


@pytest.mark.parametrize(
    ("said", "field"),
    [({"day": 31}, "day"), ({"rhythm": "monthly", "day": 29}, "day"), ({"month": 40}, "from_month")],
)
def test_a_day_that_no_month_has_is_refused(
    cast: Cast, draft: PlanVersion, said: dict[str, Any], field: str
) -> None:
    given = {"name_ru": "Срок", "name_en": "Term", "rhythm": "once", "month": 6, "day": 10, **said}
    with pytest.raises(InvalidInput) as refused:
        services.plan_checkpoint_save(
            actor=cast.scope("methodologist"), stage_id=draft.stages.get().pk, checkpoint_id=None, **given
        )
    assert list(refused.value.errors) == [field]


def test_a_process_in_use_is_archived_one_of_a_draft_is_deleted(
    cast: Cast, draft: PlanVersion, in_force: PlanVersion
) -> None:
    keeper = cast.scope("methodologist")
    assert services.plan_stage_delete(actor=keeper, stage_id=draft.stages.get().pk, version=1) is True
    used = in_force.stages.get()
    assert services.plan_stage_delete(actor=keeper, stage_id=used.pk, version=1) is False
    used.refresh_from_db()
    assert used.is_archived
    assert ClusterStage.objects.on_plan().count() == 0
    assert ClusterStage.objects.count() == 2
    with pytest.raises(ImpossibleStep):
        services.plan_stage_delete(actor=keeper, stage_id=used.pk, version=2)
    services.plan_stage_restore(actor=keeper, stage_id=used.pk, version=2)
    assert ClusterStage.objects.on_plan().count() == 2


def test_a_version_says_what_has_changed_and_has_stages(cast: Cast, draft: PlanVersion) -> None:
    with pytest.raises(InvalidInput) as refused:
        enforce(cast, draft, note=" ")
    assert "note" in refused.value.errors
    draft.stages.all().delete()
    with pytest.raises(ImpossibleStep):
        enforce(cast, draft)


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_others_make_no_plans(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.plan_draft(actor=cast.scope(who), cohort_year=2023)


def test_a_draft_tells_what_it_changes(cast: Cast, draft: PlanVersion) -> None:
    keeper, stage = cast.scope("methodologist"), draft.stages.get()
    assert plan_page(keeper, draft.pk).differences == []
    services.plan_stage_save(actor=keeper, **form(stage, from_month=4))
    process("equipment")
    services.plan_stage_save(actor=keeper, **form(stage, stage_id=None, process="equipment", order=20))
    changed, new = plan_page(keeper, draft.pk).differences
    assert (changed.before and changed.before.first, changed.after and changed.after.first) == (
        date(2023, 3, 1), date(2023, 4, 1),
    )  # fmt: skip
    assert (changed.clusters, new.before, new.clusters) == (2, None, 0)


def test_a_new_lane_has_its_days_at_once(cast: Cast, in_force: PlanVersion) -> None:
    cluster_stage(cast.tomsk_farming, plan_stage(plan(2024)))
    made = services.plan_draft(actor=cast.scope("methodologist"), cohort_year=2026)
    lane = PlanStage.objects.create(
        plan=made, process=process("boards", ProcessKind.CROSS_CUTTING), kind=ProcessKind.CROSS_CUTTING,
        order=1, name_ru="РНС", name_en="Boards", from_month=1, to_month=12, closing="date",
    )  # fmt: skip
    PlanCheckpoint.objects.create(
        stage=lane, name_ru="Заседание", name_en="Session", rhythm="quarterly", month=3, day=25
    )
    enforce(cast, made)
    assert made.stages.get(process="boards").checkpoints.get().days(2026)[-1] == date(2026, 12, 25)


def test_a_plan_is_made_on_the_pages(
    as_person: Callable[[str], Client], in_force: PlanVersion, cast: Cast
) -> None:
    keeper = as_person("methodologist")
    keeper.post(reverse("cyclogram:plan-draft"), {"cohort_year": 2023, "source_id": "", "note": ""})
    draft = PlanVersion.objects.get(state=PlanState.DRAFT)
    stage, page = draft.stages.get(), reverse("cyclogram:plan", args=[draft.pk])
    typed = {
        "version": 1, "kind": "first_year", "order": 13, "name_ru": "Закупки", "name_en": "Procurement",
        "from_month": 3, "to_month": 1, "closing": "assignments", "closes_with": "", "indicator": "",
        "owner": cast.controller.pk, "basis": "",
    }  # fmt: skip
    stage_page = reverse("cyclogram:plan-stage", args=[stage.pk])
    refused = keeper.post(stage_page, typed)
    assert refused.status_code == 400
    assert "завершится раньше" in refused.text
    keeper.post(stage_page, {**typed, "to_month": 10})
    mark = {"name_ru": "Отчёт", "name_en": "Report", "rhythm": "once", "month": 9, "day": 15, "basis": ""}
    keeper.post(f"{stage_page}checkpoints/new/", mark)
    html = keeper.get(page).text
    assert "01.03.2023 – 31.10.2023" in html
    assert "Отчёт" in html
    assert keeper.post(f"{page}enforce/", {"version": 1, "note": ""}).status_code == 400
    keeper.post(f"{page}enforce/", {"version": 1, "note": "Сроки"})
    assert "действует" in as_person("tomsk_coordinator").get(page).text
    assert ClusterStage.objects.get(cluster=cast.tomsk_machines).planned_to == date(2023, 10, 31)


def test_a_draft_is_discarded_on_the_page(as_person: Callable[[str], Client], draft: PlanVersion) -> None:
    keeper = as_person("methodologist")
    page = reverse("cyclogram:plan", args=[draft.pk])
    assert as_person("tomsk_coordinator").get(page).status_code == 404
    keeper.post(f"{page}discard/", {"version": 1})
    assert not PlanVersion.objects.filter(pk=draft.pk).exists()

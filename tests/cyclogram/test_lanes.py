"""Days of the lanes: laid from the plans, moved within their year, cancelled with a reason and restored."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from clusters.enums import ProcessKind
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, StaleVersion
from common.scope import SYSTEM
from cyclogram.enums import Rhythm
from cyclogram.models import Checkpoint, PlanCheckpoint, PlanStage
from cyclogram.services.lanes import (
    checkpoint_cancel,
    checkpoint_restore,
    checkpoint_save,
    checkpoints_lay,
)
from tests.cast import Cast
from tests.cyclogram.builders import plan, plan_stage, process

pytestmark = pytest.mark.django_db


@pytest.fixture
def lane(cast: Cast) -> PlanStage:
    """A cross-cutting process of 2026 with a day of every quarter."""
    stage = plan_stage(
        plan(2026), process=process("boards", ProcessKind.CROSS_CUTTING), kind=ProcessKind.CROSS_CUTTING
    )
    PlanCheckpoint.objects.create(
        stage=stage, name_ru="Заседание РНС", name_en="Session", rhythm=Rhythm.QUARTERLY, month=3, day=25,
        is_assumption=True, basis="Раз в квартал",
    )  # fmt: skip
    return stage


def days() -> list[date]:
    return list(Checkpoint.objects.order_by("held_on").values_list("held_on", flat=True))


def test_the_days_of_the_plan_are_laid_once(lane: PlanStage) -> None:
    assert checkpoints_lay(actor=SYSTEM) == 4
    assert checkpoints_lay(actor=SYSTEM) == 0
    assert days() == [date(2026, month, 25) for month in (3, 6, 9, 12)]
    laid = Checkpoint.objects.first()
    assert laid is not None
    assert (laid.year, laid.is_assumption, laid.note) == (2026, True, "Раз в квартал")


def test_a_day_that_left_the_plan_goes_unless_people_touched_it(cast: Cast, lane: PlanStage) -> None:
    checkpoints_lay(actor=SYSTEM)
    moved = Checkpoint.objects.get(held_on=date(2026, 6, 25))
    save(cast, moved, held_on=date(2026, 6, 30))
    lane.checkpoints.update(rhythm=Rhythm.ONCE)
    checkpoints_lay(actor=SYSTEM)
    assert days() == [date(2026, 3, 25), date(2026, 6, 30)]


def save(cast: Cast, row: Checkpoint, **changes: object) -> Checkpoint:
    said = {
        "version": row.version, "process": row.process_id, "year": row.year, "name_ru": row.name_ru,
        "name_en": row.name_en, "held_on": row.held_on, **changes,
    }  # fmt: skip
    return checkpoint_save(actor=cast.scope("methodologist"), checkpoint_id=row.pk, **said)  # type: ignore[arg-type]


def test_a_day_stays_in_its_year(cast: Cast, lane: PlanStage) -> None:
    checkpoints_lay(actor=SYSTEM)
    row = Checkpoint.objects.get(held_on=date(2026, 12, 25))
    with pytest.raises(InvalidInput) as refused:
        save(cast, row, held_on=date(2027, 1, 15))
    assert "2026" in str(refused.value.errors["held_on"][0])
    with pytest.raises(StaleVersion):
        save(cast, row, version=9)
    assert Checkpoint.objects.get(pk=row.pk).held_on == date(2026, 12, 25)


def test_a_day_is_cancelled_with_a_reason_and_restored(cast: Cast, lane: PlanStage) -> None:
    checkpoints_lay(actor=SYSTEM)
    keeper, row = cast.scope("methodologist"), Checkpoint.objects.all()[0]
    with pytest.raises(InvalidInput):
        checkpoint_cancel(actor=keeper, checkpoint_id=row.pk, version=1, note=" ")
    gone = checkpoint_cancel(actor=keeper, checkpoint_id=row.pk, version=1, note="Заочно")
    assert gone.is_cancelled
    with pytest.raises(ImpossibleStep):
        checkpoint_cancel(actor=keeper, checkpoint_id=row.pk, version=2, note="Заочно")
    assert not checkpoint_restore(actor=keeper, checkpoint_id=row.pk, version=2).is_cancelled


def test_only_those_who_make_the_plans_keep_the_days(cast: Cast, lane: PlanStage) -> None:
    checkpoints_lay(actor=SYSTEM)
    row = Checkpoint.objects.all()[0]
    with pytest.raises(NotAllowed):
        checkpoint_cancel(actor=cast.scope("controller"), checkpoint_id=row.pk, version=1, note="Нет")


def test_a_day_is_added_moved_cancelled_and_restored_on_the_pages(
    as_person: Callable[[str], Client], lane: PlanStage
) -> None:
    keeper = as_person("methodologist")
    typed = {"process": "boards", "name_ru": "Форум", "name_en": "Forum", "held_on": "12.11.2026", "note": ""}
    keeper.post(reverse("cyclogram:checkpoint-create"), typed)
    keeper.post(reverse("cyclogram:checkpoint-create"), typed)
    row = Checkpoint.objects.get()
    page = reverse("cyclogram:checkpoint", args=[row.pk])
    html = keeper.get(page).text
    assert 'value="12.11.2026"' in html
    assert (html.count('id="id_note"'), html.count('id="cancel_note"')) == (1, 1)
    refused = keeper.post(page, {**typed, "held_on": "12.01.2027", "version": 1})
    assert refused.status_code == 400
    assert "2026" in refused.text
    keeper.post(page, {**typed, "held_on": "13.11.2026", "version": 1})
    assert keeper.post(f"{page}cancel/", {"version": 2, "note": ""}).status_code == 400
    keeper.post(f"{page}cancel/", {"version": 2, "note": "Онлайн"})
    assert "отменён" in keeper.get(reverse("cyclogram:lanes"), {"year": 2026}).text
    keeper.post(f"{page}restore/", {"version": 3})
    row.refresh_from_db()
    assert (row.held_on, row.is_cancelled) == (date(2026, 11, 13), False)

"""The cyclogram in a browser: a stage is closed with evidence, another moved, values counted, a plan put in force."""

from datetime import date

import pytest

from clusters.enums import ProcessKind
from common.scope import SYSTEM
from cyclogram.enums import ClosingRule, StageState
from cyclogram.models import ClusterStage, IndicatorValue, PlanVersion
from cyclogram.services.laying import clusters_lay
from meetings.models import Meeting
from meetings.services.reference import weekly_series_load
from meetings.tasks import make_meetings
from tests.cyclogram.builders import indicator, plan, plan_stage, process
from tests.e2e.conftest import Visit
from tests.e2e.visitors import WAYS
from tests.e2e.world import Autumn
from tests.files.samples import PDF

pytestmark = pytest.mark.browser
STAGE = "Защита программ"


@pytest.fixture
def laid(autumn: Autumn) -> ClusterStage:
    """A late stage of both machine builders that a document closes, and one of the farmers' cohort."""
    for cohort in (2023, 2024):
        version = plan(cohort)
        plan_stage(
            version, process=process("defence"), name_ru=STAGE, name_en="Defence", order=9, from_month=2,
            to_month=3, closing=ClosingRule.DOCUMENT,
        )  # fmt: skip
        plan_stage(version, order=13, from_month=9, to_month=11)
    clusters_lay(actor=SYSTEM)
    return ClusterStage.objects.get(cluster__code="70-001", process="defence")


@pytest.mark.parametrize("way", WAYS)
def test_a_coordinator_closes_a_stage_with_evidence_and_everything_follows(
    visit: Visit, laid: ClusterStage, way: str
) -> None:
    weekly_series_load()
    make_meetings()
    agenda = f"/meetings/{Meeting.objects.get().pk}/"
    centre = visit("controller")
    centre.open(agenda)
    assert "отстают кластеров: 3" in centre.text()
    coordinator = visit("tomsk_coordinator", **WAYS[way])
    coordinator.open(laid.get_absolute_url())
    form = coordinator.form("/propose/")
    coordinator.hands.write(form.locator("textarea"), "Программа защищена.")
    with coordinator.refused(400):
        coordinator.send(form)
    assert "приложите его" in coordinator.text()
    form = coordinator.form("/propose/")
    coordinator.hands.attach(
        form.locator("input[type=file]"),
        {"name": "protocol.pdf", "mimeType": "application/pdf", "buffer": PDF},
    )
    coordinator.send(form)
    assert "Этап сдан" in coordinator.text("body")
    coordinator.is_pleased("task-stage-proposed")

    centre.open(laid.get_absolute_url())
    assert "protocol.pdf" in centre.text()
    centre.send(centre.form("/accept/"))
    laid.refresh_from_db()
    assert laid.state == StageState.DONE

    centre.open("/cyclogram/?region=70&cohort=2023")
    assert centre.page.locator("#matrix a[aria-labelledby=m-done]").count() == 1
    centre.open("/regions/70/")
    assert "выполнено 25 % этапов" in centre.text()
    centre.open(agenda)
    centre.hands.press(centre.form("/fill/").locator("button"))
    centre.page.get_by_text("отстают кластеров: 2").wait_for()


def test_a_methodologist_moves_a_stage_of_one_cohort_after_a_preview(
    visit: Visit, laid: ClusterStage
) -> None:
    keeper = visit("methodologist")
    keeper.open("/cyclogram/move/?process=procurement&cohort=2023")
    keeper.is_pleased("task-stage-move")
    keeper.hands.write_date(keeper.page.locator("#id_planned_from"), date(2023, 10, 1))
    keeper.hands.write_date(keeper.page.locator("#id_planned_to"), date(2024, 1, 31))
    keeper.hands.write(keeper.page.locator("#id_reason"), "Поставка задержана")
    with keeper.refused(400):
        keeper.send("form[action$='/move/']")
    assert "31.12.2023" in keeper.text()
    keeper.hands.write_date(keeper.page.locator("#id_planned_to"), date(2023, 12, 20))
    keeper.send("form[action$='/move/']")
    assert "новые дни 01.10.2023 – 20.12.2023" in keeper.text()
    keeper.is_pleased("task-stage-move-preview")
    keeper.follow("#preview .button--primary")
    assert "2 этапа перенесены" in keeper.text("body")
    moved = ClusterStage.objects.filter(process="procurement")
    assert set(moved.values_list("cluster__cohort_year", "planned_to")) == {
        (2023, date(2023, 12, 20)), (2024, date(2024, 11, 30)),
    }  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_region_counts_and_the_centre_accepts(visit: Visit, laid: ClusterStage, way: str) -> None:
    indicator(process=process("headcount", ProcessKind.CROSS_CUTTING))
    coordinator = visit("tomsk_coordinator", **WAYS[way])
    coordinator.open("/cyclogram/values/enter/?day=01.10.2026")
    amount = coordinator.page.locator("[name='amount:students:70']")
    coordinator.hands.write(amount, "много")
    with coordinator.refused(400):
        coordinator.follow("form[data-guard] .button--primary")
    assert "не число" in coordinator.text()
    coordinator.hands.write(coordinator.page.locator("[name='amount:students:70']"), "1 204")
    coordinator.follow("form[data-guard] .button--primary")
    coordinator.is_pleased("task-values-enter")
    centre = visit("controller")
    centre.open("/cyclogram/values/")
    centre.is_pleased("task-values")
    centre.hands.tick(centre.page.locator("[name=chosen]").first)
    centre.follow("[name=accept][value='1']")
    assert IndicatorValue.objects.get().state == "accepted"
    centre.open("/cyclogram/lanes/?year=2026")
    assert "1 204" in centre.text()
    centre.is_pleased("task-lanes")


def test_a_plan_is_drafted_changed_and_put_in_force(visit: Visit, laid: ClusterStage) -> None:
    keeper = visit("methodologist")
    keeper.open("/cyclogram/plans/")
    keeper.page.select_option("#id_cohort_year", "2023")
    keeper.send("form[action$='/draft/']")
    draft = PlanVersion.objects.get(state="draft")
    keeper.is_pleased("task-plan-draft")
    keeper.follow(keeper.page.get_by_role("link", name="Закупки"))
    keeper.is_pleased("task-plan-stage")
    keeper.page.select_option("#id_to_month", "12")
    keeper.send(keeper.page.locator("main form").first)
    stage = draft.stages.get(process="procurement")
    keeper.open(f"/cyclogram/plan-stages/{stage.pk}/checkpoints/new/")
    keeper.is_pleased("task-plan-checkpoint")
    keeper.hands.write(keeper.page.locator("#id_name_ru"), "Контракты заключены")
    keeper.hands.write(keeper.page.locator("#id_name_en"), "Contracts signed")
    keeper.page.select_option("#id_month", "10")
    keeper.hands.write(keeper.page.locator("#id_day"), "15")
    keeper.send(keeper.page.locator("main form").first)
    mark = stage.checkpoints.get()
    keeper.open(f"/cyclogram/plan-stages/{stage.pk}/checkpoints/{mark.pk}/")
    keeper.is_pleased("task-plan-checkpoint-edit")
    keeper.open(f"/cyclogram/plans/{draft.pk}/stages/new/")
    keeper.is_pleased("task-plan-stage-new")
    keeper.open(f"/cyclogram/plans/{draft.pk}/")
    assert "01.09.2023 – 31.12.2023" in keeper.text()
    keeper.hands.write(keeper.page.locator("#id_note"), "Закупки продлены")
    keeper.send("form[action$='/enforce/']")
    assert "введён в действие" in keeper.text("body")
    days = ClusterStage.objects.filter(process="procurement").values_list(
        "cluster__cohort_year", "planned_to"
    )
    assert set(days) == {(2023, date(2023, 12, 31)), (2024, date(2024, 11, 30))}


def test_a_board_is_entered_on_a_telephone(visit: Visit, laid: ClusterStage) -> None:
    coordinator = visit("tomsk_coordinator", width=360)
    coordinator.open("/cyclogram/boards/")
    coordinator.follow(coordinator.page.get_by_role("link", name="Внести совет"))
    coordinator.hands.write(coordinator.page.locator("#id_name"), "РНС Томской области")
    coordinator.send(coordinator.page.locator("main form").first)
    coordinator.open("/cyclogram/boards/70/members/new/")
    coordinator.hands.write(coordinator.page.locator("#id_name"), "Верещагина Ольга Сергеевна")
    coordinator.hands.write_date(coordinator.page.locator("#id_starts_on"), date(2024, 1, 1))
    coordinator.send(coordinator.page.locator("main form").first)
    coordinator.open("/cyclogram/boards/70/sessions/new/")
    coordinator.hands.write_date(coordinator.page.locator("#id_held_on"), date(2026, 11, 2))
    coordinator.hands.write(coordinator.page.locator("#id_subject"), "О закупках")
    coordinator.hands.attach(
        coordinator.page.locator("#id_protocol"),
        {"name": "protocol.pdf", "mimeType": "application/pdf", "buffer": PDF},
    )
    coordinator.send(coordinator.page.locator("main form").first)
    coordinator.follow(coordinator.page.get_by_role("link", name="Внести решение").first)
    coordinator.hands.write(coordinator.page.locator("#id_text"), "Утвердить план закупок.")
    coordinator.send(coordinator.page.locator("main form").first)
    for words in ("Верещагина", "О закупках", "Утвердить план", "protocol.pdf"):
        assert words in coordinator.text()
    coordinator.is_pleased("task-board")


def test_the_past_of_stages_is_pasted_checked_and_entered(visit: Visit, laid: ClusterStage) -> None:
    centre = visit("controller")
    centre.open("/cyclogram/stages/history/")
    centre.is_pleased("task-stages-history")
    head = "код кластера\tэтап\tфактическое начало\tфактическое завершение\n"
    rows = f"70-001\t{STAGE}\t01.02.2023\t20.03.2023\n55-001\t{STAGE}\t01.02.2023\t20.04.2023"
    centre.page.fill("#id_text", head + rows)
    centre.hands.write(centre.page.locator("#id_reason"), "Протоколы защиты из архива")
    centre.send(centre.page.locator("main form").last)
    assert "Закрыть 2 этапа" in centre.text()
    centre.is_pleased("task-stages-history-checked")
    centre.follow("[name=enter]")
    assert ClusterStage.objects.closed().count() == 2

"""Handing in a report in other ways than with a mouse and everything switched on."""

from collections.abc import Mapping
from typing import Any

import pytest

from assignments.models import Execution, ExecutionEvent
from assignments.services.executions import execution_submit
from tests.e2e.conftest import Visit
from tests.e2e.visitors import WAYS
from tests.e2e.world import Autumn
from tests.files.samples import PDF

pytestmark = pytest.mark.browser

REPORT = "Набор завершён: зачислено 25 человек."


def reports(execution: Execution) -> int:
    return ExecutionEvent.objects.filter(execution=execution, kind="submitted").count()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_report_with_a_file_is_handed_in_by_everybody_in_his_way(
    visit: Visit, autumn: Autumn, way: Mapping[str, Any]
) -> None:
    coordinator = visit("tomsk_coordinator", **way)
    coordinator.follow(coordinator.page.locator("a[href='/assignments/']:visible").first)
    assert coordinator.overhang() <= 0
    button = coordinator.page.locator(".work a.button--primary")
    if coordinator.javascript:  # the report is written in the row itself
        coordinator.hands.press(button)
    else:
        coordinator.follow(button)
        assert autumn.overdue.get_absolute_url() in coordinator.page.url
    form = coordinator.form("/submit/")
    coordinator.hands.write(form.locator("textarea"), REPORT)
    coordinator.hands.attach(
        form.locator("input[type=file]"),
        {"name": "Приказ.pdf", "mimeType": "application/pdf", "buffer": PDF},
    )
    coordinator.send(form)
    assert coordinator.page.url.endswith("/assignments/"), "back to the list"
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "in_review"
    coordinator.open(autumn.overdue.get_absolute_url())
    assert REPORT in coordinator.text()
    assert "Приказ.pdf" in coordinator.text("#history")
    assert coordinator.overhang() <= 0
    assert reports(autumn.overdue) == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_controller_returns_a_report_and_accepts_the_next_one_in_his_way(
    visit: Visit, autumn: Autumn, way: Mapping[str, Any]
) -> None:
    actor = autumn.cast.scope("tomsk_coordinator")
    owed = list(Execution.objects.filter(region="70", state="issued"))
    for execution in owed:
        execution_submit(actor=actor, execution_id=execution.pk, version=execution.version, text=REPORT)
    controller = visit("controller", **way)
    controller.open("/assignments/review/")
    controller.follow(controller.page.locator("#queue tbody th a").first)
    controller.hands.write(controller.form("/return/").locator("#return_remark"), "Приложите приказ.")
    controller.send(controller.form("/return/"))
    controller.send(controller.form("/accept/"))
    decided = Execution.objects.filter(region="70", due_on__in=[row.due_on for row in owed])
    assert {"executed", "returned"} <= set(decided.values_list("state", flat=True))
    assert not decided.filter(state="in_review").exists()
    assert controller.overhang() <= 0


def test_a_double_press_hands_in_one_report(visit: Visit, autumn: Autumn) -> None:
    for javascript in (True, False):
        coordinator = visit("tomsk_coordinator", javascript=javascript)
        execution = Execution.objects.filter(region="70", state="issued").latest("pk")
        coordinator.open(execution.get_absolute_url())
        coordinator.form("/submit/").locator("textarea").fill(REPORT)
        coordinator.form("/submit/").locator("button.button--primary").dblclick()
        # Without scripts the second press ends the first answer on its way: wait for what is shown, not for it.
        coordinator.page.get_by_text(REPORT).first.wait_for()
        assert reports(execution) == 1


def test_a_report_on_an_old_page_is_not_lost(visit: Visit, autumn: Autumn) -> None:
    coordinator, controller = visit("tomsk_coordinator"), visit("controller")
    address = autumn.overdue.get_absolute_url()
    coordinator.open(address)
    coordinator.form("/submit/").locator("textarea").fill(REPORT)

    controller.open(address)
    extend = controller.form("/extend/")
    controller.page.locator("details", has=extend).locator("summary").first.click()
    extend.locator("#extend_new_due").fill("2026-11-27")
    extend.locator("textarea").fill("Задержка поставки.")
    controller.send(extend)
    administrator = visit("administrator")
    administrator.open(address)
    confirmation = administrator.form("/grant/")
    administrator.page.locator("#requests details", has=confirmation).locator("summary").first.click()
    administrator.send(confirmation)

    with coordinator.refused(409):
        coordinator.send(coordinator.form("/submit/"))
    assert coordinator.form("/submit/").locator("textarea").input_value() == REPORT
    assert "Задержка поставки." in coordinator.text()
    coordinator.is_pleased("task-report-stale")
    coordinator.send(coordinator.form("/submit/"))
    assert reports(autumn.overdue) == 1


def test_a_lying_file_is_refused_and_the_text_stays(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open(autumn.overdue.get_absolute_url())
    form = coordinator.form("/submit/")
    form.locator("textarea").fill(REPORT)
    form.locator("input[type=file]").set_input_files(
        {"name": "Отчёт.pdf", "mimeType": "application/pdf", "buffer": b"MZ this is a program"}
    )
    with coordinator.refused(400), coordinator.page.expect_response("**/submit/"):
        form.locator("button.button--primary").click()
    coordinator.page.wait_for_selector("#report .summary")
    assert form.locator("textarea").input_value() == REPORT
    assert "Отчёт.pdf" in coordinator.text()
    coordinator.is_pleased("task-report-refused")
    assert reports(autumn.overdue) == 0

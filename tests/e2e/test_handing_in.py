"""Handing in a report in other ways than with a mouse and everything switched on."""

import re

import pytest

from assignments.models import Execution, ExecutionEvent
from tests.e2e.conftest import Visit
from tests.e2e.visitors import PHONE, Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

REPORT = "Набор завершён: зачислено 25 человек."


def reports(execution: Execution) -> int:
    return ExecutionEvent.objects.filter(execution=execution, kind="submitted").count()


def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse."""
    for _press in range(80):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_a_report_can_be_handed_in_with_the_keyboard_alone(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open("/assignments/")
    tab_to(coordinator, "a.button--primary")
    with coordinator.page.expect_navigation():
        coordinator.page.keyboard.press("Enter")
    tab_to(coordinator, "form[action$='/submit/'] textarea")
    coordinator.page.keyboard.press("Control+A")
    coordinator.page.keyboard.type(REPORT)
    tab_to(coordinator, "form[action$='/submit/'] button[type=submit]")
    outline = coordinator.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    with coordinator.page.expect_navigation():
        coordinator.page.keyboard.press("Enter")
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "in_review"
    assert REPORT in coordinator.text()


def test_a_report_can_be_handed_in_without_scripts(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator", javascript=False)
    coordinator.open("/assignments/?weight=3")
    assert coordinator.page.locator(".work").count() == 1
    coordinator.open(autumn.overdue.get_absolute_url())
    coordinator.form("/submit/").locator("textarea").fill(REPORT)
    coordinator.send(coordinator.form("/submit/"))
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "in_review"
    assert REPORT in coordinator.text()


def test_a_report_can_be_handed_in_on_a_telephone(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator", width=PHONE)
    coordinator.page.locator("nav.bottom a[href='/assignments/']").click()
    coordinator.page.wait_for_url("**/assignments/")
    assert coordinator.overhang() <= 0
    coordinator.page.locator(".work a.button--primary").click()
    coordinator.page.wait_for_url(re.compile("/executions/"))
    coordinator.form("/submit/").locator("textarea").fill(REPORT)
    coordinator.send(coordinator.form("/submit/"))
    assert coordinator.overhang() <= 0
    assert reports(autumn.overdue) == 1


def test_a_double_press_hands_in_one_report(visit: Visit, autumn: Autumn) -> None:
    for javascript in (True, False):
        coordinator = visit("tomsk_coordinator", javascript=javascript)
        execution = Execution.objects.filter(region="70", state="issued").latest("pk")
        coordinator.open(execution.get_absolute_url())
        coordinator.form("/submit/").locator("textarea").fill(REPORT)
        with coordinator.page.expect_navigation():
            coordinator.form("/submit/").locator("button[type=submit]").dblclick()
        coordinator.page.wait_for_load_state()
        assert REPORT in coordinator.text()
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
        form.locator("button[type=submit]").click()
    coordinator.page.wait_for_selector("#report .summary")
    assert form.locator("textarea").input_value() == REPORT
    assert "Отчёт.pdf" in coordinator.text()
    coordinator.is_pleased("task-report-refused")
    assert reports(autumn.overdue) == 0

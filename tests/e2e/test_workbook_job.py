"""A coordinator takes the register home in a spreadsheet and brings it back."""

from pathlib import Path

import pytest

from assignments.models import Execution, ExecutionNote
from tests.assignments.sheets import edited, table_of
from tests.e2e.conftest import Visit
from tests.e2e.visitors import Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

NOTE = "Приказ подписан, собираем списки."
REPORT = "Набор завершён: зачислено 25 человек."


def fetched(visitor: Visitor, selector: str) -> bytes:
    """What a press downloads."""
    with visitor.page.expect_download() as download:
        visitor.page.locator(selector).first.click()
    return Path(download.value.path()).read_bytes()


def brought(visitor: Visitor, content: bytes) -> None:
    """Upload a workbook and arrive at its differences."""
    visitor.open("/assignments/workbooks/")
    visitor.page.locator("input[type=file]").set_input_files(
        {"name": "Реестр.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    with visitor.page.expect_navigation():
        visitor.page.locator("#upload button[type=submit]").click()
    visitor.page.wait_for_url("**/assignments/workbooks/*/")


def test_a_register_is_edited_at_home_checked_and_applied(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open("/assignments/registry/?state=open")
    coordinator.follow("#registry a[href*='/workbooks/']")
    coordinator.is_pleased("task-workbooks")
    content = fetched(coordinator, "#download a[download]")
    first, second = (int(row["id"]) for row in table_of(content))

    brought(
        coordinator,
        edited(content, {first: {"note": NOTE, "due_on": "31.12.2026"}, second: {"report": "=1"}}),
    )
    coordinator.is_pleased("task-workbook-mistakes")
    assert "этот столбец не редактируется" in coordinator.text("#mistakes")
    marked = table_of(fetched(coordinator, "#mistakes a[download]"))
    assert "не редактируется" in marked[0]["reason"]

    brought(coordinator, edited(content, {first: {"note": NOTE}, second: {"report": REPORT, "note": NOTE}}))
    coordinator.is_pleased("task-workbook")
    assert NOTE in coordinator.text("#notes")
    assert REPORT in coordinator.text("#reports")
    coordinator.follow("button[name=reports][value='1']")
    assert ExecutionNote.objects.count() == 2
    assert Execution.objects.get(pk=second).state == "in_review"

    coordinator.open(f"/executions/{first}/")
    assert NOTE in coordinator.text("#note")
    coordinator.is_pleased("task-note")
    controller = visit("controller")
    controller.open(f"/executions/{first}/")
    assert NOTE in controller.text("#note")
    assert controller.page.locator("#note form").count() == 0
    controller.open("/assignments/registry/?state=open")
    assert NOTE in controller.text("#registry")

    brought(coordinator, edited(content, {first: {"note": "Другое."}}))
    assert "изменили" in coordinator.text("#stale")
    coordinator.is_pleased("task-workbook-stale")

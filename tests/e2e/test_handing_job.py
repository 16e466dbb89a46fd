"""The hand of a coordinator: a report with a file from forty open executions in four movements; drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assignments.models import Evidence, Execution, ExecutionEvent, ReportDraft
from tests.assignments.builders import issued_item, put_on_control
from tests.e2e.conftest import Visit
from tests.e2e.hands import Mouse
from tests.e2e.visitors import PHONE, Visitor, plain
from tests.e2e.world import Autumn
from tests.files.samples import PDF, image

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator

pytestmark = pytest.mark.browser

REPORT = "Набор завершён: зачислено 25 человек."
PHOTO = {"name": "Фото.png", "mimeType": "image/png", "buffer": image("PNG")}
ORDER = {"name": "Приказ.pdf", "mimeType": "application/pdf", "buffer": PDF}
OPEN = 40


class Counting(Mouse):
    """Counts every press, every field that is written and every choice of a file."""

    def __init__(self) -> None:
        self.movements = 0

    def press(self, target: Locator, times: int = 1) -> None:
        self.movements += times
        super().press(target, times)

    def write(self, target: Locator, text: str) -> None:
        self.movements += 1
        super().write(target, text)

    def attach(self, target: Locator, file: FilePayload | Path) -> None:
        self.movements += 1
        super().attach(target, file)


@pytest.fixture
def busy(autumn: Autumn) -> Autumn:
    """Tomsk has forty executions open."""
    cast = autumn.cast
    due = date(2026, 11, 25)
    for number in range(10, 10 + (OPEN - 2) // 2):
        item = issued_item(f"{number}", protocol=autumn.november, due=due + timedelta(days=number))
        put_on_control([cast.tomsk_machines, cast.tomsk_farming], item)
    assert Execution.objects.filter(region="70", state="issued").count() == OPEN
    return autumn


def soon(visitor: Visitor, holds: Callable[[], bool]) -> None:
    for _time in range(50):
        if holds():
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("it does not come")


def at_inbox(visit: Visit, **how: object) -> Visitor:
    coordinator = visit("tomsk_coordinator", **how)
    coordinator.open("/assignments/")
    return coordinator


@pytest.mark.parametrize("width", [1280, PHONE])
def test_a_report_with_a_file_takes_four_movements_from_forty_open_executions(
    visit: Visit, busy: Autumn, width: int
) -> None:
    coordinator = at_inbox(visit, width=width)
    assert coordinator.page.locator(".work").count() == OPEN
    coordinator.hands = hands = Counting()
    hands.press(coordinator.page.locator(".work a.button--primary"))
    form = coordinator.form("/submit/")
    text = form.locator("textarea")
    text.wait_for()
    assert plain(text.input_value()).startswith("Во исполнение п. 2.3 протокола № 12 от 28.10.2026")
    hands.write(text, REPORT)
    hands.attach(form.locator("input[type=file]"), PHOTO)
    form.locator(".drop__list canvas").wait_for()
    coordinator.picture("task-report-in-row")
    assert coordinator.overhang() <= 0
    coordinator.send(form)
    coordinator.page.wait_for_selector("text=Отчёт сдан")
    assert hands.movements <= 4
    assert coordinator.page.url.endswith("/assignments/")
    found = Execution.objects.get(pk=busy.overdue.pk)
    assert (found.state, found.events.latest("pk").text) == ("in_review", REPORT)
    assert Evidence.objects.get().file.original_name == "Фото.png"


def test_the_link_of_a_mail_needs_three_taps_on_a_telephone(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator", width=PHONE)
    coordinator.hands = hands = Counting()
    coordinator.open(f"{autumn.overdue.get_absolute_url()}#submit")
    hands.movements += 1  # the link itself
    form = coordinator.form("/submit/")
    hands.attach(form.locator("input[type=file]"), PHOTO)
    coordinator.send(form)
    coordinator.page.wait_for_selector("text=Отчёт сдан")
    assert hands.movements <= 3
    assert Evidence.objects.get().file.original_name == "Фото.png"
    assert coordinator.page.locator("#history img.thumb").first.evaluate("image => image.naturalWidth") > 0
    assert coordinator.overhang() <= 0


def test_the_form_in_a_row_folds_and_comes_back_with_everything_in_it(visit: Visit, autumn: Autumn) -> None:
    coordinator = at_inbox(visit)
    buttons = coordinator.page.locator(".work a[data-opens]")
    buttons.first.click()
    first = coordinator.page.locator(".work__form").first.locator("textarea")
    first.wait_for()
    assert first.evaluate("text => text === document.activeElement")
    first.fill(REPORT)
    buttons.nth(1).click()
    second = coordinator.page.locator(".work__form").nth(1).locator("textarea")
    second.wait_for()
    assert first.get_attribute("id") != second.get_attribute("id")
    buttons.first.click()
    assert buttons.first.get_attribute("aria-expanded") == "false"
    assert not first.is_visible()
    buttons.first.click()
    assert first.input_value() == REPORT
    coordinator.is_pleased("task-inbox-open")


def test_what_is_typed_is_kept_by_the_portal_and_offered_in_another_browser(
    visit: Visit, autumn: Autumn
) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open(autumn.overdue.get_absolute_url())
    coordinator.form("/submit/").locator("textarea").fill(REPORT)
    coordinator.page.wait_for_selector("text=Черновик сохранён в 12:00")
    coordinator.picture("task-draft")
    assert ReportDraft.objects.get().text == REPORT
    assert (
        coordinator.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))")
        == []
    )
    coordinator.open("/assignments/")  # nobody asks whether to leave: nothing is unsaved

    elsewhere = at_inbox(visit)
    elsewhere.page.locator(".work a.button--primary").click()
    text = elsewhere.form("/submit/").locator("textarea")
    text.wait_for()
    assert text.input_value() == REPORT
    text.press_sequentially(" Приказ издан.")
    soon(elsewhere, lambda: ReportDraft.objects.get().text.endswith("Приказ издан."))
    elsewhere.send(elsewhere.form("/submit/"))
    assert not ReportDraft.objects.exists()
    assert ExecutionEvent.objects.latest("pk").text == f"{REPORT} Приказ издан."


def test_a_draft_is_saved_by_its_button_without_scripts(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator", javascript=False)
    coordinator.open(autumn.overdue.get_absolute_url())
    coordinator.form("/submit/").locator("textarea").fill(REPORT)
    coordinator.follow(coordinator.page.get_by_role("button", name="Сохранить черновик"))
    assert coordinator.form("/submit/").locator("textarea").input_value() == REPORT
    coordinator.follow(coordinator.page.get_by_role("button", name="Удалить черновик"))
    assert "Во исполнение" in coordinator.form("/submit/").locator("textarea").input_value()
    assert not ReportDraft.objects.exists()


@pytest.mark.parametrize("javascript", [True, False])
def test_one_report_is_handed_in_for_several(visit: Visit, busy: Autumn, javascript: bool) -> None:
    coordinator = at_inbox(visit, javascript=javascript)
    boxes = coordinator.page.locator("input[name=pick]")
    for place in range(4):
        boxes.nth(place).check()
    if javascript:
        assert "отмечено: 4" in coordinator.text("#together").lower()
        coordinator.picture("task-inbox-ticked")
    coordinator.follow(coordinator.page.get_by_role("button", name="Сдать один отчёт"))
    assert coordinator.page.locator("input[name=pick]:checked").count() == 4
    if javascript:
        coordinator.is_pleased("task-together")
    coordinator.page.locator("input[name=pick]").nth(3).uncheck()
    form = coordinator.form("/assignments/hand-in/")
    form.locator("textarea").fill(REPORT)
    form.locator("input[type=file]").set_input_files([PHOTO, ORDER])
    coordinator.send(form)
    coordinator.page.wait_for_selector("text=Сдано: 3 из 3")
    assert ExecutionEvent.objects.filter(text=REPORT).count() == 3
    assert Evidence.objects.count() == 6
    if javascript:
        coordinator.is_pleased("task-together-result")


def test_a_picture_opens_in_a_window_of_its_own_and_a_paper_is_a_download(
    visit: Visit, autumn: Autumn
) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open(autumn.overdue.get_absolute_url())
    form = coordinator.form("/submit/")
    form.locator("input[type=file]").set_input_files([ORDER, PHOTO])
    coordinator.send(form)
    coordinator.page.wait_for_selector("text=Отчёт сдан")
    coordinator.picture("task-files")
    files = coordinator.page.locator("#history .files__item")
    assert files.filter(has_text="pdf").locator("a.files__open").count() == 0
    link = coordinator.page.locator("#history a.files__open")
    assert (link.count(), link.get_attribute("target")) == (1, "_blank")
    for shown, kind in ((link, "inline"), (files.filter(has_text="pdf").locator("a"), "attachment")):
        answer = coordinator.page.request.get(f"{coordinator.base}{shown.get_attribute('href')}")
        assert answer.headers["content-disposition"].startswith(kind)


def test_the_same_work_is_seen_by_cluster_and_kept_as_a_view(visit: Visit, busy: Autumn) -> None:
    coordinator = at_inbox(visit)
    coordinator.follow(coordinator.page.get_by_role("link", name="по кластерам"))
    assert coordinator.page.locator(".work").count() == OPEN
    coordinator.page.locator("select[name=cluster]").select_option("70-001")
    coordinator.page.wait_for_url("**cluster=70-001**")
    assert "by=cluster" in coordinator.page.url
    soon(coordinator, lambda: coordinator.page.locator(".work").count() == OPEN // 2)
    coordinator.unfold("input[name=name]")
    coordinator.page.locator("input[name=name]").fill("Машиностроители")
    coordinator.follow(coordinator.page.get_by_role("button", name="Сохранить", exact=True))
    assert "cluster=70-001" in coordinator.page.url
    coordinator.is_pleased("task-inbox-view")
    coordinator.open("/assignments/")
    coordinator.follow(coordinator.page.get_by_role("link", name="Машиностроители"))
    assert coordinator.page.locator(".work").count() == OPEN // 2
    coordinator.open("/assignments/views/")
    coordinator.is_pleased("task-views")


def test_work_is_shared_out_among_coordinators(visit: Visit, busy: Autumn) -> None:
    coordinator = at_inbox(visit)
    coordinator.page.locator("input[name=pick]").first.check()
    coordinator.follow(coordinator.page.get_by_role("button", name="Назначить"))
    coordinator.page.locator("select[name=whose]").select_option("me")
    soon(coordinator, lambda: coordinator.page.locator(".work").count() == 1)
    assert "исполнитель" in coordinator.text(".work").lower()
    coordinator.picture("task-inbox-mine")

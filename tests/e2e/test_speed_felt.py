"""What a person feels: real progress, an answer in the row, text that outlives a sign-in, files on their way."""

import re
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from assignments.models import Execution, ExecutionRequest
from notifications.models import LongTask
from notifications.services import long_tasks_drain
from rating.models import Slice
from tests.e2e.conftest import Day, Visit
from tests.e2e.visitors import Visitor
from tests.e2e.world import NOW, Autumn
from tests.files.samples import PDF

pytestmark = pytest.mark.browser
TEXT = "Набрано 25 студентов, приказы приложены."
REPORT_BY_MAIL = "Отчёт."


def submit_form(visitor: Visitor):
    return visitor.form("/submit/")


def soon(is_so: Callable[[], bool]) -> None:
    """Wait until it is so; the policy of the pages lets a browser evaluate no text of a test by itself."""
    for _try in range(100):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it never was so")


def drafts(visitor: Visitor) -> list[str]:
    return visitor.page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft'))")


def do_the_work() -> None:
    """What the worker of the portal does, in a thread of its own as in the demonstration."""

    def work() -> None:
        long_tasks_drain()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    assert not thread.is_alive()


@pytest.fixture
def no_worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is down until the test does its work; every closing is long."""
    settings.LONG_CLOSE_EXECUTIONS = 1
    settings.LONG_EXPORT_ROWS = 1
    monkeypatch.setattr("notifications.services.doorbell._quiet_until", float("inf"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_closing_shows_where_it_is_and_ends_with_the_draft(
    visit: Visit, autumn: Autumn, no_worker: None, javascript: bool
) -> None:
    keeper = visit("methodologist", javascript=javascript)
    keeper.open("/rating/close/")
    keeper.send(keeper.form("/rating/close/").first)
    assert re.search(r"/tasks/\d+/$", keeper.page.url)
    assert "Работа ждёт своей очереди" in keeper.text()
    LongTask.objects.update(state="running", stage="regions", done=54, total=89, attempts=1, heartbeat_at=NOW)
    keeper.page.wait_for_selector("progress[value='54']")
    if javascript:
        keeper.is_pleased("task-closing")
    keeper.page.get_by_role("link", name="Не обновлять").click()
    keeper.page.wait_for_url("**/?paused=1")
    LongTask.objects.update(state="queued", attempts=0)
    do_the_work()
    keeper.page.wait_for_timeout(1500)
    assert "54" in keeper.text(), "stopped by the person"
    keeper.page.get_by_role("link", name="Обновлять дальше").click()
    keeper.page.wait_for_selector("text=Открыть черновик")
    with keeper.page.expect_navigation():
        keeper.page.get_by_role("link", name="Открыть черновик").click()
    assert Slice.objects.get().get_absolute_url() in keeper.page.url


def test_a_large_export_is_made_and_downloaded(visit: Visit, autumn: Autumn, no_worker: None) -> None:
    controller = visit("controller")
    controller.open("/assignments/registry/?state=executed")
    controller.page.locator(".downloads summary").click()
    controller.follow(".downloads a[href*='registry.xlsx']")
    controller.send("form[action*='registry.xlsx']")
    do_the_work()
    link = controller.page.get_by_role("link", name="Скачать файл")
    link.wait_for()
    with controller.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "registry-2026-11-20.xlsx"


def handed_in(autumn: Autumn) -> Execution:
    from assignments.services.executions import execution_submit

    execution_submit(
        actor=autumn.cast.scope("tomsk_coordinator"),
        execution_id=autumn.overdue.pk,
        version=autumn.overdue.version,
        text=REPORT_BY_MAIL,
    )
    return Execution.objects.get(pk=autumn.overdue.pk)


def test_accepting_in_the_queue_answers_in_the_row_and_says_so(visit: Visit, autumn: Autumn) -> None:
    execution = handed_in(autumn)
    controller = visit("controller")
    controller.open("/assignments/review/")
    address = controller.page.url
    controller.page.locator(f"button[form='accept-{execution.pk}']").focus()
    controller.page.keyboard.press("Enter")
    toast = controller.page.locator(".toast")
    toast.wait_for()
    assert "Принято" in toast.inner_text()
    assert controller.page.url == address
    row = controller.page.locator(f"#row-{execution.pk}")
    assert "исполнено" in row.inner_text()
    assert controller.page.evaluate("document.activeElement.id") == f"row-{execution.pk}"
    controller.is_pleased("task-accepted-in-queue")
    toast.locator("[data-close]").click()
    assert toast.count() == 0
    assert Execution.objects.get(pk=execution.pk).state == "executed"


def test_accepting_in_the_queue_works_without_scripts(visit: Visit, autumn: Autumn) -> None:
    execution = handed_in(autumn)
    controller = visit("controller", javascript=False)
    controller.open("/assignments/review/")
    with controller.page.expect_navigation():
        controller.page.locator(f"button[form='accept-{execution.pk}']").click()
    assert controller.page.url.endswith("/assignments/review/")
    assert "Принято" in controller.text("#messages")
    assert Execution.objects.get(pk=execution.pk).state == "executed"


def test_a_filter_keeps_the_address_and_the_way_back(visit: Visit, autumn: Autumn) -> None:
    controller = visit("controller")
    controller.open("/assignments/registry/")
    count = controller.page.locator("#registry tbody tr").count()
    controller.page.locator("#id_state").focus()
    controller.page.locator("#id_state").select_option("issued")
    controller.page.wait_for_url("**state=issued**")
    soon(lambda: controller.page.locator("#registry tbody tr").count() < count)
    assert controller.page.evaluate("document.activeElement.id") == "id_state"
    controller.page.go_back()
    soon(lambda: controller.page.locator("#registry tbody tr").count() == count)
    assert controller.page.url.endswith("/assignments/registry/")


def test_who_stays_when_warned_goes_on_typing(visit: Visit, autumn: Autumn, day: Day) -> None:
    coordinator = visit("tomsk_coordinator")
    day.becomes(NOW + timedelta(hours=12, minutes=-4))
    coordinator.open(autumn.overdue.get_absolute_url())
    # The browser's own clock is not that of the test: the page is told that the end is near and asks the portal.
    coordinator.page.add_init_script("Date.now = () => 9e15")
    coordinator.page.reload()
    dialog = coordinator.page.locator("#session")
    dialog.wait_for()
    assert coordinator.page.evaluate("document.activeElement.innerText") == "Остаться"
    assert "4:00" in plain_text(dialog)
    coordinator.is_pleased("task-session-warning")
    coordinator.page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")
    day.becomes(NOW + timedelta(hours=12, minutes=30))
    submit_form(coordinator).locator("textarea").fill(TEXT)
    coordinator.send(submit_form(coordinator))
    assert TEXT in coordinator.text()


def plain_text(place) -> str:
    return re.sub(r"\s+", " ", place.inner_text())


def test_text_typed_when_the_sign_in_ended_comes_back_after_it(
    visit: Visit, autumn: Autumn, day: Day
) -> None:
    coordinator = visit("tomsk_coordinator")
    # The browser's own clock is days ahead of the test's: a page would ask at once how long the sign-in lasts, and
    # might hear only after the sign-in ended.
    coordinator.page.add_init_script(f"Date.now = () => {NOW.timestamp() * 1000:.0f}")
    coordinator.open(autumn.overdue.get_absolute_url())
    submit_form(coordinator).locator("textarea").fill(TEXT)
    day.becomes(NOW + timedelta(hours=13))
    coordinator.send(submit_form(coordinator))
    assert "Отправленное не выполнено" in coordinator.text()
    coordinator.page.fill("#id_login", "tomsk@example.org")
    coordinator.page.fill("#id_password", "correct horse battery staple")
    coordinator.send("form[action$='/login/']")
    assert coordinator.page.url.endswith(autumn.overdue.get_absolute_url())
    assert submit_form(coordinator).locator("textarea").input_value() == TEXT
    assert "Восстановлен несохранённый текст" in coordinator.text()
    coordinator.is_pleased("task-text-restored")
    coordinator.send(submit_form(coordinator))
    assert drafts(coordinator) == []
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "in_review"


def test_restored_text_can_be_discarded_and_goes_at_sign_out(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    address = autumn.overdue.get_absolute_url()
    coordinator.open(address)
    reason = coordinator.form("/ask/not_applicable/").locator("textarea")

    def typed_and_left() -> None:
        coordinator.page.on("dialog", lambda dialog: dialog.accept())
        coordinator.unfold(reason)
        reason.fill(TEXT)
        soon(lambda: drafts(coordinator) != [])

    typed_and_left()
    coordinator.open(address)
    coordinator.page.get_by_role("button", name="Убрать").click()
    assert reason.input_value() == ""
    assert "Восстановлен" not in coordinator.text()
    typed_and_left()
    menu = coordinator.page.locator("details.menu", has=coordinator.page.locator("form[data-sign-out]"))
    menu.locator("summary").first.click()
    coordinator.send("form[data-sign-out]")
    assert drafts(coordinator) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_files_are_sent_with_and_without_scripts(visit: Visit, autumn: Autumn, javascript: bool) -> None:
    coordinator = visit("tomsk_coordinator", javascript=javascript)
    coordinator.open(autumn.overdue.get_absolute_url())
    if javascript:
        coordinator.page.evaluate(
            "new MutationObserver(() => { if (document.querySelector('.upload')) window.name = 'shown'; })"
            ".observe(document.body, {subtree: true, childList: true})"
        )
    form = submit_form(coordinator)
    form.locator("textarea").fill(TEXT)
    form.locator("input[type=file]").set_input_files(
        {"name": "Приказ.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    coordinator.send(form)
    coordinator.page.wait_for_selector("text=Отчёт сдан")
    assert "Приказ.pdf" in coordinator.text()
    if javascript:
        assert coordinator.page.evaluate("window.name") == "shown"


@pytest.mark.parametrize("typed", ["28.05.2027", "28.5.27", "2027-05-28", "28 мая 2027"])
def test_a_date_is_typed_in_any_usual_way(visit: Visit, autumn: Autumn, typed: str) -> None:
    controller = visit("controller")
    controller.open(autumn.overdue.get_absolute_url())
    extend = controller.form("/extend/")
    controller.page.locator("details", has=extend).locator("summary").first.click()
    field = extend.locator("#extend_new_due")
    field.fill(typed)
    extend.locator("textarea").fill("Задержка поставки.")
    controller.send(extend)
    assert ExecutionRequest.objects.get(execution=autumn.overdue).proposed_due == date(2027, 5, 28)


def test_a_wrong_date_is_named_and_kept(visit: Visit, autumn: Autumn) -> None:
    controller = visit("controller")
    controller.open(autumn.overdue.get_absolute_url())
    extend = controller.form("/extend/")
    controller.page.locator("details", has=extend).locator("summary").first.click()
    extend.locator("#extend_new_due").fill("31.02.2027")
    extend.locator("textarea").fill("Задержка поставки.")
    with controller.refused(400):
        controller.send(extend)
    assert "Такого дня нет в календаре: 31.02.2027." in controller.text()
    assert controller.page.locator("#extend_new_due").input_value() == "31.02.2027"
    controller.is_pleased("task-wrong-date")

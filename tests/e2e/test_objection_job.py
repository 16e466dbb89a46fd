"""A month is shown to the regions, one of them objects, the centre agrees, and the corrected month is published."""

from datetime import UTC, datetime, timedelta

import pytest

from assignments.models import Execution
from rating.models import Objection, PreviewReading, RegionScore
from tests.e2e.conftest import Day, Visit
from tests.e2e.visitors import Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 8, 9, tzinfo=UTC)
WEDNESDAY = datetime(2026, 12, 9, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 11, 9, tzinfo=UTC)
ANSWER = "Срок продлён решением центра: кластер ждал приказа министерства."


def test_a_month_goes_from_closing_through_an_objection_to_its_publication(
    visit: Visit, autumn: Autumn, day: Day
) -> None:
    day.becomes(MONDAY)
    methodologist = visit("methodologist")
    _close_and_open_the_preview(methodologist)

    day.passes_to(TUESDAY, methodologist)
    public, coordinator = visit(), visit("tomsk_coordinator")
    with public.refused(404):
        public.open("/rating/2026-11/")
    before = _read_the_preview(coordinator)
    assert PreviewReading.objects.get().person == autumn.cast.tomsk_coordinator
    _object(coordinator, autumn.overdue)

    day.passes_to(WEDNESDAY, coordinator, methodologist)
    _uphold(visit("controller"))
    assert Objection.objects.get().state == "upheld"
    day.becomes(WEDNESDAY + timedelta(hours=1))
    methodologist.open("/rating/2026-11/revise/")
    methodologist.page.fill("#id_reason", "Удовлетворено возражение Томской области.")
    methodologist.send("main form")

    day.passes_to(FRIDAY, coordinator)
    administrator = visit("administrator")
    administrator.open("/rating/2026-11/r2/publish/")
    administrator.is_pleased("task-publish-after-objection")
    administrator.send(administrator.form("/publish/"))
    public.open("/rating/2026-11/regions/70/")
    assert public.text(".big-score") != before
    omsk = RegionScore.objects.filter(region="55").values_list("score", flat=True)
    assert len(omsk) == 2
    assert len(set(omsk)) == 1
    coordinator.open("/rating/2026-11/regions/70/")
    assert ANSWER in coordinator.text("#objections")
    coordinator.is_pleased("task-answer-on-card")


def _close_and_open_the_preview(methodologist: Visitor) -> None:
    november = methodologist.open("/rating/close/").locator("[value='2026-11']")
    methodologist.send(methodologist.page.locator("main form", has=november))
    methodologist.open("/rating/close/")
    methodologist.is_pleased("task-month-steps")
    methodologist.open("/rating/2026-11/r1/preview/")
    methodologist.is_pleased("task-preview-open")
    methodologist.send(methodologist.form("/preview/"))
    assert "11 декабря 2026 г., 10:00" in methodologist.text()


def _read_the_preview(coordinator: Visitor) -> str:
    """From the notice on the first page to the scorecard; the score on it."""
    coordinator.open("/")
    notice = "Предварительный срез за ноябрь 2026: возражения до 11 декабря 2026 г., 10:00 МСК"
    assert notice in coordinator.text()
    coordinator.is_pleased("task-preview-notice")
    with coordinator.page.expect_navigation():
        coordinator.page.locator("main a[href$='/preview/70/']").first.click()
    coordinator.is_pleased("task-preview-gate")
    assert coordinator.page.locator(".big-score").count() == 0
    coordinator.send(coordinator.form("/preview/70/"))
    coordinator.is_pleased("task-preview-card")
    return coordinator.text(".big-score")


def _object(coordinator: Visitor, execution: Execution) -> None:
    with coordinator.page.expect_navigation():
        coordinator.page.locator(f"a[href$='/object/{execution.pk}/']").click()
    coordinator.is_pleased("task-object")
    coordinator.page.fill("#id_reason", "Приказ министерства вышел только 30 ноября.")
    coordinator.send("main form")
    coordinator.is_pleased("task-objection-filed")
    coordinator.open("/rating/2026-11/r1/preview/70/")
    assert "на рассмотрении возражение" in coordinator.text("#losses")
    coordinator.is_pleased("task-preview-under-review")


def _uphold(controller: Visitor) -> None:
    controller.open("/rating/objections/")
    controller.is_pleased("task-objections")
    with controller.page.expect_navigation():
        controller.page.locator("#objections tbody a").first.click()
    controller.is_pleased("task-objection-decision")
    controller.page.check("input[name=decision][value=extend]")
    controller.page.fill("#id_new_due", "2026-12-25")
    controller.page.fill("#id_answer", ANSWER)
    controller.send(controller.form("/decide/"))
    controller.is_pleased("task-objection-answered")

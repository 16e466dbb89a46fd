"""A controller drafts a protocol, sees whom it reaches, issues it once, and decides on several reports at once."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assignments.models import Assignment, Execution, ExecutionEvent, Protocol
from tests.assignments.drafts import load_rules
from tests.cast import Cast
from tests.e2e.conftest import Visit
from tests.e2e.visitors import WAYS, Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser


def write_item(visitor: Visitor, text: str, due: date) -> None:
    visitor.hands.write(visitor.page.locator("#id_text"), text)
    visitor.hands.write_date(visitor.page.locator("#id_due_on"), due)


def expect_count(visitor: Visitor, count: int) -> None:
    """The count of addressees follows the ticks; without scripts a button asks for it."""
    if not visitor.javascript:
        visitor.follow("#builder button[value=list]")
    visitor.page.locator("#addressees .big-count", has_text=re.compile(rf"^{count}$")).wait_for()


def send_item(visitor: Visitor) -> None:
    visitor.follow("#item-form button.button--primary")


def tick(visitor: Visitor, choice: str) -> None:
    """A choice of the builder, which may be folded away."""
    if visitor.page.locator("details", has=visitor.page.locator(choice)).count():
        visitor.unfold(choice)
    visitor.hands.tick(visitor.page.locator(choice))


def drafted(controller: Visitor) -> str:
    """The address of a draft of two items: for the clusters of one industry but one, and for the coordinators."""
    controller.open("/protocols/new/")
    controller.hands.write(controller.page.locator("#id_number"), "14")
    controller.hands.write_date(controller.page.locator("#id_held_on"), date(2026, 11, 18))
    controller.hands.write(controller.page.locator("#id_meeting_title"), "Совещание с регионами")
    controller.send("main form")
    address = controller.page.url.removeprefix(controller.base)

    controller.follow(controller.page.locator("main a.button--primary").last)
    write_item(controller, "Представить сведения о закупке станков.", date(2026, 12, 4))
    expect_count(controller, 4)
    tick(controller, "input[name=scope_of_rule][value=rule]")
    tick(controller, "input[name=industries][value=machine_building]")
    expect_count(controller, 2)
    controller.is_pleased("task-item-new")
    tick(controller, "input[name=except_regions][value='55']")
    expect_count(controller, 1)
    assert "ПроЛом" in controller.page.locator("#addressees").text_content()
    send_item(controller)

    controller.open(f"{address}items/new/")
    write_item(controller, "Обеспечить участие в еженедельных совещаниях.", date(2026, 12, 11))
    tick(controller, "input[name=addressee][value=regions]")
    expect_count(controller, 3)
    send_item(controller)
    return address


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_protocol_is_drafted_with_a_live_count_and_issued_once_however_often_the_button_is_pressed(
    visit: Visit, cast: Cast, way: Mapping[str, Any]
) -> None:
    load_rules()
    controller = visit("controller", **way)
    address = drafted(controller)
    controller.is_pleased("task-protocol-draft")
    protocol = Protocol.objects.get()
    assert [item.audience for item in protocol.assignments.order_by("position")] == [
        {"industries": ["machine_building"], "except_regions": ["55"]},
        {"everyone": True},
    ]

    controller.open(f"{address}issue/")
    controller.is_pleased("task-protocol-issue")
    assert Execution.objects.count() == 0
    controller.follow("form[action$='/issue/'] button[type=submit]", times=2)
    controller.page.wait_for_url(f"**{address}")
    assert Execution.objects.count() == 4
    assert ExecutionEvent.objects.filter(kind="issued").count() == 4
    controller.picture("task-protocol-issued")

    with controller.refused(409):
        controller.open(f"{address}issue/")
    controller.is_pleased("error-409")

    coordinator = visit("tomsk_coordinator")
    coordinator.open("/assignments/")
    assert "Представить сведения о закупке станков" in coordinator.text()


def test_the_pages_around_a_draft(visit: Visit, cast: Cast) -> None:
    load_rules()
    controller = visit("controller")
    address = drafted(controller)
    item = Assignment.objects.earliest("position")
    for name in ("edit", "delete", f"items/{item.pk}/edit", f"items/{item.pk}/delete"):
        controller.open(f"{address}{name}/")
        controller.is_pleased(f"task-draft-{name.rpartition('/')[2]}-{'item' if '/' in name else 'protocol'}")
    controller.send("form[action$='/delete/']")
    assert Assignment.objects.count() == 1


def test_two_windows_on_one_draft_lose_nothing_that_was_typed(visit: Visit, cast: Cast) -> None:
    load_rules()
    controller = visit("controller")
    address = drafted(controller)
    item = Assignment.objects.earliest("position")
    first = controller.open(f"{address}items/{item.pk}/edit/")
    second = controller.context.new_page()
    second.goto(f"{address}items/{item.pk}/edit/")
    second.fill("#id_text", "Представить сведения о закупке станков и оснастки.")
    with second.expect_navigation():
        second.locator("#item-form button.button--primary").click()
    second.close()

    typed = "Представить сведения о закупке станков с числовым управлением."
    first.fill("#id_text", typed)
    with controller.refused(409):
        send_item(controller)
    assert first.input_value("#id_text") == typed
    controller.is_pleased("task-item-stale")
    send_item(controller)
    item.refresh_from_db()
    assert item.text == typed


def test_several_reports_are_accepted_at_once_after_the_list_was_shown(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    owed = Execution.objects.filter(region="70", state="issued")
    for execution in owed:
        coordinator.open(execution.get_absolute_url())
        coordinator.form("/submit/").locator("textarea").fill("Сведения представлены.")
        coordinator.send(coordinator.form("/submit/"))

    controller = visit("controller")
    controller.open("/assignments/review/")
    for box in controller.page.locator("input[name=pick]").all():
        box.check()
    with controller.page.expect_navigation():
        controller.page.locator("button[name=action][value=accept]").click()
    controller.is_pleased("task-review-confirm")
    assert Execution.objects.filter(state="in_review").count() == 2
    controller.send("form[action$='/decide/']")
    controller.is_pleased("task-review-result")
    assert Execution.objects.filter(state="in_review").count() == 0

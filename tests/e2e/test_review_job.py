"""A morning of a controller: twenty reports by keys, a mistake undone, what another has before him."""

import re

import pytest

from assignments.models import Execution, ExecutionEvent, ReviewClaim
from assignments.services.executions import execution_submit
from assignments.services.remarks import remark_add
from tests.assignments.builders import issued_item, put_on_control
from tests.e2e.conftest import Visit
from tests.e2e.visitors import WAYS, Visitor
from tests.e2e.world import Autumn
from tests.files.samples import PDF, image, upload

pytestmark = pytest.mark.browser

REPORTS = 20
REMARK = "Приложите приказ за подписью директора."
DESK_HEADING = "#desk h2[data-focus]"


def handed_in(autumn: Autumn, count: int) -> list[Execution]:
    """Reports of Tomsk in review, the first with a picture and a document."""
    actor, rows = autumn.cast.scope("tomsk_coordinator"), []
    for number in range(1, count + 1):
        item = issued_item(
            str(number), text="Представить отчёт о наборе с приложением приказов о зачислении."
        )
        row = put_on_control([autumn.cast.tomsk_machines], item)[0]
        files = [upload(image("PNG"), "Фото стенда.png"), upload(PDF, "Приказ.pdf")] if number == 1 else []
        execution_submit(
            actor=actor, execution_id=row.pk, version=1, files=files,
            text="Набор завершён: зачислено 25 человек, приказ приложен.",
        )  # fmt: skip
        rows.append(row)
    return rows


class Keys:
    """Counts what a controller presses."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.pressed = visitor.page, 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)


def begin(controller: Visitor) -> None:
    controller.open("/assignments/review/")
    controller.send("form[action$='/review/next/'] >> nth=0")


def test_a_controller_reviews_twenty_reports_with_at_most_two_keys_each(visit: Visit, autumn: Autumn) -> None:
    rows = handed_in(autumn, REPORTS)
    remark_add(actor=autumn.cast.scope("controller"), text=REMARK)
    controller = visit("controller")
    controller.open("/assignments/review/")
    controller.is_pleased("task-review-queue")
    begin(controller)
    controller.page.locator(f"{DESK_HEADING}:focus").wait_for()
    controller.is_pleased("task-review-one")
    keys = Keys(controller)
    for number in range(REPORTS):
        address = controller.page.url
        before = keys.pressed
        if number % 4 == 3:
            keys.press("1")
            keys.press("Control+Enter")
        else:
            keys.press("a")
        assert keys.pressed - before <= 2
        controller.page.wait_for_url(lambda url, left=address: url != left)
        if number < REPORTS - 1:
            controller.page.locator(f"{DESK_HEADING}:focus").wait_for()

    assert "По всем отчётам этого отбора решения приняты" in controller.text("#desk")
    assert controller.page.locator(".toast--success").count() >= 1
    assert keys.pressed == REPORTS + REPORTS // 4
    states = dict(Execution.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "state"))
    assert sorted(states.values()) == ["executed"] * 15 + ["returned"] * 5
    assert set(ExecutionEvent.objects.filter(kind="returned").values_list("text", flat=True)) == {REMARK}
    assert not ReviewClaim.objects.exists()


def test_a_mistake_is_undone_from_the_toast(visit: Visit, autumn: Autumn) -> None:
    rows = handed_in(autumn, 2)
    controller = visit("controller")
    begin(controller)
    first = controller.page.url
    controller.page.locator(f"{DESK_HEADING}:focus").wait_for()
    controller.page.keyboard.press("a")
    controller.page.locator(".toast .undo button").wait_for()
    controller.picture("task-review-toast")
    controller.follow(".toast .undo button")

    assert controller.page.url == first
    assert Execution.objects.get(pk=rows[0].pk).state == "in_review"


def test_single_keys_sleep_in_a_field_and_when_they_are_switched_off(visit: Visit, autumn: Autumn) -> None:
    rows = handed_in(autumn, 2)
    controller = visit("controller")
    begin(controller)
    controller.page.locator(f"{DESK_HEADING}:focus").wait_for()
    controller.page.keyboard.press("r")
    controller.page.keyboard.type("нa a n 1")
    assert controller.page.locator("#return_remark").input_value() == "нa a n 1"
    controller.page.locator("[data-keys] summary").click()
    controller.page.locator("[data-keys-switch] input").uncheck()
    controller.is_pleased("task-review-keys")
    controller.page.locator("#return_remark").fill("")
    controller.page.locator(DESK_HEADING).focus()
    for key in ("a", "n", "r", "?"):
        controller.page.keyboard.press(key)
    assert controller.page.evaluate("document.activeElement.tagName") == "H2"
    assert {row.state for row in Execution.objects.filter(pk__in=[row.pk for row in rows])} == {"in_review"}


def test_another_controller_is_asked_once_and_led_past(visit: Visit, autumn: Autumn) -> None:
    rows = handed_in(autumn, 2)
    controller, other = visit("controller"), visit("administrator")
    begin(controller)
    begin(other)
    assert controller.page.url != other.page.url
    other.open(controller.page.url)
    assert "проверяет" in other.text("#desk")
    with other.refused(409), other.page.expect_response(re.compile("/accept/$")):
        other.page.locator("[data-key=a]").click()
    other.page.locator("#desk .summary").wait_for()
    other.is_pleased("task-review-question")
    with other.page.expect_response(re.compile("/accept/$")):
        other.page.locator("[data-key=a]").click()
    other.page.wait_for_url(lambda url: url != controller.page.url)
    assert Execution.objects.get(pk=rows[0].pk).state == "executed"


def test_a_report_is_returned_in_its_row_of_the_queue(visit: Visit, autumn: Autumn) -> None:
    (row,) = handed_in(autumn, 1)
    controller = visit("controller")
    controller.open("/assignments/review/")
    place = controller.page.locator(f"#row-{row.pk}")
    place.locator("details.row-return summary").click()
    controller.is_pleased("task-review-row")
    place.locator("input[name=remark]").fill(REMARK)
    place.locator("button[form^=return]").click()
    controller.page.locator(f"#row-{row.pk} .tag--warning").wait_for()
    assert Execution.objects.get(pk=row.pk).state == "returned"
    controller.page.locator(".toast .undo button").wait_for()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_everybody_reviews_one_report_after_another_in_his_way(
    visit: Visit, autumn: Autumn, way: dict
) -> None:
    rows = handed_in(autumn, 2)
    controller = visit("controller", **way)
    begin(controller)
    first = controller.page.url
    controller.hands.write(controller.page.locator("#return_remark"), REMARK)
    controller.hands.press(controller.form("/return/").locator("button[type=submit]").last)
    controller.page.wait_for_url(lambda url: url != first)
    second = controller.page.url
    controller.page.locator("[data-key=a]").wait_for()
    controller.hands.press(controller.page.locator("[data-key=a]"))
    controller.page.wait_for_url(lambda url: url != second)
    assert [Execution.objects.get(pk=row.pk).state for row in rows] == ["returned", "executed"]
    assert controller.overhang() <= 0


def test_the_pages_around_the_queue_are_in_order(visit: Visit, autumn: Autumn) -> None:
    handed_in(autumn, 2)
    controller = visit("controller")
    for path, name in (
        ("/assignments/review/remarks/", "remarks"),
        ("/assignments/review/?by=item", "groups"),
    ):
        controller.open(path)
        controller.is_pleased(f"task-review-{name}")
    controller.open("/assignments/review/remarks/")
    controller.page.locator("#new textarea").fill(REMARK)
    controller.send("#new form")
    controller.follow("main tbody a")
    controller.is_pleased("task-review-remark")
    controller.open("/assignments/review/")
    controller.page.locator("input[name=whole]").check()
    controller.follow("button[name=action][value=accept]")
    controller.send("form[data-guard]")
    controller.is_pleased("task-review-result")
    controller.follow("form[action$='/review/undo/'] button")
    assert "Отменено: 2 из 2" in controller.text("h1")

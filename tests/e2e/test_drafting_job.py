"""A controller issues a whole protocol from a table, and draws on what was drafted before."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assignments.models import Execution, Protocol, SavedAudience
from regions.models import CalendarDay
from tests.assignments.drafts import load_rules
from tests.cast import Cast
from tests.e2e.conftest import Visit
from tests.e2e.hands import Hands
from tests.e2e.visitors import WAYS, Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

ITEMS = 12
MOST_INTERACTIONS = 10
TABLE = "\n".join(
    f"Представить сведения по направлению № {number}.\t{number + 1:02}.12.2026\t{number % 3 + 1}\tПисьмо\t"
    f"{'Томская область' if number % 2 else ''}\t"
    for number in range(1, ITEMS + 1)
)


class CountingHands:
    """The hands of a person, with the number of clicks, keys, fields and files that they took."""

    def __init__(self, hands: Hands) -> None:
        self._hands, self.count = hands, 0

    def __getattr__(self, name: str) -> Any:
        self.count += 1
        return getattr(self._hands, name)


def press(visitor: Visitor, target: str) -> None:
    """One press that leads to another page."""
    visitor.follow(visitor.page.locator(target).first)


def test_twelve_items_pasted_from_a_table_are_issued_in_ten_interactions(visit: Visit, cast: Cast) -> None:
    load_rules()
    controller = visit("controller")
    controller.open("/protocols/")
    hands = CountingHands(controller.hands)
    controller.hands = hands
    press(controller, "main .title__actions a.button--primary")
    hands.write(controller.page.locator("#id_number"), "14")
    hands.write(controller.page.locator("#id_meeting_title"), "Совещание с регионами")
    press(controller, "main form button.button--primary")
    hands.write(controller.page.locator("#id_text"), TABLE)
    press(controller, "button[name=check]")
    press(controller, "button[name=add]")
    press(controller, "main .title__actions a.button--primary")
    press(controller, "form[action$='/issue/'] button[type=submit]")
    protocol = Protocol.objects.get()
    assert not protocol.is_draft
    assert protocol.assignments.count() == ITEMS
    assert Execution.objects.count() == ITEMS // 2 * (2 + 4)
    assert hands.count <= MOST_INTERACTIONS, hands.count


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_table_is_corrected_on_the_page_and_added_once_in_every_way(
    visit: Visit, cast: Cast, way: Mapping[str, Any]
) -> None:
    load_rules()
    controller = visit("controller", **way)
    controller.open("/protocols/new/")
    controller.hands.write(controller.page.locator("#id_number"), "14")
    controller.hands.write(controller.page.locator("#id_meeting_title"), "Совещание")
    controller.send("main form")
    controller.hands.write(controller.page.locator("#id_text"), "Представить план.")
    with controller.refused(400):
        press(controller, "button[name=check]")
    assert "Укажите срок" in controller.text()
    controller.is_pleased("task-items-table-errors")
    file = {
        "name": "items.csv",
        "mimeType": "text/csv",
        "buffer": "Текст пункта;Срок\nПлан.;04.12.2026".encode(),
    }
    controller.hands.attach(controller.page.locator("#id_file"), file)
    controller.hands.press(controller.page.locator("button[name=check]"))
    controller.page.locator("button[name=add]").wait_for()
    assert "не позднее 04.12.2026 включительно" in controller.text()
    assert controller.overhang() <= 0
    controller.follow("button[name=add]", times=2)
    controller.page.wait_for_url("**/protocols/*/")
    assert Protocol.objects.get().assignments.get().due_on == date(2026, 12, 4)


def test_the_pages_of_drafting_please_the_eye(visit: Visit, autumn: Autumn) -> None:
    controller = visit("controller")
    controller.open("/protocols/new/")
    controller.hands.write(controller.page.locator("#id_number"), "14")
    controller.hands.write(controller.page.locator("#id_meeting_title"), "Совещание с регионами")
    controller.send("main form")
    address = controller.page.url.removeprefix(controller.base)
    controller.is_pleased("task-draft-empty")
    controller.hands.write(controller.page.locator("#id_text"), TABLE)
    press(controller, "button[name=check]")
    controller.is_pleased("task-items-table")
    press(controller, "button[name=add]")
    controller.open(f"{address}items/copy/")
    controller.is_pleased("task-item-copy")
    press(controller, "tbody th a")
    assert controller.page.locator("#id_text").input_value()
    controller.page.locator("button[data-sets]").first.click()
    assert controller.page.locator("#id_due_on").input_value() == "23.11.2026"
    controller.hands.write(controller.page.locator("#id_due_on"), "05.12.2026")
    controller.page.locator("#id_due_on").blur()
    controller.page.locator("#addressees button[data-sets]").click()
    assert controller.page.locator("#id_due_on").input_value() == "04.12.2026"
    controller.unfold("#id_keep-name")
    controller.hands.write(controller.page.locator("#id_keep-name"), "Все кластеры")
    press(controller, "button[name=keep]")
    assert SavedAudience.objects.get().rule == {"everyone": True}
    controller.is_pleased("task-item-kept-audience")
    press(controller, "#item-form .button--primary")
    controller.open(f"{address}issue/")
    controller.is_pleased("task-issue-burden")
    controller.open(f"{address}copy/")
    controller.is_pleased("task-protocol-copy")
    saved = SavedAudience.objects.get()
    for name in ("", f"{saved.pk}/", f"{saved.pk}/delete/"):
        controller.open(f"/protocols/audiences/{name}")
        controller.is_pleased(f"task-audiences-{name.replace('/', '-')}")
    controller.open(f"{address}copy/")
    controller.hands.write(controller.page.locator("#id_number"), "15")
    controller.send("main form")
    assert Protocol.objects.get(number="15").assignments.count() == ITEMS + 1


def test_an_administrator_keeps_the_calendar(visit: Visit, cast: Cast) -> None:
    administrator = visit("administrator")
    administrator.open("/calendar/")
    administrator.hands.write_date(administrator.page.locator("#id_day"), date(2026, 12, 31))
    administrator.hands.write(administrator.page.locator("#id_reason"), "Постановление № 1")
    administrator.hands.tick(administrator.page.locator("input[name=is_working][value=yes]"))
    administrator.send("main form")
    administrator.is_pleased("task-calendar")
    row = CalendarDay.objects.get()
    for name in (f"{row.pk}/", f"{row.pk}/end/"):
        administrator.open(f"/calendar/{name}")
        administrator.is_pleased(
            f"task-calendar-{name.rstrip('/').replace('/', '-').replace(str(row.pk), 'day')}"
        )
    administrator.send("main form[action$='/end/']")
    row.refresh_from_db()
    assert row.ended_at is not None

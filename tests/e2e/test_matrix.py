"""The matrix under the fingers: one tab stop, arrows, Enter; heads stay in sight; a narrow window reads the list."""

import pytest

from assignments.models import Execution
from tests.dashboard.crowds import crowd
from tests.e2e.conftest import Visit
from tests.e2e.visitors import Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

MATRIX = "/assignments/matrix/"
_PLACE = """() => {
  const cell = document.activeElement.closest("th, td");
  const rows = [...document.querySelector("[data-matrix]").rows].slice(1);
  return cell ? [rows.indexOf(cell.parentElement), cell.cellIndex] : null;
}"""
_EDGES = """() => {
  const box = document.querySelector(".matrix-box").getBoundingClientRect();
  const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
  return {
    head: edge(".matrix__corner", "top") - box.top,
    name: edge("tbody .matrix__name", "left") - box.left,
    foot: box.bottom - edge("tfoot tr:last-child th", "bottom"),
  };
}"""
_IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const found = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return document.activeElement.contains(found);
}"""


def walked_to_the_grid(visitor: Visitor) -> None:
    """Tab until the grid has the focus."""
    for _press in range(120):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.closest('[data-matrix]') !== null"):
            return
    raise AssertionError("Tab never reaches the grid")


def pressed(visitor: Visitor, *keys: str) -> list[int]:
    """Row and column (of the heads: 0) after these keys."""
    for key in keys:
        visitor.page.keyboard.press(key)
    return list(visitor.page.evaluate(_PLACE))


def test_the_keyboard_walks_over_the_cells_and_enter_opens_one(visit: Visit, autumn: Autumn) -> None:
    controller = visit("controller")
    controller.open(MATRIX)
    controller.is_pleased("matrix")
    walked_to_the_grid(controller)

    assert pressed(controller) == [1, 0]
    assert pressed(controller, "ArrowRight", "ArrowRight", "ArrowRight") == [1, 3]
    assert pressed(controller, "ArrowDown") == [2, 3]
    assert pressed(controller, "End") == [2, 12]
    assert pressed(controller, "ArrowRight") == [2, 12]
    assert pressed(controller, "Home") == [2, 0]
    assert pressed(controller, "Control+Home", "ArrowUp") == [0, 0]
    assert pressed(controller, "Control+Home", "ArrowDown", "End") == [1, 12]
    assert "2.5" in controller.text("[data-matrix-line]")
    controller.page.keyboard.press("Tab")
    assert not controller.page.evaluate("document.activeElement.closest('[data-matrix]') !== null")
    controller.page.keyboard.press("Shift+Tab")
    assert pressed(controller) == [1, 12]
    href = controller.page.evaluate("document.activeElement.getAttribute('href')")
    with controller.page.expect_navigation():
        controller.page.keyboard.press("Enter")
    assert controller.page.url.endswith(href)
    assert Execution.objects.filter(pk=int(href.strip("/").split("/")[-1])).exists()


def test_heads_and_names_stay_in_sight_however_far_the_grid_is_moved(visit: Visit, autumn: Autumn) -> None:
    crowd(autumn.cast, 60, 40)
    controller = visit("controller")
    controller.open(MATRIX)
    controller.picture("matrix-crowd")
    assert controller.page.evaluate("document.querySelector('.matrix-box').scrollWidth > 1300")
    controller.page.evaluate("document.querySelector('.matrix-box').scrollTo(600, 900)")
    edges = controller.page.evaluate(_EDGES)

    assert all(abs(distance) <= 2 for distance in edges.values()), edges
    walked_to_the_grid(controller)
    for keys in (
        ("Control+End", "ArrowUp", "ArrowUp"),
        ("Control+Home", "ArrowDown"),
        ("PageDown",),
        ("End",),
    ):
        pressed(controller, *keys)
        assert controller.page.evaluate(_IN_SIGHT), keys
    first = pressed(controller, "Control+Home", "ArrowDown")
    assert pressed(controller, "PageDown")[0] - first[0] > 5
    assert pressed(controller, "PageUp") == first


def test_a_filter_keeps_the_walk_and_a_narrow_window_reads_the_list(visit: Visit, autumn: Autumn) -> None:
    controller = visit("controller")
    controller.open(MATRIX)
    with controller.page.expect_response(lambda answer: "region=70" in answer.url):
        controller.page.select_option("[name=region]", "70")
    controller.page.locator("[data-matrix] tbody tr:nth-child(2):last-child").wait_for()
    walked_to_the_grid(controller)
    assert pressed(controller, "ArrowDown") == [2, 0]

    assert controller.page.locator(".matrix-grid").is_visible()
    assert not controller.page.locator(".matrix-list").is_visible()
    controller.at_width(640)
    assert not controller.page.locator(".matrix-grid").is_visible()
    assert controller.page.locator(".matrix-list").is_visible()
    assert controller.overhang() <= 0
    controller.at_width(1280)
    controller.page.emulate_media(media="print")
    assert controller.page.locator(".matrix-list").is_visible()
    assert not controller.page.locator(".matrix-grid").is_visible()


def test_without_scripts_the_cells_are_links_and_the_list_is_one_press_away(
    visit: Visit, autumn: Autumn
) -> None:
    controller = visit("controller", javascript=False)
    controller.open(MATRIX)
    controller.follow(".matrix-bar a[href*='view=list']")
    controller.follow(".matrix-list tbody tr:nth-child(2) th a")
    assert "/executions/" in controller.page.url

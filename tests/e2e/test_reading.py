"""Reading without acting: the public table with its filters, the head of an authority, a chair of an association."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.visitors import PHONE, WAYS, Visitor, plain

pytestmark = pytest.mark.browser


def zone_count(visitor: Visitor, zone: str) -> int:
    """How many regions of a zone the figures above the table count."""
    return int(visitor.page.locator(f"a.kpi[href*='zone={zone}'] .kpi__value").inner_text())


def rows(visitor: Visitor) -> int:
    return visitor.page.locator("#rating-table tbody tr").count()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_anybody_narrows_the_table_and_opens_a_region(guest: Visit, way: Mapping[str, Any]) -> None:
    reader = guest(**way)
    reader.open("/rating/")
    assert rows(reader) == 89
    expected = zone_count(reader, "yellow")
    assert 0 < expected < 89
    reader.hands.choose(reader.page.locator("select[name=zone]"), "yellow")
    reader.hands.press(reader.page.locator(".filters button"))
    reader.page.locator("#results [role=status]").wait_for()
    assert rows(reader) == expected
    assert "zone=yellow" in reader.page.url
    link = reader.page.locator("#rating-table tbody .at-region a").first
    region = plain(link.inner_text())
    reader.follow(link)
    assert reader.text("h1") == region
    assert reader.overhang() <= 0


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_anybody_takes_the_code_of_a_frame_and_of_a_badge(guest: Visit, way: Mapping[str, Any]) -> None:
    reader = guest(**way)
    reader.open("/rating/for-sites/")
    reader.hands.choose(reader.page.locator("select[name=region]"), "74")
    reader.hands.choose(reader.page.locator("select[name=theme]"), "dark")
    reader.follow(".filters button")
    shown = reader.page.frame_locator(".for-sites__frame")
    assert shown.locator("tbody tr").count() == 1
    assert shown.locator("body").evaluate("body => getComputedStyle(body).colorScheme") == "dark"
    code = reader.page.locator("#frame-code").input_value()
    assert "region=74" in code
    assert "theme=dark" in code
    assert reader.page.locator("#badge img").evaluate("picture => picture.naturalWidth") > 100
    copy = reader.page.locator("[data-copy=frame-code]")
    assert copy.is_visible() == reader.javascript
    if reader.javascript:
        reader.hands.press(copy)
        reader.page.locator("#frame [role=status]").filter(
            has_text=re.compile("Скопировано|Выделено")
        ).wait_for()
        chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
        assert reader.page.locator("#frame-code").evaluate(chosen) == code
    reader.is_pleased("task-rating-for-another-site")


def test_a_filter_that_nothing_fits_says_so(guest: Visit) -> None:
    reader = guest()
    reader.open("/rating/?name=томск")
    assert rows(reader) == 1
    reader.open("/rating/?zone=yellow&name=нет+такого")
    assert rows(reader) == 0
    reader.is_pleased("task-rating-nothing-fits")


def test_a_month_is_left_for_its_neighbour_and_a_region_of_it_opened(guest: Visit) -> None:
    reader = guest(width=PHONE)
    reader.open("/rating/")
    newest = reader.text("h1")
    reader.page.locator(".months a").first.click()
    reader.page.locator("h1", has_not_text=newest).wait_for()
    link = reader.page.locator("#rating-table tbody .at-region a").first
    region = plain(link.inner_text())
    link.click()
    reader.page.wait_for_url("**/regions/**")
    assert reader.text("h1") == region
    assert reader.overhang() <= 0


def test_what_is_not_public_asks_for_a_sign_in(guest: Visit) -> None:
    reader = guest()
    for path in (
        "/",
        "/assignments/",
        "/protocols/",
        "/regions/74/",
        "/clusters/",
        "/letters/",
        "/rating/running/",
    ):
        reader.open(path)
        assert "/accounts/login/" in reader.page.url or path == "/"


@pytest.mark.parametrize("javascript", [True, False])
def test_two_regions_are_ticked_and_compared(guest: Visit, javascript: bool) -> None:
    reader = guest(javascript=javascript)
    reader.open("/rating/")
    boxes = reader.page.locator("#rating-table tbody input[type=checkbox]")
    chosen = [boxes.nth(place).get_attribute("value") for place in (0, 3)]
    boxes.nth(0).check()
    if javascript:
        reader.page.select_option("select[name=zone]", "none")
        reader.page.locator("#results [role=status]").wait_for()
        reader.page.select_option("select[name=zone]", "")
        reader.page.locator("#rating-table tbody tr").nth(88).wait_for()
    boxes.nth(3).check()
    if javascript:
        assert reader.text("[data-compare-count]") == "2 / 3"
    with reader.page.expect_navigation():
        reader.page.locator("#compare button").click()
    assert f"/compare/?region={chosen[0]}&region={chosen[1]}" in reader.page.url
    assert reader.page.locator(".compare__head").count() == 2
    if javascript:
        reader.is_pleased("task-rating-compare")
        reader.open(reader.page.url.replace("/compare/", "/r1/compare/"))
        assert reader.page.locator(".compare__head").count() == 2
        reader.is_pleased("task-rating-compare-revision")


def test_sorting_by_keyboard_keeps_the_place_of_the_reader(guest: Visit) -> None:
    reader = guest()
    reader.open("/rating/?minimum=5")
    reader.page.locator("#sort-executions").focus()
    before = reader.page.evaluate("window.scrollY")
    reader.page.keyboard.press("Enter")
    reader.page.locator("th.at-count[aria-sort=descending]").wait_for()
    assert reader.page.evaluate("document.activeElement.id") == "sort-executions"
    assert abs(reader.page.evaluate("window.scrollY") - before) < 2
    assert "sort=-executions" in reader.page.url
    assert "minimum=5" in reader.page.url
    reader.page.select_option("select[name=zone]", "green")
    reader.page.wait_for_url("**zone=green**")
    assert "sort=-executions" in reader.page.url
    counts = [int(text) for text in reader.page.locator("tbody .at-count").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)


def test_the_regions_of_the_funnel_are_walked_with_the_arrows(guest: Visit) -> None:
    reader = guest()
    reader.open("/rating/")
    points = reader.page.locator(".point")
    assert points.count() > 5
    points.first.focus()
    reader.page.keyboard.press("End")
    assert points.last.locator(".point__name").is_visible()
    reader.page.keyboard.press("ArrowLeft")
    assert not points.last.locator(".point__name").is_visible()
    reader.page.keyboard.press("Escape")
    assert reader.page.locator(".point__name:visible").count() == 0
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    assert "/regions/" in reader.page.url


def test_the_map_is_walked_with_the_arrows(guest: Visit) -> None:
    reader = guest(keyboard=True)
    reader.open("/rating/")
    reader.hands.press(reader.page.locator(".tile[tabindex='0']"), times=0)
    before = reader.page.evaluate("document.activeElement.href")
    reader.page.keyboard.press("ArrowDown")
    assert reader.page.evaluate("document.activeElement.href") != before
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    assert "/regions/" in reader.page.url


@pytest.mark.parametrize("how", [{}, {"javascript": False}, {"javascript": False, "keyboard": True}])
def test_a_tile_of_the_map_opens_its_region(guest: Visit, how: Mapping[str, Any]) -> None:
    reader = guest(**how)
    reader.open("/rating/")
    tile = reader.page.locator(".tile").first
    address = tile.get_attribute("href")
    reader.follow(tile)
    assert reader.page.url.endswith(str(address))

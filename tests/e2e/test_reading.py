"""Reading without acting: the public table with its filters, the head of an authority, a chair of an association."""

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
    reader.page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=newest)
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

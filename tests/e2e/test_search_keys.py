"""The search without a mouse: its key, what it suggests while one types, and the page of all that was found."""

import re

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.visitors import PHONE, Visitor
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

SUGGESTED = "#suggestions a"


def focused(visitor: Visitor, what: str) -> str:
    """An attribute of what has the focus."""
    return visitor.page.evaluate("what => document.activeElement.getAttribute(what) ?? ''", what)


def test_a_slash_leads_to_the_search_and_arrows_walk_over_what_it_suggests(
    visit: Visit, autumn: Autumn
) -> None:
    controller = visit("controller", keyboard=True)
    controller.open("/assignments/registry/")
    keys = controller.page.keyboard
    keys.press("/")
    assert focused(controller, "name") == "q"
    keys.type("томск")
    controller.page.locator(SUGGESTED).first.wait_for()
    assert controller.barriers() == []
    first = controller.page.locator(SUGGESTED).first.get_attribute("href")
    keys.press("ArrowDown")
    assert focused(controller, "href") == first
    keys.press("ArrowUp")
    assert focused(controller, "name") == "q"
    keys.press("Escape")
    controller.page.locator(SUGGESTED).first.wait_for(state="detached")
    keys.press("End")
    keys.type("/")
    assert controller.page.locator("[data-search-field]").input_value() == "томск/"
    keys.press("Backspace")
    with controller.page.expect_navigation():
        keys.press("Enter")
    assert "q=" in controller.page.url
    assert "Томская область" in controller.text()


def test_a_suggestion_is_opened_and_what_was_found_fits_a_telephone(visit: Visit, autumn: Autumn) -> None:
    coordinator = visit("tomsk_coordinator")
    coordinator.open("/")
    coordinator.page.locator("[data-search-field]").press_sequentially("томская")
    coordinator.page.locator(SUGGESTED, has_text="Томская область").first.click()
    coordinator.page.wait_for_url(re.compile("/regions/70/"))
    coordinator.at_width(PHONE)
    coordinator.open("/search/?q=томская")
    coordinator.is_pleased("search-found")

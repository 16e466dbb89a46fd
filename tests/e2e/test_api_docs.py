"""The docs page of the API in a real browser: drawn from the portal's own files, nothing blocked by the policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.browser

COMMITTED = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"


def test_the_docs_page_shows_every_operation_and_breaks_no_policy(visit: Callable[..., Visitor]) -> None:
    visitor = visit("controller")
    page = visitor.page
    page.goto("/api/v1/docs/")
    page.wait_for_selector("#operations-executions-executions_submit")
    operations = COMMITTED.read_text(encoding="utf-8").count("operationId:")
    assert page.locator(".opblock").count() == operations
    page.locator("#operations-regions-regions_list .opblock-summary").first.click()
    page.locator("#operations-regions-regions_list .try-out__btn").click()
    page.locator("#operations-regions-regions_list .execute").click()
    page.wait_for_selector("#operations-regions-regions_list .live-responses-table")
    shown = page.locator("#operations-regions-regions_list .live-responses-table").inner_text()
    assert "Томская область" in shown

"""An extension from the telephone of a coordinator to the list of the centre and back."""

import re

import pytest

from assignments.models import Execution, ExecutionRequest
from tests.e2e.conftest import Visit
from tests.e2e.visitors import PHONE
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser

REASON = "Поставщик сдвинул дату передачи документов."


def test_a_coordinator_asks_on_a_telephone_and_a_controller_answers_from_the_list(
    visit: Visit, autumn: Autumn
) -> None:
    first_due = autumn.overdue.due_on
    coordinator, controller = visit("tomsk_coordinator", width=PHONE), visit("controller")
    coordinator.open(autumn.overdue.get_absolute_url())
    form = coordinator.form("/ask/extension/")
    coordinator.page.locator("#requests details", has=form).locator("summary").first.click()
    assert "Центр может продлить срок собственным решением" in coordinator.text("#requests")
    form.locator("[name=proposed_due]").fill("2026-11-28")
    form.locator("textarea").fill(REASON)
    with coordinator.refused(400), coordinator.page.expect_navigation():
        form.locator("button[type=submit]").first.click()
    assert coordinator.overhang() <= 0
    coordinator.is_pleased("task-request-day-off")
    with coordinator.page.expect_navigation():
        coordinator.page.locator("button[name=instead]").click()
    assert REASON in coordinator.text("#requests")

    controller.open("/assignments/requests/")
    controller.is_pleased("task-requests")
    controller.page.locator("#requests a[href*='/executions/']").first.click()
    controller.page.wait_for_url(re.compile("/executions/"))
    grant = controller.form("/grant/")
    controller.page.locator("#requests details", has=grant).locator("summary").first.click()
    grant.locator("[name=own_decision]").check()
    grant.locator("textarea").fill("Решение совещания.")
    controller.send(grant)

    row = Execution.objects.get(pk=autumn.overdue.pk)
    assert (f"{row.due_on:%Y-%m-%d}", row.first_due_on) == ("2026-11-27", first_due)
    assert ExecutionRequest.objects.get().state == "granted"
    coordinator.open(row.get_absolute_url())
    assert "первоначальный срок" in coordinator.text()
    assert "Решение совещания." in coordinator.text()

"""The main job of the portal: an overdue report, its review, and what the rating makes of them."""

import re
from datetime import date

import pytest

from assignments.models import Evidence, Execution
from common import clock
from common.formatting import score
from rating.selectors import running_region
from tests.e2e.conftest import Day, Visit
from tests.e2e.visitors import Visitor, figures, plain
from tests.e2e.world import Autumn, noon
from tests.files.samples import PDF

pytestmark = pytest.mark.browser

Standing = tuple[str, str]


def shown(visitor: Visitor) -> Standing:
    """Score and place of the region as the coordinator's inbox shows them."""
    visitor.open("/assignments/")
    facts = visitor.text(".title__facts")
    return figures(facts)[0], re.findall(r"(\d+) из \d+", facts)[0]


def computed(region: str) -> tuple[Standing, tuple[int, int]]:
    """Score, place and interval of the region by the formula."""
    running = running_region(region)
    assert running is not None
    found = running.score
    assert found.reading is not None
    return (plain(score(found.score)), str(found.rank)), (found.reading.low, found.reading.high)


def hand_in(visitor: Visitor, text: str) -> None:
    form = visitor.form("/submit/")
    form.locator("textarea").fill(text)
    form.locator("input[type=file]").set_input_files(
        {"name": "Приказ о зачислении.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    visitor.send(form)


def send_back(controller: Visitor, address: str, remark: str) -> None:
    """The controller finds the report in the queue and returns it."""
    controller.open("/assignments/review/")
    with controller.page.expect_navigation():
        controller.page.locator(f"a[href^='{address}']").first.click()
    controller.picture("main-3-review")
    controller.form("/return/").locator("#return_remark").fill(remark)
    controller.send(controller.form("/return/"))


def test_an_overdue_report_lifts_the_score_to_the_what_if_a_return_drops_it_and_acceptance_moves_nothing(
    visit: Visit, autumn: Autumn, day: Day
) -> None:
    coordinator, controller = visit("tomsk_coordinator"), visit("controller")
    address = autumn.overdue.get_absolute_url()

    before = shown(coordinator)
    assert before == computed("70")[0]
    first = coordinator.page.locator(".lifts__item").first
    gain, promised = figures(first.inner_text())
    assert first.locator("a").get_attribute("href") == address
    assert autumn.overdue.due_on < clock.today()
    coordinator.picture("main-1-inbox")

    with coordinator.page.expect_navigation():
        coordinator.page.locator(".work").first.locator("a.work__title").click()
    assert coordinator.page.url.partition("#")[0].endswith(address)
    hand_in(coordinator, "Набор завершён: зачислено 25 человек, приказ приложен.")
    assert promised in figures(coordinator.text("#messages"))
    coordinator.picture("main-2-handed-in")
    lifted = shown(coordinator)
    assert lifted[0] == promised
    assert lifted == computed("70")[0]
    assert float(lifted[0].replace(",", ".")) > float(before[0].replace(",", "."))
    assert (before[1], lifted[1]) == ("2", "1")
    assert gain.startswith("+")
    assert Evidence.objects.get().file.original_name == "Приказ о зачислении.pdf"

    day.passes_to(noon(date(2026, 11, 21)), coordinator, controller)
    send_back(controller, address, "Приложите приказ за подписью директора.")
    fallen = shown(coordinator)
    assert fallen == before
    assert fallen == computed("70")[0]

    again = figures(coordinator.page.locator(".lifts__item").first.inner_text())[1]
    coordinator.open(address)
    assert "Приложите приказ за подписью директора." in coordinator.text("#history")
    coordinator.picture("main-4-returned")
    hand_in(coordinator, "Приказ за подписью директора приложен.")
    reached = shown(coordinator)
    assert reached[0] == again
    assert float(reached[0].replace(",", ".")) < float(lifted[0].replace(",", "."))
    standing, interval = computed("70")
    assert reached == standing

    day.passes_to(noon(date(2026, 11, 23)), coordinator, controller)
    controller.open(address)
    controller.send(controller.form("/accept/"))
    assert Execution.objects.get(pk=autumn.overdue.pk).state == "executed"
    assert shown(coordinator) == reached
    assert computed("70") == (standing, interval)
    coordinator.open(address)
    coordinator.picture("main-5-accepted")

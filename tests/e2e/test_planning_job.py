"""What is planned around a protocol: an hour at which it issues itself, recurring items, the recall of an item."""

from datetime import date

import pytest

from assignments.enums import ExecutionState
from assignments.models import Assignment, Execution, IssueSchedule, ItemRecall
from tests.assignments import drafts
from tests.assignments.planned import add_series
from tests.cast import Cast
from tests.e2e.conftest import Visit
from tests.e2e.world import Autumn

pytestmark = pytest.mark.browser


def test_a_draft_is_given_an_hour_and_a_recurring_item(visit: Visit, cast: Cast) -> None:
    drafts.load_rules()
    actor = cast.scope("controller")
    protocol = drafts.draft(actor, held_on=date(2026, 11, 18))
    drafts.add_item(actor, protocol, due_on=date(2026, 12, 10))
    series = add_series(actor, protocol, starts_on=date(2026, 11, 20), until=date(2027, 6, 30))
    controller = visit("controller")
    address = f"/protocols/{protocol.pk}/"
    for name in ("schedule/", "series/new/"):
        controller.open(f"{address}{name}")
        controller.is_pleased(f"task-planning-{name.partition('/')[0]}")
    for name in ("", "edit/", "delete/"):
        controller.open(f"/protocols/series/{series.pk}/{name}")
        controller.is_pleased(f"task-planning-series-{name.rstrip('/') or 'page'}")

    page = controller.open(f"{address}schedule/")
    page.locator("main input[name=at]").fill("25.11.2026 10:00")
    controller.send("main form[method=post]")
    assert IssueSchedule.objects.get().protocol_id == protocol.pk
    assert "25 ноября 2026" in controller.text()
    controller.is_pleased("task-planning-waiting")


def test_an_item_is_recalled_by_two_people_and_the_recall_undone(visit: Visit, autumn: Autumn) -> None:
    item = Assignment.objects.get(protocol=autumn.november, number="2.3")
    owed = Execution.objects.filter(assignment=item, state=ExecutionState.ISSUED)
    assert owed.count() == 2
    controller = visit("controller")
    page = controller.open(f"/protocols/{autumn.november.pk}/items/{item.pk}/recall/")
    controller.is_pleased("task-recall-proposal")
    page.locator("main textarea").fill("Решение отменено совещанием 20 ноября.")
    controller.send("main form[method=post]")
    recall = ItemRecall.objects.get()

    administrator = visit("administrator")
    administrator.open(f"/protocols/recalls/{recall.pk}/")
    administrator.is_pleased("task-recall-confirmation")
    administrator.send(administrator.form("/confirm/"))
    assert not owed.exists()
    administrator.is_pleased("task-recall-result")
    administrator.send(administrator.form("/undo/"))
    assert owed.count() == 2

"""A meeting from its draft to its end: the agenda in order, the screen that follows, notes and decisions."""

from datetime import timedelta

import pytest

from common import clock
from meetings.enums import DecisionKind
from meetings.models import AgendaItem, Decision, Meeting
from meetings.services import life
from meetings.services.terms import Terms
from tests.assignments import drafts
from tests.cast import Cast
from tests.e2e.conftest import Visit
from tests.meetings.acts import decided, question

pytestmark = pytest.mark.browser
PATIENCE = 15_000


@pytest.fixture
def meeting(portal: str, cast: Cast) -> Meeting:
    """A draft for the day after tomorrow with three questions."""
    drafts.load_rules()
    actor = cast.scope("controller")
    starts_at = clock.now() + timedelta(days=2)
    made = life.meeting_create(actor=actor, terms=Terms("Внеочередное совещание"), starts_at=starts_at)
    for title in ("О ходе набора", "О закупке оборудования", "О практике"):
        question(actor, made, title)
    return made


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.agenda.on_agenda().values_list("title", flat=True))


def test_questions_are_put_in_order_by_keyboard_and_by_dragging(visit: Visit, meeting: Meeting) -> None:
    controller = visit("controller")
    page = controller.open(meeting.get_absolute_url())
    down = f"#down-{meeting.agenda.get(title='О ходе набора').pk}"
    for row in (2, 3):
        page.locator(down).focus()
        page.keyboard.press("Enter")
        page.locator(f".agenda > li:nth-child({row}) {down}").wait_for()
        assert page.locator(down).evaluate("button => button === document.activeElement")
    assert titles(meeting) == ["О закупке оборудования", "О практике", "О ходе набора"]

    rows = page.locator("[data-agenda] > li")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 40, "y": 4})
    page.locator(f".agenda > li:first-child {down}").wait_for()
    page.wait_for_load_state("networkidle")
    assert titles(meeting) == ["О ходе набора", "О закупке оборудования", "О практике"]


def test_a_meeting_runs_and_every_screen_follows(visit: Visit, meeting: Meeting) -> None:
    controller, region = visit("controller"), visit("tomsk_coordinator")
    address = meeting.get_absolute_url()
    controller.open(f"{address}open/")
    controller.is_pleased("task-meeting-open")
    controller.send("main form[method=post]")
    controller.send(controller.form("/start/"))
    first = meeting.agenda.get(title="О ходе набора")

    screen = region.open(f"{address}screen/")
    controller.open(first.get_absolute_url())
    controller.send(controller.form("/show/"))
    screen.locator("h2.screen__title", has_text="О ходе набора").wait_for(timeout=PATIENCE)
    region.is_pleased("task-meeting-screen")

    page = controller.open(f"{first.get_absolute_url()}assign/")
    page.locator("#id_text").fill("Представить сведения о наборе.")
    page.locator("#id_due_on").fill(f"{clock.today() + timedelta(days=30):%d.%m.%Y}")
    controller.is_pleased("task-meeting-assign")
    controller.send("#item-form")
    assert Decision.objects.get().kind == DecisionKind.ASSIGNMENT
    screen.locator(".screen", has_text="Представить сведения о наборе.").wait_for(timeout=PATIENCE)

    controller.open(f"{address}close/")
    controller.is_pleased("task-meeting-close")
    controller.send("main form[method=post]")
    screen.locator("h2.screen__title", has_text="Совещание завершено").wait_for(timeout=PATIENCE)


def test_decisions_are_changed_answered_and_taken_back(visit: Visit, cast: Cast, meeting: Meeting) -> None:
    actor = cast.scope("controller")
    opened = life.meeting_open(actor=actor, meeting_id=meeting.pk, version=1)
    started = life.meeting_start(actor=actor, meeting_id=meeting.pk, version=opened.version)
    item: AgendaItem = meeting.agenda.on_agenda()[0]
    asked = decided(actor, item, DecisionKind.QUESTION, text="Когда будет перечень?")
    controller = visit("controller")
    decision = f"{item.get_absolute_url()}decisions/{asked.pk}/"
    for name in ("edit/", "answer/", "delete/"):
        controller.open(f"{decision}{name}")
        controller.is_pleased(f"task-meeting-decision-{name.rstrip('/')}")
    controller.open(item.get_absolute_url())
    controller.is_pleased("task-meeting-item")

    life.meeting_close(actor=actor, meeting_id=meeting.pk, version=started.version)
    other = meeting.agenda.on_agenda()[1]
    for name in ("remove/", "restore/"):
        controller.open(f"{other.get_absolute_url()}{name}")
        controller.is_pleased(f"task-meeting-item-{name.rstrip('/')}")
    page = controller.open(f"{other.get_absolute_url()}remove/")
    page.locator("main textarea").fill("Внесён по ошибке.")
    controller.send("main form[method=post]")
    assert "Внесён по ошибке." in controller.text()

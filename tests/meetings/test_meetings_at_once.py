"""Two people, or two clocks, on one meeting at the same moment, on PostgreSQL: it happens once and nothing is lost."""

from datetime import timedelta

import pytest

from common import clock
from common.errors import PortalError
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.models import Decision, Invitation, Meeting, MeetingEvent
from meetings.services import running
from meetings.services.life import meeting_open
from meetings.services.occurrences import meetings_make
from notifications.models import Notice
from tests.assignments import drafts
from tests.assignments.test_execution_concurrency import together
from tests.cast import Cast
from tests.meetings.acts import NOW, begun, decided, draft, question, weekly
from tests.together import at_once

pytestmark = pytest.mark.services


@pytest.fixture
def actor(emptied_after: None, cast: Cast) -> Scope:
    drafts.load_rules()
    return cast.scope("controller")


def test_many_clocks_make_and_open_one_meeting(actor: Scope) -> None:
    with clock.at(NOW):
        weekly(actor)
    at_once(meetings_make, NOW + timedelta(hours=2), people=4)

    assert Meeting.objects.get().state == "open"
    assert Notice.objects.filter(kind="meeting_opened").count() == 3
    assert list(MeetingEvent.objects.values_list("kind", flat=True)) == ["created", "opened"]


def test_two_presses_open_a_meeting_once(actor: Scope) -> None:
    with clock.at(NOW):
        meeting = draft(actor)

    def press() -> object:
        with clock.at(NOW):
            return meeting_open(actor=actor, meeting_id=meeting.pk, version=1)

    together(press, press)
    assert Invitation.objects.count() == 3
    assert MeetingEvent.objects.filter(kind="opened").count() == 1


def test_two_secretaries_on_one_decision_lose_neither_text(actor: Scope, cast: Cast) -> None:
    with clock.at(NOW):
        made = decided(actor, question(actor, begun(actor)))
    other = cast.scope("administrator")

    def change(who: Scope, text: str) -> object:
        content = running.DecisionContent(DecisionKind.NOTED, text)
        with clock.at(NOW):
            return running.decision_save(
                actor=who, item_id=made.item_id, content=content, decision_id=made.pk, version=1
            )

    found = together(lambda: change(actor, "Первая."), lambda: change(other, "Вторая."))
    refused = [one for one in found if isinstance(one, PortalError)]
    assert len(refused) == 1
    assert Decision.objects.get().version == 2

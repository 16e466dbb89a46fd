"""Two people at one protocol at the same moment, on PostgreSQL: everything happens once."""

from pathlib import Path

import pytest
from pytest_django import Settings

from assignments.models import Execution, Protocol
from common import clock
from common.errors import PortalError
from meetings.models import MeetingEvent, MeetingProtocol
from meetings.services.issuing import MinutesIssued, minutes_issue
from meetings.services.minutes import minutes_make
from tests.assignments import drafts
from tests.cast import Cast
from tests.meetings.builders import meeting
from tests.meetings.minutes import AFTER, Minutes, closed_meeting
from tests.together import at_once

pytestmark = pytest.mark.services


@pytest.fixture
def shared(emptied_after: None, cast: Cast, settings: Settings, tmp_path: Path) -> Minutes:
    """The closed meeting, seen by every connection."""
    settings.MEDIA_ROOT = tmp_path
    drafts.load_rules()
    with clock.at(AFTER):
        return Minutes(cast, closed_meeting(cast))


def test_a_protocol_made_by_four_people_is_made_once(shared: Minutes) -> None:
    found = at_once(shared.make, AFTER, people=4)

    assert {row.pk for row in found} == {MeetingProtocol.objects.get().pk}
    assert Protocol.objects.get().assignments.count() == 2
    assert MeetingEvent.objects.count() == 1


def test_protocols_of_several_meetings_made_at_once_have_numbers_of_their_own(shared: Minutes) -> None:
    held = [meeting("closed", title=f"Совещание {number}").pk for number in range(4)]

    def make() -> MeetingProtocol:
        return minutes_make(actor=shared.controller, meeting_id=held.pop(), version=1)

    at_once(make, AFTER, people=4)

    assert sorted(MeetingProtocol.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_two_people_issue_once(shared: Minutes) -> None:
    with clock.at(AFTER):
        version = shared.signed().version

    def issue() -> MinutesIssued:
        return minutes_issue(actor=shared.controller, meeting_id=shared.meeting.pk, version=version)

    found = at_once(issue, AFTER, people=4)

    assert sorted(one.repeated for one in found) == [False, True, True, True]
    assert Execution.objects.count() == 5
    assert MeetingEvent.objects.filter(kind="protocol_issued").count() == 1


def test_the_last_two_answers_freeze_the_files_once(shared: Minutes) -> None:
    with clock.at(AFTER):
        shared.make()
        shared.send("administrator", "methodologist")
    people = ["administrator", "methodologist"]

    found = at_once(lambda: shared.agree(people.pop()), AFTER)

    assert not any(isinstance(one, PortalError) for one in found)
    assert shared.row.is_agreed
    assert MeetingEvent.objects.filter(kind="protocol_agreed").count() == 1


def test_of_an_agreement_and_a_remark_one_holds(shared: Minutes) -> None:
    with clock.at(AFTER):
        shared.make()
        shared.send("administrator")
    acts = [lambda: shared.agree("administrator"), lambda: shared.remark("administrator", "Уточните срок.")]

    found = at_once(lambda: acts.pop()(), AFTER)

    assert sum(isinstance(one, PortalError) for one in found) == 1
    assert shared.row.is_agreed == (shared.asked("administrator").state == "agreed")

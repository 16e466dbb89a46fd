"""Who attended: by hand, by a pasted list, by the personal code; guessed codes are counted and refused."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from meetings.enums import MarkWay, MeetingState
from meetings.keys import MOST_TRIES, check_in_code
from meetings.models import Invitation, Meeting, MeetingEvent
from meetings.selectors.recognising import Line, directory_of, read_list
from meetings.services.marks import (
    Mark,
    all_of_region,
    check_in,
    check_in_switch,
    marks_of_list,
    marks_set,
)
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_meeting() -> Iterator[None]:
    with clock.at(WEDNESDAY):
        yield


@pytest.fixture
def held(cast: Cast) -> Meeting:
    return meeting(MeetingState.IN_PROGRESS, cast.tomsk, cast.omsk)


def put(cast: Cast, at: Meeting, *marks: Mark, who: str = "controller", **more: object) -> int:
    return marks_set(actor=cast.scope(who), meeting_id=at.pk, marks=marks, **more)


def present(at: Meeting) -> dict[str, bool | None]:
    rows = Invitation.objects.filter(meeting=at)
    found = dict(rows.values_list("region", "present"))
    return found | dict(rows.values_list("clusters__cluster__code", "clusters__present"))


# By hand


def test_a_region_and_a_cluster_are_marked_and_taken_back(cast: Cast, held: Meeting) -> None:
    assert put(cast, held, Mark("70", "", True, "Щёкин И. П."), Mark("70", "70-001", False)) == 2
    row = held.invitations.get(region="70")
    assert (row.attendee, row.marked_way, row.marked_by, row.marked_at) == (
        "Щёкин И. П.", MarkWay.HAND, cast.controller, WEDNESDAY,
    )  # fmt: skip
    assert put(cast, held, Mark("70", "", None)) == 1
    row.refresh_from_db()
    assert (row.present, row.attendee, row.marked_way, row.marked_at) == (None, "", "", None)
    assert present(held)["70-001"] is False


def test_one_press_marks_a_region_with_all_its_clusters(cast: Cast, held: Meeting) -> None:
    put(cast, held, *all_of_region(held, "70", True))
    assert present(held) == {
        "70": True, "70-001": True, "70-002": True, "55": None, "55-001": None, "55-002": None,
    }  # fmt: skip


def test_the_same_mark_again_is_not_new(cast: Cast, held: Meeting) -> None:
    put(cast, held, Mark("70", "", True))
    with clock.at(WEDNESDAY + timedelta(minutes=5)):
        assert put(cast, held, Mark("70", "", True), who="administrator") == 0
    assert held.invitations.get(region="70").marked_by == cast.controller


@pytest.mark.parametrize("mark", [Mark("87", "", True), Mark("70", "55-001", True), Mark("70", "none", True)])
def test_who_is_not_invited_is_not_marked(cast: Cast, held: Meeting, mark: Mark) -> None:
    with pytest.raises(InvalidInput):
        put(cast, held, Mark("70", "", True), mark)
    assert set(present(held).values()) == {None}


def test_the_secretary_of_the_centre_marks_and_a_region_does_not(cast: Cast, held: Meeting) -> None:
    with pytest.raises(NotAllowed):
        put(cast, held, Mark("70", "", True), who="tomsk_coordinator")
    with pytest.raises(Missing):
        put(cast, held, Mark("70", "", True), who="chair")


def test_marks_are_taken_from_the_day_of_the_meeting_on(cast: Cast) -> None:
    ahead = meeting(MeetingState.OPEN, cast.tomsk)
    with clock.at(WEDNESDAY - timedelta(days=1)), pytest.raises(ImpossibleStep):
        put(cast, ahead, Mark("70", "", True))
    assert put(cast, ahead, Mark("70", "", True)) == 1


@pytest.mark.parametrize("state", [MeetingState.DRAFT, MeetingState.CANCELLED, MeetingState.PROTOCOL_ISSUED])
def test_other_meetings_take_no_marks(cast: Cast, state: MeetingState) -> None:
    with pytest.raises(ImpossibleStep):
        put(cast, meeting(state, cast.tomsk), Mark("70", "", True))


def test_a_closed_meeting_is_mended_with_a_reason_in_its_log(cast: Cast) -> None:
    over = meeting(MeetingState.CLOSED, cast.tomsk)
    with pytest.raises(InvalidInput) as refused:
        put(cast, over, Mark("70", "", True))
    assert set(refused.value.errors) == {"reason"}
    put(cast, over, Mark("70", "", True), reason="По журналу видеосвязи")
    event = MeetingEvent.objects.get()
    assert (event.kind, event.text, event.values) == ("mended", "По журналу видеосвязи", {"marks": 1})


# By a list


def test_a_list_marks_whom_it_names_and_the_rest_as_absent(cast: Cast, held: Meeting) -> None:
    put(cast, held, Mark("55", "55-002", True))
    lines = read_list("Томская область, Щёкин И. П.\n70-002", directory_of(cast.scope("controller"), held))
    marks = marks_of_list(held, lines, rest_absent=True)
    put(cast, held, *marks, way=MarkWay.LIST)
    assert present(held) == {
        "70": True, "70-002": True, "70-001": False, "55": False, "55-001": False, "55-002": True,
    }  # fmt: skip
    row = held.invitations.get(region="70")
    assert (row.attendee, row.marked_way) == ("Щёкин Иван Петрович", MarkWay.LIST)


def test_a_list_without_the_rest_leaves_the_others_unmarked(cast: Cast, held: Meeting) -> None:
    lines = [
        Line("x", why="unknown"),
        *read_list("омская область", directory_of(cast.scope("controller"), held)),
    ]
    put(cast, held, *marks_of_list(held, lines, rest_absent=False), way=MarkWay.LIST)
    assert {place for place, was in present(held).items() if was is not None} == {"55"}


# By the personal code


def code_of(cast: Cast, at: Meeting, who: str = "tomsk_coordinator") -> str:
    return check_in_code(at.invitations.get(region="70"), getattr(cast, who).pk)


def come(cast: Cast, at: Meeting, code: str, who: str = "tomsk_coordinator", **more: object) -> Invitation:
    return check_in(actor=cast.scope(who), meeting_id=at.pk, region="70", code=code, **more)


@pytest.fixture
def checking(cast: Cast, held: Meeting) -> Meeting:
    return check_in_switch(actor=cast.scope("controller"), meeting_id=held.pk, is_open=True)


def test_a_coordinator_checks_in_with_the_clusters_that_are_with_him(cast: Cast, checking: Meeting) -> None:
    code = code_of(cast, checking)
    come(cast, checking, f" {code[:3]} {code[3:]} ", clusters=["70-002", "55-001"])
    row = checking.invitations.get(region="70")
    assert (row.present, row.attendee, row.marked_way) == (True, "Щёкин Иван Петрович", MarkWay.CODE)
    assert {place for place, was in present(checking).items() if was} == {"70", "70-002"}


def test_the_code_of_a_colleague_or_of_another_meeting_is_no_code(cast: Cast, checking: Meeting) -> None:
    other = meeting(MeetingState.IN_PROGRESS, cast.tomsk)
    for wrong in (
        code_of(cast, checking, "tomsk_deputy"),
        code_of(cast, other),
        "",
        "12345",
        "٣٣٣٣٣٣",
        "abcdef",
    ):
        with pytest.raises(InvalidInput) as refused:
            come(cast, checking, wrong)
        assert set(refused.value.errors) == {"code"}
    assert set(present(checking).values()) == {None}


def test_guessing_ends_after_so_many_tries_and_begins_anew_with_the_next_code(
    cast: Cast, checking: Meeting
) -> None:
    right = code_of(cast, checking)
    wrong = "000000" if right != "000000" else "111111"
    for left in reversed(range(MOST_TRIES)):
        with pytest.raises(InvalidInput) as refused:
            come(cast, checking, wrong)
        assert str(left) in str(refused.value)
    with pytest.raises(ImpossibleStep):
        come(cast, checking, right)
    assert checking.invitations.get(region="70").code_tries == MOST_TRIES
    assert set(present(checking).values()) == {None}


def test_what_was_marked_by_hand_stands(cast: Cast, checking: Meeting) -> None:
    put(cast, checking, Mark("70", "", False), Mark("70", "70-001", False))
    come(cast, checking, code_of(cast, checking), clusters=["70-001", "70-002"])
    assert (present(checking)["70"], present(checking)["70-001"], present(checking)["70-002"]) == (
        False,
        False,
        True,
    )


def test_codes_are_taken_while_the_check_in_is_open_alone(cast: Cast, held: Meeting) -> None:
    code = code_of(cast, held)
    with pytest.raises(ImpossibleStep):
        come(cast, held, code)
    keeper = cast.scope("controller")
    for is_open in (True, True, False):
        check_in_switch(actor=keeper, meeting_id=held.pk, is_open=is_open)
    with pytest.raises(ImpossibleStep):
        come(cast, held, code)


def test_only_coordinators_of_the_region_give_codes(cast: Cast, checking: Meeting) -> None:
    with pytest.raises(NotAllowed):
        come(cast, checking, code_of(cast, checking, "tomsk_minister"), who="tomsk_minister")
    with pytest.raises(Missing):
        come(cast, checking, "123456", who="omsk_coordinator")


def test_the_check_in_is_opened_by_those_who_run_the_meeting_while_it_goes_on(
    cast: Cast, held: Meeting
) -> None:
    with pytest.raises(NotAllowed):
        check_in_switch(actor=cast.scope("tomsk_coordinator"), meeting_id=held.pk, is_open=True)
    over = meeting(MeetingState.CLOSED, cast.tomsk)
    with pytest.raises(ImpossibleStep):
        check_in_switch(actor=cast.scope("controller"), meeting_id=over.pk, is_open=True)

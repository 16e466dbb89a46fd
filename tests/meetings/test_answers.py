"""Answers of a region: for its coordinators and each cluster, until the meeting ends, by the coordinators alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from meetings.enums import AttendanceAnswer, MeetingState
from meetings.models import Invitation, Meeting
from meetings.services.answers import OWN, Answer, answers_all_attend, answers_give
from tests.cast import Cast
from tests.meetings.builders import WEDNESDAY, meeting

pytestmark = pytest.mark.django_db
WILL = Answer(AttendanceAnswer.WILL_ATTEND)
EXCUSED = Answer(AttendanceAnswer.EXCUSED, reason="Болезнь")
INSTEAD = Answer(AttendanceAnswer.SUBSTITUTE, substitute="Томина Вера Олеговна, заместитель")
EVE = WEDNESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_eve() -> Iterator[None]:
    with clock.at(EVE):
        yield


@pytest.fixture
def invited(cast: Cast) -> Meeting:
    return meeting(MeetingState.OPEN, cast.tomsk, cast.omsk)


def give(
    cast: Cast,
    of: Meeting,
    who: str = "tomsk_coordinator",
    region: str = "70",
    version: int | None = 1,
    **said,
):
    return answers_give(
        actor=cast.scope(who), meeting_id=of.pk, region=region, version=version, answers=said.pop("answers")
    )


def said_by(of: Meeting) -> dict[str, str]:
    row = of.invitations.get(region="70")
    return {"": row.answer} | dict(row.clusters.values_list("cluster__code", "answer"))


def test_each_answers_for_himself(cast: Cast, invited: Meeting) -> None:
    give(cast, invited, answers={OWN: INSTEAD, "70-001": WILL, "70-002": EXCUSED})
    assert said_by(invited) == {"": "substitute", "70-001": "will_attend", "70-002": "excused"}
    row = invited.invitations.get(region="70")
    assert (row.substitute_name, row.answered_by, row.answered_at) == (
        "Томина Вера Олеговна, заместитель", cast.tomsk_coordinator, EVE,
    )  # fmt: skip
    assert row.clusters.get(cluster__code="70-002").answer_reason == "Болезнь"


def test_who_is_not_named_keeps_his_answer(cast: Cast, invited: Meeting) -> None:
    give(cast, invited, answers={"70-001": EXCUSED})
    give(cast, invited, version=2, answers={"70-002": WILL})
    assert said_by(invited) == {"": "", "70-001": "excused", "70-002": "will_attend"}


def test_all_attend_in_one_press(cast: Cast, invited: Meeting) -> None:
    give(cast, invited, answers={"70-001": EXCUSED})
    answers_all_attend(actor=cast.scope("tomsk_deputy"), meeting_id=invited.pk, region="70")
    assert set(said_by(invited).values()) == {"will_attend"}
    assert invited.invitations.get(region="70").clusters.get(cluster__code="70-001").answer_reason == ""


def test_the_same_answer_again_changes_nothing(cast: Cast, invited: Meeting) -> None:
    give(cast, invited, answers={OWN: WILL})
    with clock.at(EVE + timedelta(hours=1)):
        give(cast, invited, version=2, answers={OWN: WILL})
    row = invited.invitations.get(region="70")
    assert (row.answered_at, row.version) == (EVE, 2)


def test_everything_that_is_wrong_is_named_at_its_field_and_nothing_is_written(
    cast: Cast, invited: Meeting
) -> None:
    answers = {
        OWN: Answer("perhaps"),
        "70-001": Answer(AttendanceAnswer.EXCUSED, reason=" \u200b"),
        "70-002": Answer(AttendanceAnswer.SUBSTITUTE),
        "55-001": WILL,
    }
    with pytest.raises(InvalidInput) as refused:
        give(cast, invited, answers=answers)
    assert set(refused.value.errors) == {"own-answer", "70-001-reason", "70-002-substitute", "55-001-answer"}
    assert set(said_by(invited).values()) == {""}


def test_two_coordinators_do_not_overwrite_each_other(cast: Cast, invited: Meeting) -> None:
    give(cast, invited, answers={OWN: WILL})
    with pytest.raises(StaleVersion):
        give(cast, invited, who="tomsk_deputy", version=1, answers={OWN: EXCUSED})
    with pytest.raises(InvalidInput):
        give(cast, invited, version=None, answers={OWN: EXCUSED})


@pytest.mark.parametrize("who", ["controller", "tomsk_minister"])
def test_whoever_reads_the_invitation_does_not_answer_for_the_region(
    cast: Cast, invited: Meeting, who: str
) -> None:
    with pytest.raises(NotAllowed):
        give(cast, invited, who=who, answers={OWN: WILL})


def test_a_foreign_region_and_a_draft_do_not_exist(cast: Cast, invited: Meeting) -> None:
    with pytest.raises(Missing):
        give(cast, invited, who="omsk_coordinator", answers={OWN: WILL})
    with pytest.raises(Missing):
        give(cast, meeting(MeetingState.DRAFT, cast.tomsk), answers={OWN: WILL})


def test_answers_are_taken_until_the_meeting_ends(cast: Cast, invited: Meeting) -> None:
    with clock.at(invited.ends_at - timedelta(seconds=1)):
        give(cast, invited, answers={OWN: WILL})
    with clock.at(invited.ends_at), pytest.raises(ImpossibleStep):
        give(cast, invited, version=2, answers={OWN: EXCUSED})


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.PROTOCOL_ISSUED, MeetingState.CANCELLED])
def test_a_meeting_that_is_over_or_cancelled_takes_no_answers(cast: Cast, state: MeetingState) -> None:
    with pytest.raises(ImpossibleStep):
        give(cast, meeting(state, cast.tomsk), answers={OWN: WILL})
    assert not Invitation.objects.exclude(answer="").exists()

"""Who may do what to meetings."""

from collections.abc import Callable

import pytest

from common.scope import SYSTEM, Scope
from meetings import policies
from meetings.enums import STEPS, AgendaState, MeetingState
from meetings.models import AgendaNote, ProtocolApproval
from tests.cast import Cast
from tests.meetings.builders import OPENED, invite, item, meeting, minutes_of, proposal

pytestmark = pytest.mark.django_db

KEEPERS = {"administrator", "controller"}
CENTRE = {*KEEPERS, "methodologist"}
TOMSK = {"tomsk_coordinator", "tomsk_deputy"}
EVERYBODY = (*CENTRE, *TOMSK, "omsk_coordinator", "chair", "tomsk_minister", "newcomer", "public")


def allowed(cast: Cast, policy: Callable[[Scope], bool]) -> set[str]:
    return {name for name in EVERYBODY if policy(cast.scope(name))}


def test_meetings_are_kept_by_those_who_draft_protocols_and_by_the_clock(cast: Cast) -> None:
    for policy in (policies.can_keep, policies.can_make_protocol, policies.can_keep_template):
        assert allowed(cast, policy) == KEEPERS
        assert policy(SYSTEM)
    assert allowed(cast, policies.can_read_series) == CENTRE
    assert allowed(cast, policies.can_note) == CENTRE


def test_the_named_secretary_of_the_centre_runs_his_meeting(cast: Cast) -> None:
    today = meeting(secretary=cast.methodologist, chair=cast.chair)

    assert allowed(cast, lambda scope: policies.can_run(scope, today)) == CENTRE
    assert allowed(cast, lambda scope: policies.can_run(scope, meeting())) == KEEPERS


def test_a_note_is_changed_by_its_author(cast: Cast) -> None:
    note = AgendaNote.objects.create(item=item(meeting()), author=cast.controller, changed_at=OPENED)

    assert allowed(cast, lambda scope: policies.can_change_note(scope, note)) == {"controller"}


def test_a_coordinator_answers_for_his_own_region_only(cast: Cast) -> None:
    invitation = invite(meeting(), cast.tomsk)

    for policy in (policies.can_answer, policies.can_check_in):
        assert allowed(cast, lambda scope, policy=policy: policy(scope, invitation)) == TOMSK


def test_regions_and_associations_propose_for_themselves(cast: Cast) -> None:
    of_region, of_association = {"region": "70"}, {"association": cast.machine_builders.pk}

    assert allowed(cast, lambda scope: policies.can_propose(scope, **of_region)) == TOMSK
    assert allowed(cast, lambda scope: policies.can_propose(scope, **of_association)) == {"chair"}
    assert not allowed(cast, lambda scope: policies.can_propose(scope, **of_region, **of_association))
    assert not allowed(cast, policies.can_propose)


def test_a_proposal_is_taken_back_while_it_waits(cast: Cast) -> None:
    waiting = proposal(None, region=cast.tomsk)
    declined = proposal(None, AgendaState.DECLINED, region=cast.tomsk)

    assert allowed(cast, lambda scope: policies.can_withdraw(scope, waiting)) == TOMSK
    assert not allowed(cast, lambda scope: policies.can_withdraw(scope, declined))


def test_how_a_region_attends_is_its_own_business_and_that_of_the_centre(cast: Cast) -> None:
    readers = allowed(cast, lambda scope: policies.can_read_attendance(scope, "70"))

    assert readers == {*CENTRE, *TOMSK, "tomsk_minister"}


def test_only_the_person_who_was_asked_approves_and_once(cast: Cast) -> None:
    asked = {"minutes": minutes_of(meeting(MeetingState.CLOSED)), "draft_version": 1, "asked_at": OPENED}
    waiting = ProtocolApproval.objects.create(approver=cast.chair, **asked)
    answered = ProtocolApproval.objects.create(
        approver=cast.controller, state="agreed", answered_at=OPENED, **asked
    )

    assert allowed(cast, lambda scope: policies.can_approve(scope, waiting)) == {"chair"}
    assert not allowed(cast, lambda scope: policies.can_approve(scope, answered))


def test_everybody_with_a_role_has_a_calendar(cast: Cast) -> None:
    assert allowed(cast, policies.can_subscribe) == set(EVERYBODY) - {"newcomer", "public"}


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (MeetingState.DRAFT, {"change", "open", "move", "cancel", "record"}),
        (MeetingState.OPEN, {"change", "move", "cancel", "start"}),
        (MeetingState.IN_PROGRESS, {"close"}),
        (MeetingState.CLOSED, {"mend", "issue"}),
        (MeetingState.PROTOCOL_ISSUED, set()),
        (MeetingState.CANCELLED, set()),
    ],
)
def test_the_state_says_what_may_be_done(state: MeetingState, acts: set[str]) -> None:
    today = meeting(state)

    assert {act for act in STEPS if today.can_be(act)} == acts

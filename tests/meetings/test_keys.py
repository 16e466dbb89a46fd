"""Links of invitations and personal codes: nobody guesses them, one person each, taken back by the next turn."""

import pytest
from django.test import override_settings

from meetings.keys import (
    AnswerKey,
    answer_key,
    check_in_code,
    is_check_in_code,
    new_calendar_key,
    read_answer_key,
)
from tests.cast import Cast
from tests.meetings.builders import invite, meeting

pytestmark = pytest.mark.django_db


def test_a_link_names_a_person_an_invitation_and_its_turn(cast: Cast) -> None:
    invitation = invite(meeting(), cast.tomsk)
    key = answer_key(invitation, cast.tomsk_deputy.pk)

    assert read_answer_key(key) == AnswerKey(invitation.pk, cast.tomsk_deputy.pk, 1)
    invitation.turn = 2
    assert answer_key(invitation, cast.tomsk_deputy.pk) != key


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1], lambda key: f"9{key}", lambda key: "", lambda key: "x.y"]
)
def test_a_link_that_the_portal_has_not_signed_says_nothing(cast: Cast, change) -> None:
    key = answer_key(invite(meeting(), cast.tomsk), cast.tomsk_deputy.pk)

    assert read_answer_key(change(key)) is None


def test_a_change_of_the_secret_key_keeps_old_links_while_it_is_a_fallback(cast: Cast) -> None:
    with override_settings(SECRET_KEY="old"):
        key = answer_key(invite(meeting(), cast.tomsk), cast.tomsk_deputy.pk)

    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert read_answer_key(key) is not None
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert read_answer_key(key) is None


def test_a_code_is_of_one_person_at_one_meeting_in_one_turn(cast: Cast) -> None:
    invitation, other = invite(meeting(), cast.tomsk), invite(meeting(), cast.tomsk)
    person = cast.tomsk_coordinator.pk
    code = check_in_code(invitation, person)

    assert len(code) == 6
    assert code.isdigit()
    assert is_check_in_code(invitation, person, code)
    assert not is_check_in_code(invitation, cast.tomsk_deputy.pk, code)
    assert not is_check_in_code(other, person, code)
    invitation.turn = 2
    assert not is_check_in_code(invitation, person, code)


def test_an_address_of_a_calendar_cannot_be_guessed() -> None:
    assert len({new_calendar_key() for _ in range(50)}) == 50
    assert len(new_calendar_key()) == 32

"""Signed links of invitations and personal check-in codes: derived from SECRET_KEY, so that no dump holds one.

Both name one person and the turn of one invitation; the next turn of the row takes them back. A link lets its holder
answer for the region as that person, while he is its coordinator, and becomes no session.
"""

import secrets
from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from meetings.models import Invitation

LINK_SALT = "meetings.invitation"
CODE_SALT = "meetings.check-in"
CODE_DIGITS = 6
MOST_TRIES = 10
"""Wrong codes that one invitation takes: a guess succeeds once in a hundred thousand then."""
CALENDAR_KEY_BYTES = 24


class AnswerKey(NamedTuple):
    """What a link of an invitation says: whose, for which invitation, in which turn."""

    invitation: int
    person: int
    turn: int


def answer_key(invitation: Invitation, person: int) -> str:
    """The signed text that the link of a mail carries."""
    return Signer(salt=LINK_SALT, sep=".").sign(f"{invitation.pk}-{person}-{invitation.turn}")


def read_answer_key(key: str) -> AnswerKey | None:
    """What a key says that the portal has signed, now or with one of SECRET_KEY_FALLBACKS; None for any other."""
    try:
        parts = Signer(salt=LINK_SALT, sep=".").unsign(key).split("-")
    except BadSignature:
        return None
    return AnswerKey(*map(int, parts))


def check_in_code(invitation: Invitation, person: int) -> str:
    """The personal code of a coordinator for one meeting: six digits."""
    digest = salted_hmac(
        CODE_SALT, f"{invitation.pk}-{person}-{invitation.turn}", algorithm="sha256"
    ).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def is_check_in_code(invitation: Invitation, person: int, code: str) -> bool:
    """Whether this is that person's code; the caller counts the tries, right or wrong ones."""
    return constant_time_compare(check_in_code(invitation, person), code)


def new_calendar_key() -> str:
    """A secret for the address of a calendar; the database keeps its digest (`accounts.querysets.digest_of`)."""
    return secrets.token_urlsafe(CALENDAR_KEY_BYTES)

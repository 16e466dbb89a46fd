"""Published months with heads to write to, and what the letters say."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from common import clock
from common.scope import SYSTEM
from rating.models import RatingLetter, Slice
from rating.services import slice_close, slice_publish
from regions.models import AuthorityHead, Region, RegionalAuthority
from tests.rating.portal import load, read

PUBLISHED_AT = datetime(2023, 12, 8, 7, tzinfo=UTC)


def appoint(code: str, *emails: str, **changes: Any) -> AuthorityHead:
    """A head in office since the autumn of 2023, reached at these addresses."""
    authority, _created = RegionalAuthority.objects.get_or_create(
        region_id=code, defaults={"name": f"Министерство образования {code}"}
    )
    values = {
        "post_title": "Министр образования",
        "post_title_dative": f"Министру образования региона {code}",
        "last_name": "Верховская",
        "first_name": "Анна",
        "patronymic": "Сергеевна",
        "name_dative": "Верховской А. С.",
        "salutation": "Уважаемая Анна Сергеевна!",
        "emails": list(emails),
        "starts_on": date(2023, 9, 1),
    }
    return AuthorityHead.objects.create(authority=authority, **{**values, **changes})


def loaded(name: str) -> None:
    """A worked example in the database, every region with a head and one address."""
    load(read(name))
    for code in Region.objects.values_list("code", flat=True):
        appoint(code, f"head@{code.lower()}.example")


def published(period: str = "2023-11") -> Slice:
    """Close the month and publish it on 8 December 2023; the letters are queued."""
    draft = slice_close(actor=SYSTEM, period=period)
    with clock.at(PUBLISHED_AT):
        return slice_publish(actor=SYSTEM, slice_id=draft.pk)


def message(letter: RatingLetter) -> EmailMessage:
    """The stored bytes of a letter, parsed."""
    return message_from_bytes(bytes(letter.mail.payload), policy=policy.default)


def part(letter: RatingLetter, subtype: str) -> str:
    """The text or the HTML of a letter, non-breaking spaces as plain ones."""
    body = message(letter).get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ").replace("\r\n", "\n")


def text_of(code: str, revision: int = 1) -> str:
    """The text of the letter to a region."""
    return part(RatingLetter.objects.originals().get(region=code, slice__revision=revision), "plain")

"""Signed addresses of letters: one head, one region, one revision, for a limited time.

The address alone lets its holder read; it becomes no session and names nothing else. What it may open is decided by
its row (`LetterLink`), so that it can be taken back.
"""

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner, b62_decode, b62_encode
from django.urls import reverse
from django.utils.crypto import salted_hmac

from common import clock
from rating.models import LetterLink, Slice

LINK_SALT = "rating.letter-link"
JTI_SALT = "rating.letter-link.jti"
RECEIPT_SALT = "rating.letter-receipt"
JTI_LENGTH = 24
RECEIPT_SECONDS = 12 * 3600
"""For so long the button of an opened page may be pressed; afterwards the page is opened again."""


class _ClockSigner(TimestampSigner):
    """Django's signer on the clock of the portal; the same instant gives the same text."""

    def __init__(self, salt: str, at: datetime | None = None) -> None:
        super().__init__(salt=salt, sep=".")
        self._at = at

    def timestamp(self) -> str:
        return b62_encode(int((self._at or clock.now()).timestamp()))


def new_jti(slice_: Slice, region: str, head: int, number: int) -> str:
    """The secret of a link: nobody without SECRET_KEY can guess it, and the same letter made twice has the same one."""
    named = f"{slice_.period}:{slice_.revision}:{region}:{head}:{number}"
    return salted_hmac(JTI_SALT, named, algorithm="sha256").hexdigest()[:JTI_LENGTH]


def link_key(link: LetterLink) -> str:
    """The signed text of a link: its secret, and for what and until when it was given."""
    expires = b62_encode(int(link.expires_at.timestamp()))
    named = f"{link.jti}_{link.slice.period}_{link.slice.revision}_{link.region_id}_{expires}"
    return _ClockSigner(LINK_SALT, link.issued_at).sign(named)


def link_address(link: LetterLink) -> str:
    """The whole address, under the configured base, never a request's host."""
    return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('rating:letter-open')}?key={link_key(link)}"


def jti_of(key: str) -> str:
    """The secret in a key that the portal has signed, now or with one of SECRET_KEY_FALLBACKS; empty for any other."""
    try:
        named = _ClockSigner(LINK_SALT).unsign(key)
    except BadSignature:
        return ""
    return named.partition("_")[0]


def receipt_token(link: LetterLink) -> str:
    """What the button of an opened page sends: proof that the page itself was open, not only its address known."""
    return _ClockSigner(RECEIPT_SALT).sign(link.jti)


def is_receipt_token(link: LetterLink, token: str) -> bool:
    """Whether the button of this link's page was drawn not longer than RECEIPT_SECONDS ago."""
    try:
        return _fresh(token) == link.jti
    except BadSignature:
        return False


def _fresh(token: str) -> str:
    signer = _ClockSigner(RECEIPT_SALT)
    named = signer.unsign(token)
    drawn = token[len(named) + 1 :].partition(".")[0]
    age = int(clock.now().timestamp()) - b62_decode(drawn)
    if not 0 <= age <= RECEIPT_SECONDS:
        raise BadSignature("too old")
    return named

"""The ledger of letters: what was sent about a month, to whom, and what became of it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common.errors import Missing
from common.formatting import date_time
from common.names import name_key
from common.scope import Scope
from notifications.enums import MailState
from notifications.messages import InlinePicture
from notifications.models import MailEvent
from rating.enums import SliceStatus
from rating.models import RatingLetter, Slice
from rating.querysets import RatingLetterQuerySet
from regions.querysets import by_region_name


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many letters of a month are in a state."""

    state: MailState
    count: int

    @property
    def label(self) -> str:
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class ReadableMail:
    """A stored mail for reading: what stands in its bytes, not what would be written today.

    `headers` are pairs of a name in the reader's language and the value as it stands in the mail.
    """

    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    has_files: bool


IDENTIFIER = "Message-ID"
SHOWN_HEADERS: dict[str, Promise] = {
    "From": pgettext_lazy("mail", "From"),
    "To": pgettext_lazy("mail", "To"),
    "Subject": pgettext_lazy("mail", "Subject"),
    "Date": pgettext_lazy("mail", "Date"),
    IDENTIFIER: pgettext_lazy("mail", "Identifier"),
}
"""What is shown of the head of a mail, in this order, and what it is called on the page."""


def letter_months(scope: Scope) -> list[str]:
    """Months about which this person may see letters, newest first."""
    letters = RatingLetter.objects.visible_to(scope)
    return list(letters.order_by("-slice__period").values_list("slice__period", flat=True).distinct())


def letters_of(scope: Scope, period: str) -> RatingLetterQuerySet:
    """The letters of a month that this person may see, by revision, name of the region and address."""
    found = RatingLetter.objects.visible_to(scope).filter(slice__period=period).for_list()
    ordered: RatingLetterQuerySet = found.order_by(
        "-slice__revision", by_region_name("region__"), "mail__recipient_email", "pk"
    )
    return ordered


def state_counts(letters: RatingLetterQuerySet) -> list[StateCount]:
    """Counts by state, in the order of a mail's life, states without letters left out."""
    rows = dict(letters.order_by().values_list("mail__state").annotate(Count("pk")))
    return [StateCount(state, rows[state]) for state in MailState if state in rows]


def regions_of(letters: RatingLetterQuerySet) -> list[tuple[str, str]]:
    """Code and name of the regions of these letters, in the order of names."""
    regions = {letter.region_id: letter.region for letter in letters}
    return [
        (code, region.name)
        for code, region in sorted(regions.items(), key=lambda pair: name_key(pair[1].name))
    ]


def sendable_slice(period: str) -> Slice | None:
    """The published revision of a month, about which letters may still be missing."""
    return Slice.objects.filter(period=period, status=SliceStatus.PUBLISHED).first()


def letter_history(letter: RatingLetter) -> Sequence[MailEvent]:
    """What happened to the mail of a letter, oldest first."""
    return list(letter.mail.events.select_related("actor"))


def readable_mail(scope: Scope, letter: RatingLetter) -> ReadableMail:
    """The stored bytes of a letter taken apart for reading; the centre, who traces mails, sees the identifier."""
    payload = bytes(letter.mail.payload)
    raw, message = message_from_bytes(payload), message_from_bytes(payload, policy=policy.default)
    return ReadableMail(
        headers=[
            (str(label), _shown(name, raw[name]))
            for name, label in SHOWN_HEADERS.items()
            if scope.is_centre or name != IDENTIFIER
        ],
        text=_part(message, "plain"),
        html=_with_pictures(_part(message, "html"), message),
        has_files=any(message.iter_attachments()),
    )


def _shown(name: str, value: str) -> str:
    """A header as people read it: words decoded, the date as everywhere in the portal."""
    words = str(make_header(decode_header(value)))
    return date_time(parsedate_to_datetime(words)) if name == "Date" else words


def _part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    return body.get_content().replace("\r\n", "\n") if body is not None else ""


def attached_file(letter: RatingLetter, media_type: str) -> tuple[str, bytes]:
    """Name and bytes of what was attached to a letter, as it was sent. Raises Missing for a letter without it."""
    message = message_from_bytes(bytes(letter.mail.payload), policy=policy.default)
    for part in message.iter_attachments():
        if part.get_content_type() == media_type:
            return part.get_filename() or "", part.get_content()
    raise Missing(_("This letter was sent without such a file."))


def _with_pictures(html: str, message: EmailMessage) -> str:
    """The HTML with its pictures in place: a browser knows no `cid:` addresses."""
    pictures = [
        InlinePicture(part["Content-ID"].strip("<>"), part.get_content_type(), part.get_content())
        for part in message.walk()
        if part["Content-ID"] and part.get_content_maintype() == "image"
    ]
    return with_pictures(html, pictures)


def with_pictures(html: str, pictures: Sequence[InlinePicture]) -> str:
    """The HTML of a mail with its pictures inside, as a browser needs them."""
    for picture in pictures:
        content = b64encode(picture.content).decode()
        html = html.replace(f"cid:{picture.content_id}", f"data:{picture.media_type};base64,{content}")
    return html

"""The ledger of letters: what was sent about a month, to whom, and what became of it."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from common import clock
from common.errors import Missing
from common.formatting import date_time
from common.names import name_key
from common.scope import Scope
from notifications.enums import MailState
from notifications.messages import InlinePicture
from notifications.models import MailEvent
from rating.enums import SliceStatus
from rating.letter_keys import jti_of
from rating.models import LetterLink, LetterOpening, LetterReceipt, RatingLetter, Slice
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


SIGNED_ADDRESS = re.compile(r"https?://[^\s\"'<>]*[?&]key=[\w.-]+")
SIGNED_WAY = re.compile(rf'href="{SIGNED_ADDRESS.pattern}"')
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
    found = with_readings(RatingLetter.objects.visible_to(scope).filter(slice__period=period).for_list())
    ordered: RatingLetterQuerySet = found.order_by(
        "-slice__revision", by_region_name("region__"), "mail__recipient_email", "pk"
    )
    return ordered


def with_readings(letters: RatingLetterQuerySet) -> RatingLetterQuerySet:
    """With `opened_at` and `openings` of the link of the letter's head, and `confirmed_at`; none of them of a copy.

    The link is the head's, not the address's: `addresses` says how many letters carry it.
    """
    openings = LetterOpening.objects.by_people().filter(
        link__slice=OuterRef("slice"), link__region=OuterRef("region"), link__head=OuterRef("head")
    )
    grouped = openings.order_by().values("link__slice")
    receipts = LetterReceipt.objects.filter(slice=OuterRef("slice"), region=OuterRef("region"))
    same = RatingLetter.objects.originals().filter(
        slice=OuterRef("slice"), region=OuterRef("region"), head=OuterRef("head")
    )
    counted = same.order_by().values("head").annotate(letters=Count("pk")).values("letters")
    annotated: RatingLetterQuerySet = letters.annotate(
        opened_at=Subquery(grouped.annotate(first=Min("at")).values("first")),
        openings=Coalesce(Subquery(grouped.annotate(times=Count("pk")).values("times")), 0),
        confirmed_at=Subquery(receipts.values("confirmed_at")[:1]),
        addresses=Coalesce(Subquery(counted), 0),
    )
    return annotated


class ReadingCount(NamedTuple):
    """How many letters of a month went to heads, of how many heads the link was opened, how many confirmed."""

    letters: int
    opened: int
    confirmed: int


def reading_counts(letters: RatingLetterQuerySet) -> ReadingCount:
    """Counts over the letters themselves, copies left out; a head with several addresses has opened once."""
    rows = list(
        letters.originals().order_by().values_list("slice", "region", "head", "opened_at", "confirmed_at")
    )
    return ReadingCount(
        len(rows),
        len({row[:3] for row in rows if row[3] is not None}),
        len({row[:3] for row in rows if row[4] is not None}),
    )


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


def letter_links(letter: RatingLetter) -> Sequence[LetterLink]:
    """The links of a letter's head in its revision, newest first, each with its openings."""
    own = LetterLink.objects.filter(slice=letter.slice_id, region=letter.region_id, head=letter.head_id)
    return list(own.select_related("revoked_by").prefetch_related("openings").order_by("-number"))


def is_open_link(link: LetterLink) -> bool:
    """Whether a link opens now."""
    return link.revoked_at is None and link.expires_at > clock.now()


def receipt_of(letter: RatingLetter) -> LetterReceipt | None:
    """The receipt of the revision by the region of a letter."""
    own = LetterReceipt.objects.filter(slice=letter.slice_id, region=letter.region_id)
    return own.select_related("person").first()


def link_receipt(link: LetterLink) -> LetterReceipt | None:
    """The receipt of what a link opens."""
    return LetterReceipt.objects.filter(slice=link.slice_id, region=link.region_id).first()


def link_by_key(key: str) -> LetterLink | None:
    """The link that a signed key names, whether it still opens or not; None for a key that is none of ours."""
    jti = jti_of(key)
    if not jti:
        return None
    return LetterLink.objects.filter(jti=jti).select_related("slice", "region", "head").first()


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
        text=_without_key(_part(message, "plain"), scope, letter),
        html=_with_pictures(_without_key(_part(message, "html"), scope, letter), message),
        has_files=any(message.iter_attachments()),
    )


def may_read_key(scope: Scope, letter: RatingLetter) -> bool:
    """The key in the link of a letter is for the head alone; a copy has none."""
    return letter.is_copy or letter.region_id in scope.overseen


def _without_key(text: str, scope: Scope, letter: RatingLetter) -> str:
    """The text with words in place of the signed address, for everybody but the head."""
    if may_read_key(scope, letter):
        return text
    return SIGNED_ADDRESS.sub(_("(personal link of the addressee)"), SIGNED_WAY.sub('href="#"', text))


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

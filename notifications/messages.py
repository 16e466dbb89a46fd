"""The bytes of a mail: RFC 5322, 7-bit safe, and the same bytes for the same arguments."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac

from common.clock import MOSCOW
from common.names import clean_name

WIRE_POLICY = policy.SMTP.clone(max_line_length=76, cte_type="7bit", utf8=False)
"""CRLF line ends, short lines, nothing beyond ASCII: any server takes it, with 8BITMIME and SMTPUTF8 or without."""
MESSAGE_ID_SALT = "notifications.message-id"
WORD_BYTES = 39
"""Bytes in one encoded word: with its frame and the longest name of a header it stays within the line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `media_type` such as "application/pdf" with its `parameters`."""

    name: str
    media_type: str
    content: bytes
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A picture that the HTML shows by `cid:` and its content id, which looks like an address: "history@portal"."""

    content_id: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that determines the bytes of a mail."""

    key: str
    sender: str
    recipient_name: str
    recipient_email: str
    subject: str
    text: str
    date: datetime
    domain: str
    html: str = ""
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()
    pictures: Sequence[InlinePicture] = ()


def ascii_address(address: str) -> str:
    """The address as servers know it: checked, the domain in its xn-- form.

    Raises django's ValidationError for anything else, also for an address with a line break in it.
    """
    address = address.strip()
    validate_email(address)
    local, domain = address.rsplit("@", 1)
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError as error:
        raise ValidationError(
            "The domain of the address cannot be written in ASCII.", code="invalid"
        ) from error


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a mail: unique because its key is, the same for every attempt.

    It is signed with SECRET_KEY, for reports about a letter are believed by it: whoever has not seen the letter cannot
    forge one.
    """
    return f"<{salted_hmac(MESSAGE_ID_SALT, key, algorithm='sha256').hexdigest()[:40]}@{domain}>"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class _Folded(str):
    """A header already in its wire form; the message asks nobody to parse and fold it again."""

    name: str

    @classmethod
    def of(cls, name: str, value: str) -> "_Folded":
        folded = cls(value)
        folded.name = name
        return folded

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _encoded_words(text: str) -> str:
    """RFC 2047 words of base64, one a line, each with whole characters only."""
    chunks = [b""]
    for character in map(str.encode, text):
        if len(chunks[-1]) + len(character) > WORD_BYTES:
            chunks.append(b"")
        chunks[-1] += character
    return "\r\n ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks)


def _subject(text: str) -> str:
    text = clean_name(text)
    return text if text.isascii() else _Folded.of("Subject", _encoded_words(text))


def _address(header: str, name: str, address: str) -> Address | _Folded:
    name, address = clean_name(name), ascii_address(address)
    if name.isascii():
        return Address(display_name=name, addr_spec=address)
    return _Folded.of(header, f"{_encoded_words(name)}\r\n <{address}>")


def message_bytes(draft: Draft) -> bytes:
    """The message as it goes over the wire, with CRLF line ends and without dot-stuffing.

    Line breaks and control characters in names and subject become spaces: no text can add a header.
    """
    message = EmailMessage(policy=WIRE_POLICY)
    message["From"] = _address("From", *parseaddr(draft.sender))
    message["To"] = _address("To", draft.recipient_name, draft.recipient_email)
    if draft.reply_to:
        message["Reply-To"] = _address("Reply-To", "", draft.reply_to)
    message["Subject"] = _subject(draft.subject)
    message["Date"] = format_datetime(draft.date.astimezone(MOSCOW).replace(microsecond=0))
    message["Message-ID"] = message_id(draft.key, draft.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(draft.text, charset="utf-8", cte="base64")
    if draft.html:
        message.add_alternative(draft.html, subtype="html", charset="utf-8", cte="base64")
        _add_pictures(message, draft.pictures)
    for attachment in draft.attachments:
        maintype, subtype = attachment.media_type.split("/", 1)
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=clean_name(attachment.name),
            params=dict(attachment.parameters),
        )
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{_digest(draft.key)}_{number}")
    return message.as_bytes()


def _add_pictures(message: EmailMessage, pictures: Sequence[InlinePicture]) -> None:
    """Put the pictures beside the HTML, as parts of it: no mail program lists them as attachments."""
    html = message.get_body(("html",))
    if html is None:
        return
    for picture in pictures:
        maintype, subtype = picture.media_type.split("/", 1)
        html.add_related(
            picture.content,
            maintype=maintype,
            subtype=subtype,
            cid=f"<{picture.content_id}>",
            disposition="inline",
        )

"""Reports of mail servers about the delivery of a letter (RFC 3464), read into what they say.

Pure parsing: nothing here knows the outbox. What is no such report, be it an answer of a person, a note about his
absence or a receipt, is None.
"""

import binascii
import quopri
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
LETTER_PARTS = ("message/rfc822", "message/global")
HEADER_PARTS = ("text/rfc822-headers", "message/global-headers")
LONGEST_REPLY = 1_000
_ID = re.compile(r"<[^<>\s]{3,300}>")


class Action(StrEnum):
    """What a server did for one recipient (RFC 3464, 2.3.3).

    `relayed` went on to a server that sends no reports, `expanded` to the members of a list, `delayed` is still tried.
    """

    FAILED = "failed"
    DELIVERED = "delivered"
    EXPANDED = "expanded"
    RELAYED = "relayed"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a report says of one recipient.

    `addresses` are the one written to and the one that it became on the way; `reply` is the status with the words of
    the recipient's server.
    """

    action: Action
    addresses: Sequence[str]
    reply: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a report says of one letter.

    `key` is its own Message-ID, or a digest of its bytes. `letters` are the Message-IDs under which the letter may be
    known, the surest first. `at` is when the report was written.
    """

    key: str
    letters: Sequence[str]
    recipients: Sequence[RecipientReport]
    at: datetime | None

    @property
    def failure(self) -> RecipientReport | None:
        """The first recipient whom the letter will not reach."""
        return next((one for one in self.recipients if one.action == Action.FAILED), None)


def read_report(content: bytes) -> DeliveryReport | None:
    """The report that these bytes of a mail are; None when they are something else."""
    message = BytesParser(policy=policy.compat32).parsebytes(content)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = list(message.walk())
    blocks = [block for part in parts if part.get_content_type() in STATUS_PARTS for block in _blocks(part)]
    recipients = [
        RecipientReport(Action(action), _addresses(block), _reply(block))
        for block in blocks
        if (action := _field(block, "Action").lower()) in set(Action)
    ]
    if not recipients:
        return None
    own = _ID.search(_field(message, "Message-ID"))
    return DeliveryReport(
        key=own.group() if own else sha256(content).hexdigest(),
        letters=tuple(dict.fromkeys([*_returned(parts), *_named(message, blocks)])),
        recipients=recipients,
        at=_written_at(message),
    )


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status: of the report, then of each recipient."""
    nested = part.get_payload()
    groups: list[Message] = (
        [one for one in nested if isinstance(one, Message)] if isinstance(nested, list) else []
    )
    encoding = _field(part, "Content-Transfer-Encoding").lower()
    text = "\n\n".join(_text_of(group) for group in groups) if groups else str(nested)
    if encoding in ("base64", "quoted-printable"):
        text = _decoded(text, encoding)
    for group in re.split(r"\r?\n[ \t]*\r?\n", text):
        if group.strip():
            yield HeaderParser(policy=policy.compat32).parsestr(group.strip("\r\n") + "\n\n")


def _text_of(group: Message) -> str:
    """A group as it stood: its fields, and what the parser took for their body."""
    fields = "".join(f"{name}: {value}\n" for name, value in group.raw_items())
    body = group.get_payload(decode=True)
    return (
        f"{fields}\n{body.decode('ascii', 'surrogateescape')}"
        if isinstance(body, bytes) and body.strip()
        else fields
    )


def _decoded(text: str, encoding: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    try:
        raw = b64decode(raw) if encoding == "base64" else quopri.decodestring(raw)
    except binascii.Error:
        return text
    return raw.decode("ascii", "surrogateescape")


def _field(message: Message, name: str) -> str:
    """A field in one line and in letters, whatever it was written in; empty when there is none."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    plain = _in_letters(" ".join(value.split()))
    if "=?" not in plain:
        return plain
    try:
        return str(make_header(decode_header(plain)))
    except (LookupError, ValueError):
        return plain


def _in_letters(value: str) -> str:
    """Bytes beyond ASCII that stand in a field against the rules: UTF-8, else the usual Cyrillic of servers."""
    raw = value.encode("utf-8", "surrogateescape")
    for charset in ("utf-8", "cp1251"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "replace")


def _returned(parts: Sequence[Message]) -> Iterator[str]:
    """The Message-ID of the letter that the report gives back, whole or its headers."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in LETTER_PARTS and isinstance(payload, list) and isinstance(payload[0], Message):
            yield from _ID.findall(_field(payload[0], "Message-ID"))
        elif kind in HEADER_PARTS:
            raw = part.get_payload(decode=True)
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else _nested_headers(payload)
            yield from _ID.findall(_field(HeaderParser(policy=policy.compat32).parsestr(text), "Message-ID"))


def _nested_headers(payload: object) -> str:
    return _text_of(payload[0]) if isinstance(payload, list) and isinstance(payload[0], Message) else ""


def _named(message: Message, blocks: Sequence[Message]) -> Iterator[str]:
    """Where servers that give nothing back name the letter all the same."""
    for place, name in [
        *((block, "X-Original-Message-ID") for block in blocks),
        (message, "In-Reply-To"),
        (message, "References"),
    ]:
        yield from _ID.findall(_field(place, name))


def _addresses(recipient: Message) -> tuple[str, ...]:
    """The address that was written to and the one that it became, without the type that stands before each."""
    values = (_field(recipient, name) for name in ("Original-Recipient", "Final-Recipient"))
    found = [value.partition(";")[2].strip().strip("<>") or value for value in values if value]
    return tuple(dict.fromkeys(found))


def _reply(recipient: Message) -> str:
    """«5.1.1 550 5.1.1 User unknown»: the status, and what the other server said."""
    said = _field(recipient, "Diagnostic-Code")
    said = said.partition(";")[2].strip() or said
    status = _field(recipient, "Status").partition(" ")[0]
    words = said if status and status in said else f"{status} {said}".strip()
    return words[:LONGEST_REPLY]


def _written_at(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_field(message, "Date"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)

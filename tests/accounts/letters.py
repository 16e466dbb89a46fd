"""Reading what the portal put into the outbox for a person."""

import email
import re
from email import policy
from urllib.parse import urlsplit

from notifications.models import OutboundMail


def letters_to(address: str, kind: str) -> list[OutboundMail]:
    """Letters of this kind in the outbox, oldest first."""
    return list(OutboundMail.objects.filter(recipient_email=address, kind=kind).order_by("pk"))


def text_of(mail: OutboundMail) -> str:
    """The plain text of a letter."""
    message = email.message_from_bytes(bytes(mail.payload), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: OutboundMail) -> str:
    """The path of the one-use link in a letter."""
    found = re.search(r"https://portal\.example/\S+", text_of(mail))
    assert found
    return urlsplit(found.group()).path

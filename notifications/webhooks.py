"""Signed notices of other systems after the Standard Webhooks specification (id, timestamp, HMAC-SHA256).

A secret is derived from the secret key of the portal, so no copy of the database holds one. While an old key is among
SECRET_KEY_FALLBACKS, every notice carries the signature of each key.
"""

import base64
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from notifications.models import WebhookEndpoint

SALT = "notifications.webhooks"
PREFIX = "whsec_"
TIMEOUT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
"""Of a connection in all: without it a byte now and then would keep one open for hours, each within its own limit."""
UNICAST, SIX_TO_FOUR, NAT64 = ip_network("2000::/3"), ip_network("2002::/16"), ip_network("64:ff9b::/96")
ANSWER_LENGTH = 300
ANSWER_BYTES = 2_000


class NotTold(Exception):
    """The endpoint gave no answer; the text says what kept it from that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint said: the status of its answer and the beginning of its text."""

    status: int
    text: str

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """410 says that nothing should be sent there any more."""
        return self.status == http.HTTPStatus.GONE


def payload_of(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    """The body of a notice: its type, the instant of the event and its data, as UTF-8 JSON."""
    body = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The secret to be entered in the other system; it changes with every rotation."""
    return _secrets(endpoint)[0]


def _secrets(endpoint: WebhookEndpoint) -> list[str]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    value = f"{endpoint.pk}:{endpoint.turn}"
    digests = [salted_hmac(SALT, value, secret=key, algorithm="sha256").digest() for key in keys]
    return [PREFIX + base64.b64encode(digest).decode() for digest in digests]


def signed_headers(endpoint: WebhookEndpoint, event_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers by which the receiver knows who tells, what, and that it is not an old message again."""
    stamp = str(int(at.timestamp()))
    signed = f"{event_id}.{stamp}.".encode() + body
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), signed, sha256)).decode()
        for secret in _secrets(endpoint)
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def checked_url(url: str) -> str:
    """The address of an endpoint, its path and query in ASCII; refused when a notice must not go there.

    Raises InvalidInput (`url`).
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InvalidInput({"url": _("This is no address.")}) from error
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_PRIVATE else ("https",)
    if parts.scheme not in schemes:
        raise InvalidInput({"url": _("The address begins with https://.")})
    if not parts.hostname or port == 0:
        raise InvalidInput({"url": _("The address names no host.")})
    if parts.username or parts.password or parts.fragment:
        raise InvalidInput({"url": _("The address holds neither a password nor a part after #.")})
    try:
        allowed_addresses(parts)
    except NotTold as problem:
        raise InvalidInput({"url": str(problem)}) from problem
    return parts._replace(path=iri_to_uri(parts.path), query=iri_to_uri(parts.query)).geturl()


def allowed_addresses(parts: SplitResult) -> list[str]:
    """The network addresses of the host; a host with one address of an inner network is refused as a whole.

    The connection is made to one of these, not to the name: a name could point elsewhere a moment later.
    Raises NotTold.
    """
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotTold(_("The host of the address is not known.")) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.WEBHOOK_ALLOW_PRIVATE and not all(_is_outside(one) for one in addresses):
        raise NotTold(_("The address leads into an inner network (WEBHOOK_ALLOW_PRIVATE)."))
    return addresses


def _is_outside(text: str) -> bool:
    """Whether an address belongs to one host of the internet, also where IPv6 carries an address of IPv4."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped
        if address in NAT64:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is None and (address not in UNICAST or address in SIX_TO_FOUR):
            return False
        address = carried or address
    return address.is_global and not address.is_multicast


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


class PinnedConnection(http.client.HTTPConnection):
    """A connection to a given network address that speaks to a host by its name, over TLS where `context` is given.

    It is cut after TOTAL_SECONDS, whatever the other side is doing.
    """

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self.address, self.context = address, context
        self.line: socket.socket | None = None
        self.watch = Timer(TOTAL_SECONDS, self._cut)

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.line = plain.dup()
        self.watch.start()
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain

    def _cut(self) -> None:
        """Ends the line below TLS: whoever waits for a byte of it, also in the handshake, has none to come."""
        with suppress(OSError):
            if self.line:
                self.line.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Close everything; a connection that was closed by an answer still has its watch."""
        self.close()
        self.watch.cancel()
        if self.line:
            self.line.close()


def tell(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """POST a notice and read the beginning of the answer; redirects are not followed. Raises NotTold."""
    parts = urlsplit(url)
    address = allowed_addresses(parts)[0]
    context = ssl.create_default_context() if parts.scheme == "https" else None
    connection = PinnedConnection(parts.hostname or "", _port(parts), address, context)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, {**headers, "content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read(ANSWER_BYTES).decode("utf-8", "replace")
        return Answer(answer.status, " ".join(text.split())[:ANSWER_LENGTH])
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotTold(f"{type(error).__name__}: {error}"[:ANSWER_LENGTH]) from error
    finally:
        connection.end()

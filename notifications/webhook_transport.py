"""Handing a message to another system over HTTPS: signed, to a checked address, in little time.

The signature is that of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. The
address of the host is looked up once, checked, and the connection goes to that very address, so that a name that
answers otherwise a moment later leads nowhere (server-side request forgery, DNS rebinding).
"""

import base64
import hmac
import http.client
import secrets
import socket
import ssl
from collections.abc import Iterable
from contextlib import closing, suppress
from hashlib import sha256
from ipaddress import ip_address
from threading import Timer
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import InvalidInput

TIMEOUT = 5.0
"""Seconds for reaching the other side, and again for its whole answer."""
PREFIX = "whsec_"
SECRET_BYTES = 32
SHOWN = 200
"""Letters of an answer that are kept."""


class Answer(NamedTuple):
    """What came back; `status` is None when nothing did, and `text` says why."""

    status: int | None
    text: str


def new_secret() -> str:
    """A fresh key as the receiver enters it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """«v1,…» for one key."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()


def checked_url(text: str) -> str:
    """The address in its one form; raises InvalidInput for what may not be called."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise InvalidInput({"url": _("This is no address of a site.")}) from None
    allowed = {"https", "http"} if settings.WEBHOOK_ALLOW_PRIVATE else {"https"}
    if parts.scheme not in allowed or not parts.hostname or not text.isascii() or not text.isprintable():
        raise InvalidInput({"url": _("The address begins with https:// and names a host.")})
    if " " in text or parts.username or parts.password or parts.fragment:
        raise InvalidInput({"url": _("The address holds no spaces, no name, no password and no «#».")})
    if port == 0:
        raise InvalidInput({"url": _("This is no address of a site.")})
    if _is_closed_literal(parts.hostname):
        raise InvalidInput({"url": _("The address leads into the network of the portal.")})
    return text


def _is_closed_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost" and not settings.WEBHOOK_ALLOW_PRIVATE
    return not _is_open(host)


def _is_open(address: str) -> bool:
    """Whether the portal may connect to it: the public internet, or anything by a setting."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return settings.WEBHOOK_ALLOW_PRIVATE or (found.is_global and not found.is_multicast)


def send(url: str, event_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> Answer:
    """One POST; never raises for what the network or the other side does. Redirects are not followed."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Profportal-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, event_id, timestamp, body) for key in keys),
    }
    try:
        parts = urlsplit(checked_url(url))
        connection = _connected(parts)
    except InvalidInput as error:
        return Answer(None, str(error)[:SHOWN])
    except (OSError, UnicodeError) as error:
        return Answer(None, _reason(error))
    deadline = Timer(TIMEOUT, _hang_up, [connection.sock])
    deadline.daemon = True
    deadline.start()
    try:
        with closing(connection):
            connection.request("POST", _target(parts), body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(SHOWN).decode("utf-8", "replace").replace("\x00", ""))
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, _reason(error))
    finally:
        deadline.cancel()


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the checked address of the host; raises OSError when there is none."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not all(map(_is_open, addresses)):
        raise OSError("the name leads into the network of the portal")
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    sock = socket.create_connection((addresses[0], port), timeout=TIMEOUT)
    if parts.scheme == "https":
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise
        connection.default_port = 443
    connection.sock = sock
    return connection


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:SHOWN]

"""How the bytes of a mail leave the portal: by SMTP, or into a folder.

A transport says what is known afterwards, and nothing more: the answer of a server that took the mail, or one of
`NotReached`, `Refused`, `Unanswered`. It calls `hand_over` right before the moment after which a lost connection
means that nobody knows whether the server has the mail (RFC 1047).
"""

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications import faults
from notifications.messages import ascii_address
from notifications.models import OutboundMail

HandOver = Callable[[], None]
REPLY_LENGTH = 1000
SERVICE_CLOSING = 421
START_OF_MAIL = 354
PERMANENT = 500


class DeliveryError(Exception):
    """The mail was not taken, or nobody knows; `reply` is what the server or the network said."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class NotReached(DeliveryError):
    """No server listened to this mail to its end: certainly not taken, worth another attempt."""


class Refused(DeliveryError):
    """The server answered no; `permanent` when asking again is useless (5xx)."""

    def __init__(self, reply: str, *, permanent: bool) -> None:
        super().__init__(reply)
        self.permanent = permanent


class Unanswered(DeliveryError):
    """The text was handed over and the answer never came."""


class Transport(Protocol):
    """One working session; a context manager that closes what it opened."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def connect(self) -> None:
        """Be ready for the next mail; raises NotReached."""

    def send(self, mail: OutboundMail, *, hand_over: HandOver) -> str:
        """Deliver one mail; the answer of the server. Raises the errors above."""


def reply_text(code: int, message: bytes) -> str:
    """An answer of a server as one printable line."""
    words = re.sub(r"[\x00-\x1f\x7f]+", " ", message.decode("utf-8", "replace"))
    return f"{code} {words}".strip()[:REPLY_LENGTH]


def _network_text(error: Exception) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", f"{type(error).__name__}: {error}")[:REPLY_LENGTH]


REPORTS = "NOTIFY=SUCCESS,FAILURE,DELAY"


class SmtpTransport:
    """The conversation of RFC 5321 step by step, many mails over one connection, every wait limited."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._sender = ascii_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._hang_up()
            self._server = None

    def connect(self) -> None:
        if self._server is not None:
            return
        server = smtplib.SMTP(timeout=settings.EMAIL_TIMEOUT, local_hostname=settings.MAIL_DOMAIN)
        self._server = server
        try:
            code, message = server.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            if code != 220:
                raise NotReached(reply_text(code, message))
            server.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._hang_up()
            raise NotReached(_network_text(error)) from error
        except NotReached:
            self._hang_up()
            raise

    def send(self, mail: OutboundMail, *, hand_over: HandOver) -> str:
        server = self._server
        if server is None:
            raise NotReached("no connection")
        try:
            self._expect(server.mail(self._sender))
            self._expect(server.rcpt(ascii_address(mail.recipient_email), self._reports_on(mail)))
            hand_over()
            faults.hit("mail.before_data")
            self._expect(server.docmd("DATA"), start_of_mail=True)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise NotReached(_network_text(error)) from error
        except (Refused, NotReached):
            raise
        except Exception:
            self._hang_up()
            raise
        try:
            server.send(dot_stuffed(bytes(mail.payload)))
            faults.hit("mail.after_data")
            code, message = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Unanswered(_network_text(error)) from error
        return self._expect((code, message))

    def _reports_on(self, mail: OutboundMail) -> tuple[str, ...]:
        """What the server is asked to report (RFC 3461): of a mail that has a page, when somebody reads the reports."""
        if mail.link and settings.BOUNCE_MAILBOX_URL and self._server and self._server.has_extn("dsn"):
            return (REPORTS,)
        return ()

    def _expect(self, answer: tuple[int, bytes], *, start_of_mail: bool = False) -> str:
        """The answer when it is a yes; otherwise clear the conversation for the next mail and raise Refused."""
        code, message = answer
        if code == START_OF_MAIL if start_of_mail else 200 <= code < 300:
            return reply_text(code, message)
        if code == SERVICE_CLOSING:
            self._hang_up()
            raise NotReached(reply_text(code, message))
        self._reset()
        raise Refused(reply_text(code, message), permanent=code >= PERMANENT)

    def _reset(self) -> None:
        if self._server is None:
            return
        try:
            self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def dot_stuffed(payload: bytes) -> bytes:
    """The text of DATA: a dot doubled at the start of a line, and the line that ends it."""
    body = re.sub(rb"(?m)^\.", b"..", payload)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


class FolderTransport:
    """Writes MAIL_FOLDER/<kind>/<name>.eml: whole or not at all, and the same file when it is written twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def connect(self) -> None:
        return None

    def send(self, mail: OutboundMail, *, hand_over: HandOver) -> str:
        path = eml_path(mail)
        hand_over()
        faults.hit("mail.before_data")
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(bytes(mail.payload))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise NotReached(_network_text(error)) from error
        faults.hit("mail.after_data")
        return f"250 {path.parent.name}/{path.name}"


def eml_path(mail: OutboundMail) -> Path:
    """Where the folder transport puts a mail; the key, not a clock or a counter, makes the name."""
    name = re.sub(r"[^A-Za-z0-9.@_-]+", "_", mail.key.removeprefix(f"{mail.kind}:")).strip("._")[:100]
    mark = hashlib.sha256(mail.key.encode()).hexdigest()[:8]
    kind = re.sub(r"[^A-Za-z0-9_-]+", "_", mail.kind)
    return Path(settings.MAIL_FOLDER) / kind / f"{name}-{mark}.eml"


def open_transport() -> Transport:
    """The transport that MAIL_TRANSPORT names; refuses a name that it does not know."""
    transports: dict[str, Callable[[], Transport]] = {"smtp": SmtpTransport, "folder": FolderTransport}
    if settings.MAIL_TRANSPORT not in transports:
        raise ImproperlyConfigured(f"MAIL_TRANSPORT must be one of: {', '.join(transports)}.")
    return transports[settings.MAIL_TRANSPORT]()

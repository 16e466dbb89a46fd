"""The mailbox that takes the reports of mail servers: read over IMAP or from a Maildir, each message once.

A message is marked after it was dealt with, so that a reader who dies in between reads it again; nothing is deleted or
moved out of the mailbox. What is no report stays unread for people.
"""

import imaplib
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LARGEST = 20 * 1024 * 1024
"""A report is never so large; what is, is left unread."""
READ_AT_ONCE = 200
TIMEOUT_SECONDS = 30
LOOKED_AT = "ProfportalRead"
"""The keyword of a message that was looked at and is none of ours: people still see it as new."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANSWER_OF_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxError(Exception):
    """The mailbox could not be read; the text says why and never holds the password."""


class Message(NamedTuple):
    """One message that nobody has dealt with yet: its name for people, its bytes (None when far too large)."""

    name: str
    content: bytes | None


class ReportBox(Protocol):
    """An open mailbox."""

    def unread(self) -> Iterator[Message]:
        """Messages that were not dealt with before, the oldest first, READ_AT_ONCE at most."""

    def done(self, message: Message, *, is_report: bool) -> None:
        """Mark a message as dealt with."""


class ImapBox:
    """A folder on a server (RFC 3501): `\\Seen` for reports, a keyword for the rest."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def unread(self) -> Iterator[Message]:
        for uid in self._ask("SEARCH", "UNSEEN", "UNDELETED", "UNKEYWORD", LOOKED_AT)[0].split()[
            :READ_AT_ONCE
        ]:
            name = uid.decode()
            size = ANSWER_OF_SIZE.search(b" ".join(_lines(self._ask("FETCH", name, "(RFC822.SIZE)"))))
            if size is None:
                continue
            if int(size.group(1)) > LARGEST:
                yield Message(name, None)
                continue
            parts = self._ask("FETCH", name, "(BODY.PEEK[])")
            content = next((bytes(part[1]) for part in parts if isinstance(part, tuple)), None)
            if content is not None:
                yield Message(name, content)

    def done(self, message: Message, *, is_report: bool) -> None:
        if not is_report:
            with suppress(MailboxError):  # a server without keywords
                self._ask("STORE", message.name, "+FLAGS.SILENT", f"({LOOKED_AT})")
                return
        self._ask("STORE", message.name, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        answer, data = self._server.uid(command, *arguments)
        if answer != "OK":
            raise MailboxError(f"{command}: {answer}")
        return [part for part in data if part is not None] or [b""]


def _lines(parts: list[Any]) -> Iterator[bytes]:
    for part in parts:
        yield part[0] if isinstance(part, tuple) else part


class MaildirBox:
    """A Maildir: from `new` to `cur`, with the mark S for reports."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unread(self) -> Iterator[Message]:
        for path in sorted((self._folder / "new").iterdir())[:READ_AT_ONCE]:
            if not path.name.startswith("."):
                yield Message(path.name, path.read_bytes() if path.stat().st_size <= LARGEST else None)

    def done(self, message: Message, *, is_report: bool) -> None:
        marked = f"{message.name.partition(':')[0]}:2,{'S' if is_report else ''}"
        os.replace(self._folder / "new" / message.name, self._folder / "cur" / marked)


@contextmanager
def open_mailbox(url: str) -> Iterator[ReportBox]:
    """The mailbox of BOUNCE_MAILBOX_URL, open while the block runs; raises MailboxError, ImproperlyConfigured.

    imaps://user:password@host[:port]/FOLDER, or maildir:///path. imap:// without TLS only on this very machine.
    """
    address = urlsplit(url)
    if address.scheme == "maildir":
        folder = Path(unquote(address.path))
        if not ((folder / "new").is_dir() and (folder / "cur").is_dir()):
            raise MailboxError(f"no Maildir: {folder}")
        yield MaildirBox(folder)
        return
    server = _connected(address)
    try:
        yield ImapBox(server)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"{type(error).__name__}: {error}") from error
    finally:
        _leave(server)


def _connected(address: SplitResult) -> imaplib.IMAP4:
    host, user, password = (
        address.hostname or "",
        unquote(address.username or ""),
        unquote(address.password or ""),
    )
    if address.scheme not in ("imaps", "imap") or not host or not user:
        raise ImproperlyConfigured(
            "BOUNCE_MAILBOX_URL must be imaps://user:password@host/FOLDER or maildir:///path."
        )
    if address.scheme == "imap" and host not in LOOPBACK:
        raise ImproperlyConfigured("BOUNCE_MAILBOX_URL without TLS is for this machine only: use imaps://.")
    server: imaplib.IMAP4 | None = None
    try:
        if address.scheme == "imaps":
            server = imaplib.IMAP4_SSL(
                host, address.port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS
            )
        else:
            server = imaplib.IMAP4(host, address.port or 143, timeout=TIMEOUT_SECONDS)
        server.login(user, password)
        answer, said = server.select(_quoted(unquote(address.path.strip("/")) or "INBOX"))
        if answer != "OK":
            raise MailboxError(f"SELECT: {said!r}")
    except (imaplib.IMAP4.error, MailboxError, OSError) as error:
        if server is not None:
            _leave(server)
        raise MailboxError(f"{type(error).__name__}: {error}".replace(password or "\0", "…")) from error
    return server


def _leave(server: imaplib.IMAP4) -> None:
    """Say goodbye as far as somebody listens, and close the connection in any case."""
    with suppress(imaplib.IMAP4.error, OSError):
        server.logout()
        return
    with suppress(OSError):
        server.shutdown()


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""Sends one request, notes everything that it wrote, and takes it all back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.architecture.matrix.world import World

WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|TRUNCATE)\b", re.IGNORECASE)
TABLE = re.compile(r"""(?:INTO|UPDATE|FROM|TABLE)\s+["`]?(\w+)""", re.IGNORECASE)
OF_NO_MATTER = frozenset({"django_session", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog"})
"""Tables that any visit may write: sessions, and the count of wrong tries."""


@dataclass(frozen=True)
class Answer:
    """What came back, and what the request wrote on the way, whether it kept it or not."""

    response: HttpResponseBase
    content: bytes
    statements: tuple[str, ...]
    left: tuple[str, ...]
    """What would have stayed: tables with other rows than before, letters, files."""

    @property
    def status(self) -> str:
        """The status; `sign-in` for the redirect to the page of signing in."""
        location = self.response.headers.get("Location", "")
        if self.response.status_code == 302 and location.startswith("/accounts/login/?next="):
            return "sign-in"
        return str(self.response.status_code)


def tables() -> list[str]:
    """Every table whose rows matter."""
    return sorted(set(connection.introspection.table_names()) - OF_NO_MATTER)


def rows_of(table: str) -> int:
    """A number that changes with any value of any row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
        return hash(frozenset(repr([_plain(value) for value in row]) for row in cursor.fetchall()))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def files() -> frozenset[Path]:
    """Everything in the storage of uploads."""
    return frozenset(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


class Doors:
    """Knocks as anybody at any address; afterwards the database is as it was."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.before = {table: rows_of(table) for table in tables()}
        self.stored = files()
        self.clients = {strict: Client(enforce_csrf_checks=strict) for strict in (False, True)}

    def knock(self, principal: str, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """One request as a principal. `htmx` asks for a fragment, `enforce_csrf` forgets the key of the forms."""
        client = self.clients[options.pop("enforce_csrf", False)]
        client.cookies = SimpleCookie(self.world.cookies[principal])
        headers = self._headers(principal, options)
        if path.startswith("/api/") and method == "POST":
            options["content_type"] = "application/json"
        sent = () if method in ("GET", "HEAD") else (body or {},)
        mail.outbox.clear()
        with transaction.atomic(), self._statements() as statements:
            response = getattr(client, method.lower())(path, *sent, headers=headers, **options)
            content = _content_of(response)
            left = self._left() if statements or mail.outbox else ()
            transaction.set_rollback(True)
        return Answer(response, content, tuple(statements), left)

    def _headers(self, principal: str, options: dict[str, Any]) -> dict[str, str]:
        headers = {"HX-Request": "true"} if options.pop("htmx", False) else {}
        if principal == "auditor":
            headers["Authorization"] = f"Audit {self.world.audit_key}"
        return headers

    @staticmethod
    @contextmanager
    def _statements() -> Iterator[list[str]]:
        """Statements that write, as they are sent to the database."""
        written: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if WRITES.match(sql):
                table = TABLE.search(sql)
                if table is None or table[1] not in OF_NO_MATTER:
                    written.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield written

    def _left(self) -> tuple[str, ...]:
        changed = [table for table in self.before if rows_of(table) != self.before[table]]
        letters = [f"a letter: {letter.subject}" for letter in mail.outbox]
        stored = [f"a file: {path}" for path in sorted(files() ^ self.stored)]
        for path in files() - self.stored:
            path.unlink()
        return (*changed, *letters, *stored)


def _content_of(response: HttpResponseBase) -> bytes:
    """The whole body, also of a file that is sent piece by piece; read to its end it closes itself."""
    return b"".join(response)

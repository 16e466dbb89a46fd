"""How words are found in texts on both databases, and the indexes that make it fast on PostgreSQL.

On both: a word is found as a part of the key of a text (`common.names.name_key`). On PostgreSQL also by its stem
(«поручения» finds «поручение»: full text, configuration `russian`), and, where the extension pg_trgm is there, by
likeness («поручние»). Without the extension everything but the last works; see docs/adr/0011.
"""

import logging
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BooleanField, FloatField, Func, TextField

from common.migrating import OnDatabase

logger = logging.getLogger(__name__)

LEAST_STEM = 3
"""Shorter words have no endings to take away."""
LEAST_LIKENESS = 4
"""Shorter words are like too many others."""


class SearchKey(Func):
    """The key of a text that keeps none beside it: in one case, ё as е."""

    output_field = TextField()
    arity = 1
    template = "translate(lower(%(expressions)s), 'ё', 'е')"

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="portal_key(%(expressions)s)", **context)


class SameStem(Func):
    """Whether a text holds a word by its stem; PostgreSQL only. Operators of a query are plain characters to it."""

    output_field = BooleanField()
    arity = 2
    arg_joiner = ") @@ plainto_tsquery('russian', "
    template = "(to_tsvector('russian', %(expressions)s))"


class LooksLike(Func):
    """Whether a part of a text looks like a word (the word comes first); PostgreSQL with pg_trgm only.

    How much is enough is `pg_trgm.word_similarity_threshold` of the connection (profportal.settings.postgres).
    """

    output_field = BooleanField()
    arity = 2
    arg_joiner = " <%% "
    template = "(%(expressions)s)"


class Likeness(Func):
    """How much, from 0 to 1."""

    output_field = FloatField()
    function = "word_similarity"
    arity = 2


def has_stems(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database knows stems."""
    return connection.vendor == "postgresql"


def has_likeness(connection: BaseDatabaseWrapper) -> bool:
    """Whether the extension is there: one cheap query on PostgreSQL."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None


def portal_key(text: str | None) -> str | None:
    """What `SearchKey` is on SQLite, whose own functions know the letters of English alone."""
    return None if text is None else text.casefold().replace("ё", "е")


def teach_sqlite(sender: object, connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Give a new connection to SQLite the function `portal_key`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("portal_key", 1, portal_key, deterministic=True)


# Indexes


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """A column that is searched; `expression` is what the queries compare, of the rows that fit `where`."""

    table: str
    column: str
    expression: str = ""
    where: str = ""

    def statements(self, *, likeness: bool) -> dict[str, str]:
        """What creates its indexes, by their names; both are constants of the portal."""
        text = self.expression or f'"{self.column}"'
        tail = f" WHERE {self.where}" if self.where else ""
        compared = {"stems": f"to_tsvector('russian', {text})", "like": f"({text}) gin_trgm_ops"}
        return {
            self.name(kind): f"CREATE INDEX {self.name(kind)} ON {self.table} USING gin ({what}){tail}"
            for kind, what in compared.items()
            if likeness or kind == "stems"
        }

    def name(self, kind: str) -> str:
        return f"{self.table}_{self.column}_{kind}"


INDEXES = (
    SearchIndex("regions_region", "search_key"),
    SearchIndex("clusters_cluster", "search_key"),
    SearchIndex("clusters_organisation", "name_key"),
    SearchIndex("accounts_user", "name_key"),
    SearchIndex("assignments_protocol", "search_key"),
    SearchIndex("assignments_assignment", "search_key"),
    SearchIndex(
        "assignments_executionevent",
        "text",
        expression="translate(lower(\"text\"), 'ё', 'е')",
        where="kind = 'submitted'",
    ),
)
"""Everything searched; a room that adds a text adds it here and calls `search_indexes` in a migration."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` found and did. `refused` is why the extension could not be created."""

    stems: bool
    likeness: bool
    refused: str = ""


def prepare(connection: BaseDatabaseWrapper) -> Prepared:
    """Create the extension if that is allowed, and all indexes that are not there yet; nothing on SQLite.

    A database whose owner may not create extensions keeps the search by parts and stems: an administrator of the
    server says `CREATE EXTENSION pg_trgm` in it and somebody runs `manage.py search_prepare`.
    """
    if not has_stems(connection):
        return Prepared(stems=False, likeness=False)
    refused = ""
    if not has_likeness(connection):
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION pg_trgm")
        except DatabaseError as error:
            refused = str(error).strip()
            logger.warning("the search finds no words with mistakes: pg_trgm cannot be created: %s", refused)
    likeness = has_likeness(connection)
    with connection.cursor() as cursor:
        for index in INDEXES:
            # A column that a later migration adds is not there yet; that migration calls this again.
            if not _rows(cursor, _COLUMN, index.table, index.column):
                continue
            for name, statement in index.statements(likeness=likeness).items():
                if not _rows(cursor, _INDEX, name):
                    cursor.execute(statement)
    return Prepared(stems=True, likeness=likeness, refused=refused)


_COLUMN = (
    "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND table_name = %s AND column_name = %s"
)
_INDEX = "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = %s"


def _rows(cursor: Any, query: str, *names: str) -> list[Any]:
    cursor.execute(query, names)
    return list(cursor.fetchall())


def search_indexes() -> OnDatabase:
    """A migration operation: `prepare`. Nothing has to be undone, for an index goes with its table."""
    return OnDatabase(_prepare_indexes, lambda _editor: None)


def _prepare_indexes(editor: BaseDatabaseSchemaEditor) -> None:
    prepare(editor.connection)

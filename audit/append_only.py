"""Rows that are written once: refused in Python with a sentence, and in the database by triggers."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from common.migrating import OnDatabase


class AppendOnlyError(TypeError):
    """Code tried to change or delete a row of an append-only table."""


class AppendOnlyQuerySetMixin:
    """Refuses the bulk ways around `save()`."""

    def update(self, **kwargs: Any) -> int:
        raise AppendOnlyError("rows of this table are append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("rows of this table are append-only")


class AppendOnlyModel(models.Model):
    """Base of append-only tables; its migration must also call `append_only_table`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError(f"{type(self).__name__} is append-only")


_POSTGRES_UP = """
CREATE OR REPLACE FUNCTION profportal_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION profportal_append_only();
"""
_SQLITE_UP = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_ACTS = ("update", "delete")


def create_triggers(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Create the triggers that refuse UPDATE and DELETE on `table` (a constant name, never user input)."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRES_UP.format(table=table), params=None)
    else:
        for act in _ACTS:
            editor.execute(_SQLITE_UP.format(table=table, act=act), params=None)


def drop_triggers(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """The reverse of `create_triggers`."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}", params=None)
    else:
        for act in _ACTS:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}", params=None)


def append_only_table(table: str) -> OnDatabase:
    """A migration operation that protects `table` on both engines."""
    return OnDatabase(
        lambda editor: create_triggers(editor, table), lambda editor: drop_triggers(editor, table)
    )


_POSTGRES_FROZEN = """
CREATE OR REPLACE FUNCTION profportal_frozen_columns() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is frozen', TG_TABLE_NAME; END $$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table}
FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION profportal_frozen_columns();
"""
_SQLITE_FROZEN = """
CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN {when}
BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END
"""


def frozen_columns(table: str, columns: tuple[str, ...], *, once: str) -> OnDatabase:
    """A migration operation: these columns of a row stand still `once` a condition on OLD holds (constants only)."""

    def forwards(editor: BaseDatabaseSchemaEditor) -> None:
        postgres = editor.connection.vendor == "postgresql"
        differs = "IS DISTINCT FROM" if postgres else "IS NOT"
        changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
        statement = _POSTGRES_FROZEN if postgres else _SQLITE_FROZEN
        editor.execute(statement.format(table=table, when=f"({once}) AND ({changed})"), params=None)

    def backwards(editor: BaseDatabaseSchemaEditor) -> None:
        on_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen{on_table}", params=None)

    return OnDatabase(forwards, backwards)

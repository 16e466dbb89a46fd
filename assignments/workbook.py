"""The register as a table that is edited in a spreadsheet: its columns, and how a row shows what was changed in it.

A row carries its id and, hidden, the versions of the execution and of its note with a short check of every cell. So a
row says by itself which of its cells somebody has edited since the download, whatever has happened in the portal.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.tables import Column

LOCKED = (
    Column("region", _("region")),
    Column("cluster_code", _("cluster code")),
    Column("cluster", _("cluster")),
    Column("protocol", _("protocol No.")),
    Column("held_on", _("protocol date")),
    Column("item", _("item")),
    Column("title", _("title")),
    Column("state", _("state")),
    Column("due_on", _("due date")),
    Column("weight", _("weight")),
)
EDITABLE = (
    Column("note", _("how the work goes")),
    Column("report", _("text of the report")),
)
HIDDEN = (
    Column("id", pgettext_lazy("column of a workbook", "id")),
    Column("version", pgettext_lazy("column of a workbook", "version")),
)
REASON = Column("reason", _("what is wrong"))
"""Stands in a workbook that was given back with its mistakes, and is passed over when it comes again."""
COLUMNS = (*LOCKED, *EDITABLE, *HIDDEN)

_CHECK_LENGTHS = {column.key: 3 for column in LOCKED} | {column.key: 10 for column in EDITABLE}
"""Letters by column: a locked cell is only guarded against slips; of an edited one no text may be taken for another."""
_VERSION = re.compile(rf"([0-9]{{1,9}})\.([0-9]{{1,9}})\.([A-Za-z0-9_-]{{{sum(_CHECK_LENGTHS.values())}}})")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person had before him when he downloaded a row: two versions, and a check of each cell by column."""

    version: int
    note_version: int
    checks: Mapping[str, str]


def heading(column: Column) -> str:
    """The heading in the language of the reader."""
    return capfirst(str(column.heading))


def heading_of(key: str) -> str:
    """The heading of a column by its key; a strange one as it stands in the table."""
    return next((heading(column) for column in (*COLUMNS, REASON) if column.key == key), key)


def column_keys(headings: list[str]) -> tuple[dict[str, str], list[str]]:
    """Which heading means which column in either language, and the headings that mean none."""
    known = {name: column.key for column in (*COLUMNS, REASON) for name in column.headings()}
    keys = {text: known[text.casefold()] for text in headings if text.casefold() in known}
    return keys, [text for text in headings if text not in keys]


def check(pk: int, key: str, text: str) -> str:
    """Some letters that change with the text of a cell; spaces and line ends do not count."""
    plain = " ".join(text.split())
    digest = hashlib.blake2b(f"{pk}:{key}:{plain}".encode(), digest_size=9).digest()
    return base64.urlsafe_b64encode(digest).decode()[: _CHECK_LENGTHS[key]]


def version_cell(pk: int, version: int, note_version: int, values: Mapping[str, str]) -> str:
    """The hidden cell of a row with these texts."""
    return f"{version}.{note_version}." + "".join(check(pk, key, values[key]) for key in _CHECK_LENGTHS)


def read_version(cell: str) -> Seen | None:
    """What the hidden cell says; None when it was damaged."""
    found = _VERSION.fullmatch(cell)
    if not found:
        return None
    letters = iter(found[3])
    checks = {key: "".join(islice(letters, length)) for key, length in _CHECK_LENGTHS.items()}
    return Seen(int(found[1]), int(found[2]), checks)


def changed_columns(pk: int, seen: Seen, values: Mapping[str, str]) -> list[str]:
    """Keys of the cells that are not what they were at the download."""
    return [key for key in _CHECK_LENGTHS if check(pk, key, values.get(key, "")) != seen.checks[key]]

"""Printed forms: one model of what a paper says, drawn as PDF (`pdf.py`) and as DOCX (`docx.py`).

A form is composed once, as text in the reader's language; the renderers know nothing of what it is about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

LEFT, RIGHT = "left", "right"


def printable(text: str) -> str:
    """A text without the characters that neither paper nor XML knows; ends of lines stay, a tab is a space."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a quiet one is set small."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one under another."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a printed table: its heading, its share of the width, its side (figures stand on the right)."""

    title: str
    share: float
    side: str = LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose headings stand again on every page; a row is never parted between pages."""

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Facts | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A form on A4: the name of the portal above every page, the title, what it is about, its parts, page numbers.

    `mark` stands beside the page number and says which paper it is, `made_at` dates the file: the same document gives
    the same PDF, byte for byte. `landscape` lays the sheet on its side.
    """

    title: str
    about: Sequence[str]
    blocks: Sequence[Block]
    portal: str
    as_of: str
    mark: str
    made_at: datetime
    language: str
    landscape: bool = False

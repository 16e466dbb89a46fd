"""Parts of a paper that a page shows too: sentences, then a table; composed once for the page, the DOCX and the PDF."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from common.documents import Block, Heading, Paragraph, Table, TableColumn

WIDE = 40
"""Share of the width from which on a column holds sentences: on a phone it takes the whole line."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part: sentences, then a table. `urls` belong to the first cells of its rows on the page."""

    title: str
    sentences: Sequence[str] = ()
    table: Table | None = None
    urls: Sequence[str] = ()

    @property
    def lines(self) -> list[tuple[str, list[tuple[TableColumn, str]]]]:
        """Rows of the table for the page: the address of each, and its cells with their columns."""
        if self.table is None:
            return []
        rows = [list(zip(self.table.columns, row, strict=True)) for row in self.table.rows]
        return list(zip(self.urls or [""] * len(rows), rows, strict=True))

    @property
    def wide(self) -> int:
        return WIDE


def blocks_of(sections: Iterable[Section]) -> list[Block]:
    """The same parts as a paper draws them."""
    blocks: list[Block] = []
    for section in sections:
        blocks.append(Heading(section.title))
        blocks.extend(Paragraph(sentence) for sentence in section.sentences)
        if section.table:
            blocks.append(section.table)
    return blocks


def kept(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Parts as values that a column keeps."""
    return [asdict(section) for section in sections]


def restored(rows: Iterable[Mapping[str, Any]]) -> list[Section]:
    """Parts from the values of `kept`."""
    return [
        Section(
            row["title"],
            row["sentences"],
            Table([TableColumn(**column) for column in row["table"]["columns"]], row["table"]["rows"])
            if row["table"]
            else None,
            row["urls"],
        )
        for row in rows
    ]

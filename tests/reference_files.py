"""Reads the CSV files that ship inside the apps the way their loader reads them, and no more kindly."""

import csv
import io
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def read_rows(path: str) -> list[dict[str, str]]:
    """The rows of a reference file.

    Fails on what a spreadsheet may leave behind unseen: a byte order mark, CRLF, a row with more or
    fewer cells than the header, spaces around a value, a line break or a non-breaking space inside it.
    """
    text = (ROOT / path).read_bytes().decode("utf-8")
    assert not text.startswith("\ufeff"), f"{path} starts with a byte order mark"
    assert "\r" not in text, f"{path} has CRLF line ends"
    assert text.endswith("\n"), f"{path} has no line end after its last row"
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    for number, cells in enumerate(rows, start=2):
        where = f"{path}, row {number}"
        assert len(cells) == len(header), f"{where}: {len(cells)} cells under {len(header)} headings"
        for cell in cells:
            assert cell == cell.strip(), f"{where}: spaces around {cell!r}"
            assert not set(cell) & {"\u00a0", "\t", "\n"}, f"{where}: a hidden character in {cell!r}"
    return [dict(zip(header, cells, strict=True)) for cells in rows]


def column(rows: list[dict[str, str]], name: str) -> list[str]:
    """The values of one column, in the order of the file."""
    return [row[name] for row in rows]


def names_in(cell: str) -> list[str]:
    """The names of a cell that lists several of them (`; ` between two)."""
    return cell.split("; ") if cell else []

"""How far the sheets of an XLSX workbook reach, found before a reader lays out the whole rectangle.

A reader makes room for every cell from the first used row and column to the last, so a workbook of five kilobytes
with a value in its last corner asks for half a terabyte. Here the parts are streamed and nothing of them is kept.
"""

import io
import re
import struct
import zlib
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from common.errors import InvalidInput, TooLarge

MAX_INFLATED_BYTES = 200 * 1024 * 1024
MAX_ELEMENTS = 4_000_000
"""Elements of all sheets together: room for a million cells with their values."""
CHUNK = 64 * 1024

_ZIP = b"PK\x03\x04"
_SHEET_DATA = b"sheetData"
_OTHER_WORKBOOKS = frozenset({"content.xml", "xl/workbook.bin"})
"""Main parts of the formats that the reader would take the file for when it finds no XLSX in it."""
_VALUES = frozenset({"v", "is"})
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE)
_ROW = re.compile(r"[1-9][0-9]{0,6}")
_BROKEN = (
    BadZipFile,
    zlib.error,
    expat.ExpatError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    StopIteration,
    ValueError,
    struct.error,
)


def refuse_boundless(content: bytes, *, max_row: int, max_column: int) -> None:
    """Refuse a workbook with a value below `max_row` or right of `max_column`, or too large when unpacked.

    Raises TooLarge, or InvalidInput of the field `file` for what is no XLSX workbook.
    """
    try:
        if not content.startswith(_ZIP):
            raise BadZipFile
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if _OTHER_WORKBOOKS & {part.filename.replace("\\", "/").lower() for part in parts}:
                raise BadZipFile
            if sum(part.file_size for part in parts) > MAX_INFLATED_BYTES:
                raise TooLarge(_("The workbook is too large when unpacked."))
            extent = Extent(max_row=max_row, max_column=max_column)
            for part in parts:
                with archive.open(part) as stream:
                    if part.filename.lower().endswith((".xml", ".rels")):
                        extent.measure(stream)
                    else:
                        _refuse_sheet(stream)
    except _BROKEN as error:
        raise InvalidInput({"file": _("The file is not a readable XLSX workbook.")}) from error


class Extent:
    """Counts through the cells of the parts as a reader does; the first value beyond the limits is refused."""

    def __init__(self, *, max_row: int, max_column: int) -> None:
        self.max_row, self.max_column = max_row, max_column
        self.elements = 0
        self._begin()

    def _begin(self) -> None:
        self.is_sheet, self.row, self.column = False, 0, 0

    def measure(self, stream: IO[bytes]) -> None:
        """One part, whatever it is; only what stands in the data of a sheet counts."""
        self._begin()
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = _refuse_doctype
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if not self.is_sheet:
            self.is_sheet = name == "sheetData"
            return
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooLarge(_("The workbook is too large when unpacked."))
        if name == "row":
            self.row, self.column = _row_number(attributes.get("r"), self.row + 1), 0
        elif name == "c":
            self.row, self.column = _cell_place(attributes.get("r"), self.row, self.column + 1)
        elif name in _VALUES and (self.row > self.max_row or self.column > self.max_column):
            # A cell without a value, left behind by a format of the whole column, takes no room.
            raise TooLarge(
                _(
                    "The sheet has a value in row %(row)s, column %(column)s; "
                    "at most %(max_row)s rows and %(max_column)s columns are read."
                )
                % {
                    "row": self.row,
                    "column": self.column,
                    "max_row": self.max_row,
                    "max_column": self.max_column,
                }
            )


def _row_number(reference: str | None, following: int) -> int:
    if reference is None:
        return following
    if not _ROW.fullmatch(reference):
        raise ValueError(reference)
    return int(reference)


def _cell_place(reference: str | None, row: int, following: int) -> tuple[int, int]:
    """Row and column of a cell, counted from 1, by its reference or else after the cell before it."""
    if reference is None:
        return row, following
    found = _CELL.fullmatch(reference)
    if not found:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("a workbook declares no document type")


def _refuse_sheet(stream: IO[bytes]) -> None:
    """Refuse a sheet in a part that is not called XML: its extent would stay unknown."""
    tail = b""
    while chunk := stream.read(CHUNK):
        if _SHEET_DATA in tail + chunk:
            raise ValueError("a sheet under a foreign name")
        tail = chunk[-len(_SHEET_DATA) :]


MAX_FORMULAS = 10_000
"""More are not told one by one."""


def formula_cells(content: bytes) -> list[tuple[int, int]]:
    """Rows and columns (from 1) of the first sheet that hold a formula, at most 10,000 of them.

    The content has passed `refuse_boundless`. Raises InvalidInput of the field `file` for what is no workbook.
    """
    try:
        with ZipFile(io.BytesIO(content)) as archive, archive.open(_first_sheet(archive)) as stream:
            found = _Formulas()
            parser = expat.ParserCreate()
            parser.StartElementHandler = found.element
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except _BROKEN as error:
        raise InvalidInput({"file": _("The file is not a readable XLSX workbook.")}) from error
    return found.places[:MAX_FORMULAS]


class _Formulas:
    """Counts through the cells of a sheet as a reader does and keeps the places of formulas."""

    def __init__(self) -> None:
        self.row, self.column = 0, 0
        self.places: list[tuple[int, int]] = []

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """The beginning of an element of the sheet."""
        name = name.rpartition(":")[2]
        if name == "row":
            self.row, self.column = _row_number(attributes.get("r"), self.row + 1), 0
        elif name == "c":
            self.row, self.column = _cell_place(attributes.get("r"), self.row, self.column + 1)
        elif name == "f" and self.row and len(self.places) < MAX_FORMULAS:
            self.places.append((self.row, self.column))


def _first_sheet(archive: ZipFile) -> str:
    """The part of the first sheet, as the workbook itself names it."""
    sheets = _elements(archive.read("xl/workbook.xml"), "sheet")
    key = next(value for name, value in sheets[0].items() if name.rpartition(":")[2] == "id")
    relations = _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    target = next(one["Target"] for one in relations if one["Id"] == key)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _elements(content: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, whatever its prefix."""
    found: list[dict[str, str]] = []

    def begin(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.Parse(content, True)
    return found

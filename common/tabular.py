"""Tables that come from outside: CSV and XLSX into rows of text, and what is wrong with which row."""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import InvalidInput, PortalError, StrOrPromise, TooLarge
from common.formatting import is_russian
from common.temporary import written_file
from common.workbooks import refuse_boundless

MAX_COLUMNS = 100
ROOM_FOR_EMPTY_ROWS = 2
"""A sheet may reach this many times further down than rows are taken, because empty rows are skipped."""
HEADER_ROW = 1
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number as a spreadsheet shows it, and stripped text by column heading."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be taken; `file` only where several files are read at once."""

    row: int
    column: str
    reason: StrOrPromise
    file: str = ""

    def __str__(self) -> str:
        place = _("row %(row)s, %(column)s: %(reason)s") % {
            "row": self.row,
            "column": self.column or "–",
            "reason": self.reason,
        }
        return f"{self.file}, {place}" if self.file else place


class BadRows(PortalError):
    """At least one row is bad, so nothing was changed; `errors` names every one."""

    code = "bad_rows"

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def harmless(value: Any) -> Any:
    """A value of a CSV cell: a text that a spreadsheet would take for a formula gets an apostrophe; None is empty."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def csv_file(lines: Iterable[Sequence[Any]], *, delimiter: str = "") -> IO[bytes]:
    """A temporary file with a CSV that spreadsheets open as it is: UTF-8 with a mark.

    Parted by semicolons with decimal commas where those are used, unless a `delimiter` is given. Days are written
    YYYY-MM-DD, instants on the Moscow clock: every spreadsheet reads them as dates.
    """
    mark = delimiter or (";" if is_russian() else ",")

    def write(target: IO[bytes]) -> None:
        text = io.TextIOWrapper(target, "utf-8-sig", newline="")
        writer = csv.writer(text, delimiter=mark)
        writer.writerows([_csv_cell(value, mark) for value in line] for line in lines)
        text.detach()

    return written_file(write)


def csv_table(lines: Iterable[Sequence[Any]], *, delimiter: str = "") -> bytes:
    """The same CSV as bytes."""
    with csv_file(lines, delimiter=delimiter) as made:
        return made.read()


def _csv_cell(value: Any, delimiter: str) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.MOSCOW):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if delimiter == ";" else str(value)
    return harmless(value)


_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)|[^\t\n]*')
_END_OF_LINE = re.compile(r"\r\n|\r|\n")


def pasted_lines(text: str) -> list[list[str]]:
    """Cells of rows copied from a spreadsheet: parted by tabs, quoted where a cell holds a tab or a line end.

    A quote that does not close at the end of its cell is a letter of the text, as in «"Луч" provides».
    """
    text = _END_OF_LINE.sub("\n", text)
    lines: list[list[str]] = [[]]
    place = 0
    while True:
        found: Any = _CELL.match(text, place)  # never None: the empty cell fits everywhere
        quoted, place = found[1], found.end()
        lines[-1].append((found[0] if quoted is None else quoted.replace('""', '"')).strip())
        if place == len(text):
            return lines
        if text[place] == "\n":
            lines.append([])
        place += 1


def pasted_text(lines: Iterable[Sequence[str]]) -> str:
    """The same rows as the text that a spreadsheet puts on the clipboard."""
    return "\n".join("\t".join(map(_pasted_cell, line)) for line in lines)


def _pasted_cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[\t\r\n]|^"', cell) else cell


def whole_number(row: Row, column: str, errors: list[RowError]) -> int | None:
    """The whole number of a cell, None for an empty one; anything else is added to `errors`."""
    text = row.values.get(column, "")
    if not text:
        return None
    if not text.isdecimal():
        errors.append(RowError(row.number, column, _("«%(value)s» is not a whole number") % {"value": text}))
        return None
    return int(text)


def of_file(path: Path, errors: Iterable[RowError]) -> list[RowError]:
    """The same errors with the name of their file."""
    return [replace(error, file=path.name) for error in errors]


def read_csv(path: Path) -> list[Row]:
    """Rows of a UTF-8 CSV file of ours; a file that is no table at all is BadRows at its first row."""
    try:
        return parse_csv(path.read_bytes(), max_rows=None)
    except InvalidInput as error:
        raise BadRows(of_file(path, [RowError(HEADER_ROW, "", str(error))])) from error


def parse_csv(content: bytes, *, max_rows: int | None) -> list[Row]:
    """Rows of a CSV in any encoding of `_decoded`, parted by comma, semicolon or tab."""
    text = _decoded(content)
    if "\x00" in text:
        raise InvalidInput({"file": _("The file contains NUL characters; it is not a CSV table.")})
    delimiter = max((",", ";", "\t"), key=text.split("\n", 1)[0].count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        message = _("The file is not a readable CSV table: %(error)s") % {"error": error}
        raise InvalidInput({"file": message}) from error
    return _rows(lines, max_rows)


def _decoded(content: bytes) -> str:
    """Text in UTF-8 (with or without a mark), in UTF-16 with its mark («Unicode text» of Excel) or Windows-1251."""
    try:
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def parse_xlsx(content: bytes, *, max_rows: int) -> list[Row]:
    """Rows of the first sheet of an XLSX workbook; formulas arrive as their stored values, never run."""
    max_row = HEADER_ROW + max_rows * ROOM_FOR_EMPTY_ROWS
    refuse_boundless(content, max_row=max_row, max_column=MAX_COLUMNS)
    return _rows(xlsx_lines(content), max_rows)


def xlsx_lines(content: bytes) -> list[list[Any]]:
    """The first sheet of a workbook that has passed `refuse_boundless`, cells as they are, empty lines too."""
    from python_calamine import CalamineError, load_workbook  # costly import, only when a workbook arrives

    try:
        return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise _unreadable() from error
    except BaseException as error:
        # The reader ends in a panic of its own kind, which is no Exception, over a date that no calendar has.
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable() from error


def _unreadable() -> InvalidInput:
    return InvalidInput({"file": _("The file is not a readable XLSX workbook.")})


def xlsx_head(content: bytes) -> list[str]:
    """The headings of the first sheet, empty ones in their places."""
    return next(([_text(cell) for cell in line] for line in xlsx_lines(content) if any(map(_text, line))), [])


def parse_table(name: str, content: bytes, *, max_rows: int) -> list[Row]:
    """Rows of an uploaded CSV or XLSX; the name's ending says which, the content must agree."""
    ending = name.rpartition(".")[2].lower()
    if ending == "xlsx":
        return parse_xlsx(content, max_rows=max_rows)
    if ending == "csv":
        return parse_csv(content, max_rows=max_rows)
    raise InvalidInput({"file": _("Choose an XLSX or CSV file.")})


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _rows(lines: Iterable[Sequence[Any]], max_rows: int | None) -> list[Row]:
    numbered = ((number, [_text(cell) for cell in line]) for number, line in enumerate(lines, HEADER_ROW))
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise InvalidInput({"file": _("The table is empty.")})
    head, body = filled[0][1], filled[1:]
    if max_rows is not None and len(body) > max_rows:
        raise TooLarge(
            _("The table has %(rows)s rows; at most %(limit)s are taken at once.")
            % {"rows": len(body), "limit": max_rows}
        )
    if len(head) > MAX_COLUMNS:
        raise InvalidInput({"file": _("The table has too many columns.")})
    repeated = {name for name in head if name and head.count(name) > 1}
    if repeated:
        message = _("These columns stand twice: %(columns)s.") % {"columns": ", ".join(sorted(repeated))}
        raise InvalidInput({"file": message})
    return [
        Row(number, {name: cell for name, cell in zip(head, cells, strict=False) if name})
        for number, cells in body
    ]

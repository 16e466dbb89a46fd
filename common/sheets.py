"""How the tables that the portal exports look in a spreadsheet and on paper, and the one way of writing a workbook."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from common import clock
from common.errors import StrOrPromise
from common.formatting import not_later_format
from common.temporary import written_file

A4 = 9
LINE = 13.5
"""Points of one line of text in a row."""
ROOM, BOLD_ROOM = 1.0, 0.85
"""Part of a column's characters that fit in a line of the widest usual type."""
SIDE, EDGE = 0.4, 0.5
"""Margins of a printed sheet in inches: left and right, above and below."""
FONT = {"font_size": 10}
TEXT = {**FONT, "text_wrap": True, "valign": "vcenter", "indent": 1}
"""A cell of words: it grows downwards and is not cut by the next column."""
FIGURE = {**FONT, "align": "right", "valign": "vcenter", "indent": 1}
"""A cell of a number or a date: it keeps a distance from the words of the next column."""
HEAD = {**TEXT, "bold": True, "bottom": 1}
TITLE = {"font_size": 13, "bold": True, "text_wrap": True, "valign": "vcenter"}
ABOUT = {**FONT, "text_wrap": True, "valign": "vcenter", "font_color": "#4a5563"}
TITLE_ROOM = 0.7
"""The same part for the letters of a title, which are larger."""
DAY, MOMENT, POINTS = "dd.mm.yyyy", "dd.mm.yyyy hh:mm", "0.00"
"""Number formats of a day, of a minute on the Moscow clock, of points with two decimals."""
TERM, CODE, ASIDE = "term", "code", "aside"
"""Looks of a column: a day that ends a term; text kept as text when it is edited; the same on one line."""
TINTS = {
    "plain": ("#ffffff", "#1b2430"), "danger": ("#fae3df", "#8c1d14"), "warning": ("#fbefd5", "#734900"),
    "info": ("#e3edf7", "#1d4f80"), "success": ("#e3f2e8", "#14603a"), "neutral": ("#e9ecf0", "#4a5563"),
    "muted": ("#ffffff", "#4a5563"), "faint": ("#ffffff", "#8792a1"),
}  # fmt: skip
"""Ground and ink of a cell that carries a sign, by tone: those of the pages in their light look."""
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""Rows go to the disk as they are written, and no text becomes a formula or a link."""
ROWS_PER_NOTE = 250
_LOST = dict.fromkeys((0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table: its heading, what a row says in it, its width in characters, its look.

    A value is text, a number (points as `Decimal`), a day, an instant, or nothing. Columns that are not `on_paper`
    stand last.
    """

    title: StrOrPromise
    value: Callable[[Any], Any]
    width: float = 14
    look: str = ""
    on_paper: bool = True


Note = Callable[[int], None]
"""Hears how many rows are written."""


def made_workbook(fill: Callable[[Any], None]) -> IO[bytes]:
    """A temporary file with the workbook that `fill` writes sheet by sheet, row by row."""
    import xlsxwriter  # costly import, only for an export

    def write(target: IO[bytes]) -> None:
        with xlsxwriter.Workbook(target, SAFE) as book:
            fill(book)

    return written_file(write)


def content_of(made: IO[bytes]) -> bytes:
    """The bytes of a file that was made, and the file is gone."""
    with made:
        return made.read()


def write_table(
    book: Any,
    sheet: Any,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    about: Sequence[str] = (),
    frozen: int = 0,
    note: Note | None = None,
) -> None:
    """The whole table on a new sheet: what it is (`about`, the first line is its title), headings, rows, filters.

    `frozen` columns stay in sight. Row heights follow the columns that go to paper.
    """
    widths = [column.width for column in columns]
    printed = sum(column.on_paper for column in columns)
    first = _write_about(book, sheet, about, widths[:printed])
    lay_out(sheet, [str(column.title) for column in columns], widths, book.add_format(HEAD), row=first)
    sheet.freeze_panes(first + 1, frozen)
    looks = _Looks(book)
    written = 0
    for written, row in enumerate(rows, 1):
        values = [column.value(row) for column in columns]
        set_height(sheet, first + written, values[:printed], widths[:printed])
        for place, value in enumerate(values):
            _write(sheet, first + written, place, value, looks, columns[place].look)
        if note:
            note(written)
    end_table(sheet, rows=written, columns=len(columns), printed=printed, first=first)


class _Looks:
    """The formats of the cells of one workbook."""

    def __init__(self, book: Any) -> None:
        words = book.add_format(TEXT)
        kept = {**TEXT, "num_format": "@"}
        self.text = {
            CODE: book.add_format(kept),
            ASIDE: book.add_format({**kept, "text_wrap": False}),
        }
        self.words = words
        self.day = book.add_format({**FIGURE, "num_format": DAY})
        self.term = book.add_format({**FIGURE, "num_format": not_later_format()})
        self.moment = book.add_format({**FIGURE, "num_format": MOMENT})
        self.points = book.add_format({**FIGURE, "num_format": POINTS})
        self.figure = book.add_format(FIGURE)


def _write(sheet: Any, line: int, place: int, value: Any, looks: _Looks, look: str) -> None:
    """One cell by the type of its value; nothing leaves the cell empty."""
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        local = value.astimezone(clock.MOSCOW).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(line, place, local, looks.moment)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, looks.term if look == TERM else looks.day)
    elif isinstance(value, Decimal):
        sheet.write_number(line, place, value, looks.points)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, looks.figure)
    else:
        sheet.write_string(line, place, kept(str(value)), looks.text.get(look, looks.words))


def sign_format(book: Any, tone: str) -> Any:
    """The look of a cell that holds one sign."""
    ground, ink = TINTS[tone]
    return book.add_format({"align": "center", "bg_color": ground, "font_color": ink, "border": 4})


def kept(text: str) -> str:
    """A text without the two characters that no workbook keeps."""
    return text.translate(_LOST)


def _write_about(book: Any, sheet: Any, about: Sequence[str], widths: Sequence[float]) -> int:
    """The lines above the headings, across the printed columns, and an empty one; the row of the headings."""
    if not about:
        return 0
    looks = [book.add_format(TITLE), book.add_format(ABOUT)]
    for line, text in enumerate(about):
        is_title = line == 0
        room = sum(widths) * (TITLE_ROOM if is_title else ROOM)
        height = LINE * (1.4 if is_title else 1)
        sheet.set_row(line, height * _lines(text, room) + 4)
        if len(widths) > 1:
            sheet.merge_range(line, 0, line, len(widths) - 1, "", looks[not is_title])
        sheet.write_string(line, 0, kept(text), looks[not is_title])
    return len(about) + 1


def lay_out(sheet: Any, headings: Sequence[str], widths: Sequence[float], head: Any, *, row: int = 0) -> None:
    """Headings in a row; landscape, one page wide, the headings on every page. Widths are in characters."""
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    set_height(sheet, row, headings, widths, room=BOLD_ROOM)
    sheet.write_row(row, 0, headings, head)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=SIDE, right=SIDE, top=EDGE, bottom=EDGE)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(row)


def set_height(
    sheet: Any, row: int, values: Iterable[Any], widths: Iterable[float], *, room: float = ROOM
) -> None:
    """A row as high as its longest text needs; not every program finds that out by itself. Before its cells."""
    lines = (
        _lines(value, width * room)
        for value, width in zip(values, widths, strict=True)
        if isinstance(value, str)
    )
    sheet.set_row(row, LINE * max(lines, default=1) + 4)


def end_table(sheet: Any, *, rows: int, columns: int, printed: int, first: int = 0) -> None:
    """After the last row: filters on the headings in row `first`, and on paper the first `printed` columns only."""
    last = first + max(rows, 1)
    sheet.autofilter(first, 0, last, columns - 1)
    sheet.print_area(0, 0, last, printed - 1)


def _lines(text: str, room: float) -> int:
    """Lines that the words of a text take where so many characters fit in a line."""
    if "\n" in text:
        return sum(_lines(paragraph, room) for paragraph in text.split("\n"))
    if len(text) <= room:
        return 1
    lines, used = 1, 0
    for word in text.split():
        size = len(word)
        if used and used + 1 + size > room:
            lines, used = lines + 1, 0
        used += size + (1 if used else 0)
        while used > room:
            lines, used = lines + 1, used - int(room)
    return lines

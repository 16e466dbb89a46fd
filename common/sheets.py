"""How the tables that the portal exports look in a spreadsheet and on paper."""

from collections.abc import Iterable, Sequence
from typing import Any

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


def lay_out(sheet: Any, headings: Sequence[str], widths: Sequence[float], head: Any) -> None:
    """Headings in the first row; landscape, one page wide, the headings on every page. Widths are in characters."""
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    set_height(sheet, 0, headings, widths, room=BOLD_ROOM)
    sheet.write_row(0, 0, headings, head)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=SIDE, right=SIDE, top=EDGE, bottom=EDGE)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


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


def end_table(sheet: Any, *, rows: int, columns: int, printed: int) -> None:
    """After the last row: filters on the headings, and on paper the first `printed` columns only."""
    last = max(rows, 1)
    sheet.autofilter(0, 0, last, columns - 1)
    sheet.print_area(0, 0, last, printed - 1)


def _lines(text: str, room: float) -> int:
    """Lines that the words of a text take where so many characters fit in a line."""
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

"""Tables of a draft to take away: the template of items, and the exact list of addressees before the issue."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assignments.item_table import COLUMNS, MEANINGS
from assignments.models import Protocol
from assignments.selectors.protocols import IssuePreview
from common.formatting import date_short, not_later, not_later_format
from common.sheets import A4, FIGURE, HEAD, TEXT, end_table, lay_out, set_height
from common.tabular import csv_table

WIDTHS = {"text": 60, "audience": 40, "expected_result": 30, "addressee": 20}
NARROW, WIDE = 14, 90
LIST_WIDTHS = (10, 44, 34, 8, 28, 44, 14)


def _book(buffer: io.BytesIO) -> Any:
    import xlsxwriter  # costly import, only for an export

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(buffer, options)


def item_template() -> bytes:
    """An empty table of items with the headings that the import takes, and a sheet that says what each means."""
    buffer = io.BytesIO()
    with _book(buffer) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top"})
        sheet = book.add_worksheet(_("Items"))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        for index, column in enumerate(COLUMNS):
            sheet.set_column(
                index, index, WIDTHS.get(column.key, NARROW), day if column.key == "due_on" else text
            )
            sheet.write_string(0, index, str(column.heading), bold)
        notes = book.add_worksheet(_("How to fill in"))
        notes.set_column(0, 0, 24, bold)
        notes.set_column(1, 1, WIDE, text)
        for line, (column, meaning) in enumerate(MEANINGS):
            notes.write_string(line, 0, str(column.heading), bold)
            notes.write_string(line, 1, str(meaning), text)
    return buffer.getvalue()


def _headings() -> list[str]:
    return [_("Item"), _("Title"), _("Term"), _("Weight"), _("Region"), _("Addressee"), _("Cluster code")]


def _lines(preview: IssuePreview) -> Iterable[tuple[Any, ...]]:
    """One line per execution that the issue would make."""
    for row in preview.items:
        item = row.item
        for line in row.addressees:
            name = (
                line.name if line.cluster_id is not None else _("the coordinator himself, outside the rating")
            )
            yield (item.number, item.title, item.due_on, item.weight, line.region, name, line.code)


def addressees_csv(preview: IssuePreview) -> bytes:
    """The list for programs and for spreadsheets."""
    lines = (
        [not_later(value) if isinstance(value, date) else value for value in line] for line in _lines(preview)
    )
    return csv_table([_headings(), *lines])


def addressees_workbook(protocol: Protocol, preview: IssuePreview) -> bytes:
    """The list for people: a sheet to print, with the name of the protocol above every page."""
    buffer = io.BytesIO()
    with _book(buffer) as book:
        text, day = book.add_format(TEXT), book.add_format({**FIGURE, "num_format": not_later_format()})
        sheet = book.add_worksheet(_("Addressees"))
        sheet.freeze_panes(1, 0)
        lay_out(sheet, _headings(), LIST_WIDTHS, book.add_format(HEAD))
        sheet.set_header(f"&L{_title(protocol)}")
        last = 0
        for last, line in enumerate(_lines(preview), 1):
            set_height(sheet, last, line, LIST_WIDTHS)
            _write(sheet, last, line, text, day)
        end_table(sheet, rows=last, columns=len(LIST_WIDTHS), printed=len(LIST_WIDTHS))
    return buffer.getvalue()


def _title(protocol: Protocol) -> str:
    words = _("Protocol No. %(number)s of %(date)s, draft") % {
        "number": protocol.number,
        "date": date_short(protocol.held_on),
    }
    return words.replace("&", "&&")[:200]


def _write(sheet: Any, line: int, values: Sequence[Any], text: Any, day: Any) -> None:
    for column, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(line, column, value, day)
        elif isinstance(value, int):
            sheet.write_number(line, column, value, text)
        else:
            sheet.write_string(line, column, value, text)

"""Tables of a draft to take away: the template of items, and the exact list of addressees before the issue."""

from collections.abc import Iterable
from datetime import date
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from assignments.item_table import COLUMNS, MEANINGS
from assignments.models import Protocol
from assignments.selectors.protocols import IssuePreview
from common.formatting import date_short, not_later
from common.sheets import A4, DAY, TERM, Column, content_of, made_workbook, write_table
from common.tabular import csv_table

WIDTHS = {"text": 60, "audience": 40, "expected_result": 30, "addressee": 20}
NARROW, WIDE = 14, 90


def item_template() -> bytes:
    """An empty table of items with the headings that the import takes, and a sheet that says what each means."""
    return content_of(made_workbook(_fill_template))


def _fill_template(book: Any) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": DAY, "valign": "top"})
    sheet = book.add_worksheet(_("Items"))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    for index, column in enumerate(COLUMNS):
        look = day if column.key == "due_on" else text
        sheet.set_column(index, index, WIDTHS.get(column.key, NARROW), look)
        sheet.write_string(0, index, str(column.heading), bold)
    notes = book.add_worksheet(_("How to fill in"))
    notes.set_column(0, 0, 24, bold)
    notes.set_column(1, 1, WIDE, text)
    for line, (column, meaning) in enumerate(MEANINGS):
        notes.write_string(line, 0, str(column.heading), bold)
        notes.write_string(line, 1, str(meaning), text)


def _columns() -> list[Column]:
    return [
        Column(_("Item"), itemgetter(0), 10),
        Column(_("Title"), itemgetter(1), 44),
        Column(_("Term"), itemgetter(2), 34, TERM),
        Column(_("Weight"), itemgetter(3), 8),
        Column(_("Region"), itemgetter(4), 28),
        Column(_("Addressee"), itemgetter(5), 44),
        Column(_("Cluster code"), itemgetter(6), 14),
    ]


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
    return csv_table([[column.title for column in _columns()], *lines])


def addressees_workbook(protocol: Protocol, preview: IssuePreview) -> bytes:
    """The list for people: a sheet to print, with the name of the protocol above every page."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(_("Addressees"))
        sheet.set_header(f"&L{_title(protocol)}")
        write_table(book, sheet, _columns(), _lines(preview))

    return content_of(made_workbook(fill))


def _title(protocol: Protocol) -> str:
    words = _("Protocol No. %(number)s of %(date)s, draft") % {
        "number": protocol.number,
        "date": date_short(protocol.held_on),
    }
    return words.replace("&", "&&")[:200]

"""The tracker of an appointment campaign as an XLSX workbook."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.duty import Charge
from assignments.selectors.appointments import AskRow
from common import clock
from common.formatting import date_short
from common.sheets import FIGURE, HEAD, TEXT, end_table, lay_out, set_height

WIDTHS = (26, 24, 18, 28, 28, 12, 12, 10, 12, 28, 12, 12, 26, 12, 26, 20)
PRINTED = 15


def _headings() -> list[str]:
    return [
        _("Region"), _("Federal district"), _("State"), _("Head of the authority"), _("E-mail"), _("Asked"),
        _("Reminded"), _("Reminders"), _("Answered"), _("Coordinator named"), _("Position"), _("From"), _("Order"),
        _("Date of the order"), _("In charge today"), _("Item of the protocol"),
    ]  # fmt: skip


def tracker_workbook(rows: Iterable[AskRow]) -> bytes:
    """One sheet, a row for every region as filtered; text never becomes a formula."""
    import xlsxwriter  # costly import, only for an export

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(_("Regions"))
        text, figure = book.add_format(TEXT), book.add_format(FIGURE)
        lay_out(sheet, _headings(), WIDTHS, book.add_format(HEAD))
        sheet.freeze_panes(1, 1)
        line = 0
        for line, row in enumerate(rows, 1):
            values = _values(row)
            set_height(sheet, line, values, WIDTHS)
            for column, value in enumerate(values):
                if isinstance(value, int):
                    sheet.write_number(line, column, value, figure)
                else:
                    sheet.write_string(line, column, value, text)
        end_table(sheet, rows=line, columns=len(WIDTHS), printed=PRINTED)
    return buffer.getvalue()


def _values(row: AskRow) -> list[Any]:
    named = row.ask.membership
    return [
        row.region.name,
        row.region.district.name,
        str(row.state.label),
        str(row.head or ""),
        ", ".join(row.addresses),
        _day(row.ask.asked_at),
        _day(row.ask.reminded_at),
        row.ask.reminders,
        _day(row.ask.answered_at),
        named.user.get_full_name() if named else "",
        str(named.get_position_display()) if named else "",
        date_short(named.starts_on) if named else "",
        named.document if named else "",
        date_short(named.document_on) if named else "",
        ", ".join(charge_words(charge) for charge in row.today),
        str(row.execution.get_state_display()) if row.execution else "",
    ]


def _day(instant: Any) -> str:
    return date_short(clock.day_of(instant)) if instant else ""


def charge_words(charge: Charge) -> str:
    """«Томина В. О. (за: Щёкин И. П.)»"""
    if charge.instead_of:
        return _("%(person)s (for %(other)s)") % {"person": charge.name, "other": charge.instead_of}
    return charge.name

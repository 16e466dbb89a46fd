"""The registry of executions as an XLSX workbook, written row by row so that memory does not grow with it."""

import tempfile
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from assignments.enums import ExecutionState
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.errors import TooLarge
from common.formatting import number
from notifications.long_work import Watch

MAX_ROWS = 100_000
CHUNK = 2000
ROWS_PER_NOTE = 250
A4, HEADING_HEIGHT = 9, 30
FIELDS = (
    "region__name_ru", "cluster__code", "cluster__title", "assignment__protocol__number",
    "assignment__protocol__held_on", "assignment__number", "assignment__title", "assignment__process__name_ru",
    "weight", "state", "first_due_on", "due_on", "reported_on", "returns", "extensions", "code",
)  # fmt: skip
WIDTHS = (28, 10, 34, 12, 12, 8, 44, 30, 6, 20, 12, 12, 12, 9, 9, 12, 20)


def _headings() -> list[str]:
    return [
        _("Region"), _("Cluster code"), _("Cluster"), _("Protocol No."), _("Protocol date"), _("Item"), _("Title"),
        _("Process"), _("Weight"), _("State"), _("First due date"), _("Due date"), _("Handed in"), _("Returns"),
        _("Extensions"), _("Days late"), _("Execution code"),
    ]  # fmt: skip


def registry_workbook(rows: ExecutionQuerySet, watch: Watch | None = None) -> IO[bytes]:
    """A temporary file with the rows in their order, telling how far it is (stage `rows`).

    Raises TooLarge over 100,000 rows: narrow the filter.
    """
    import xlsxwriter  # costly import, only for an export

    total = rows.order_by()[: MAX_ROWS + 1].count()
    if total > MAX_ROWS:
        message = _("The list has more than %(limit)s rows. Narrow the filter and export again.")
        raise TooLarge(message % {"limit": number(MAX_ROWS)})
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("Executions"))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for index, width in enumerate(WIDTHS):
            sheet.set_column(index, index, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, HEADING_HEIGHT)
        sheet.write_row(0, 0, _headings(), bold)
        last = 0
        for last, values in enumerate(_lines(rows), 1):
            _write_line(sheet, last, values, day)
            if watch and (last % ROWS_PER_NOTE == 0 or last == total):
                watch("rows", last, total)
        sheet.autofilter(0, 0, max(last, 1), len(WIDTHS) - 1)
    target.seek(0)
    return target


def _write_line(sheet: Any, line: int, values: Iterable[Any], day: Any) -> None:
    for column, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(line, column, value, day)
        elif isinstance(value, int):
            sheet.write_number(line, column, value)
        elif value:
            sheet.write_string(line, column, value)


def _lines(rows: ExecutionQuerySet) -> Iterable[list[Any]]:
    states = {value: str(label) for value, label in ExecutionState.choices}
    today = clock.today()
    unreported = (ExecutionState.ISSUED, ExecutionState.RETURNED)
    for values in rows.values_list(*FIELDS).iterator(chunk_size=CHUNK):
        row = dict(zip(FIELDS, values, strict=True))
        done = row["reported_on"] or (today if row["state"] in unreported else None)
        late = max(0, (done - row["due_on"]).days) if done else 0
        row["state"] = states[row["state"]]
        code = row.pop("code")
        yield [*row.values(), late, code]

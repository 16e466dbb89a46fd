"""The registry of executions as an XLSX workbook, written row by row so that memory does not grow with it."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _

from assignments.enums import ExecutionState
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.errors import TooLarge
from common.formatting import not_later_format, number
from common.sheets import FIGURE, HEAD, TEXT, end_table, lay_out, set_height
from dashboard.selectors.past import Moment
from notifications.long_work import Watch

MAX_ROWS = 100_000
CHUNK = 2000
ROWS_PER_NOTE = 250
FIELDS = (
    "region__name_ru", "cluster__code", "cluster__title", "assignment__protocol__number",
    "assignment__protocol__held_on", "assignment__number", "assignment__title", "assignment__process__name_ru",
    "weight", "state", "first_due_on", "due_on", "reported_on", "returns", "extensions", "note", "code",
)  # fmt: skip
TERM = FIELDS.index("due_on")
WIDTHS = (22, 10, 30, 12, 12, 7, 34, 26, 6, 16, 17, 35, 12, 11, 11, 40, 12, 20)
PRINTED = 17
"""Columns that go to paper: all but the code of the execution."""


def _headings() -> list[str]:
    return [
        _("Region"), _("Cluster code"), _("Cluster"), _("Protocol No."), _("Protocol date"), _("Item"), _("Title"),
        _("Process"), _("Weight"), _("State"), _("First due date"), _("Due date"), _("Handed in"), _("Returns"),
        _("Extensions"), _("How the work goes"), _("Days late"), _("Execution code"),
    ]  # fmt: skip


def registry_workbook(rows: ExecutionQuerySet, watch: Watch | None = None) -> IO[bytes]:
    """A temporary file with the rows in their order, telling how far it is (stage `rows`).

    Of rows of a past moment the sheet says it in its name and on paper.

    Raises TooLarge over 100,000 rows: narrow the filter.
    """
    import xlsxwriter  # costly import, only for an export

    past = Moment(rows.instant) if rows.instant else None
    total = rows.order_by()[: MAX_ROWS + 1].count()
    if total > MAX_ROWS:
        message = _("The list has more than %(limit)s rows. Narrow the filter and export again.")
        raise TooLarge(message % {"limit": number(MAX_ROWS)})
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_sheet_name(past))
        if past is not None:
            sheet.set_header("&C" + _("As of %(moment)s") % {"moment": past.title})
        formats = _Formats(
            book.add_format({**FIGURE, "num_format": "dd.mm.yyyy"}),
            book.add_format({**FIGURE, "num_format": not_later_format()}),
            book.add_format(FIGURE),
            book.add_format(TEXT),
        )
        lay_out(sheet, _headings(), WIDTHS, book.add_format(HEAD))
        sheet.freeze_panes(1, 0)
        last = 0
        for last, values in enumerate(_lines(rows, past), 1):
            _write_line(sheet, last, values, formats)
            if watch and (last % ROWS_PER_NOTE == 0 or last == total):
                watch("rows", last, total)
        end_table(sheet, rows=last, columns=len(WIDTHS), printed=PRINTED)
    target.seek(0)
    return target


def _sheet_name(past: Moment | None) -> str:
    """A name of at most 31 characters without colons, as spreadsheets allow."""
    if past is None:
        return _("Executions")
    local = past.instant.astimezone(clock.MOSCOW)
    moment = f"{local:%d.%m.%Y}" if past.is_midnight else f"{local:%d.%m.%Y %H-%M}"
    return _("On %(moment)s") % {"moment": moment}


class _Formats(NamedTuple):
    day: Any
    term: Any
    figure: Any
    text: Any


def _write_line(sheet: Any, line: int, values: Sequence[Any], formats: _Formats) -> None:
    set_height(sheet, line, values, WIDTHS)
    for column, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(line, column, value, formats.term if column == TERM else formats.day)
        elif isinstance(value, int):
            sheet.write_number(line, column, value, formats.figure)
        elif value:
            sheet.write_string(line, column, value, formats.text)


def _lines(rows: ExecutionQuerySet, past: Moment | None) -> Iterable[list[Any]]:
    states = {value: str(label) for value, label in ExecutionState.choices}
    today = past.day if past else clock.today()
    unreported = (ExecutionState.ISSUED, ExecutionState.RETURNED)
    for values in rows.with_note().values_list(*FIELDS).iterator(chunk_size=CHUNK):
        row = dict(zip(FIELDS, values, strict=True))
        done = row["reported_on"] or (today if row["state"] in unreported else None)
        late = max(0, (done - row["due_on"]).days) if done else 0
        row["state"] = states[row["state"]]
        code = row.pop("code")
        yield [*row.values(), late, code]

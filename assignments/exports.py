"""The register as a workbook to be edited, and an uploaded one given back with its mistakes marked."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from math import isfinite
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from assignments.enums import ExecutionState
from assignments.querysets import ExecutionQuerySet
from assignments.rules import MAX_NOTE_LENGTH
from assignments.workbook import COLUMNS, EDITABLE, HIDDEN, REASON, column_keys, heading, version_cell
from common.errors import TooLarge
from common.formatting import is_russian, number
from common.sheets import A4, DAY, ROWS_PER_NOTE, kept, made_workbook
from common.tabular import HEADER_ROW, xlsx_lines
from notifications.long_work import Watch

CHUNK = 2000
HEADING_HEIGHT = 30
WIDTHS = {
    "region": 24, "cluster_code": 10, "cluster": 34, "protocol": 11, "held_on": 12, "item": 8, "title": 44,
    "state": 20, "due_on": 12, "weight": 6, "note": 50, "report": 60, "reason": 60,
}  # fmt: skip
FROZEN_COLUMNS = 3
_FIELDS = (
    "pk", "version", "note_number", "cluster__code", "cluster__title", "assignment__protocol__number",
    "assignment__protocol__held_on", "assignment__number", "assignment__title", "state", "due_on", "weight", "note",
)  # fmt: skip
_EDITED = frozenset(column.key for column in EDITABLE)
_UNSEEN = frozenset(column.key for column in HIDDEN)
_PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}


def register_workbook(rows: ExecutionQuerySet, watch: Watch | None = None) -> IO[bytes]:
    """A temporary file with the executions in their order; only the cells meant for it can be edited.

    Raises TooLarge for more rows than can be uploaded again: narrow the filter.
    """
    total = rows.order_by()[: settings.MAX_WORKBOOK_ROWS + 1].count()
    if total > settings.MAX_WORKBOOK_ROWS:
        message = _("The list has more than %(limit)s rows. Narrow the filter and export again.")
        raise TooLarge(message % {"limit": number(settings.MAX_WORKBOOK_ROWS)})

    def fill(book: Any) -> None:
        pen = _Pen(book, [column.key for column in COLUMNS])
        for place, column in enumerate(COLUMNS):
            pen.head(0, place, heading(column))
        last = 0
        for last, values in enumerate(_lines(rows), 1):
            for place, column in enumerate(COLUMNS):
                pen.cell(last, place, values[column.key])
            if watch and (last % ROWS_PER_NOTE == 0 or last == total):
                watch("rows", last, total)
        pen.close(0, last)
        _explain(book)

    return made_workbook(fill)


def _lines(rows: ExecutionQuerySet) -> Iterator[dict[str, Any]]:
    """Values of the rows by column; the last one checks all that stand before it."""
    states = {value: str(label) for value, label in ExecutionState.choices}
    name = "region__name_ru" if is_russian() else "region__name_en"
    for found in rows.with_note().values_list(name, *_FIELDS).iterator(chunk_size=CHUNK):
        (
            region,
            pk,
            version,
            note_version,
            code,
            title,
            protocol,
            held_on,
            item,
            about,
            state,
            due,
            weight,
            note,
        ) = found
        values: dict[str, Any] = {
            "region": region, "cluster_code": code or "", "cluster": title or code or _("the coordinator himself"),
            "protocol": protocol, "held_on": held_on, "item": item, "title": about, "state": states[state],
            "due_on": due, "weight": weight, "note": note, "report": "",
        }  # fmt: skip
        values = {key: kept(value) if isinstance(value, str) else value for key, value in values.items()}
        texts = {key: str(value) for key, value in values.items()}
        yield {**values, "id": pk, "version": version_cell(pk, version, note_version, texts)}


def marked_workbook(content: bytes, reasons: Mapping[int, Mapping[str, str]]) -> IO[bytes]:
    """An uploaded workbook again: cells with a mistake marked, and a last column that says what is wrong.

    `reasons` are sentences by row and column key; an empty key means the row as a whole. Those of HEADER_ROW are about
    the headings, wherever these stand, and are said in the first row below them: the headings stay what they are, so
    that the workbook can be uploaded again.
    """
    lines = xlsx_lines(content)
    first = next(number for number, line in enumerate(lines) if any(map(str, line)))
    names = [str(cell).strip() for cell in lines[first]]
    known, _strange = column_keys(names)
    keys = [known.get(name, name) for name in names]
    reason_place = keys.index(REASON.key) if REASON.key in keys else len(keys)
    bad_heads = reasons.get(HEADER_ROW, {})

    def fill(book: Any) -> None:
        pen = _Pen(book, [*keys, REASON.key] if reason_place == len(keys) else keys)
        for number_of_line, line in enumerate(lines):
            wrong = reasons.get(number_of_line + 1, {}) if number_of_line > first else {}
            for place, (key, value) in enumerate(zip(keys, line, strict=False)):
                if number_of_line == first:
                    is_wrong = key in bad_heads or names[place] in bad_heads
                    pen.head(number_of_line, place, str(value), is_wrong=is_wrong)
                elif place != reason_place:
                    pen.cell(number_of_line, place, value, is_wrong=key in wrong)
            if number_of_line == first and reason_place == len(keys):
                pen.head(number_of_line, reason_place, heading(REASON))
            said = {**bad_heads, **wrong} if number_of_line == first + 1 else wrong
            if said:
                pen.cell(number_of_line, reason_place, _joined(said), is_wrong=True)
        pen.close(first, len(lines) - 1)

    return made_workbook(fill)


def _joined(wrong: Mapping[str, str]) -> str:
    titles = {column.key: heading(column) for column in COLUMNS}
    return "; ".join(f"{titles.get(key, key)}: {text}" if key else text for key, text in wrong.items())


class _Pen:
    """Writes the cells of the first sheet: text stays text, what is not to be edited is locked or hidden."""

    def __init__(self, book: Any, keys: list[str]) -> None:
        self._keys = keys
        self._sheet = sheet = book.add_worksheet(_("Executions"))
        top = {"valign": "top"}
        edited = {
            **top,
            "text_wrap": True,
            "locked": False,
            "num_format": "@",
            "bg_color": "#fdf8ea",
            "border": 4,
        }
        wrong = {"bg_color": "#fae3df", "font_color": "#8c1d14", "text_wrap": True}
        self._heads = [
            book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", **look})
            for look in ({}, wrong)
        ]
        self._plain = [book.add_format({**top, **look}) for look in ({}, wrong)]
        self._days = [book.add_format({**top, "num_format": DAY, **look}) for look in ({}, wrong)]
        self._edited = [book.add_format({**edited, **look}) for look in ({}, wrong)]
        for place, key in enumerate(keys):
            if key in _UNSEEN:
                sheet.set_column(place, place, None, None, {"hidden": True})
            else:
                sheet.set_column(place, place, WIDTHS.get(key, 20))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.protect("", _PROTECTION)

    def head(self, line: int, place: int, text: str, *, is_wrong: bool = False) -> None:
        """A heading."""
        if place == 0:
            self._sheet.set_row(line, HEADING_HEIGHT)
        self._sheet.write_string(line, place, text, self._heads[is_wrong])

    def cell(self, line: int, place: int, value: Any, *, is_wrong: bool = False) -> None:
        """A day, a number or a text; an empty cell only where something may be written or is wrong."""
        edited = self._keys[place] in _EDITED
        look = (self._edited if edited else self._plain)[is_wrong]
        if isinstance(value, datetime | date):
            self._sheet.write_datetime(line, place, value, self._days[is_wrong])
        elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            self._sheet.write_number(line, place, value, look)
        elif str(value or ""):
            self._sheet.write_string(line, place, str(value), look)
        elif edited or is_wrong:
            self._sheet.write_blank(line, place, None, look)

    def close(self, first: int, last: int) -> None:
        """What holds for the table as a whole."""
        self._sheet.freeze_panes(first + 1, FROZEN_COLUMNS)
        self._sheet.repeat_rows(first)
        self._sheet.autofilter(first, 0, max(last, first + 1), len(self._keys) - 1)
        if "note" in self._keys:
            rule = {"validate": "length", "criteria": "<=", "value": MAX_NOTE_LENGTH}
            place = self._keys.index("note")
            self._sheet.data_validation(first + 1, place, max(last, first + 1), place, rule)


def _explain(book: Any) -> None:
    sheet = book.add_worksheet(_("How to fill in"))
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    lines = (
        _("Edit the tinted columns only: how the work goes, and the text of a report."),
        _(
            "A text in the column of reports is handed in as a report without files when you say so at the upload."
        ),
        _("Rows may be sorted, filtered and deleted; the hidden columns must stay as they are."),
        _("Formulas are not taken: write the text itself."),
        _(
            "Upload the workbook on the same page. You see the differences first; nothing is saved before «Apply»."
        ),
    )
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text)

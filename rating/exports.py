"""The tables of a month to take away: XLSX for people, CSV and JSON for programs.

The workbook speaks the reader's language. The keys and codes of CSV and JSON are the same in every language, so that
a script written once goes on working. Each carries the dictionary of its columns (`rating.dictionary`); texts never
become formulas.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from itertools import chain
from typing import Any

from django.utils.translation import gettext, pgettext

from common.formatting import date_time, month_name
from common.sheets import HEAD, TEXT, content_of, made_workbook, write_table
from common.sheets import Column as SheetColumn
from common.tabular import csv_table
from rating.dictionary import TYPES, Column, Table
from rating.enums import SliceStatus
from rating.models import Slice

WIDE, MIDDLE, NARROW = 40, 24, 12
WIDTHS = {
    "place": 9, "place_from": 9, "place_to": 9, "region_code": 7, "region": 28, "district": 30, "status": 18,
    "score": 9, "zone": 14, "zone_certain": 15, "signal": 18, "cluster": 60, "title": 50, "cluster_code": 14,
    "item_code": 14,
}  # fmt: skip
"""Of the columns that are no narrow figures, in characters."""


def about(table: Table, slice_: Slice, of: str = "") -> list[str]:
    """What a table is, in a few lines; `of` names the region of a table of one region."""
    title = gettext("%(table)s, %(month)s") % {"table": table.title, "month": month_name(slice_.period)}
    lines = [
        f"{of}: {title}" if of else title,
        gettext("revision %(number)s, %(status)s, methodology %(version)s")
        % {"number": slice_.revision, "status": _state(slice_), "version": slice_.methodology.version},
        gettext("as of %(instant)s") % {"instant": date_time(slice_.as_of)},
        gettext("digest of the inputs (SHA-256): %(digest)s") % {"digest": slice_.input_sha256},
    ]
    if slice_.begins_version:
        lines.append(
            gettext("the first month of this methodology: the month before was counted by another version")
        )
    if slice_.reason:
        lines.append(
            gettext("reason of the revision: %(reason)s") % {"reason": " ".join(slice_.reason.split())}
        )
    return lines


def _state(slice_: Slice) -> str:
    """Never that it was replaced later: the file of a revision stays the same, byte for byte."""
    if slice_.published_at is None:
        return gettext("not published")
    return gettext("published on %(instant)s") % {"instant": date_time(slice_.published_at)}


def table_csv(table: Table, slice_: Slice, rows: Iterable[Any], of: str = "") -> bytes:
    """UTF-8 with a mark, commas, decimal points: the table, and after an empty line what it and its columns are."""
    lines: Iterable[Sequence[Any]] = chain(
        [[column.key for column in table.columns]],
        ([column.value(row) for column in table.columns] for row in rows),
        [[], *([line] for line in about(table, slice_, of))],
        (
            [column.key, _meaning_with_codes(column), column.type, column.unit, column.source]
            for column in table.columns
        ),
    )
    return csv_table(lines, delimiter=",")


def _meaning_with_codes(column: Column) -> str:
    codes = "; ".join(f"{code}: {words}" for code, words in column.codes)
    return f"{column.meaning} ({codes})" if codes else str(column.meaning)


def table_json(table: Table, slice_: Slice, rows: Iterable[Any], of: str = "") -> bytes:
    """One object: the revision, the columns in their order, the rows by the keys of the dictionary.

    Decimals are text with two places, as in the API; the bytes of a revision are always the same.
    """
    document = {
        "table": table.name,
        "of": of,
        "period": slice_.period,
        "revision": slice_.revision,
        "status": SliceStatus.PUBLISHED if slice_.published_at else slice_.status,
        "as_of": slice_.as_of.isoformat(),
        "published_at": slice_.published_at.isoformat() if slice_.published_at else None,
        "methodology": slice_.methodology.version,
        "begins_methodology": slice_.begins_version,
        "input_sha256": slice_.input_sha256,
        "columns": [column.key for column in table.columns],
        "rows": [{column.key: _plain(column.value(row)) for column in table.columns} for row in rows],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def table_workbook(table: Table, slice_: Slice, rows: Iterable[Any], of: str = "") -> bytes:
    """A sheet with the table and a sheet that says what it and its columns are, in the reader's language."""
    columns = [
        SheetColumn(
            column.heading, column.words, WIDTHS.get(column.key, NARROW), on_paper=place < table.printed
        )
        for place, column in enumerate(table.columns)
    ]

    def fill(book: Any) -> None:
        lines = about(table, slice_, of)
        made_at = (slice_.published_at or slice_.created_at).astimezone(UTC)
        book.set_properties({"title": lines[0], "created": made_at})
        sheet = book.add_worksheet(pgettext("sheet", "Rating"))
        write_table(book, sheet, columns, rows, frozen=table.frozen)
        head, wrapped = book.add_format(HEAD), book.add_format(TEXT)
        _write_dictionary(book.add_worksheet(pgettext("sheet", "Columns")), table, lines, head, wrapped)

    return content_of(made_workbook(fill))


def _write_dictionary(sheet: Any, table: Table, lines: Sequence[str], head: Any, wrapped: Any) -> None:
    sheet.set_column(0, 0, MIDDLE)
    sheet.set_column(1, 1, 2 * WIDE, wrapped)
    sheet.set_column(2, 5, MIDDLE)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    start = len(lines) + 1
    headings = [
        gettext("Column"), gettext("Meaning"), gettext("Name in the CSV"), gettext("Type"), gettext("Unit"),
        gettext("Section of the methodology"),
    ]  # fmt: skip
    sheet.write_row(start, 0, headings, head)
    types = dict(TYPES)
    for number, column in enumerate(table.columns, start + 1):
        sheet.write_string(number, 0, str(column.heading), wrapped)
        sheet.write_string(number, 1, _meaning_with_codes(column), wrapped)
        sheet.write_string(number, 2, column.key)
        sheet.write_string(number, 3, str(types[column.type]), wrapped)
        sheet.write_string(number, 4, str(column.unit), wrapped)
        sheet.write_string(number, 5, column.source)

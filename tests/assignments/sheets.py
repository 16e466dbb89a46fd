"""A register as a coordinator has it in a spreadsheet: downloaded, edited in a few cells, saved."""

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import load_workbook

from assignments.exports import register_workbook
from assignments.models import Execution, WorkbookUpload
from assignments.services.workbooks import workbook_upload
from assignments.workbook import column_keys
from common.scope import Scope

Edits = Mapping[int, Mapping[str, Any]]


def downloaded(scope: Scope) -> bytes:
    """The register of all own executions, by id."""
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.coordinated).order_by("pk")
    with register_workbook(rows) as file:
        return file.read()


def lines_of(content: bytes) -> list[list[Any]]:
    """The first sheet, cells as a spreadsheet has them."""
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def table_of(content: bytes) -> list[dict[str, Any]]:
    """The rows under the headings, by column key."""
    head, *rows = lines_of(content)
    keys, _strange = column_keys([str(name) for name in head])
    names = [keys.get(str(name), str(name)) for name in head]
    return [dict(zip(names, row, strict=True)) for row in rows]


def saved(lines: Iterable[Iterable[Any]], formulas: Mapping[tuple[int, int], str] | None = None) -> bytes:
    """These cells as a spreadsheet saves them, with formulas by row and column (from 0): other texts stay texts."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if formula := (formulas or {}).get((row, column)):
                    sheet.write_formula(row, column, formula, None, "12")
                elif isinstance(value, date | datetime):
                    sheet.write_datetime(row, column, value, day)
                elif value != "":
                    sheet.write(row, column, value)
    return buffer.getvalue()


def edited(content: bytes, edits: Edits) -> bytes:
    """The workbook with other cells, by execution id and column key."""
    head, *rows = lines_of(content)
    keys, _strange = column_keys([str(name) for name in head])
    places = {keys[str(name)]: place for place, name in enumerate(head)}
    for row in rows:
        for key, value in edits.get(int(row[places["id"]]), {}).items():
            row[places[key]] = value
    return saved([head, *rows])


def uploaded(scope: Scope, content: bytes, name: str = "register.xlsx") -> WorkbookUpload:
    """The workbook as it was checked."""
    return workbook_upload(actor=scope, name=name, content=content)

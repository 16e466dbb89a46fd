"""Workbooks whose sheet reaches further than any table: refused before anybody makes room for it."""

import io
import resource
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from common.errors import InvalidInput, TooLarge
from common.tabular import parse_xlsx

ROOM = 1024**3
SCRIPT = """
import sys
from common.errors import TooLarge
from common.tabular import parse_xlsx
for name in sys.argv[1:]:
    try:
        parse_xlsx(open(name, "rb").read(), max_rows=10_000)
    except TooLarge as error:
        print(error)
"""


def workbook(*cells: tuple[int, int, str], formats: bool = False) -> bytes:
    """A workbook with a head in two columns and further cells (row and column counted from 0)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "region"])
        for row, column, text in cells:
            sheet.write_string(row, column, text)
        if formats:
            sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    return buffer.getvalue()


def repacked(content: bytes, sheet: str, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The same workbook with another sheet in it, perhaps under another name."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(buffer, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                new.writestr(name, sheet)
            else:
                new.writestr(part, data.replace(b"worksheets/sheet1.xml", name.removeprefix("xl/").encode()))
    return buffer.getvalue()


def sheet(rows: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


FAR = '<c r="A1" t="str"><v>code</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'


def test_a_small_workbook_that_reaches_far_costs_no_memory_and_is_too_large(tmp_path: Path) -> None:
    """The last corner, row and column, and a corner under a prefix; a child with little room reads them all."""
    prefixed = (
        sheet("<row>" + FAR + "</row>").replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    )
    contents = [
        workbook((1_048_575, 16_383, "x")),
        workbook((1_048_575, 50, "x")),
        workbook((1, 16_383, "x")),
        repacked(workbook(), prefixed.replace("xmlns=", "xmlns:x=")),
    ]
    names = [tmp_path / f"{number}.xlsx" for number in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        name.write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(){SCRIPT}", *names],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
        timeout=120,
    )
    assert max(map(len, contents)) < 20_000
    assert done.returncode == 0, done.stderr
    assert ["20001" in line for line in done.stdout.decode().splitlines()] == [True] * len(contents)


def test_a_row_and_cells_without_references_are_counted_as_a_reader_counts_them() -> None:
    cells = '<c t="str"><v>code</v></c>' + "<c/>" * 100 + "<c><v>1</v></c>"
    with pytest.raises(TooLarge, match="102"):
        parse_xlsx(repacked(workbook(), sheet(f"<row>{cells}</row>")), max_rows=10)
    rows = '<row><c t="str"><v>code</v></c></row>' + "<row/>" * 30 + "<row><c><v>1</v></c></row>"
    with pytest.raises(TooLarge, match="32"):
        parse_xlsx(repacked(workbook(), sheet(rows)), max_rows=10)


def test_a_far_cell_that_only_carries_a_format_does_not_matter() -> None:
    rows = parse_xlsx(workbook((1, 0, "70-001"), (1, 1, "70"), formats=True), max_rows=10)
    assert [(row.number, dict(row.values)) for row in rows] == [(2, {"code": "70-001", "region": "70"})]


def test_empty_rows_between_are_skipped() -> None:
    rows = parse_xlsx(workbook((5, 0, "70-001"), (20, 0, "70-002")), max_rows=10)
    assert [row.values["code"] for row in rows] == ["70-001", "70-002"]


@pytest.mark.parametrize(
    "content",
    [
        repacked(workbook(), sheet("<row>" + FAR + "</row>"), name="xl/worksheets/sheet1.dat"),
        repacked(workbook(), sheet("") + "<"),
        repacked(workbook(), sheet('<row r="A"/>')),
        repacked(workbook(), sheet('<row><c r="1A"/></row>')),
        repacked(workbook(), sheet("", head='<!DOCTYPE x [<!ENTITY a "b">]>')),
        repacked(workbook(), sheet(""), name="content.xml"),
        b"\xd0\xcf\x11\xe0" + workbook(),
    ],
    ids=[
        "foreign name",
        "malformed",
        "bad row",
        "bad cell",
        "doctype",
        "another format",
        "two formats in one",
    ],
)
def test_what_cannot_be_measured_is_not_read(content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_xlsx(content, max_rows=10)
    assert list(caught.value.errors) == ["file"]


def test_a_date_that_no_calendar_has_makes_the_workbook_unreadable_and_no_fault() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "код")
        sheet.write_number(1, 0, -1e300, book.add_format({"num_format": "dd.mm.yyyy"}))
    with pytest.raises(InvalidInput) as caught:
        parse_xlsx(buffer.getvalue(), max_rows=10)
    assert list(caught.value.errors) == ["file"]

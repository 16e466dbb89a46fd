"""The matrix of stages as a workbook: the same signs on the same tints, the sums of rows and columns, a legend."""

from typing import IO, Any

from django.utils.translation import gettext as _

from common.sheets import A4, made_workbook, sign_format
from cyclogram.enums import StageSign
from cyclogram.presentation.matrix import MARKS, NOTHING
from cyclogram.selectors.matrix import Matrix

A3 = 8
REGION_WIDTH, NAME_WIDTH, CODE_WIDTH, SUM_WIDTH, CELL_WIDTH, HEAD_HEIGHT = 32, 64, 9, 13, 6.5, 210
PLACE_COLUMNS = 5
TONES = {
    StageSign.NOT_BEGUN: "muted", StageSign.GOING: "info", StageSign.LATE: "danger", StageSign.PROPOSED: "warning",
    StageSign.DONE: "success", StageSign.DONE_WITH_REMARKS: "warning", StageSign.NOT_APPLICABLE: "neutral",
}  # fmt: skip


def matrix_workbook(matrix: Matrix) -> IO[bytes]:
    """A temporary file with the whole matrix."""

    def fill(book: Any) -> None:
        _matrix_sheet(book, matrix)
        _legend_sheet(book)

    return made_workbook(fill)


def _matrix_sheet(book: Any, matrix: Matrix) -> None:
    sheet = book.add_worksheet(_("Matrix"))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    turned = book.add_format({"bottom": 1, "rotation": 90, "text_wrap": True, "valign": "bottom"})
    plain = book.add_format({"align": "center"})
    marks = _formats(book)
    _lay_out(sheet, len(matrix.processes))
    words = [_("Region"), _("Cluster"), _("Code"), _("Done"), _("Late")]
    sheet.write_row(0, 0, words, head)
    for column, process in enumerate(matrix.processes, PLACE_COLUMNS):
        sheet.write_string(0, column, process.name, turned)
    line = 0
    for line, row in enumerate(matrix.rows, 1):
        sheet.write_row(line, 0, [row.region, row.name, row.code])
        sheet.write_string(line, 3, f"{row.progress.done}/{row.progress.total}", plain)
        sheet.write_number(line, 4, row.progress.late, plain)
        for column, cell in enumerate(row.cells, PLACE_COLUMNS):
            sign = StageSign(cell[1]) if cell else None
            mark, look = (MARKS[sign], marks[sign]) if sign else (NOTHING, plain)
            sheet.write_string(line, column, mark, look)
    whole = matrix.whole
    sheet.write_row(line + 1, 1, [_("Done"), "", f"{whole.done}/{whole.total}"], head)
    # Rows go to the disk one after another: each is written whole before the next.
    for column, progress in enumerate(matrix.columns, PLACE_COLUMNS):
        sheet.write_string(line + 1, column, f"{progress.done}/{progress.total}", plain)
    sheet.write_row(line + 2, 1, [_("Late"), "", "", whole.late], head)
    for column, progress in enumerate(matrix.columns, PLACE_COLUMNS):
        sheet.write_number(line + 2, column, progress.late, plain)


def _lay_out(sheet: Any, stages: int) -> None:
    """Widths, frozen head and names, A3 across."""
    for column, width in enumerate((REGION_WIDTH, NAME_WIDTH, CODE_WIDTH, SUM_WIDTH, SUM_WIDTH)):
        sheet.set_column(column, column, width)
    if stages:
        sheet.set_column(PLACE_COLUMNS, PLACE_COLUMNS + stages - 1, CELL_WIDTH)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_row(0, HEAD_HEIGHT)


def _legend_sheet(book: Any) -> None:
    sheet = book.add_worksheet(_("Signs"))
    marks = _formats(book)
    sheet.set_column(1, 1, NAME_WIDTH)
    sheet.set_paper(A4)
    for line, (sign, mark) in enumerate(MARKS.items()):
        sheet.write_string(line, 0, mark, marks[sign])
        sheet.write_string(line, 1, str(sign.label))
    sheet.write_string(len(MARKS), 0, NOTHING)
    sheet.write_string(len(MARKS), 1, _("no such stage in its plan"))


def _formats(book: Any) -> dict[StageSign, Any]:
    return {sign: sign_format(book, tone) for sign, tone in TONES.items()}

"""The matrix as a workbook: the same signs on the same tints, the head and the names of places frozen."""

from typing import IO, Any

from django.utils.translation import gettext as _

from assignments.querysets import ExecutionQuerySet
from common.errors import TooLarge
from common.formatting import number
from common.scope import Scope
from common.sheets import A4, made_workbook, sign_format
from dashboard.selectors.matrix import MARKS, OUTSIDE, UNADDRESSED, Matrix, items_of, matrix_of

MAX_ITEMS = 400
A3 = 8
NAME_WIDTH, REGION_WIDTH, SUM_WIDTH, CELL_WIDTH, HEAD_HEIGHT = 40, 26, 11, 4.5, 150
TONES = {
    "issued": "plain", "soon": "warning", "overdue": "danger", "review": "info", "returned": "warning",
    "done": "success", "late": "success", "cancelled": "neutral", "nothing": "faint", "outside": "muted",
}  # fmt: skip
PLACE_COLUMNS = 4


def matrix_workbook(scope: Scope, rows: ExecutionQuerySet, *, is_narrowed: bool = False) -> IO[bytes]:
    """A temporary file with all items of the executions, not one page of them. Raises TooLarge over 400 items."""
    items = list(items_of(rows)[: MAX_ITEMS + 1])
    if len(items) > MAX_ITEMS:
        message = _(
            "The matrix has more than %(limit)s items. Choose a protocol or a process and export again."
        )
        raise TooLarge(message % {"limit": number(MAX_ITEMS)})
    matrix = matrix_of(scope, rows, items, is_narrowed=is_narrowed)

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
    sheet.set_column(0, 0, REGION_WIDTH)
    sheet.set_column(1, 1, NAME_WIDTH)
    sheet.set_column(2, 3, SUM_WIDTH)
    if matrix.items:
        sheet.set_column(PLACE_COLUMNS, PLACE_COLUMNS + len(matrix.items) - 1, CELL_WIDTH)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_row(0, HEAD_HEIGHT)
    sheet.write_row(0, 0, [_("Region"), _("Cluster"), _("Executed"), _("Overdue")], head)
    for column, item in enumerate(matrix.items, PLACE_COLUMNS):
        sheet.write_string(0, column, f"{item.number}. {item.title}, {item.protocol_words}", turned)
    line = 0
    for line, place in enumerate(matrix.places, 1):
        sheet.write_string(line, 0, place.region)
        sheet.write_string(line, 1, place.name)
        sheet.write_string(line, 2, f"{place.sums.done}/{place.sums.counted}", plain)
        sheet.write_number(line, 3, place.sums.overdue, plain)
        for position, cell in enumerate(place.cells):
            mark = MARKS[matrix.kind_of(cell)] if cell else place.empty(position)
            sheet.write_string(line, PLACE_COLUMNS + position, mark.sign, marks[mark.kind])
    sheet.write_string(line + 1, 1, _("Executed"), head)
    sheet.write_string(line + 1, 2, f"{matrix.whole.done}/{matrix.whole.counted}", plain)
    for column, sums in enumerate(matrix.columns, PLACE_COLUMNS):
        sheet.write_string(line + 1, column, f"{sums.done}/{sums.counted}", plain)
    sheet.write_string(line + 2, 1, _("Overdue"), head)
    sheet.write_number(line + 2, 3, matrix.whole.overdue, plain)
    for column, sums in enumerate(matrix.columns, PLACE_COLUMNS):
        sheet.write_number(line + 2, column, sums.overdue, plain)


def _legend_sheet(book: Any) -> None:
    sheet = book.add_worksheet(_("Signs"))
    marks = _formats(book)
    sheet.set_column(1, 1, NAME_WIDTH)
    sheet.set_paper(A4)
    for line, mark in enumerate((*MARKS.values(), UNADDRESSED, OUTSIDE)):
        sheet.write_string(line, 0, mark.sign, marks[mark.kind])
        sheet.write_string(line, 1, str(mark.words))


def _formats(book: Any) -> dict[str, Any]:
    return {kind: sign_format(book, tone) for kind, tone in TONES.items()}

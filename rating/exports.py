"""The table of a month to take away: XLSX for people, CSV for programs.

The workbook speaks the reader's language. The keys and codes of the CSV are the same in every language, so that a
script written once goes on working. Each carries a dictionary of its columns; texts never become formulas.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import StrOrPromise
from common.formatting import date_time, month_name
from common.sheets import HEAD, TEXT, content_of, made_workbook, write_table
from common.sheets import Column as SheetColumn
from common.tabular import csv_table
from rating.enums import RegionStatus, Signal, Zone
from rating.models import RegionScore, Slice

WIDE, MIDDLE, NARROW = 40, 24, 12
WIDTHS = {
    "place": 9, "place_from": 9, "place_to": 9, "region_code": 7, "region": 28, "district": 30, "status": 18,
    "score": 9, "zone": 14, "zone_certain": 15, "signal": 18,
}  # fmt: skip
"""Of the columns that are no narrow figures, in characters."""
PRINTED = 16
"""Columns that go to paper: what the table on the screen shows; the counts stay in the file."""


class Column(NamedTuple):
    """A column: key, heading, meaning, value in a row; `codes` says its codes in words."""

    key: str
    heading: StrOrPromise
    meaning: StrOrPromise
    value: Callable[[RegionScore], Any]
    codes: Sequence[tuple[Any, StrOrPromise]] = ()

    def words(self, row: RegionScore) -> Any:
        """The value as people read it."""
        value = self.value(row)
        return str(dict(self.codes).get(value, value)) if self.codes else value


def _points(field: str) -> Callable[[RegionScore], Decimal | None]:
    def value(row: RegionScore) -> Decimal | None:
        hundredths = getattr(row, field)
        return None if hundredths is None else Decimal(hundredths).scaleb(-2)

    return value


def _plain(field: str) -> Callable[[RegionScore], Any]:
    def value(row: RegionScore) -> Any:
        return getattr(row, field)

    return value


def _yes(field: str) -> Callable[[RegionScore], str]:
    def value(row: RegionScore) -> str:
        return {True: "yes", False: "no"}.get(getattr(row, field), "")

    return value


YES_OR_NO = (("yes", pgettext_lazy("in a table", "yes")), ("no", pgettext_lazy("in a table", "no")))
COLUMNS = (
    Column("place", _("Place"), _("place among the regions with a place; empty for the others"), _plain("rank")),
    Column("place_from", _("Place from"), _("best place that chance allows"), _plain("rank_low")),
    Column("place_to", _("Place to"), _("worst place that chance allows"), _plain("rank_high")),
    Column("region_code", _("Code"), _("code of the region"), _plain("region_id")),
    Column("region", _("Region"), _("region"), lambda row: row.region.name),
    Column("district", _("Federal district"), _("federal district"), lambda row: row.region.district.name),
    Column("status", _("Status"), _("whether the region has a score and a place"), _plain("status"),
           RegionStatus.choices),
    Column("score", _("Score"), _("score of the month, points of 100"), _points("score")),
    Column("interval_from", _("Interval from"), _("lower end of the interval at 90 percent, points"),
           _points("interval_low")),
    Column("interval_to", _("Interval to"), _("upper end of the interval at 90 percent, points"),
           _points("interval_high")),
    Column("zone", _("Zone"), _("zone of the score; empty without a score"), _plain("zone"), Zone.choices),
    Column("zone_certain", _("Zone is certain"), _("whether the whole interval lies in the zone"),
           _yes("zone_certain"), YES_OR_NO),
    Column("signal", _("Against the country"), _("whether the score clearly differs from that of the country"),
           _plain("signal"), Signal.choices),
    Column("change", pgettext_lazy("score", "Change"),
           _("change of the score against the month before, points"), _points("delta")),
    Column("place_change", _("Change of place"), _("change of the place; greater than 0 means moved up"),
           _plain("rank_delta")),
    Column("change_certain", _("Change is certain"), _("whether the change is more than chance does"),
           _yes("distinguishable"), YES_OR_NO),
    Column("clusters", _("Clusters"), _("clusters with executions in the month"), _plain("clusters")),
    Column("executions", _("Executions"), _("executions counted in the month"), _plain("executions")),
    Column("weight_sum", _("Sum of weights"), _("sum of weights"), _plain("weight_sum")),
    Column("points_sum", _("Sum of points × weight"),
           _("sum of points × weight; divided by the sum of weights it is the score"), _plain("points_sum")),
    Column("on_time", _("On time"), _("executions handed in on time"), _plain("on_time")),
    Column("late", pgettext_lazy("column", "Late"), _("executions handed in late"), _plain("late")),
    Column("not_executed", pgettext_lazy("column", "Not executed"),
           _("executions not handed in by the last day that counts"), _plain("not_executed")),
    Column("in_review", pgettext_lazy("column", "In review"),
           _("executions that the centre has not yet reviewed"), _plain("in_review")),
    Column("returned", pgettext_lazy("column", "Returned"),
           _("executions returned for rework at least once"), _plain("returned")),
    Column("extended", pgettext_lazy("column", "Extended"), _("executions with the term extended"),
           _plain("extended")),
    Column("carried_over", pgettext_lazy("column", "Carried over"),
           _("executions carried over from earlier months"), _plain("carried_over")),
)  # fmt: skip


def about(slice_: Slice) -> list[str]:
    """What the table is, in a few lines."""
    lines = [
        gettext("Efficiency rating of the regions, %(month)s") % {"month": month_name(slice_.period)},
        gettext("revision %(number)s, %(status)s, methodology %(version)s")
        % {
            "number": slice_.revision,
            "status": slice_.get_status_display(),
            "version": slice_.methodology.version,
        },
        gettext("as of %(instant)s") % {"instant": date_time(slice_.as_of)},
        gettext("digest of the inputs (SHA-256): %(digest)s") % {"digest": slice_.input_sha256},
    ]
    if slice_.reason:
        lines.append(
            gettext("reason of the revision: %(reason)s") % {"reason": " ".join(slice_.reason.split())}
        )
    return lines


def table_csv(slice_: Slice, rows: Iterable[RegionScore]) -> bytes:
    """UTF-8 with a mark, commas, decimal points: the table, and after an empty line what it and its columns are."""
    lines: Iterable[Sequence[Any]] = chain(
        [[column.key for column in COLUMNS]],
        ([column.value(row) for column in COLUMNS] for row in rows),
        [[], *([line] for line in about(slice_))],
        ([column.key, _meaning_with_codes(column)] for column in COLUMNS),
    )
    return csv_table(lines, delimiter=",")


def _meaning_with_codes(column: Column) -> str:
    codes = "; ".join(f"{code}: {words}" for code, words in column.codes)
    return f"{column.meaning} ({codes})" if codes else str(column.meaning)


def table_workbook(slice_: Slice, rows: Iterable[RegionScore]) -> bytes:
    """A sheet with the table and a sheet that says what it and its columns are, in the reader's language."""
    names = [column.key for column in COLUMNS]
    columns = [
        SheetColumn(column.heading, column.words, WIDTHS.get(column.key, NARROW), on_paper=place < PRINTED)
        for place, column in enumerate(COLUMNS)
    ]

    def fill(book: Any) -> None:
        book.set_properties({"title": about(slice_)[0]})
        sheet = book.add_worksheet(pgettext("sheet", "Rating"))
        write_table(book, sheet, columns, rows, frozen=names.index("region") + 1)
        head, wrapped = book.add_format(HEAD), book.add_format(TEXT)
        _write_dictionary(book.add_worksheet(pgettext("sheet", "Columns")), slice_, head, wrapped)

    return content_of(made_workbook(fill))


def _write_dictionary(sheet: Any, slice_: Slice, head: Any, wrapped: Any) -> None:
    sheet.set_column(0, 0, MIDDLE)
    sheet.set_column(1, 1, 2 * WIDE, wrapped)
    sheet.set_column(2, 2, MIDDLE)
    lines = about(slice_)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    start = len(lines) + 1
    sheet.write_row(start, 0, [gettext("Column"), gettext("Meaning"), gettext("Name in the CSV")], head)
    for number, column in enumerate(COLUMNS, start + 1):
        sheet.write_string(number, 0, str(column.heading), wrapped)
        sheet.write_string(number, 1, str(column.meaning), wrapped)
        sheet.write_string(number, 2, column.key)

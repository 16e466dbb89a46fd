"""Rows of the rating table: written once as HTML, then chosen and ordered as the reader asks. Marks: `common.cells`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.cells import movement, score_bar, sparkline, zone_tag
from common.charts import Tile, tile_order
from common.formatting import NO_VALUE, score, share
from rating.enums import Zone
from rating.presentation.words import places_words, reason_words, signal_words, to_month_before
from rating.selectors.pages import TableRow

ABSENT = "none"
"""How the filter names regions without a zone."""


class Column(NamedTuple):
    """A sortable column: its key in the address, whether it begins with the greatest, and what it sorts by."""

    key: str
    greatest_first: bool
    value: Callable[[TableRow], Any]


ZONE_ORDER = {zone: place for place, zone in enumerate(Zone.values)}
COLUMNS = (
    Column("place", False, lambda row: row.rank),
    Column("range", False, lambda row: (row.rank_low, row.rank_high) if row.rank_low else None),
    Column("region", False, lambda row: row.key),
    Column("score", True, lambda row: row.score),
    Column("zone", False, lambda row: (ZONE_ORDER[row.zone], not row.certain) if row.zone else None),
    Column("change", True, lambda row: row.delta),
    Column("on_time", True, lambda row: row.on_time / row.executions if row.executions else None),
    Column("executions", True, lambda row: row.executions),
)
SORTS = {name for column in COLUMNS for name in (column.key, f"-{column.key}")}
DEFAULT_SORT = "place"


class ReadyRow(NamedTuple):
    """A row of the table with its cells already written."""

    data: TableRow
    cells: SafeString


def ready_rows(
    rows: Iterable[TableRow], period: str, address: Callable[[str], str], *, comparable: bool = False
) -> list[ReadyRow]:
    """Rows with their cells written in the active language; `comparable` ones begin with a box to tick."""
    return [
        ReadyRow(row, mark_safe(_cells(row, period, address(row.code), comparable)))  # noqa: S308
        for row in rows
    ]


def _cells(row: TableRow, period: str, url: str, comparable: bool) -> str:
    """The cells of a row; the name is the only text that people wrote."""
    note = _note(reason_words(row.status, period))
    return (
        f"{_box(row) if comparable else ''}"
        f'<td class="num table__score at-place">{NO_VALUE if row.rank is None else row.rank}</td>'
        f'<td class="nowrap at-range">{places_words(row.rank_low, row.rank_high)}</td>'
        f'<th scope="row" class="at-region"><a href="{escape(url)}">{escape(row.name)}</a>{note}</th>'
        f'<td class="num table__score at-score">{score(row.score)}</td>'
        f'<td class="at-bar">{score_bar(row.score, row.low, row.high)}</td>'
        f'<td class="at-zone">{zone_tag(row.zone, row.certain)}{_note(signal_words(row.signal))}</td>'
        f'<td class="num at-move">{movement(row.delta, row.distinguishable)}</td>'
        f'<td class="at-line">{sparkline(row.months, row.breaks)}</td>'
        f'<td class="num at-time">{share(row.on_time, row.executions)}</td>'
        f'<td class="num at-count">{row.executions}</td>'
    )


def _note(words: str) -> str:
    return f'<span class="table__note">{escape(words)}</span>' if words else ""


def _box(row: TableRow) -> str:
    """The cell that chooses a region; its box belongs to the form of the comparison, wherever that stands."""
    words = _("Compare: %(region)s") % {"region": row.name}
    return (
        '<td class="at-check"><label class="tick"><input type="checkbox" name="region" form="compare"'
        f' value="{escape(row.code)}" aria-label="{escape(words)}"></label></td>'
    )


def region_map(rows: Sequence[TableRow], period: str, address: Callable[[str], str]) -> SafeString:
    """The tile map of the regions that have a tile; empty when none has."""
    tiles = [
        Tile(
            code=row.code,
            label=row.short,
            name=row.name,
            url=address(row.code),
            column=row.column,
            row=row.row,
            score=row.score,
            zone=row.zone,
            certain=row.certain,
            note=reason_words(row.status, period),
        )
        for row in rows
        if row.column is not None and row.row is not None
    ]
    if not tiles:
        return SafeString("")
    values = {"tiles": tile_order(tiles), "label": _("Map of the regions"), "table_id": "rating-table"}
    return render_to_string("components/tile_map.html", values)


def zone_counts(rows: Iterable[TableRow]) -> dict[str, int]:
    """How many regions stand in each zone, and under "absent" how many have no score."""
    counts = dict.fromkeys((*Zone.values, "absent"), 0)
    for row in rows:
        counts[row.zone or "absent"] += 1
    return counts


def chosen_rows(rows: Iterable[ReadyRow], wanted: Mapping[str, Any]) -> list[ReadyRow]:
    """The rows that pass the filters, in the order asked for; `wanted` is the cleaned filter form."""
    found = [row for row in rows if _passes(row.data, wanted)]
    sort = wanted.get("sort") or DEFAULT_SORT
    if sort == DEFAULT_SORT:
        return found
    column = next(column for column in COLUMNS if column.key == sort.removeprefix("-"))
    filled = [row for row in found if column.value(row.data) is not None]
    empty = [row for row in found if column.value(row.data) is None]
    return sorted(filled, key=lambda row: column.value(row.data), reverse=sort.startswith("-")) + empty


def _passes(row: TableRow, wanted: Mapping[str, Any]) -> bool:
    zone = wanted.get("zone")
    return (
        (not wanted.get("district") or row.district == wanted["district"])
        and (not zone or (row.zone or ABSENT) == zone)
        and row.executions >= (wanted.get("minimum") or 0)
        and (not wanted.get("name") or wanted["name"] in row.key)
    )


def rows_html(rows: Iterable[ReadyRow], own: Iterable[str] = ()) -> SafeString:
    """The body of the table; the reader's own regions are marked."""
    mine = frozenset(own)
    return mark_safe(  # noqa: S308 -- cells are escaped where they are written
        "".join(
            f'<tr class="is-own">{row.cells}</tr>' if row.data.code in mine else f"<tr>{row.cells}</tr>"
            for row in rows
        )
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a sortable column: its words, the address that sorts by it and its present order."""

    label: str
    url: str
    order: str

    @property
    def query(self) -> str:
        """The address without its place in the page, for a table that changes under the reader's eyes."""
        return self.url.partition("#")[0]

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.order, "")


def headings(period: str, wanted: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Heading]:
    """The heads of the sortable columns; every address keeps the filters as they were asked."""
    labels = {
        "place": _("Place"),
        "range": _("Range"),
        "region": _("Region"),
        "score": _("Score"),
        "zone": _("Zone"),
        "change": to_month_before(period),
        "on_time": _("On time"),
        "executions": pgettext("column", "Exec."),
    }
    current = wanted.get("sort") or DEFAULT_SORT
    kept = {name: value for name, value in asked.items() if value and name != "sort"}
    return {column.key: _heading(column, labels[column.key], current, kept) for column in COLUMNS}


def _heading(column: Column, label: str, current: str, kept: Mapping[str, str]) -> Heading:
    order = {column.key: "ascending", f"-{column.key}": "descending"}.get(current, "")
    first = f"-{column.key}" if column.greatest_first else column.key
    other = column.key if column.greatest_first else f"-{column.key}"
    following = other if current == first else first
    return Heading(label, f"?{urlencode({**kept, 'sort': following})}#rating-table", order)

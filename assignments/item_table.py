"""Items of a protocol as rows of a table: pasted from a spreadsheet, or uploaded as XLSX or CSV."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import AddresseeKind
from assignments.rules import MOST_ITEMS, no_day_problem
from clusters.tables import Column, columns_named, heading_in
from common.errors import InvalidInput
from common.forms import typed_day
from common.names import name_key
from common.tabular import Row, RowError, pasted_lines, pasted_text

NUMBER, TEXT, DUE, WEIGHT, RESULT, AUDIENCE, ADDRESSEE = (
    "number", "text", "due_on", "weight", "expected_result", "audience", "addressee",
)  # fmt: skip
MEANINGS: tuple[tuple[Column, str | Promise], ...] = (
    (Column(NUMBER, gettext_lazy("item")), gettext_lazy("Left empty, the numbering goes on.")),
    (Column(TEXT, gettext_lazy("text of the item")), gettext_lazy("Required. Begin with a verb.")),
    (Column(DUE, gettext_lazy("due date")), gettext_lazy("Required. The last day, as 28.05.2026.")),
    (Column(WEIGHT, gettext_lazy("weight")), gettext_lazy("1, 2 or 3; left empty, it is 1.")),
    (Column(RESULT, gettext_lazy("expected result")), gettext_lazy("What is handed in.")),
    (
        Column(AUDIENCE, gettext_lazy("to whom")),
        gettext_lazy(
            "Left empty, it is everyone. Names of industries, regions, districts, associations or saved audiences, "
            "years of cohorts, codes of clusters. Several of one kind are parted by commas, kinds that narrow each "
            "other by semicolons. “except: …” takes away."
        ),
    ),
    (
        Column(ADDRESSEE, gettext_lazy("who executes")),
        gettext_lazy("“clusters” or “coordinators”; left empty, it is clusters."),
    ),
)
COLUMNS = tuple(column for column, _meaning in MEANINGS)
PASTED = (TEXT, DUE, WEIGHT, RESULT, AUDIENCE, ADDRESSEE)
"""The order of columns pasted without their headings."""
LEAST_HEADINGS = 2
LONGEST_COUNT = 18

_TO_CLUSTERS = frozenset({"", "clusters", "кластер", "кластеры", "кластерам"})
_TO_REGIONS = frozenset(
    {
        "regions", "coordinators", "regional coordinators", "регионы", "координатор", "координаторы", "координаторам",
        "региональные координаторы", "региональным координаторам",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawItem:
    """A row as typed: its number in the table, and text by the key of the column."""

    row: int
    values: Mapping[str, str]

    def text(self, key: str) -> str:
        return self.values.get(key, "")


def heading(key: str) -> str:
    """The heading of a column on the screen."""
    return heading_in(COLUMNS, key)


def _keys(cells: Iterable[str]) -> list[str]:
    """Which column each heading means; an empty key for a cell that is no heading."""
    cells = list(cells)
    known = columns_named(COLUMNS, cells)
    return [known.get(cell, "") for cell in cells]


def read_pasted(text: str) -> list[RawItem]:
    """Rows of the clipboard, with headings or in the order of PASTED. InvalidInput for `text` when there are none."""
    lines = [(number, cells) for number, cells in enumerate(pasted_lines(text), 1) if any(cells)]
    keys = _keys(lines[0][1]) if lines else []
    if sum(map(bool, keys)) >= LEAST_HEADINGS:
        _refuse_strange(lines[0][1], keys, "text")
        lines = lines[1:]
    else:
        keys = list(PASTED)
    items = [RawItem(number, _by_key(keys, cells)) for number, cells in lines]
    return _counted(items, "text")


def read_table(rows: Sequence[Row]) -> list[RawItem]:
    """Rows of an uploaded table with headings. InvalidInput for `file` when it is not a table of items."""
    if not rows:
        return _counted([], "file")
    headings = list(dict.fromkeys(name for row in rows for name in row.values))
    keys = _keys(headings)
    _refuse_strange(headings, keys, "file")
    items = [
        RawItem(row.number, _by_key(keys, [row.values.get(name, "") for name in headings])) for row in rows
    ]
    return _counted(items, "file")


def as_pasted(items: Iterable[RawItem]) -> str:
    """The rows with headings as text of the clipboard: what was uploaded can be corrected on the page."""
    head = [str(column.heading) for column in COLUMNS]
    return pasted_text([head, *([item.text(column.key) for column in COLUMNS] for item in items)]).replace(
        "\r\n", "\n"
    )


def _by_key(keys: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {key: cell for key, cell in zip(keys, cells, strict=False) if key}


def _refuse_strange(headings: Sequence[str], keys: Sequence[str], field: str) -> None:
    strange = [name for name, key in zip(headings, keys, strict=True) if name and not key]
    if strange:
        message = _("Unknown columns: %(columns)s. Take the template.")
        raise InvalidInput({field: message % {"columns": ", ".join(strange)}})
    missing = [heading(key) for key in (TEXT, DUE) if key not in keys]
    if missing:
        message = _("These columns are missing: %(columns)s. Take the template.")
        raise InvalidInput({field: message % {"columns": ", ".join(missing)}})


def _counted(items: list[RawItem], field: str) -> list[RawItem]:
    if not items:
        raise InvalidInput({field: _("There is no row with an item.")})
    if len(items) > MOST_ITEMS:
        message = _("There are %(rows)s rows; a protocol has at most %(limit)s items.")
        raise InvalidInput({field: message % {"rows": len(items), "limit": MOST_ITEMS}})
    return items


def due_of(item: RawItem, errors: list[RowError]) -> date | None:
    """The due date of a row; what is no day is added to `errors`."""
    typed = item.text(DUE)
    problem = no_day_problem(typed, item.text(TEXT))
    day = None
    try:
        day = typed_day(typed)
    except ValidationError as error:
        problem = " ".join(error.messages)
    if day is None:
        missing = _("Give the due date.") if not typed else _("Write the date like this: 28.05.2026.")
        errors.append(RowError(item.row, DUE, problem or missing))
    return day


def weight_of(item: RawItem, errors: list[RowError]) -> int:
    """The weight of a row, 1 for an empty cell; the rule itself is that of the items."""
    typed = item.text(WEIGHT) or "1"
    if not re.fullmatch(r"[0-9]{1,3}", typed):
        errors.append(RowError(item.row, WEIGHT, _("The weight is 1, 2 or 3.")))
        return 1
    return int(typed)


def addressee_of(item: RawItem, errors: list[RowError]) -> str:
    """Who executes the row: clusters, or the regional coordinators themselves."""
    said = name_key(item.text(ADDRESSEE))
    if said in _TO_REGIONS:
        return AddresseeKind.REGIONS
    if said not in _TO_CLUSTERS:
        errors.append(RowError(item.row, ADDRESSEE, _("Write “clusters” or “coordinators”.")))
    return AddresseeKind.CLUSTERS


def next_number(taken: Sequence[str]) -> str:
    """The number that goes on after the last one: 3.2 after 3.1, 13 after 12; never one that is taken."""
    last = taken[-1] if taken else ""
    before = last.rstrip("0123456789")
    digits = last[len(before) :]
    if 0 < len(digits) <= LONGEST_COUNT:
        count = int(digits)
    else:
        before, count = "", len(taken)
    known = set(taken)
    while True:
        count += 1
        if f"{before}{count}" not in known:
            return f"{before}{count}"

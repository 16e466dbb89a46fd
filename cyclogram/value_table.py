"""Values of a day as a table: typed on the page, or in a workbook that goes out and comes back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.tables import Column as Heading
from clusters.tables import heading_in, rows_by_column
from common.errors import InvalidInput
from common.sheets import CODE, Column, made_workbook, write_table
from common.tabular import Row, RowError
from cyclogram.models import Indicator
from cyclogram.rules import clean_unit
from cyclogram.selectors.values import EntryRow, row_key
from cyclogram.services.values import Entry

INDICATOR, PLACE, UNIT, AMOUNT, SOURCE = "indicator", "place", "unit", "amount", "source"
HEADINGS = (
    Heading(INDICATOR, gettext_lazy("key of the indicator")),
    Heading("name", gettext_lazy("indicator")),
    Heading(PLACE, gettext_lazy("code of the place")),
    Heading("place_name", gettext_lazy("region or cluster")),
    Heading(UNIT, gettext_lazy("unit")),
    Heading(AMOUNT, gettext_lazy("value")),
    Heading(SOURCE, gettext_lazy("source")),
)
REQUIRED = (INDICATOR, PLACE, AMOUNT)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a row: the amount and the source as they were written, the version that was seen."""

    amount: str
    source: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: what stands in the portal, what is typed, and why it was refused."""

    row: EntryRow
    stands: str
    typed: Typed
    error: str = ""

    @property
    def is_changed(self) -> bool:
        return self.typed.amount.strip() != self.stands

    @property
    def seen(self) -> int:
        """The version that stands there: whoever reads this page has seen it, also after a refusal."""
        return self.row.value.version if self.row.value else 0

    @property
    def planned(self) -> Decimal | None:
        return self.row.value.planned if self.row.value else None

    @property
    def actual(self) -> Decimal | None:
        return self.row.value.actual if self.row.value else None


@dataclass(slots=True)
class Table:
    """The rows of a day with what is typed into them; `plans` says that plans are set and not facts."""

    rows: Sequence[EntryRow]
    plans: bool
    typed: Mapping[str, Typed] = field(default_factory=dict)
    errors: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        """Every row as the page shows it."""
        return [self._line(row) for row in self.rows]

    def _line(self, row: EntryRow) -> Line:
        stands = self._stands(row)
        source = row.value.source if row.value else ""
        there = Typed(stands, source)
        told = " ".join(map(str, self.errors.get(row.key, ())))
        return Line(row, stands, self.typed.get(row.key, there), told)

    def _stands(self, row: EntryRow) -> str:
        if row.value is None:
            return ""
        return as_typed(row.value.planned if self.plans else row.value.actual)

    def entries(self) -> list[Entry]:
        """The rows that hold a value. Raises InvalidInput by the key of each row whose value is no number."""
        found, wrong = [], {}
        for row in self.rows:
            typed = self.typed.get(row.key)
            if typed is None or not typed.amount.strip():
                continue
            amount = amount_of(typed.amount)
            if amount is None:
                wrong[row.key] = _("“%(text)s” is not a number.") % {"text": typed.amount.strip()[:40]}
                continue
            key, place = row.indicator.key, row.place.code
            found.append(Entry(key, place, amount, "" if self.plans else typed.source, typed.seen))
        if wrong:
            raise InvalidInput(wrong)
        return found


def as_typed(amount: Decimal | None) -> str:
    """An amount as people write it: without needless zeros, with a decimal comma."""
    if amount is None:
        return ""
    return f"{amount:f}".rstrip("0").rstrip(".").replace(".", ",") if amount % 1 else f"{amount:.0f}"


def amount_of(text: str) -> Decimal | None:
    """The number that a person writes with a comma or a point and with spaces between thousands; None for no number."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def typed_on_page(data: QueryDict, rows: Iterable[EntryRow]) -> dict[str, Typed]:
    """What the fields of the page say, row by row."""
    found = {}
    for row in rows:
        if f"amount:{row.key}" in data:
            seen = str(data.get(f"seen:{row.key}", ""))
            found[row.key] = Typed(
                str(data[f"amount:{row.key}"]), str(data.get(f"source:{row.key}", "")),
                int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            )  # fmt: skip
    return found


def typed_in_workbook(
    table: Sequence[Row], rows: Sequence[EntryRow], indicators: Iterable[Indicator]
) -> tuple[dict[str, Typed], list[RowError]]:
    """What an uploaded table says of these rows, and what is wrong with which of its own rows.

    The versions are those of now: whoever checks the rows on the page has seen what stands there. Raises InvalidInput
    (`file`) for a table without the columns.
    """
    known = {row.key: row for row in rows}
    named = {row.key: row for row in indicators}
    found: dict[str, Typed] = {}
    errors: list[RowError] = []
    for line in rows_by_column(HEADINGS, REQUIRED, table, field="file"):
        values = line.values
        if not values.get(AMOUNT, "").strip():
            continue
        key = row_key(values.get(INDICATOR, ""), values.get(PLACE, ""))
        problem = _problem(values, key, known, named)
        if problem or key in found:
            column, reason = problem or (PLACE, _("this row stands twice"))
            errors.append(RowError(line.number, _heading(column), reason))
            continue
        stands = known[key].value
        found[key] = Typed(values[AMOUNT], values.get(SOURCE, ""), stands.version if stands else 0)
    return found, errors


def _problem(
    values: Mapping[str, str], key: str, known: Mapping[str, EntryRow], named: Mapping[str, Indicator]
) -> tuple[str, str] | None:
    """The column and the reason for which a row cannot be taken."""
    indicator = named.get(values.get(INDICATOR, ""))
    if indicator is None:
        return INDICATOR, _("There is no such indicator: %(key)s.") % {"key": values.get(INDICATOR, "")}
    if key not in known:
        return PLACE, _("“%(place)s” is no place of this table.") % {"place": values.get(PLACE, "")}
    try:
        clean_unit(indicator, values.get(UNIT, ""))
    except InvalidInput as error:
        return UNIT, str(error)
    if amount_of(values[AMOUNT]) is None:
        return AMOUNT, _("“%(text)s” is not a number.") % {"text": values[AMOUNT][:40]}
    return None


def _heading(key: str) -> str:
    return heading_in(HEADINGS, key)


def _figure(text: str) -> int | Decimal | None:
    """The amount as a cell: whole ones without decimals."""
    amount = amount_of(text) if text else None
    if amount is None or amount % 1:
        return amount
    return int(amount)


def values_workbook(table: Table) -> IO[bytes]:
    """The table of a day to fill in: its rows with what stands there."""
    widths = {"name": 46, "place_name": 40, SOURCE: 40, INDICATOR: 22}
    said = {
        INDICATOR: lambda line: line.row.indicator.key,
        "name": lambda line: line.row.indicator.name,
        PLACE: lambda line: line.row.place.code,
        "place_name": lambda line: line.row.place.name,
        UNIT: lambda line: str(line.row.indicator.get_unit_display()),
        AMOUNT: lambda line: _figure(line.stands),
        SOURCE: lambda line: line.typed.source,
    }
    columns = [
        Column(str(heading.heading), said[heading.key], widths.get(heading.key, 12), CODE)
        for heading in HEADINGS
    ]

    def fill(book: Any) -> None:
        write_table(book, book.add_worksheet(_("Values")), columns, table.lines(), frozen=4)

    return made_workbook(fill)

"""The columns of the register of clusters as a table, in files, exports and imports alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from common.names import name_key
from common.tabular import Row

SEPARATOR = "; "
"""Between several colleges or employers in one cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in files, its heading on the screen."""

    key: str
    heading: str | Promise

    def headings(self) -> set[str]:
        """All headings under which the column is recognised, casefolded."""
        return {self.key, *(heading.casefold() for heading in in_languages(self.heading))}


def in_languages(words: str | Promise) -> list[str]:
    """Words in every language of the portal: a table may come back from a reader of another one."""
    found = []
    for language in ("ru", "en"):
        with override(language):
            found.append(str(words))
    return found


def columns_named(columns: Iterable[Column], names: Iterable[str]) -> dict[str, str]:
    """By heading of a table the key of the column that it names; strange headings are left out."""
    recognised = {name_key(name): column.key for column in columns for name in column.headings()}
    return {name: recognised[name_key(name)] for name in names if name_key(name) in recognised}


def rows_by_column(
    columns: Sequence[Column], required: Iterable[str], rows: Sequence[Row], *, field: str
) -> list[Row]:
    """The same rows by the keys of their columns. InvalidInput (`field`) names the required ones that are missing."""
    names = dict.fromkeys(name for row in rows for name in row.values)
    keys = columns_named(columns, names)
    missing = [heading_in(columns, key) for key in required if key not in keys.values()]
    if missing:
        message = gettext("These columns are missing: %(columns)s. Take the template.")
        raise InvalidInput({field: message % {"columns": ", ".join(missing)}})
    return [
        Row(row.number, {keys[name]: text for name, text in row.values.items() if name in keys})
        for row in rows
    ]


def heading_in(columns: Iterable[Column], key: str) -> str:
    """The heading of a column on the screen; a strange key as it is."""
    return next((str(column.heading) for column in columns if column.key == key), key)


COLUMNS = (
    Column("code", _("code")),
    Column("region", _("region")),
    Column("cohort_year", _("cohort")),
    Column("cohort_basis", _("basis of the cohort")),
    Column("name", _("own name")),
    Column("kind", _("kind")),
    Column("industry", _("industry")),
    Column("industry_as_reported", _("industry as reported")),
    Column("base_college", _("base college")),
    Column("network_colleges", _("network colleges")),
    Column("anchor_employers", _("employers")),
    Column("confidence", _("confidence")),
    Column("note", _("note")),
    Column("source_url", _("source")),
    Column("closed_on", _("left the project on")),
)
REQUIRED = ("code", "region")


def column_keys(headings: list[str]) -> tuple[dict[str, str], list[str]]:
    """Which heading means which column, and the headings that mean none."""
    recognised = {heading: column.key for column in COLUMNS for heading in column.headings()}
    keys = {
        heading: recognised[heading.casefold()] for heading in headings if heading.casefold() in recognised
    }
    return keys, [heading for heading in headings if heading not in keys]


def heading_of(key: str) -> str:
    """The heading of a column on the screen; a strange one as it stands in the table."""
    return heading_in(COLUMNS, key)


def split_names(cell: str) -> list[str]:
    """Names of one cell, in order, without repetition."""
    return list(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def join_names(names: list[str]) -> str:
    return SEPARATOR.join(names)


Values = Mapping[str, str]
"""A row by column key."""

"""The lists of the portal as files: one declaration per list, the same rows as its page, XLSX and CSV.

A room declares its lists in `lists.py` and registers them in `apps.py`. A declaration says how the rows of the page are
found for a person and a query of its address, and what the columns say. Where a list goes from there (at once, or by
the worker when it is long) is the same for all of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain, islice
from typing import IO, Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import clock
from common.errors import InvalidInput, Missing, StrOrPromise, TooLarge
from common.formatting import date_time, number
from common.forms import conditions_in_words
from common.scope import Scope
from common.sheets import ROWS_PER_NOTE, Column, made_workbook, write_table
from common.tabular import csv_file

MAX_ROWS = 100_000
PORTION = 500
XLSX_FORM, CSV_FORM = "xlsx", "csv"
SHEET_NAME_LENGTH = 31
"""Letters that the name of a sheet may have."""
Watch = Callable[[str, int, int], None]
"""Hears the stage, how many rows are written, and of how many."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a list in the order of its page, the filter in words, and what else the reader must know of them."""

    rows: "QuerySet[Any] | Sequence[Any]"
    conditions: Sequence[str] = ()
    notes: Sequence[str] = ()
    instant: datetime | None = None
    """The past moment that the rows are of; None for those of now."""


def _as_they_are(_scope: Scope, rows: Any) -> Iterator[Any]:
    return chain.from_iterable(portions(rows))


@dataclass(frozen=True, slots=True)
class PortalList:
    """A list: its name in addresses, its title, the URL name of its page, its rows and its columns.

    A list on the page of an object names it in the query: `of` is that parameter, an id.
    `found` raises what the page would refuse with: NotAllowed, InvalidInput. `lines` makes of the rows what the
    columns read, a portion of rows at a time. `columns` may differ with the person, as those of the page do.
    `address` makes the address of the page from the id of its object where the id itself does not stand in it.
    """

    name: str
    title: StrOrPromise
    page: str
    found: Callable[[Scope, QueryDict], Found]
    columns: Callable[[Scope], Sequence[Column]]
    lines: Callable[[Scope, Any], Iterable[Any]] = _as_they_are
    of: str = ""
    address: Callable[[int], str] | None = None


_known: dict[str, PortalList] = {}


def register_lists(*lists: PortalList) -> None:
    """Make lists known; called once when a room is ready."""
    _known.update({one.name: one for one in lists})


def list_named(name: str) -> PortalList:
    """Raises Missing for a name that no list has."""
    try:
        return _known[name]
    except KeyError as error:
        raise Missing(_("There is no such list.")) from error


def list_names() -> list[str]:
    return sorted(_known)


def object_in(query: QueryDict, of: str) -> int:
    """The id of the object whose list is asked for. Raises Missing where the query has none."""
    text = query.get(of, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Missing(_("There is no such list."))
    return int(text)


def page_of(chosen: PortalList, query: QueryDict) -> str:
    """The address of the page of a list with the same filter."""
    if not chosen.of:
        return f"{reverse(chosen.page)}?{query.urlencode()}"
    kept = query.copy()
    kept.pop(chosen.of, None)
    pk = object_in(query, chosen.of)
    address = chosen.address(pk) if chosen.address else reverse(chosen.page, args=[pk])
    return f"{address}?{kept.urlencode()}"


def portions(rows: Any) -> Iterator[list[Any]]:
    """Rows a few hundred at a time; a queryset is read without being kept."""
    left = rows.iterator(chunk_size=PORTION) if isinstance(rows, QuerySet) else iter(rows)
    while portion := list(islice(left, PORTION)):
        yield portion


def counted(found: Found, limit: int) -> int:
    """How many rows there are, counted up to one more than `limit`."""
    rows = found.rows
    return rows.order_by()[: limit + 1].count() if isinstance(rows, QuerySet) else len(rows)


def file_name(chosen: PortalList, form: str, instant: datetime | None = None) -> str:
    """The name of the file that is made today, or of a past moment."""
    if instant is None:
        return f"{chosen.name}-{clock.today():%Y-%m-%d}.{form}"
    local = instant.astimezone(clock.MOSCOW)
    exact = "" if local.time() == time.min else f"-{local:%H-%M}"
    return f"{chosen.name}-as-of-{local:%Y-%m-%d}{exact}.{form}"


def about(title: str, conditions: Sequence[str], total: int, instant: datetime | None = None) -> list[str]:
    """What a table is: its title, its filter, and of when its rows are."""
    narrowed = "; ".join(conditions) or _("none: the whole list")
    as_of = _("As of %(instant)s") % {"instant": date_time(instant or clock.now())}
    return [
        title,
        _("Filter: %(conditions)s") % {"conditions": narrowed},
        _("%(as_of)s. Rows: %(rows)s") % {"as_of": as_of, "rows": number(total)},
    ]


def list_file(
    chosen: PortalList, scope: Scope, found: Found, form: str, watch: Watch | None = None
) -> IO[bytes]:
    """A temporary file with the rows in their order, telling how far it is (stage `rows`); `form` is xlsx or csv.

    Raises TooLarge over 100,000 rows: narrow the filter.
    """
    total = counted(found, MAX_ROWS)
    if total > MAX_ROWS:
        message = _("The list has more than %(limit)s rows. Narrow the filter and export again.")
        raise TooLarge(message % {"limit": number(MAX_ROWS)})
    columns, lines = chosen.columns(scope), chosen.lines(scope, found.rows)
    words = [*about(str(chosen.title), found.conditions, total, found.instant), *found.notes]

    def note(written: int) -> None:
        if watch and (written % ROWS_PER_NOTE == 0 or written == total):
            watch("rows", written, total)

    if form == CSV_FORM:
        return csv_file(_csv_lines(columns, lines, words, note))

    def fill(book: Any) -> None:
        book.set_properties({"title": words[0]})
        sheet = book.add_worksheet(_sheet_name(words[0]))
        write_table(book, sheet, columns, lines, about=words, note=note)

    return made_workbook(fill)


def _sheet_name(title: str) -> str:
    return title.translate(dict.fromkeys(map(ord, "[]:*?/\\'"))).strip()[:SHEET_NAME_LENGTH].strip()


def _csv_lines(
    columns: Sequence[Column], lines: Iterable[Any], words: Sequence[str], note: Callable[[int], None]
) -> Iterator[Sequence[Any]]:
    """Headings first, as programs expect them; what the table is stands after an empty line."""
    yield [str(column.title) for column in columns]
    for written, row in enumerate(lines, 1):
        yield [column.value(row) for column in columns]
        note(written)
    yield []
    for text in words:
        yield [text]


def conditions_of(form: forms.Form) -> list[str]:
    """What a form of filters narrows to, in words. Raises InvalidInput for an address that is damaged."""
    if not form.is_valid():
        raise InvalidInput(_("The filter of this list is damaged. Open the list and export again."))
    return conditions_in_words(form)


def choice_words(choices: Any, value: Any) -> str:
    """The label of a code in the reader's language; empty for none."""
    return str(dict(choices).get(value, value)) if value else ""


def yes_or_no(value: bool) -> str:
    return pgettext("in a table", "yes") if value else pgettext("in a table", "no")

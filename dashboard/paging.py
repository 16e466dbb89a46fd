"""Keyset pages of an ordered queryset: the depth of a page costs nothing, and a row that goes leaves no gap."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.errors import InvalidInput

PAGE_SIZE = 50
_MARK = re.compile(r"([0-9T:.+-]{10,40})_([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Rows of one page, and the parameters of the address that lead to its neighbours (empty: there are none)."""

    rows: Sequence[Any]
    previous: str = ""
    following: str = ""


def _mark(row: Model, field: str) -> str:
    return f"{getattr(row, field).isoformat()}_{row.pk}"


def _read(mark: str, field: Any) -> tuple[Any, int]:
    found = _MARK.fullmatch(mark)
    try:
        if found:
            kind = datetime if field.get_internal_type() == "DateTimeField" else date
            return kind.fromisoformat(found[1]), int(found[2])
    except ValueError:
        pass
    raise InvalidInput(
        _("The address of this page of the list is damaged. Open the list from its beginning.")
    )


def keyset_page(
    rows: QuerySet, *, field: str, query: QueryDict, descending: bool = False, size: int = PAGE_SIZE
) -> KeysetPage:
    """The page of `rows` that `after` or `before` in the query names, ordered by (`field`, id).

    Raises InvalidInput for a mark that is none.
    """
    before, after = query.get("before", ""), query.get("after", "")
    mark, backwards = (before, True) if before else (after, False)
    falling = descending != backwards
    sign = "-" if falling else ""
    if mark:
        value, pk = _read(mark, rows.model._meta.get_field(field))
        word = "lt" if falling else "gt"
        rows = rows.filter(Q(**{f"{field}__{word}": value}) | Q(**{field: value, f"pk__{word}": pk}))
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous = more if backwards else bool(mark)
    has_following = bool(mark) if backwards else more
    return KeysetPage(
        rows=found,
        previous=_address(query, before=_mark(found[0], field)) if found and has_previous else "",
        following=_address(query, after=_mark(found[-1], field)) if found and has_following else "",
    )


def _address(query: QueryDict, **mark: str) -> str:
    kept = query.copy()
    kept.pop("before", None)
    kept.pop("after", None)
    for name, value in mark.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def capped_count(rows: QuerySet, limit: int) -> tuple[int, bool]:
    """How many rows there are, counted up to `limit`; True when there are more."""
    found = rows.order_by()[: limit + 1].count()
    return min(found, limit), found > limit

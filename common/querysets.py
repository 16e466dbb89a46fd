"""The base of every scoped queryset."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import add, or_
from typing import Any, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from common.errors import Missing
from common.names import name_key
from common.scope import Scope
from common.text_search import LEAST_LIKENESS, LEAST_STEM, Likeness, LooksLike, SameStem, has_stems

NAMED = 0
"""The rank of what a search names by its number or code."""


class DatedQuerySetMixin:
    """Rows that hold from `starts_on` to `ends_on`, both inclusive; without an end they hold for ever."""

    filter: Any

    def in_force(self, day: date) -> Self:
        """On the day."""
        return self.overlapping(day, day)

    def standing(self, day: date) -> Self:
        """On the day, or later."""
        return self.overlapping(day, None)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """That share at least one day with the period; None is for ever."""
        later = {} if ends_on is None else {"starts_on__lte": ends_on}
        found: Self = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on), **later)
        return found


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows who may see its rows. Page, API, export and search all pass `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows that this scope may read. A room must say it; there is no default."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it")

    def with_words(self, words: Iterable[str], *columns: str, alike: bool = False) -> Self:
        """Rows that hold every word (`common.names.words_of`) in at least one of the columns of keys.

        A word is a part of the key; on PostgreSQL also its stem, and, where rows `alike` are asked for, what looks
        like it (`common.text_search.has_likeness` says whether the database can).
        """
        rows, knows_stems = self, has_stems(connections[self.db])
        for word in words:
            found = reduce(or_, (Q(**{f"{column}__contains": word}) for column in columns))
            if knows_stems and len(word) >= LEAST_STEM:
                found = reduce(or_, (Q(SameStem(F(column), Value(word))) for column in columns), found)
            if alike and len(word) >= LEAST_LIKENESS and word.isalpha():
                found = reduce(or_, (Q(LooksLike(Value(word), F(column))) for column in columns), found)
            rows = rows.filter(found)
        return rows

    def ranked(self, text: str, *columns: str, exact: Q | None = None, alike: bool = False) -> Self:
        """With `rank`, the better the smaller: what the text names (`exact`), keys that begin with it, keys that hold
        it whole, the rest; rows `alike` by how much they look like it."""
        key = name_key(text)
        if alike:
            likeness = reduce(add, (Likeness(Value(key), F(column)) for column in columns))
            return self.annotate(rank=Value(0.0) - likeness)
        begins = reduce(or_, (Q(**{f"{column}__startswith": key}) for column in columns))
        holds = reduce(or_, (Q(**{f"{column}__contains": key}) for column in columns))
        named = [] if exact is None else [When(exact, then=NAMED)]
        steps = [*named, When(begins, then=1), When(holds, then=2)]
        return self.annotate(rank=Case(*steps, default=3, output_field=IntegerField()))

    def fetch(self, scope: Scope, **lookup: Any) -> Any:
        """The one row of the scope that fits, or `Missing`: a stranger's row and no row look the same."""
        try:
            return self.visible_to(scope).get(**lookup)
        except (ObjectDoesNotExist, ValueError, OverflowError) as error:
            what = self.model._meta.verbose_name
            raise Missing(_("Not found: %(what)s.") % {"what": what}) from error

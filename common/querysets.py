"""The base of every scoped queryset."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Missing
from common.scope import Scope


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows who may see its rows. Page, API, export and search all pass `visible_to`."""

    def visible_to(self, scope: Scope) -> Self:
        """Rows that this scope may read. A room must say it; there is no default."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it")

    def with_words(self, words: Iterable[str], *columns: str) -> Self:
        """Rows that hold every word (`common.names.words_of`) in at least one of the columns of keys."""
        rows = self
        for word in words:
            rows = rows.filter(reduce(or_, (Q(**{f"{column}__contains": word}) for column in columns)))
        return rows

    def fetch(self, scope: Scope, **lookup: Any) -> Any:
        """The one row of the scope that fits, or `Missing`: a stranger's row and no row look the same."""
        try:
            return self.visible_to(scope).get(**lookup)
        except (ObjectDoesNotExist, ValueError, OverflowError) as error:
            what = self.model._meta.verbose_name
            raise Missing(_("Not found: %(what)s.") % {"what": what}) from error

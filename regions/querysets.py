"""Visibility and joins of the regions room."""

from datetime import date
from typing import Self

from django.db.models import Q
from django.utils.translation import get_language

from common.names import name_column, words_of
from common.querysets import ScopedQuerySet
from common.scope import Scope


def by_region_name(path: str = "") -> str:
    """The column that sorts regions by their names in the language of the reader; `path` leads to the region."""
    return f"{path}name_en" if get_language() == "en" else f"{path}name_key"


class RegionQuerySet(ScopedQuerySet):
    """Names of regions are no secret: everybody sees them, also the public rating."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all()

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By words of either name, in any case of the language that begins alike, or by the code."""
        return self.with_words(words_of(text), "search_key", alike=alike)

    def for_list(self) -> Self:
        return self.select_related("district").by_name()

    def names(self) -> dict[str, str]:
        """The name of each by its code, in the language of the reader."""
        return dict(self.values_list("code", name_column()))

    def by_name(self) -> Self:
        """In the alphabet of the reader's language."""
        return self.order_by(by_region_name())


class SharingConsentQuerySet(ScopedQuerySet):
    """Consents: the centre and the region itself. What follows from one is asked by `in_force`."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.filter(region__in=scope.regions)

    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)


class RegionalAuthorityQuerySet(ScopedQuerySet):
    """Contacts of an authority: the centre and the region itself."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions)


class AuthorityHeadQuerySet(ScopedQuerySet):
    """Persons and their addresses: the centre and the region itself."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(authority__region__in=scope.regions)

    def in_office(self, day: date) -> Self:
        """Heads in office on the day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class CalendarDayQuerySet(ScopedQuerySet):
    """The calendar is no secret: everybody who signed in works by it."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def in_force(self) -> Self:
        """Without the days that were taken back."""
        return self.filter(ended_at=None)

"""Visibility of people and their memberships."""

import hashlib
from datetime import date, datetime
from typing import Self

from django.db.models import Exists, OuterRef, Q

from common.names import words_of
from common.querysets import ScopedQuerySet
from common.scope import Role, Scope


def digest_of(key: str) -> str:
    """What the database keeps of an audit token."""
    return hashlib.sha256(key.encode()).hexdigest()


class UserQuerySet(ScopedQuerySet):
    """People: administrators see all; others see themselves."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.has(Role.ADMINISTRATOR):
            return self.all()
        return self.filter(pk=scope.user_id)

    def search(self, text: str, *, alike: bool = False) -> Self:
        """By parts of the name («щекин» finds «Щёкин») or of the address, all of them."""
        return self.with_words(words_of(text), "name_key", "email", alike=alike)

    def with_membership(self, memberships: "MembershipQuerySet") -> Self:
        """People who hold at least one of these memberships."""
        return self.filter(Exists(memberships.filter(user=OuterRef("pk")).order_by()))


class MembershipQuerySet(ScopedQuerySet):
    """Memberships: the centre sees all, a region its own, everybody his own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(user=scope.user_id) | Q(region__in=scope.regions))

    def in_force(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def overlapping(self, starts_on: date, ends_on: date | None) -> Self:
        """Memberships that share at least one day with the period; None is for ever."""
        shared = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return shared if ends_on is None else shared.filter(starts_on__lte=ends_on)

    def for_list(self) -> Self:
        return self.select_related("region", "association")


class AuditTokenQuerySet(ScopedQuerySet):
    """Tokens of auditors: administrators alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.has(Role.ADMINISTRATOR) else self.none()

    def working(self, key: str, now: datetime) -> Self:
        """The token of this key, unless it is revoked or expired."""
        return self.filter(digest=digest_of(key), revoked_at=None, expires_at__gt=now)

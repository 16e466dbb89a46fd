"""Visibility of people and their memberships."""

from datetime import date
from typing import Self

from django.db.models import Q

from common.querysets import ScopedQuerySet
from common.scope import Role, Scope


class UserQuerySet(ScopedQuerySet):
    """People: administrators see all; others see themselves."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.has(Role.ADMINISTRATOR):
            return self.all()
        return self.filter(pk=scope.user_id)


class MembershipQuerySet(ScopedQuerySet):
    """Memberships: the centre sees all, a region its own, everybody his own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(user=scope.user_id) | Q(region__in=scope.regions))

    def in_force(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class AuditTokenQuerySet(ScopedQuerySet):
    """Tokens of auditors: administrators alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.has(Role.ADMINISTRATOR) else self.none()

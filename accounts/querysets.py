"""Visibility of people and their memberships."""

import hashlib
from datetime import date, datetime
from typing import Self

from django.db.models import Exists, OuterRef, Q

from common.names import words_of
from common.querysets import DatedQuerySetMixin, ScopedQuerySet
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


class MembershipQuerySet(DatedQuerySetMixin, ScopedQuerySet):
    """Memberships: the centre sees all, a region its own, everybody his own."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(user=scope.user_id) | Q(region__in=scope.regions))

    def of_associations(self, scope: Scope) -> Self:
        """Chairs and curators: who helps in an industry is known to whoever signed in."""
        return self.none() if scope.is_public else self.filter(role=Role.ASSOCIATION)

    def for_list(self) -> Self:
        return self.select_related("region", "association")


class AuditTokenQuerySet(ScopedQuerySet):
    """Tokens of auditors: administrators alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.has(Role.ADMINISTRATOR) else self.none()

    def working(self, key: str, now: datetime) -> Self:
        """The token of this key, unless it is revoked or expired."""
        return self.filter(digest=digest_of(key), revoked_at=None, expires_at__gt=now)


class CampaignQuerySet(ScopedQuerySet):
    """Appointment campaigns are work of the centre."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()


class AskQuerySet(ScopedQuerySet):
    """The regions of campaigns, for the centre alone."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.none()

    def silent(self) -> Self:
        """Asked, and not answered."""
        return self.filter(asked_at__isnull=False, answered_at=None)


class LeaveQuerySet(ScopedQuerySet):
    """Leaves: the centre sees all, a region its own."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.filter(membership__region__in=scope.regions)

    def standing(self) -> Self:
        """Without those that were taken back."""
        return self.filter(cancelled_at=None)

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        """Leaves that share at least one day with the period."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def in_force(self, day: date) -> Self:
        """Leaves that hold on the day: both are in office then, and the one who stands in may sign in."""
        held = self.standing().filter(starts_on__lte=day, ends_on__gte=day, stand_in__user__is_active=True)
        for path in ("membership", "stand_in"):
            held = held.filter(
                Q(**{f"{path}__ends_on": None}) | Q(**{f"{path}__ends_on__gte": day}),
                **{f"{path}__starts_on__lte": day},
            )
        return held

    def with_people(self) -> Self:
        return self.select_related("membership__user", "stand_in__user")


class HandoverQuerySet(ScopedQuerySet):
    """Handovers: the centre sees all, a region its own."""

    def visible_to(self, scope: Scope) -> Self:
        return self.all() if scope.is_centre else self.filter(old__region__in=scope.regions)

    def due(self, day: date) -> Self:
        """Whose day has come, with work that has not followed yet."""
        return self.filter(on__lte=day, moved_at=None)

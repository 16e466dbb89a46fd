"""Who sees what of the associations."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from associations.enums import (
    EventState,
    JoiningState,
    PracticeState,
    ReplicationState,
    ReportState,
    SupportState,
)
from audit.append_only import AppendOnlyQuerySetMixin
from common.names import words_of
from common.querysets import DatedQuerySetMixin, ScopedQuerySet
from common.scope import Scope


def _rows(name: str) -> Any:
    """All rows of a model of this room: querysets stand below the models and cannot import them."""
    return apps.get_model("associations", name)._default_manager.all()


class MilestoneQuerySet(ScopedQuerySet):
    """Roadmaps are common knowledge of whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def common(self) -> Self:
        """Those that hold for all associations, and those of the transition."""
        return self.filter(association=None)


class PracticeQuerySet(ScopedQuerySet):
    """Practices: what is or was published is read by whoever signed in; what is under way by the region of its author,
    the association, the experts appointed to it and the centre; a draft by the region alone."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_public:
            return self.none()
        known = Q(state__in=(PracticeState.PUBLISHED, PracticeState.WITHDRAWN))
        own = Q(region__in=scope.regions)
        if scope.is_system:
            return self.all()
        handed_in = Q() if scope.is_centre else self._handed_to(scope)
        return self.filter(known | own | (handed_in & ~Q(state=PracticeState.DRAFT)))

    def _handed_to(self, scope: Scope) -> Q:
        scored = _rows("Expertise").filter(expert=scope.user_id).order_by()
        return Q(association__in=scope.associations) | Q(pk__in=scored.values("practice"))

    def published(self) -> Self:
        return self.filter(state=PracticeState.PUBLISHED)

    def in_force(self, day: date) -> Self:
        """Published, and not out of date."""
        return self.published().filter(valid_until__gte=day)

    def with_counts(self) -> Self:
        """With `carried_out` and `going`: clusters that repeated the practice, and those that are at it."""
        rows = _rows("Replication").filter(practice=OuterRef("pk")).order_by()

        def count(state: str) -> Coalesce:
            found = rows.filter(state=state).values("practice").annotate(n=Count("pk")).values("n")
            return Coalesce(Subquery(found), 0)

        return self.annotate(carried_out=count(ReplicationState.DONE), going=count(ReplicationState.GOING))

    def for_list(self) -> Self:
        return self.select_related(
            "association", "region", "cluster", "college", "enterprise", "process"
        ).with_counts()

    def matching(self, text: str, *, alike: bool = False) -> Self:
        """By words of the title, the problem and the results."""
        return self.with_words(words_of(text), "search_key", alike=alike)


class OfPracticeQuerySet(ScopedQuerySet):
    """What belongs to a practice is read by whoever reads the practice."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(practice__in=_rows("Practice").visible_to(scope).order_by())


class LogOfPracticeQuerySet(AppendOnlyQuerySetMixin, OfPracticeQuerySet):
    """Events and comments, written once."""


class ExpertiseQuerySet(ScopedQuerySet):
    """Who scores a practice, and how: the centre, the association, and each expert of himself.

    The author reads the conclusions without the names (`selectors.practices`).
    """

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(practice__association__in=scope.associations) | Q(expert=scope.user_id))

    def open(self) -> Self:
        """Those that wait for the expert."""
        return self.filter(scored_at=None, practice__state=PracticeState.REVIEW)


class ExpertPointsQuerySet(ScopedQuerySet):
    """Points are read by whoever reads whose they are."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(expertise__in=_rows("Expertise").visible_to(scope).order_by())


class ReplicationQuerySet(ScopedQuerySet):
    """Who repeats a practice is known to whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()


class KeptQuerySet(ScopedQuerySet):
    """What an association plans and how it is organised is known to whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()


class LastingQuerySet(DatedQuerySetMixin, KeptQuerySet):
    """The same, from a day to a day."""


class HelpRecordQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """What was done for a cluster is read by the centre, the association and the region."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(association__in=scope.associations) | Q(cluster__region__in=scope.regions))


class SupportRequestQuerySet(ScopedQuerySet):
    """Requests for expert support: the centre, the association, the region, the expert."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        mine = Q(expert=scope.user_id) if scope.user_id else Q(pk__in=())
        return self.filter(
            mine | Q(association__in=scope.associations) | Q(cluster__region__in=scope.regions)
        )

    def open(self) -> Self:
        """Those that wait for somebody."""
        return self.exclude(state__in=(SupportState.CLOSED, SupportState.CANCELLED))


class PeerQuestionQuerySet(ScopedQuerySet):
    """Questions between clusters: both regions, the associations of their industry, the centre."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        regions = Q(cluster__region__in=scope.regions) | Q(peer__region__in=scope.regions)
        industries = _industries_of(scope.associations)
        return self.filter(regions | Q(cluster__industry__in=industries))


def _industries_of(associations: frozenset[int]) -> Any:
    """Keys of the industries of associations."""
    rows = apps.get_model("clusters", "Industry")._default_manager.filter(associations__in=associations)
    return rows.order_by().values("pk")


class JoiningQuerySet(ScopedQuerySet):
    """Invitations and applications: the association, the region, the centre."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(association__in=scope.associations) | Q(cluster__region__in=scope.regions))

    def waiting(self) -> Self:
        return self.filter(state=JoiningState.WAITS)


class EventQuerySet(ScopedQuerySet):
    """Events that are announced, held or cancelled afterwards are known to whoever signed in; planned ones to the
    centre and the association."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public:
            return self.none()
        return self.filter(Q(announced_at__isnull=False) | Q(association__in=scope.associations))

    def public(self) -> Self:
        """Those that stand on the public page."""
        return self.filter(state__in=(EventState.ANNOUNCED, EventState.HELD))


class ParticipantQuerySet(ScopedQuerySet):
    """Who registered is read by the centre and the association, and by each of himself."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        mine = Q(person=scope.user_id) if scope.user_id else Q(pk__in=())
        return self.filter(mine | Q(event__association__in=scope.associations))


class ReportQuerySet(ScopedQuerySet):
    """Annual reports: drafts are read by the centre and the association, approved ones by whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.is_public:
            return self.none()
        return self.filter(Q(state=ReportState.APPROVED) | Q(association__in=scope.associations))

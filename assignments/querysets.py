"""Visibility, joins and conditions of protocols, items and executions."""

from datetime import date
from typing import Self

from django.db.models import Q

from assignments.enums import OPEN_STATES, ExecutionState, ProtocolStatus
from audit.append_only import AppendOnlyQuerySetMixin
from common.querysets import ScopedQuerySet
from common.scope import Scope


class ProtocolQuerySet(ScopedQuerySet):
    """Drafts belong to the centre; an issued protocol is read by everybody it concerns."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.regions:
            own = type(self)(self.model).filter(assignments__executions__region__in=scope.regions)
            return self.filter(status=ProtocolStatus.ISSUED, pk__in=own.values("pk"))
        return self.none()


class AssignmentQuerySet(ScopedQuerySet):
    """Items follow their protocol, narrowed to those addressed to the own region."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        if scope.regions:
            own = type(self)(self.model).filter(executions__region__in=scope.regions)
            return self.filter(protocol__status=ProtocolStatus.ISSUED, pk__in=own.values("pk"))
        return self.none()


TABLE_COLUMNS = (
    "state",
    "weight",
    "due_on",
    "reported_on",
    "in_review_since",
    "returns",
    "assignment__number",
    "assignment__title",
    "assignment__protocol__number",
    "assignment__protocol__held_on",
    "cluster__code",
    "cluster__title",
    "region__name_ru",
    "region__name_en",
    "region__brief_ru",
    "region__brief_en",
)


class ExecutionQuerySet(ScopedQuerySet):
    """Executions: the centre sees all, a region its own; associations see practices, never these."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(region__in=scope.regions)

    def rated(self) -> Self:
        """Executions by clusters; items addressed to the coordinator himself never enter the rating."""
        return self.filter(cluster__isnull=False)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def unreported(self) -> Self:
        """Waiting for the region: nothing handed in, or returned."""
        return self.filter(state__in=(ExecutionState.ISSUED, ExecutionState.RETURNED))

    def in_review(self) -> Self:
        return self.filter(state=ExecutionState.IN_REVIEW)

    def overdue(self, day: date) -> Self:
        """Waiting for the region after the due day has passed."""
        return self.unreported().filter(due_on__lt=day)

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related(
            "assignment__protocol", "assignment__process", "cluster__industry", "region"
        )

    def for_table(self) -> Self:
        """With what the row of a table shows, and no other column: a list has fifty rows and items hold long texts."""
        return self.select_related("assignment__protocol", "cluster", "region").only(*TABLE_COLUMNS)


class ExecutionEventQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Events are seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(execution__region__in=scope.regions)


class EvidenceQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """Evidence is seen by whoever sees the execution."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(event__execution__region__in=scope.regions))

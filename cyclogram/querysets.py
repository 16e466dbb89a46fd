"""Who sees what of the cyclogram, and the conditions of its lists: the one place of these rules.

Plans, lanes and indicators are the common yardstick: whoever signed in reads them. Where a cluster stands is read by
the centre, its region and its association; what the region hands in, by the centre and the region alone.
"""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, CharField, F, Prefetch, Q, Value, When

from audit.append_only import AppendOnlyQuerySetMixin
from clusters.models import AssociationMember
from common import clock
from common.querysets import DatedQuerySetMixin, ScopedQuerySet
from common.scope import Scope
from cyclogram.enums import (
    CLOSED_STATES,
    OPEN_STATES,
    ClosedBy,
    PlanState,
    StageSign,
    StageState,
    ValueState,
)


def _rows(name: str) -> Any:
    """All rows of a model of this room: querysets stand below the models and cannot import them."""
    return apps.get_model("cyclogram", name)._default_manager.all()


def ends_within(day: date, days: int) -> Q:
    """Open, and planned to end on the day or within so many days after it."""
    return Q(state__in=OPEN_STATES, planned_to__range=(day, day + timedelta(days=days)))


class PlanVersionQuerySet(ScopedQuerySet):
    """Whoever signed in reads the plans that are or were in force; drafts stay in the centre."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.none() if scope.is_public else self.exclude(state=PlanState.DRAFT)

    def in_force(self) -> Self:
        """One version of each cohort that has a plan, the oldest cohort first."""
        return self.filter(state=PlanState.IN_FORCE).order_by("cohort_year")

    def with_content(self) -> Self:
        """With stages and checkpoints, each kind in one query."""
        checkpoints = Prefetch("checkpoints", queryset=_rows("PlanCheckpoint").order_by("month", "day", "pk"))
        stages = _rows("PlanStage").select_related("process", "owner", "indicator")
        return self.prefetch_related(Prefetch("stages", queryset=stages.prefetch_related(checkpoints)))


class PlanStageQuerySet(ScopedQuerySet):
    """Stages of a plan follow it."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.none() if scope.is_public else self.exclude(plan__state=PlanState.DRAFT)

    def kept(self) -> Self:
        """Without the archived ones, which are not laid any more."""
        return self.filter(archived_at=None)

    def in_force(self) -> Self:
        """The stages by which clusters are laid now."""
        return self.kept().filter(plan__state=PlanState.IN_FORCE)


class PlanCheckpointQuerySet(ScopedQuerySet):
    """Checkpoints of a stage follow its plan."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.none() if scope.is_public else self.exclude(stage__plan__state=PlanState.DRAFT)


class CheckpointQuerySet(ScopedQuerySet):
    """The days of the lanes are known to whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def of_year(self, year: int) -> Self:
        """The days of one calendar year in their order."""
        return self.filter(year=year).order_by("held_on", "pk")

    def kept(self) -> Self:
        """Without those that were cancelled."""
        return self.filter(cancelled_at=None)


class ClusterStageQuerySet(ScopedQuerySet):
    """The centre sees all, a region its clusters, an association the clusters that are its members today.

    An association reads how the stages stand, not what was handed in: words, history and files have their own scope.
    """

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        places = Q()
        if scope.regions:
            places |= Q(cluster__region__in=scope.regions)
        if scope.associations:
            members = AssociationMember.objects.visible_to(scope).in_force(clock.today())
            own = members.filter(association__in=scope.associations)
            places |= Q(cluster__in=own.values("cluster"))
        return self.filter(places) if places else self.none()

    def on_plan(self) -> Self:
        """Of clusters that are in the project, by plans in force, without stages that were archived there."""
        return self.filter(
            cluster__closed_on=None, stage__archived_at=None, stage__plan__state=PlanState.IN_FORCE
        )

    def open(self) -> Self:
        """Those that wait for the cluster."""
        return self.filter(state__in=OPEN_STATES)

    def closed(self) -> Self:
        """Those that are over, with remarks or without."""
        return self.filter(state__in=CLOSED_STATES)

    def proposed(self) -> Self:
        """Those that wait for the centre, the oldest first."""
        return self.filter(state=StageState.PROPOSED).order_by("proposed_at", "pk")

    def late(self, day: date) -> Self:
        """Open after their last planned day."""
        return self.open().filter(planned_to__lt=day)

    def due_within(self, day: date, days: int) -> Self:
        """Those of `ends_within`."""
        return self.filter(ends_within(day, days))

    def with_sign(self, day: date) -> Self:
        """With `sign`: what `cyclogram.facts.sign_of` says of the day, a value of `StageSign`."""
        is_late = Q(state__in=OPEN_STATES, planned_to__lt=day)
        late = When(is_late, then=Value(StageSign.LATE.value))
        return self.annotate(sign=Case(late, default=F("state"), output_field=CharField()))

    def followed(self) -> Self:
        """Those that facts may still move: open, or closed by facts."""
        return self.filter(Q(state__in=OPEN_STATES) | Q(state__in=CLOSED_STATES, closed_by=ClosedBy.FACTS))

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related("stage__plan", "process", "cluster__region", "cluster__industry")


class OfTheRegionQuerySet(ScopedQuerySet):
    """What a region hands in or keeps for itself: read by the centre and by the own region."""

    region_lookup = ""
    """Where the region of a row stands."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(**{f"{self.region_lookup}__in": scope.regions})


class StageEventQuerySet(AppendOnlyQuerySetMixin, OfTheRegionQuerySet):
    """The history of a stage, with its reasons."""

    region_lookup = "stage__cluster__region"


class StageEvidenceQuerySet(AppendOnlyQuerySetMixin, OfTheRegionQuerySet):
    """Files that prove a stage."""

    region_lookup = "event__stage__cluster__region"


class IndicatorQuerySet(ScopedQuerySet):
    """What is counted is known to whoever signed in."""

    def visible_to(self, scope: Scope) -> Self:
        return self.none() if scope.is_public else self.all()

    def kept(self) -> Self:
        """Without the archived ones, which nobody enters any more."""
        return self.filter(archived_at=None)


class IndicatorValueQuerySet(ScopedQuerySet):
    """The centre sees all values, a region its own and those of its clusters."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        return self.filter(Q(region__in=scope.regions) | Q(cluster__region__in=scope.regions))

    def of_region(self, region: str) -> Self:
        """Those of the region and of its clusters."""
        return self.filter(Q(region=region) | Q(cluster__region=region))

    def waiting(self) -> Self:
        """Entered and not yet accepted or returned, the oldest first."""
        return self.filter(state=ValueState.ENTERED, actual__isnull=False).order_by("entered_at", "pk")

    def accepted(self) -> Self:
        return self.filter(state=ValueState.ACCEPTED)

    def of_year(self, year: int) -> Self:
        """Values of the days of one calendar year."""
        return self.filter(counted_on__gte=date(year, 1, 1), counted_on__lte=date(year, 12, 31))

    def for_list(self) -> Self:
        """With everything that a row of a list shows."""
        return self.select_related("indicator__process", "region", "cluster__region")


class IndicatorValueEventQuerySet(AppendOnlyQuerySetMixin, ScopedQuerySet):
    """The history of a value is read by whoever sees the value."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.is_centre:
            return self.all()
        own = Q(value__region__in=scope.regions) | Q(value__cluster__region__in=scope.regions)
        return self.filter(own)


class SupervisoryBoardQuerySet(OfTheRegionQuerySet):
    """Regional supervisory boards."""

    region_lookup = "region"


class BoardMemberQuerySet(DatedQuerySetMixin, OfTheRegionQuerySet):
    """Members of the boards, by dates."""

    region_lookup = "board__region"


class BoardSessionQuerySet(OfTheRegionQuerySet):
    """Sessions of the boards."""

    region_lookup = "board__region"


class BoardDecisionQuerySet(OfTheRegionQuerySet):
    """Decisions of the sessions."""

    region_lookup = "session__board__region"

    def overdue(self, day: date) -> Self:
        """Not carried out after their term."""
        return self.filter(done_on=None, due_on__lt=day)

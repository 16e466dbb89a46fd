"""A year of an association in rows: what its annual report tells. The same for whoever asks: numbers, and what is
published anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q

from assignments.enums import ExecutionState
from assignments.models import Execution
from associations.enums import EventState, MilestoneState, ReplicationState
from associations.meetings_held import Held, meetings_held
from associations.models import (
    AssociationEvent,
    GroupMember,
    GroupTask,
    HelpRecord,
    Milestone,
    Practice,
    Publicity,
    Replication,
    SupportRequest,
    WorkingGroup,
)
from clusters.models import Association, AssociationMember, Cluster
from clusters.querysets import ClusterQuerySet
from common.scope import SYSTEM
from cyclogram.enums import CLOSED_STATES
from cyclogram.models import ClusterStage


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The clusters of the industry in one year: how many were members at its end, executions that came due, in time,
    stages that were closed."""

    year: int
    members: int
    due: int
    in_time: int
    stages: int

    @property
    def share(self) -> int | None:
        """Whole percents in time; None where nothing came due."""
        return round(100 * self.in_time / self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class GroupYear:
    """A working group: who leads it at the end of the year, its members then, its tasks of the year."""

    group: WorkingGroup
    lead: str
    members: int
    tasks: int
    done: int


@dataclass(frozen=True, slots=True)
class AssociationYear:
    """Everything that the report of a year tells."""

    year: int
    before: YearFigures
    now: YearFigures
    clusters: int
    joined: Sequence[AssociationMember]
    groups: Sequence[GroupYear]
    meetings: Sequence[Held]
    practices: Sequence[Practice]
    replications: Sequence[Replication]
    events: Sequence[AssociationEvent]
    publicity: Sequence[Publicity]
    milestones: Sequence[Milestone]
    helped: int
    supported: int
    hours: Decimal


def association_year(association: Association, year: int) -> AssociationYear:
    """The year of an association, in a fixed number of queries."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    within = (first, last)
    pk = association.pk
    answered = SupportRequest.objects.filter(association=pk, answered_at__year=year)
    return AssociationYear(
        year=year,
        before=_figures(association, year - 1),
        now=_figures(association, year),
        clusters=_clusters(association).count(),
        joined=list(
            AssociationMember.objects.filter(association=pk, starts_on__range=within)
            .select_related("cluster__region")
            .order_by("starts_on", "cluster__name_key")
        ),
        groups=_groups(pk, first, last),
        meetings=meetings_held(SYSTEM, pk, first, last),
        practices=list(
            Practice.objects.filter(association=pk, published_on__range=within)
            .for_list()
            .order_by("published_on", "pk")
        ),
        replications=_replications(pk, first, last),
        events=list(
            AssociationEvent.objects.filter(
                association=pk, state=EventState.HELD, starts_at__year=year
            ).order_by("starts_at")
        ),
        publicity=list(Publicity.objects.filter(association=pk, done_on__range=within).order_by("done_on")),
        milestones=list(
            Milestone.objects.filter(association=pk)
            .filter(Q(due_on__range=within) | Q(due_on=None, starts_on__range=within))
            .exclude(state=MilestoneState.CANCELLED)
            .order_by(F("due_on").asc(nulls_last=True), "order", "pk")
        ),
        helped=HelpRecord.objects.filter(association=pk, helped_on__range=within).count(),
        supported=answered.count(),
        hours=sum(((row.hours or Decimal()) for row in answered), Decimal()),
    )


def _clusters(association: Association) -> ClusterQuerySet:
    rows = Cluster.objects.visible_to(SYSTEM).active()
    found: ClusterQuerySet = rows.filter(industry__in=association.industries.all())
    return found


def _figures(association: Association, year: int) -> YearFigures:
    end = date(year, 12, 31)
    clusters = _clusters(association)
    executions = Execution.objects.visible_to(SYSTEM).rated().filter(cluster__in=clusters, due_on__year=year)
    executions = executions.exclude(state=ExecutionState.CANCELLED)
    counted = executions.aggregate(
        due=Count("pk"), in_time=Count("pk", filter=Q(reported_on__lte=F("due_on")))
    )
    stages = ClusterStage.objects.visible_to(SYSTEM).filter(
        cluster__in=clusters, state__in=CLOSED_STATES, actual_to__year=year
    )
    members = AssociationMember.objects.filter(association=association).in_force(end)
    return YearFigures(year, members.count(), counted["due"], counted["in_time"], stages.count())


def _groups(association: int, first: date, last: date) -> list[GroupYear]:
    rows = WorkingGroup.objects.filter(association=association, starts_on__lte=last)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=first)).select_related("direction")
    members = list(GroupMember.objects.filter(group__in=rows).in_force(last))
    tasks = list(GroupTask.objects.filter(group__in=rows, due_on__range=(first, last)))
    return [
        GroupYear(
            group=group,
            lead=", ".join(one.name for one in members if one.group_id == group.pk and one.is_lead),
            members=sum(one.group_id == group.pk for one in members),
            tasks=sum(one.group_id == group.pk for one in tasks),
            done=sum(one.group_id == group.pk and one.done_on is not None for one in tasks),
        )
        for group in rows
    ]


def _replications(association: int, first: date, last: date) -> list[Replication]:
    """Begun or ended in the year, those that were carried out first."""
    rows = Replication.objects.filter(practice__association=association).filter(
        Q(starts_on__range=(first, last)) | Q(ended_on__range=(first, last))
    )
    found = list(rows.select_related("practice", "cluster__region"))
    return sorted(found, key=lambda row: (row.state != ReplicationState.DONE, row.practice.title, row.pk))

"""How an association helps: directions, groups with their tasks, curators, who needs help and why, what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from associations.models import (
    Curatorship,
    Direction,
    GroupMember,
    GroupTask,
    HelpRecord,
    PeerQuestion,
    SupportRequest,
    WorkingGroup,
)
from associations.querysets import HelpRecordQuerySet, SupportRequestQuerySet
from associations.selectors.associations import AssociationPage, MemberRow, association_page
from clusters.models import Cluster
from common import clock
from common.scope import Scope
from regions.querysets import by_region_name

SHOWN_RECORDS = 30
"""Records of help on the page; the file has all of them."""
LOW_SHARE = 70
"""Percent in time below which a cluster needs help: under it the zone of a region is red (methodology §6)."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A working group with its people of today and its tasks, those that are open first."""

    group: WorkingGroup
    members: Sequence[GroupMember]
    tasks: Sequence[GroupTask]
    is_over: bool


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A member that needs help: why, who supports it, when it was helped last."""

    cluster: Cluster
    reasons: Sequence[str]
    curators: Sequence[Curatorship]
    helped_on: date | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The coordinating work of an association; what this person may not read is empty."""

    page: AssociationPage
    directions: Sequence[Direction]
    groups: Sequence[GroupRow]
    needs: Sequence[NeedRow]
    curators: Sequence[Curatorship]
    records: Sequence[HelpRecord]
    requests: Sequence[SupportRequest]
    today: date

    @property
    def newest_records(self) -> Sequence[HelpRecord]:
        return self.records[:SHOWN_RECORDS]


def work_page(scope: Scope, pk: int) -> WorkPage:
    """In a fixed number of queries; Missing for no association."""
    today = clock.today()
    page = association_page(scope, pk)
    curators = list(
        Curatorship.objects.visible_to(scope)
        .in_force(today)
        .filter(association=pk)
        .select_related("curator", "cluster__region")
        .order_by("cluster__name_key")
    )
    records = list(help_records(scope, pk))
    return WorkPage(
        page=page,
        directions=list(Direction.objects.visible_to(scope).filter(association=pk)),
        groups=group_rows(scope, pk),
        needs=_needs(page.members, curators, records),
        curators=curators,
        records=records,
        requests=list(support_requests(scope, pk)),
        today=today,
    )


def group_rows(scope: Scope, association: int) -> list[GroupRow]:
    """Working groups by name, those that are over last."""
    today = clock.today()
    members = Prefetch("members", GroupMember.objects.visible_to(scope).in_force(today))
    tasks = Prefetch("tasks", GroupTask.objects.visible_to(scope))
    rows = WorkingGroup.objects.visible_to(scope).filter(association=association)
    found = [
        GroupRow(
            group,
            list(group.members.all()),
            sorted(group.tasks.all(), key=lambda task: (task.done_on is not None, task.due_on, task.pk)),
            group.ends_on is not None and group.ends_on < today,
        )
        for group in rows.select_related("direction").prefetch_related(members, tasks)
    ]
    return sorted(found, key=lambda row: (row.is_over, row.group.name))


def help_records(scope: Scope, association: int) -> HelpRecordQuerySet:
    """What was done for the members, the newest first, as far as this person reads it."""
    rows = HelpRecord.objects.visible_to(scope).filter(association=association)
    found: HelpRecordQuerySet = rows.select_related("cluster__region", "author")
    return found


def support_requests(scope: Scope, association: int) -> SupportRequestQuerySet:
    """Requests for expert support, the newest first, as far as this person reads them."""
    rows = SupportRequest.objects.visible_to(scope).filter(association=association)
    found: SupportRequestQuerySet = rows.select_related("cluster__region", "expert")
    return found


def _needs(
    members: Sequence[MemberRow], curators: Sequence[Curatorship], records: Sequence[HelpRecord]
) -> list[NeedRow]:
    last: dict[int, date] = {}
    for record in records:
        last.setdefault(record.cluster_id, record.helped_on)
    by_cluster: Mapping[int, list[Curatorship]] = {
        row.cluster.pk: [one for one in curators if one.cluster_id == row.cluster.pk] for row in members
    }
    rows = [
        NeedRow(row.cluster, reasons, by_cluster[row.cluster.pk], last.get(row.cluster.pk))
        for row in members
        if (reasons := reasons_of(row))
    ]
    return sorted(rows, key=lambda row: -len(row.reasons))


def reasons_of(row: MemberRow) -> list[str]:
    """Why a member needs help, from data; nothing where this person may not count."""
    found = []
    if row.work and row.work.late:
        words = ngettext("%(n)s overdue assignment", "%(n)s overdue assignments", row.work.late)
        found.append(words % {"n": row.work.late})
    if row.progress and row.progress.late:
        words = ngettext("%(n)s late stage", "%(n)s late stages", row.progress.late)
        found.append(words % {"n": row.progress.late})
    if row.work and row.work.share is not None and row.work.share < LOW_SHARE:
        found.append(_("in time %(share)s %%") % {"share": row.work.share})
    return found


def peer_questions(scope: Scope) -> Sequence[PeerQuestion]:
    """Questions between clusters, those without an answer first, then the newest."""
    rows = PeerQuestion.objects.visible_to(scope).select_related("cluster__region", "peer__region")
    found = rows.select_related("cluster__region", "peer__region", "answered_by")
    return sorted(found, key=lambda row: (row.answered_at is not None, -row.pk))


def clusters_spoken_for(scope: Scope) -> list[Cluster]:
    """Clusters of the own regions whose industry is known."""
    rows = Cluster.objects.visible_to(scope).active().filter(region__in=scope.coordinated)
    return list(rows.filter(industry__isnull=False).order_by("name_key", "code"))


def peers_offered(scope: Scope) -> list[Cluster]:
    """Clusters of the industries of the own ones in other regions, by region and name."""
    industries = {one.industry_id for one in clusters_spoken_for(scope)}
    rows = Cluster.objects.visible_to(scope).active().filter(industry__in=industries)
    rows = rows.exclude(region__in=scope.coordinated).select_related("region", "industry")
    return list(rows.order_by(by_region_name("region__"), "name_key", "code"))

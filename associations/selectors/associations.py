"""Associations for the pages: all of them, one with its clusters, and who of the industry is not a member."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.enums import Position
from accounts.models import Membership
from associations.selectors.work import Work, losses_of, work_by_cluster
from clusters.models import Association, AssociationMember, Cluster
from common import clock
from common.scope import Scope
from cyclogram.models import ClusterStage
from cyclogram.selectors.progress import Progress, progress_by
from regions.querysets import by_region_name


@dataclass(frozen=True, slots=True)
class Coverage:
    """Members among the clusters of the industries of an association, in the project today."""

    members: int
    clusters: int

    @property
    def share(self) -> int | None:
        """Whole percents; None for an industry without clusters."""
        return round(100 * self.members / self.clusters) if self.clusters else None


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """A line of the list. `work` is None for whoever may not count the executions of its members."""

    association: Association
    chairs: Sequence[Membership]
    members: int
    coverage: Coverage
    work: Work | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member cluster: its work and its way on the cyclogram as far as this person may see them.

    `lost` is what it cost its region in the newest published month, in hundredths of a point; None where its work may
    not be counted or no month is published.
    """

    member: AssociationMember
    work: Work | None
    progress: Progress | None
    lost: int | None

    @property
    def cluster(self) -> Cluster:
        return self.member.cluster


@dataclass(frozen=True, slots=True)
class AssociationPage:
    """One association: its people, its coverage by cohort, its members, the clusters of the industry outside of it."""

    association: Association
    people: Sequence[Membership]
    coverage: Coverage
    cohorts: Sequence[tuple[int | None, Coverage]]
    members: Sequence[MemberRow]
    outside: Sequence[Cluster]
    work: Work | None
    period: str | None
    """The month of the rating whose losses are shown; None before the first one."""


def association_rows(scope: Scope) -> list[AssociationRow]:
    """All associations by name, in a fixed number of queries."""
    day = clock.today()
    rows = Association.objects.visible_to(scope).prefetch_related("industries")
    people = _people(scope, day)
    members = defaultdict(list)
    for row in _members(scope, day):
        members[row.association_id].append(row)
    by_industry = defaultdict(list)
    for cluster in Cluster.objects.visible_to(scope).active().filter(industry__isnull=False):
        by_industry[cluster.industry_id].append(cluster)
    work = work_by_cluster(scope, day)
    found = []
    for association in sorted(rows, key=lambda row: row.name):
        own = members[association.pk]
        of_industry = [
            cluster for one in association.industries.all() for cluster in by_industry.get(one.pk, ())
        ]
        found.append(
            AssociationRow(
                association=association,
                chairs=[one for one in people[association.pk] if one.position == Position.CHAIR],
                members=len(own),
                coverage=_coverage(of_industry, {one.cluster_id for one in own}),
                work=_work(scope, association.pk, work, [one.cluster_id for one in own]),
                is_own=association.pk in scope.associations,
            )
        )
    return found


def association_page(scope: Scope, pk: int) -> AssociationPage:
    """One association in a fixed number of queries; Missing for none."""
    day = clock.today()
    association: Association = Association.objects.prefetch_related("industries").fetch(scope, pk=pk)
    members = [row for row in _members(scope, day) if row.association_id == pk]
    own = {row.cluster_id for row in members}
    industries = [one.pk for one in association.industries.all()]
    clusters = Cluster.objects.visible_to(scope).active().filter(industry__in=industries)
    of_industry = list(
        clusters.select_related("region").order_by(by_region_name("region__"), "name_key", "code")
    )
    work = work_by_cluster(scope, day)
    stages = ClusterStage.objects.visible_to(scope).on_plan().filter(cluster__in=own)
    progress = progress_by(stages, "cluster", day)
    sees = _sees(scope, pk)
    period, lost = losses_of(own)

    def row_of(member: AssociationMember) -> MemberRow:
        cluster = member.cluster_id
        if not (sees or member.cluster.region_id in scope.regions):
            return MemberRow(member, None, progress.get(cluster), None)
        return MemberRow(
            member, work.get(cluster, Work()), progress.get(cluster), lost.get(cluster, 0) if period else None
        )

    rows = [row_of(member) for member in members]
    return AssociationPage(
        association=association,
        people=_people(scope, day)[pk],
        coverage=_coverage(of_industry, own),
        cohorts=_by_cohort(of_industry, own),
        members=sorted(rows, key=_help_first),
        outside=[cluster for cluster in of_industry if cluster.pk not in own],
        work=_work(scope, pk, work, own),
        period=period,
    )


def _sees(scope: Scope, association: int) -> bool:
    return scope.is_centre or association in scope.associations


def _work(scope: Scope, association: int, work: Mapping[int, Work], clusters: Iterable[int]) -> Work | None:
    """The sum of the members, for the centre and the association itself."""
    if not _sees(scope, association):
        return None
    return sum((work.get(pk, Work()) for pk in clusters), Work())


def _help_first(row: MemberRow) -> tuple[int, int, str]:
    """Most overdue first, then most late stages, then by name."""
    late = row.work.late if row.work else 0
    stages = row.progress.late if row.progress else 0
    return -late, -stages, row.cluster.name_key


def _members(scope: Scope, day: date) -> list[AssociationMember]:
    """Memberships in force, of clusters that are in the project."""
    rows = AssociationMember.objects.visible_to(scope).in_force(day).filter(cluster__closed_on=None)
    return list(rows.select_related("cluster__region", "cluster__industry"))


def _people(scope: Scope, day: date) -> dict[int | None, list[Membership]]:
    """Chairs and curators in office by association, chairs first."""
    rows = Membership.objects.of_associations(scope).in_force(day).select_related("user")
    found: dict[int | None, list[Membership]] = defaultdict(list)
    for row in rows.order_by("position", "user__name_key"):
        found[row.association_id].append(row)
    return found


def _coverage(clusters: Sequence[Cluster], members: set[int]) -> Coverage:
    return Coverage(sum(cluster.pk in members for cluster in clusters), len(clusters))


def _by_cohort(clusters: Sequence[Cluster], members: set[int]) -> list[tuple[int | None, Coverage]]:
    """The coverage of each cohort, the oldest first, clusters without a cohort last."""
    whole = Counter(cluster.cohort_year for cluster in clusters)
    joined = Counter(cluster.cohort_year for cluster in clusters if cluster.pk in members)
    cohorts = sorted(whole, key=lambda year: (year is None, year or 0))
    return [(year, Coverage(joined[year], whole[year])) for year in cohorts]

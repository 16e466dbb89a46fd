"""Regions and clusters as standing pages: who is in charge, what is open, how the last months went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.urls import reverse

from accounts.duty import Charge
from accounts.models import Membership
from accounts.selectors.duty import duties
from assignments.models import Execution
from assignments.querysets import ExecutionQuerySet
from clusters.enums import ClusterKind
from clusters.models import AssociationMember, Cluster, Industry
from clusters.querysets import ClusterQuerySet
from common import clock
from common.charts import ChartPoint
from common.formatting import month_short, month_title
from common.scope import Role, Scope
from dashboard.selectors.groups import LATE, OPEN, REVIEW, in_group
from dashboard.selectors.standing import Standing, standings
from rating.enums import SliceStatus
from rating.models import RegionScore, Slice
from rating.selectors.tables import HistoryPoint, latest_published, region_histories
from regions.models import AuthorityHead, FederalDistrict, Region, RegionalAuthority, SharingConsent
from regions.querysets import by_region_name

ROWS_SHOWN = 10
UNKNOWN = "unknown"
"""The value of a filter that asks for what is not known."""


# Regions


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A line of the list; figures are None where this person may not see them."""

    region: Region
    coordinators: Sequence[Membership]
    clusters: int
    open: int | None
    late: int | None
    score: RegionScore | None
    score_url: str
    is_own: bool


def _coordinators(scope: Scope, day: date) -> dict[str, list[Membership]]:
    rows = Membership.objects.visible_to(scope).in_force(day).filter(role=Role.COORDINATOR)
    found: dict[str, list[Membership]] = defaultdict(list)
    for row in rows.select_related("user").order_by("-position", "user__name_key"):
        found[row.region_id or ""].append(row)
    return found


def coordinators_in_words(scope: Scope) -> dict[str, str]:
    """The coordinators in office of each region that the person may see, with their positions, by its code."""
    return {
        code: ", ".join(f"{row.user.get_full_name()} ({row.get_position_display()})" for row in rows)
        for code, rows in _coordinators(scope, clock.today()).items()
    }


def scorecard_url(slice_: Slice | None, region: Region) -> str:
    """The scorecard of a region in a month; nothing while no month is published."""
    return reverse("rating:scorecard", args=[slice_.period, region.code]) if slice_ else ""


def regions_found(scope: Scope, district: str = "", words: str = "") -> list[Region]:
    """Regions by district and words of their name."""
    rows = Region.objects.visible_to(scope).for_list()
    if district:
        rows = rows.filter(district=district)
    return list(rows.matching(words))


def region_rows(scope: Scope, regions: Sequence[Region], latest: Slice | None) -> list[RegionRow]:
    """Lines of the list in a fixed number of queries; the order is that of `regions`."""
    day = clock.today()
    coordinators = _coordinators(scope, day)
    clusters = dict(
        Cluster.objects.visible_to(scope).active().order_by().values_list("region").annotate(n=Count("pk"))
    )
    work: dict[str, Any] = {
        row["region"]: row
        for row in Execution.objects.visible_to(scope)
        .order_by()
        .values("region")
        .annotate(open=Count("pk", filter=in_group(OPEN, day)), late=Count("pk", filter=in_group(LATE, day)))
    }
    scores = {}
    if latest is not None:
        rows = RegionScore.objects.visible_to(scope).filter(slice=latest)
        scores = {row.region_id: row for row in rows}
    found = []
    for region in regions:
        sees = scope.is_centre or region.code in scope.regions
        figures: Mapping[str, Any] = work.get(region.code, {"open": 0, "late": 0})
        found.append(
            RegionRow(
                region=region,
                coordinators=coordinators.get(region.code, []),
                clusters=clusters.get(region.code, 0),
                open=figures["open"] if sees else None,
                late=figures["late"] if sees else None,
                score=scores.get(region.code),
                score_url=scorecard_url(latest, region),
                is_own=region.code in scope.regions,
            )
        )
    return found


def district_choices() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in FederalDistrict.objects.all()]


@dataclass(frozen=True, slots=True)
class Work:
    """Executions of one place: counts, and the first rows of the late and of the open ones."""

    open: int
    late: int
    in_review: int
    late_rows: Sequence[Execution]
    next_rows: Sequence[Execution]


@dataclass(frozen=True, slots=True)
class RegionPage:
    """The standing page of a region. `work`, `standing`, `authority` only for the region itself and the centre."""

    region: Region
    local_time: datetime
    from_moscow: int
    is_insider: bool
    coordinators: Sequence[Membership]
    authority: RegionalAuthority | None
    head: AuthorityHead | None
    standing: Standing | None
    latest: Slice | None
    score: RegionScore | None
    months: Sequence[ChartPoint]
    breaks: Sequence[int]
    clusters: Sequence[Cluster]
    work: Work | None
    in_charge: Sequence[Charge] = ()
    shares_since: datetime | None = None
    """Since when the region agrees that others read its accepted reports; None where it does not."""
    as_of: str = ""
    """What keeps the addresses of the page at a past moment; empty today."""

    @property
    def has_history(self) -> bool:
        return any(point.value is not None for point in self.months)

    @property
    def score_url(self) -> str:
        """The scorecard of the score on the page; of a past moment by the revision that was current then."""
        if self.as_of and self.latest:
            parts = [self.latest.period, self.latest.revision, self.region.code]
            return reverse("rating:scorecard-revision", args=parts)
        return scorecard_url(self.latest, self.region)

    @property
    def work_query(self) -> str:
        """What narrows the registry to the region."""
        return "?" + "&".join(filter(None, (f"region={self.region.code}", self.as_of)))


def region_found(scope: Scope, code: str) -> Region:
    """The region with its district; Missing for no such region."""
    region: Region = Region.objects.for_list().fetch(scope, code=code)
    return region


def local_time(region: Region) -> tuple[datetime, int]:
    """What time it is there, and how many hours it is ahead of Moscow."""
    local = clock.now().astimezone(ZoneInfo(region.timezone))
    offset = local.utcoffset()
    return local, int(offset.total_seconds() // 3600) - 3 if offset else 0


def region_page(scope: Scope, code: str) -> RegionPage:
    """The page in a fixed number of queries; Missing for no such region."""
    region = region_found(scope, code)
    day, is_insider = clock.today(), scope.is_centre or code in scope.regions
    latest = latest_published(scope)
    score = None
    if latest is not None:
        score = RegionScore.objects.visible_to(scope).filter(slice=latest, region=region).first()
    authority = RegionalAuthority.objects.visible_to(scope).filter(region=region).first()
    heads = AuthorityHead.objects.visible_to(scope).filter(authority__region=region).in_office(day)
    months, breaks = month_lines([code], latest)[code]
    local, from_moscow = local_time(region)
    executions = Execution.objects.visible_to(scope).filter(region=region)
    own = standings([region]) if is_insider else []
    return RegionPage(
        region=region,
        local_time=local,
        from_moscow=from_moscow,
        is_insider=is_insider,
        coordinators=_coordinators(scope, day).get(code, []),
        authority=authority,
        head=heads.order_by("-starts_on").first(),
        standing=own[0] if own else None,
        latest=latest,
        score=score,
        months=months,
        breaks=breaks,
        clusters=list(
            Cluster.objects.visible_to(scope).filter(region=region).for_list().order_by("name_key", "code")
        ),
        work=work_of(executions, day) if is_insider else None,
        in_charge=duties(scope, [code])[code].on(day) if is_insider else (),
        shares_since=_shares_since(scope, code),
    )


def _shares_since(scope: Scope, code: str) -> datetime | None:
    consents = SharingConsent.objects.visible_to(scope).in_force().filter(region=code)
    since: datetime | None = consents.values_list("given_at", flat=True).first()
    return since


def work_of(executions: ExecutionQuerySet, day: date) -> Work:
    """Counts and first rows of executions of a place, late on a day or not; three queries."""
    late, still = in_group(LATE, day), in_group(OPEN, day) & ~in_group(LATE, day)
    counts = executions.order_by().aggregate(
        open=Count("pk", filter=in_group(OPEN, day)),
        late=Count("pk", filter=late),
        in_review=Count("pk", filter=in_group(REVIEW, day)),
    )
    return Work(
        open=counts["open"],
        late=counts["late"],
        in_review=counts["in_review"],
        late_rows=list(executions.filter(late).for_table().order_by("due_on", "id")[:ROWS_SHOWN]),
        next_rows=list(executions.filter(still).for_table().order_by("due_on", "id")[:ROWS_SHOWN]),
    )


Line = tuple[list[ChartPoint], list[int]]


def month_lines(
    codes: Sequence[str], latest: Slice | None, before: datetime | None = None
) -> dict[str, Line]:
    """By region twelve published months, and where another version of the methodology begins; two queries.

    With `before` the months by the revisions that were current at that instant.
    """
    if latest is None or not codes:
        return {code: ([], []) for code in codes}
    histories = region_histories(codes, latest.period, before=before)
    months = [point.period for point in histories[codes[0]]]
    breaks = _breaks(months)
    return {code: (_chart_points(history), breaks) for code, history in histories.items()}


def _chart_points(history: Sequence[HistoryPoint]) -> list[ChartPoint]:
    return [
        ChartPoint(
            label=month_short(point.period),
            name=month_title(point.period),
            value=point.score,
            low=point.interval[0] if point.interval else None,
            high=point.interval[1] if point.interval else None,
        )
        for point in history
    ]


def _breaks(months: Sequence[str]) -> list[int]:
    versions = dict(
        Slice.objects.filter(status=SliceStatus.PUBLISHED, period__gte=months[0])
        .order_by("period")
        .values_list("period", "methodology")
    )
    found = [versions.get(month) for month in months]
    return [
        index
        for index in range(1, len(found))
        if found[index] and found[index - 1] and found[index] != found[index - 1]
    ]


# Clusters


@dataclass(frozen=True, slots=True)
class ClusterFilter:
    """What the register is narrowed to; `unknown` asks for what is not known."""

    region: str = ""
    cohort: str = ""
    kind: str = ""
    industry: str = ""
    words: str = ""


def clusters_found(scope: Scope, narrowed: ClusterFilter) -> ClusterQuerySet:
    """Clusters that fit, by region and name."""
    rows = (
        Cluster.objects.visible_to(scope).for_list().order_by(by_region_name("region__"), "name_key", "code")
    )
    if narrowed.region:
        rows = rows.filter(region=narrowed.region)
    facts = facts_fit(cohort=narrowed.cohort, kind=narrowed.kind, industry=narrowed.industry)
    return rows.filter(facts).matching(narrowed.words)


def facts_fit(prefix: str = "", **facts: str) -> Q:
    """Clusters of a cohort, kind and industry; empty facts ask nothing. `prefix` leads to the cluster («cluster__»)."""
    known = {"cohort": "cohort_year", "kind": "kind", "industry": "industry"}
    unknown = {"cohort": None, "kind": "", "industry": None}
    condition = Q()
    for name, value in facts.items():
        if value:
            condition &= Q(**{prefix + known[name]: unknown[name] if value == UNKNOWN else value})
    return condition


def cluster_choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Values of the filters of the register."""
    regions = Region.objects.visible_to(scope).filter(clusters__isnull=False).distinct().by_name()
    return {"region": [(row.code, row.name) for row in regions], **fact_choices(scope)}


def fact_choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Cohorts, kinds and industries of clusters."""
    years = Cluster.objects.visible_to(scope).exclude(cohort_year=None).order_by("cohort_year")
    return {
        "cohort": [(str(year), str(year)) for year in years.values_list("cohort_year", flat=True).distinct()],
        "kind": [(str(value), str(label)) for value, label in ClusterKind.choices],
        "industry": [(row.slug, row.name) for row in Industry.objects.all()],
    }


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """The card of a cluster; `work` only for those who may see its executions.

    `overdue` are the executions that are late, by item and due date only, for the people of its association.
    """

    cluster: Cluster
    associations: Sequence[AssociationMember]
    network_colleges: Sequence[str]
    employers: Sequence[str]
    work: Work | None
    overdue: Sequence[Execution] | None

    @property
    def sees_stages(self) -> bool:
        """Whether this person reads where the cluster stands on the cyclogram."""
        return self.work is not None or self.overdue is not None

    @property
    def work_query(self) -> str:
        """What narrows the registry to the cluster."""
        return f"?cluster={self.cluster.code}"


def cluster_page(scope: Scope, code: str) -> ClusterPage:
    """The card in a fixed number of queries; Missing for no such cluster."""
    cluster: Cluster = Cluster.objects.for_list().fetch(scope, code=code)
    day = clock.today()
    members = AssociationMember.objects.visible_to(scope).in_force(day).filter(cluster=cluster)
    is_insider = scope.is_centre or cluster.region_id in scope.regions
    executions = Execution.objects.visible_to(scope).filter(cluster=cluster)
    return ClusterPage(
        cluster=cluster,
        associations=list(members.select_related("association")),
        network_colleges=list(cluster.network_colleges.values_list("name", flat=True)),
        employers=list(cluster.employers.values_list("name", flat=True)),
        work=work_of(executions, day) if is_insider else None,
        overdue=_supported(scope, cluster, day) if scope.associations and not is_insider else None,
    )


def _supported(scope: Scope, cluster: Cluster, day: date) -> list[Execution] | None:
    """What the cluster is late with, for the people of its association; None for those of another one."""
    own = AssociationMember.objects.visible_to(scope).in_force(day).filter(association__in=scope.associations)
    if not own.filter(cluster=cluster).exists():
        return None
    late = Execution.objects.supported_by(scope, day).overdue(day).filter(cluster=cluster)
    return list(late.for_table().order_by("due_on", "id"))


def association_clusters(scope: Scope) -> list[AssociationMember]:
    """Clusters of the person's own associations, as in force today."""
    rows = AssociationMember.objects.visible_to(scope).in_force(clock.today())
    rows = rows.filter(association__in=scope.associations)
    return list(
        rows.select_related("association", "cluster__region", "cluster__industry").order_by(
            "association", by_region_name("cluster__region__"), "cluster__name_key"
        )
    )

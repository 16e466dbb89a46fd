"""Clusters that do not stand on the plan of their cohort, and why: the list of what the centre has to settle."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from clusters.models import Cluster
from clusters.querysets import ClusterQuerySet
from cyclogram.enums import NotLaid, PlanState
from cyclogram.models import ClusterStage, PlanVersion


@dataclass(frozen=True, slots=True)
class UnlaidCluster:
    """A cluster that is missing on the plan."""

    cluster: Cluster
    reason: NotLaid


def unlaid_clusters(clusters: ClusterQuerySet) -> list[UnlaidCluster]:
    """Those of the clusters (of the project today) that are missing, in one query."""
    rows = _asked(clusters).select_related("region")
    found = ((cluster, _reason(cluster)) for cluster in rows)
    return [UnlaidCluster(cluster, reason) for cluster, reason in found if reason is not None]


def unlaid_count(clusters: ClusterQuerySet) -> int:
    """How many of the clusters are missing; the reason is not asked, which is cheaper."""
    standing = ClusterStage.objects.filter(
        cluster=OuterRef("pk"), stage__plan__state=PlanState.IN_FORCE,
        stage__plan__cohort_year=OuterRef("cohort_year"),
    )  # fmt: skip
    return int(clusters.active().filter(~Exists(standing)).count())


def _asked(clusters: ClusterQuerySet) -> ClusterQuerySet:
    """The clusters of the project with what says whether they stand on the plan of their cohort."""
    plan = PlanVersion.objects.all().in_force().filter(cohort_year=OuterRef("cohort_year"))
    own = ClusterStage.objects.filter(cluster=OuterRef("pk")).order_by()
    rows: ClusterQuerySet = clusters.active().annotate(
        plan=Subquery(plan.values("pk")[:1]),
        has_stages=Exists(own),
        is_laid=Exists(own.filter(stage__plan=OuterRef("plan"))),
    )
    return rows


def _reason(cluster: Cluster) -> NotLaid | None:
    asked = vars(cluster)
    if cluster.cohort_year is None:
        return NotLaid.NO_COHORT
    if asked["plan"] is None:
        return NotLaid.NO_PLAN
    if asked["is_laid"]:
        return None
    return NotLaid.OTHER_PLAN if asked["has_stages"] else NotLaid.NOT_YET

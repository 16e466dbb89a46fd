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
    plan = PlanVersion.objects.all().in_force().filter(cohort_year=OuterRef("cohort_year"))
    rows = _missing(clusters).annotate(
        plan=Subquery(plan.values("pk")[:1]),
        has_stages=Exists(ClusterStage.objects.filter(cluster=OuterRef("pk")).order_by()),
    )
    return [UnlaidCluster(cluster, _reason(cluster)) for cluster in rows.select_related("region")]


def unlaid_count(clusters: ClusterQuerySet) -> int:
    """How many of the clusters are missing."""
    return int(_missing(clusters).count())


def _missing(clusters: ClusterQuerySet) -> ClusterQuerySet:
    """Clusters of the project without a stage of the plan in force of their cohort."""
    standing = ClusterStage.objects.order_by().filter(
        cluster=OuterRef("pk"), stage__plan__state=PlanState.IN_FORCE,
        stage__plan__cohort_year=OuterRef("cohort_year"),
    )  # fmt: skip
    missing: ClusterQuerySet = clusters.active().filter(~Exists(standing))
    return missing


def _reason(cluster: Cluster) -> NotLaid:
    asked = vars(cluster)
    if cluster.cohort_year is None:
        return NotLaid.NO_COHORT
    if asked["plan"] is None:
        return NotLaid.NO_PLAN
    return NotLaid.OTHER_PLAN if asked["has_stages"] else NotLaid.NOT_YET

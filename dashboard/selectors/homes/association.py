"""The first page of a chair or curator: the clusters of the association and which of them need help."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from assignments.models import Execution
from clusters.models import AssociationMember
from common import clock
from common.scope import Scope
from dashboard.selectors.places import association_clusters


@dataclass(frozen=True, slots=True)
class SupportedCluster:
    """A member with the number of its overdue executions: how many, never what the region wrote or sent."""

    member: AssociationMember
    late: int


@dataclass(frozen=True, slots=True)
class AssociationHome:
    """Clusters in force today, those that need help most first."""

    clusters: Sequence[SupportedCluster]

    @property
    def troubled(self) -> Sequence[SupportedCluster]:
        return [row for row in self.clusters if row.late]


def association_home(scope: Scope) -> AssociationHome:
    """Two queries, whatever the number of clusters."""
    members = association_clusters(scope)
    late = Execution.objects.supported_by(scope, clock.today()).overdue(clock.today()).order_by()
    counts = dict(late.values_list("cluster").annotate(n=Count("pk")))
    rows = [SupportedCluster(member, counts.get(member.cluster_id, 0)) for member in members]
    return AssociationHome(sorted(rows, key=lambda row: -row.late))

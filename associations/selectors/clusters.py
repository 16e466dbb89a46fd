"""What the associations have to do with one cluster: who supports it, what it worked out, what it repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

from associations.models import Curatorship, HelpRecord, Practice, Replication
from associations.policies import can_speak_for
from clusters.models import Cluster
from common import clock
from common.scope import Scope


@dataclass(frozen=True, slots=True)
class IndustrySupport:
    """A panel of the page of a cluster; `helped` are the newest records that this person reads."""

    cluster: Cluster
    curators: Sequence[Curatorship]
    practices: Sequence[Practice]
    replications: Sequence[Replication]
    helped: Sequence[HelpRecord]
    can_ask: bool

    @property
    def is_empty(self) -> bool:
        return not (self.curators or self.practices or self.replications or self.helped or self.can_ask)


NEWEST = 3
"""Records of help on the page of a cluster; all of them stand on that of the association."""


def industry_support(scope: Scope, cluster: Cluster) -> IndustrySupport:
    """In four queries."""
    curators = Curatorship.objects.visible_to(scope).in_force(clock.today()).filter(cluster=cluster)
    practices = Practice.objects.visible_to(scope).filter(cluster=cluster)
    replications = Replication.objects.visible_to(scope).filter(cluster=cluster)
    helped = HelpRecord.objects.visible_to(scope).filter(cluster=cluster)
    return IndustrySupport(
        cluster=cluster,
        curators=list(curators.select_related("curator", "association")),
        practices=list(practices),
        replications=list(replications.select_related("practice")),
        helped=list(helped[:NEWEST]),
        can_ask=can_speak_for(scope, cluster.region_id) and cluster.industry_id is not None,
    )

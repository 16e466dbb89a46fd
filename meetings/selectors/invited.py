"""Whom the rule of a meeting addresses: regions, and the clusters that they bring."""

from assignments.audience import Audience
from assignments.enums import AddresseeKind
from assignments.selectors.addressees import audience_clusters, audience_regions
from clusters.models import Cluster
from clusters.querysets import ClusterQuerySet
from meetings.models import Meeting


def addressed(meeting: Meeting) -> tuple[list[str], ClusterQuerySet]:
    """Codes of the regions that the rule of a meeting names, and the clusters that they are to bring."""
    rule = Audience.from_json(meeting.audience, meeting.addressee)
    if meeting.addressee == AddresseeKind.REGIONS:
        codes = list(audience_regions(rule).values_list("code", flat=True))
        return codes, Cluster.objects.active().filter(region__in=codes).order_by("code")
    clusters = Cluster.objects.filter(pk__in=audience_clusters(rule, meeting.day).order_by().values("pk"))
    return sorted(set(clusters.values_list("region", flat=True))), clusters.order_by("code")


def regions_of(meeting: Meeting) -> list[str]:
    """Codes of the regions that are invited; of a draft those that its rule addresses today."""
    invited = list(meeting.invitations.values_list("region", flat=True))
    return invited or addressed(meeting)[0]

"""Whom the rule of an issued item names by now although nothing was put on control for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from assignments.audience import describe
from assignments.models import Assignment, Execution
from assignments.selectors.addressees import (
    audience_clusters,
    audience_names,
    audience_of,
)
from clusters.models import Cluster
from regions.querysets import by_region_name


def late_addressees(item: Assignment, day: date) -> QuerySet[Cluster]:
    """Active clusters that fit the rule on a day and have no execution of the item, cancelled ones included."""
    taken = Execution.objects.filter(assignment=item, cluster__isnull=False).values("cluster")
    return audience_clusters(audience_of(item), day).exclude(pk__in=taken)


@dataclass(frozen=True, slots=True)
class LateCard:
    """What the page shows: the rule in words, how many have executions, who fits besides them."""

    wording: str
    addressed: int
    clusters: Sequence[Cluster]


def late_card(item: Assignment, day: date) -> LateCard:
    """The page of late addressees, in a fixed number of queries."""
    rule = audience_of(item)
    rows = late_addressees(item, day).select_related("region", "industry")
    return LateCard(
        wording=describe(rule, item.addressee, audience_names([rule])),
        addressed=item.executions.count(),
        clusters=list(rows.order_by(by_region_name("region__"), "name_key", "code")),
    )

"""The first page of a head of a regional authority: the letter about the last month as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from common.charts import ChartPoint
from common.scope import Scope
from dashboard.selectors.groups import LATE, OPEN, in_group
from dashboard.selectors.places import month_lines
from rating.letters import facts_values
from rating.models import RatingLetter, Slice
from rating.selectors.letters import month_facts, replaced_scores
from rating.selectors.tables import latest_published
from regions.models import Region


@dataclass(frozen=True, slots=True)
class LateCluster:
    """A cluster with its overdue executions."""

    cluster: Cluster
    late: int


@dataclass(frozen=True, slots=True)
class MinisterHome:
    """One region; `facts` as the letter has them (`facts_values`), as of today, None while no month is published."""

    region: Region
    facts: dict[str, object] | None
    letter: RatingLetter | None
    months: Sequence[ChartPoint]
    breaks: Sequence[int]
    open: int
    late: int
    late_clusters: Sequence[LateCluster]

    @property
    def has_history(self) -> bool:
        return any(point.value is not None for point in self.months)


def minister_homes(scope: Scope) -> list[MinisterHome]:
    """A part for each overseen region, by name; a fixed number of queries."""
    latest, day = latest_published(scope), clock.today()
    regions = Region.objects.visible_to(scope).filter(code__in=scope.overseen).by_name()
    facts = _facts(latest, scope)
    letters = {
        letter.region_id: letter
        for letter in RatingLetter.objects.visible_to(scope)
        .originals()
        .filter(slice=latest, region__in=scope.overseen)
        .order_by("-pk")
    }
    own = Execution.objects.visible_to(scope).filter(region__in=scope.overseen).order_by()
    open_, late = Count("pk", filter=in_group(OPEN, day)), Count("pk", filter=in_group(LATE, day))
    work: dict[str, Any] = {
        row["region"]: row for row in own.values("region").annotate(open=open_, late=late)
    }
    by_cluster = own.filter(in_group(LATE, day), cluster__isnull=False).values_list("region", "cluster")
    counted = list(by_cluster.annotate(late=Count("pk")))
    clusters = Cluster.objects.visible_to(scope).in_bulk([cluster for _region, cluster, _late in counted])
    lines = month_lines(sorted(scope.overseen), latest)
    found = []
    for region in regions:
        months, breaks = lines[region.code]
        mine = [LateCluster(clusters[pk], count) for code, pk, count in counted if code == region.code]
        found.append(
            MinisterHome(
                region=region,
                facts=facts.get(region.code),
                letter=letters.get(region.code),
                months=months,
                breaks=breaks,
                open=work.get(region.code, {"open": 0})["open"],
                late=work.get(region.code, {"late": 0})["late"],
                late_clusters=sorted(mine, key=lambda row: (-row.late, row.cluster.name_key)),
            )
        )
    return found


def _facts(latest: Slice | None, scope: Scope) -> dict[str, dict[str, object]]:
    """What the letter would say today about each region, by code."""
    if latest is None:
        return {}
    rows = month_facts(latest, scope.overseen, replaced_scores(latest), clock.today())
    return {facts.score.region_id: facts_values(facts) for facts in rows}

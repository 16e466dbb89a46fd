"""Both lines of the project on one page: who answers (the region) and who helps (the industry)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from associations.selectors.work import Work, work_by_cluster
from clusters.models import Cluster, Industry
from common import clock
from common.scope import Scope
from regions.models import Region


@dataclass(slots=True)
class Crossing:
    """The clusters of an industry in a region, with their work where this person may count it."""

    clusters: int = 0
    counted: int = 0
    work: Work = field(default_factory=Work)

    def add(self, work: Work | None) -> None:
        """One cluster more; None where its executions are not his to count."""
        self.clusters += 1
        if work is not None:
            self.counted += 1
            self.work += work


@dataclass(frozen=True, slots=True)
class LineRow:
    """A region with its crossings in the order of the industries; None where it has no cluster of one."""

    region: Region
    cells: Sequence[tuple[Industry, Crossing | None]]
    whole: Crossing


@dataclass(frozen=True, slots=True)
class Lines:
    """Regions that have clusters, against industries that have some; the sums of the industries."""

    industries: Sequence[Industry]
    rows: Sequence[LineRow]
    sums: Sequence[tuple[Industry, Crossing]]


def both_lines(scope: Scope) -> Lines:
    """Every cluster of the project whose industry is known, in a fixed number of queries."""
    day = clock.today()
    work = work_by_cluster(scope, day)
    cells: dict[str, dict[str, Crossing]] = {}
    wholes: dict[str, Crossing] = {}
    sums: dict[str, Crossing] = {}
    found = Cluster.objects.visible_to(scope).active().filter(industry__isnull=False).order_by()
    for pk, region, industry in found.values_list("pk", "region_id", "industry_id"):
        own = _countable(scope, work, pk, region)
        row = cells.setdefault(region, {})
        for crossing in (
            row.setdefault(industry, Crossing()),
            wholes.setdefault(region, Crossing()),
            sums.setdefault(industry, Crossing()),
        ):
            crossing.add(own)
    industries = [row for row in Industry.objects.all() if row.pk in sums]
    regions = [row for row in Region.objects.visible_to(scope).by_name() if row.code in cells]
    rows = [
        LineRow(region, [(row, cells[region.code].get(row.pk)) for row in industries], wholes[region.code])
        for region in regions
    ]
    return Lines(industries, rows, [(row, sums[row.pk]) for row in industries])


def _countable(scope: Scope, work: Mapping[int, Work], cluster: int, region: str) -> Work | None:
    """The work of a cluster; of one without executions only who sees all of its region knows that there are none."""
    if cluster in work:
        return work[cluster]
    return Work() if scope.is_centre or region in scope.regions else None

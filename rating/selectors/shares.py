"""What a revision says of clusters and of items: the share of a cluster in the loss of its region, and of an item in
what was handed in on time (methodology §7).

Losses and national shares are stored with the slice; how many executions of a cluster or of a region were counted is
read from its frozen inputs, so that a page of an old revision never changes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Assignment
from clusters.models import Cluster
from common.errors import Missing
from common.scope import Scope
from rating.enums import CellStatus
from rating.formula import Case, Cell, Window, default_as_of, period_bounds
from rating.formula.audit_file import CaseExecution
from rating.formula.scoring import cells_by_region
from rating.formula.slices import folded_rows
from rating.models import ItemShare, RegionScore, ScoreLoss, Slice
from rating.selectors.frozen import kept_case
from rating.selectors.pages import SliceEntry
from regions.models import Region

HARD_ITEM_PERCENT = 30
"""Below this national on-time share the centre must confirm an item or extend it for all (methodology §7)."""


@dataclass(frozen=True, slots=True)
class ClusterShare:
    """What a cluster brought and lost; `lost` in hundredths of a point of its region. `name` is empty for a cluster
    that is no longer in the register under this code."""

    code: str
    name: str
    executions: int
    on_time: int
    late: int
    not_executed: int
    weight_sum: int
    lost: int

    def part_of(self, total: int) -> int:
        """Its part of the region's loss in whole percents, half up."""
        return (200 * self.lost + total) // (2 * total) if total else 0


@dataclass(frozen=True, slots=True)
class RegionClusters:
    """The clusters of a region in a revision; the losses sum to `score.lost_total`, which is 100 − score."""

    score: RegionScore
    clusters: Sequence[ClusterShare]


def cluster_shares(scope: Scope, entry: SliceEntry, code: str) -> RegionClusters:
    """The share of each cluster of a region, the greatest loss first. For the region itself and the centre.

    Raises Missing for a region that is unknown or not one's own.
    """
    score = (
        RegionScore.objects.filter(slice_id=entry.id, region_id=code)
        .select_related("region", "slice__audit_file")
        .first()
    )
    if score is None or not (scope.is_centre or code in scope.regions):
        raise Missing(_("There is no such region in the rating, or its clusters are not open to you."))
    lost: Counter[str] = Counter()
    losses = ScoreLoss.objects.visible_to(scope).filter(region_score=score)
    for cluster, points in losses.values_list("cluster_code", "lost"):
        lost[cluster] += points
    case, cells = kept_case(score.slice), defaultdict(list)
    for cell in counted_cells(case, lambda row: case.clusters[row.cluster] == code):
        cells[cell.row.cluster].append(cell)
    names = _cluster_names(cells)
    rows = [_cluster_share(one, names, found, lost[one]) for one, found in cells.items()]
    return RegionClusters(score, sorted(rows, key=lambda row: (-row.lost, row.code)))


def _cluster_share(code: str, names: dict[str, str], cells: Sequence[Cell], lost: int) -> ClusterShare:
    by_status = Counter(cell.status for cell in cells)
    return ClusterShare(
        code=code,
        name=names.get(_registered(code), ""),
        executions=len(cells),
        on_time=by_status[CellStatus.ON_TIME],
        late=by_status[CellStatus.LATE],
        not_executed=by_status[CellStatus.NOT_EXECUTED],
        weight_sum=sum(cell.row.weight for cell in cells),
        lost=lost,
    )


def _registered(code: str) -> str:
    """The code in the register: a cluster that moved stands in the file under «CODE@REGION»."""
    return code.partition("@")[0]


def _cluster_names(codes: Any) -> dict[str, str]:
    found = Cluster.objects.filter(code__in={_registered(code) for code in codes})
    return {
        cluster.code: cluster.display_name for cluster in found.select_related("industry", "base_college")
    }


def counted_cells(case: Case, wanted: Callable[[CaseExecution], bool]) -> list[Cell]:
    """Some of the executions that a slice counted, with their points, from its frozen inputs.

    `wanted` says of an execution of the audit file whether it is asked for: only these are folded.
    """
    request, params = case.request, case.params
    asked = replace(case, executions=tuple(row for row in case.executions if wanted(row)))
    as_of = request.as_of or default_as_of(request.period, params)
    rows = folded_rows(asked, request.period, as_of, request.corrections_as_of, params)
    window = Window.of(*period_bounds(request.period), as_of, params)
    return [cell for cells in cells_by_region(rows, window, params).values() for cell in cells]


@dataclass(frozen=True, slots=True)
class NationalShare:
    """How much of an item was handed in on time in the whole country."""

    assignment: Assignment
    executions: int
    on_time: int

    @property
    def hundredths(self) -> int:
        """The share in hundredths of a percent, half up."""
        return (20_000 * self.on_time + self.executions) // (2 * self.executions)

    @property
    def is_hard(self) -> bool:
        """Below the limit of §7: compared exactly, not after rounding."""
        return 100 * self.on_time < HARD_ITEM_PERCENT * self.executions


@dataclass(frozen=True, slots=True)
class RegionShare:
    """One item in one region."""

    code: str
    name: str
    executions: int
    on_time: int
    late: int
    not_executed: int


def national_shares(scope: Scope, entry: SliceEntry) -> list[NationalShare]:
    """The items of a revision that this person may open, the hardest first. One query."""
    shares = (
        ItemShare.objects.visible_to(scope)
        .filter(slice_id=entry.id, assignment__in=Assignment.objects.visible_to(scope))
        .select_related("assignment__protocol")
    )
    found = [NationalShare(share.assignment, share.executions, share.on_time) for share in shares]
    return sorted(found, key=lambda row: (row.hundredths, -row.executions, row.assignment.code))


def national_share(scope: Scope, entry: SliceEntry, pk: int) -> NationalShare:
    """One item of a revision; raises Missing for an item that was not counted or that one may not open."""
    found = next((row for row in national_shares(scope, entry) if row.assignment.pk == pk), None)
    if found is None:
        raise Missing(_("There is no such item in this month."))
    return found


def regions_of_item(scope: Scope, entry: SliceEntry, share: NationalShare) -> list[RegionShare]:
    """An item by region: all of them for the centre, for others their own. In the order of the codes."""
    slice_ = Slice.objects.visible_to(scope).select_related("audit_file").get(pk=entry.id)
    code = share.assignment.code
    by_region: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for cell in counted_cells(kept_case(slice_), lambda row: row.item == code):
        if scope.is_centre or cell.row.region in scope.regions:
            by_region[cell.row.region][cell.status] += 1
    names = Region.objects.filter(code__in=by_region).names()
    return [
        RegionShare(
            code=region,
            name=names.get(region, region),
            executions=counts.total(),
            on_time=counts[CellStatus.ON_TIME],
            late=counts[CellStatus.LATE],
            not_executed=counts[CellStatus.NOT_EXECUTED],
        )
        for region, counts in sorted(by_region.items())
    ]

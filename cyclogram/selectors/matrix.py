"""Clusters × stages: the sign of each cell and what rows and columns come to, read as plain values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clusters.enums import ProcessKind
from clusters.models import Cluster, Process
from common.scope import Scope
from cyclogram.enums import StageSign
from cyclogram.selectors.progress import Progress
from cyclogram.selectors.stages import StageFilter, stages_found
from regions.querysets import by_region_name

NOT_APPLICABLE, LATE, PROPOSED = (
    sign.value for sign in (StageSign.NOT_APPLICABLE, StageSign.LATE, StageSign.PROPOSED)
)
DONE = (StageSign.DONE.value, StageSign.DONE_WITH_REMARKS.value)


class Cell(NamedTuple):
    """One stage of a cluster: its key, and its sign as a value of `StageSign`, for there are thousands of cells."""

    pk: int
    sign: str


@dataclass(slots=True)
class Row:
    """A cluster with its cells under the processes; None where it has no such stage."""

    code: str
    name: str
    region: str
    cells: list[Cell | None]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Matrix:
    """The processes in the order of the cyclogram, the clusters by region and name, the sums of both."""

    processes: Sequence[Process]
    rows: Sequence[Row]
    columns: Sequence[Progress]
    counts: Counter[str]

    @property
    def whole(self) -> Progress:
        return sum(self.columns, Progress())

    def regions(self) -> dict[str, Progress]:
        """How far each region is, in the order of the rows."""
        found: dict[str, Progress] = {}
        for row in self.rows:
            found[row.region] = found.get(row.region, Progress()) + row.progress
        return found


def matrix(scope: Scope, narrowed: StageFilter) -> Matrix:
    """The whole matrix of what fits, in three queries."""
    kinds = (ProcessKind.FIRST_YEAR, ProcessKind.CROSS_CUTTING)
    processes = sorted(Process.objects.order_by("order"), key=lambda row: kinds.index(ProcessKind(row.kind)))
    found = stages_found(scope, narrowed).order_by()
    values = found.values_list("cluster_id", "pk", "sign", "process_id")
    cells: dict[int, dict[str, Cell]] = {}
    shown: set[str] = set()
    for cluster, pk, sign, process in values:
        cells.setdefault(cluster, {})[process] = Cell(pk, sign)
        shown.add(process)
    columns = [process for process in processes if process.pk in shown]
    clusters = Cluster.objects.visible_to(scope).filter(pk__in=cells)
    ordered = clusters.select_related("region").order_by(by_region_name("region__"), "name_key", "code")
    rows = [_row(cluster, [cells[cluster.pk].get(process.pk) for process in columns]) for cluster in ordered]
    by_column = zip(*(row.cells for row in rows), strict=True)
    sums = [_sum(Counter(cell.sign for cell in column if cell)) for column in by_column]
    counts = Counter(cell.sign for row in rows for cell in row.cells if cell)
    return Matrix(columns, rows, sums, counts)


def _row(cluster: Cluster, cells: list[Cell | None]) -> Row:
    progress = _sum(Counter(cell.sign for cell in cells if cell))
    return Row(cluster.code, cluster.display_name, cluster.region.name, cells, progress)


def _sum(signs: Mapping[str, int]) -> Progress:
    """How far these stages are, by how many have each sign."""
    return Progress(
        total=sum(signs.values()) - signs.get(NOT_APPLICABLE, 0),
        done=sum(signs.get(sign, 0) for sign in DONE),
        late=signs.get(LATE, 0),
        proposed=signs.get(PROPOSED, 0),
    )

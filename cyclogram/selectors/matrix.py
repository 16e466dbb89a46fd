"""Clusters × stages: the sign of each cell and what rows and columns come to, read as plain values."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clusters.enums import ProcessKind
from clusters.models import Cluster, Process
from common import clock
from common.scope import Scope
from cyclogram.enums import CLOSED_STATES, StageSign
from cyclogram.facts import sign_of
from cyclogram.selectors.progress import Progress
from cyclogram.selectors.stages import StageFilter, stages_found
from regions.querysets import by_region_name


class Cell(NamedTuple):
    """One stage of a cluster: its key and sign."""

    pk: int
    sign: StageSign


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
    day = clock.today()
    found = stages_found(scope, narrowed).order_by()
    values = found.values_list("cluster_id", "pk", "state", "planned_to", "process_id")
    cells: dict[int, dict[str, Cell]] = {}
    shown: set[str] = set()
    for cluster, pk, state, planned_to, process in values:
        cells.setdefault(cluster, {})[process] = Cell(pk, sign_of(state, planned_to, day))
        shown.add(process)
    columns = [process for process in processes if process.pk in shown]
    clusters = Cluster.objects.visible_to(scope).filter(pk__in=cells)
    ordered = clusters.select_related("region").order_by(by_region_name("region__"), "name_key", "code")
    rows = [_row(cluster, [cells[cluster.pk].get(process.pk) for process in columns]) for cluster in ordered]
    sums = [sum((_one(row.cells[place]) for row in rows), Progress()) for place in range(len(columns))]
    counts = Counter(cell.sign.value for row in rows for cell in row.cells if cell)
    return Matrix(columns, rows, sums, counts)


def _row(cluster: Cluster, cells: list[Cell | None]) -> Row:
    progress = sum((_one(cell) for cell in cells), Progress())
    return Row(cluster.code, cluster.display_name, cluster.region.name, cells, progress)


def _one(cell: Cell | None) -> Progress:
    if cell is None or cell.sign == StageSign.NOT_APPLICABLE:
        return Progress()
    return Progress(
        1, cell.sign in CLOSED_STATES, cell.sign == StageSign.LATE, cell.sign == StageSign.PROPOSED
    )

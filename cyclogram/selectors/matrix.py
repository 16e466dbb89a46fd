"""Clusters × stages: the sign of each cell and what rows and columns come to, read as plain values."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.enums import ProcessKind
from clusters.models import Cluster, Process, shown_name
from common.names import name_column
from common.scope import Scope
from cyclogram.enums import StageSign
from cyclogram.selectors.progress import Progress
from cyclogram.selectors.stages import StageFilter, stages_found
from regions.querysets import by_region_name

NOT_APPLICABLE, LATE, PROPOSED = (
    sign.value for sign in (StageSign.NOT_APPLICABLE, StageSign.LATE, StageSign.PROPOSED)
)
DONE = (StageSign.DONE.value, StageSign.DONE_WITH_REMARKS.value)


Cell = tuple[int, str]
"""A stage of a cluster: its key and its sign, a value of `StageSign`. There are thousands, so they are bare tuples."""


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
    cells = _cells(scope, narrowed, [process.pk for process in processes])
    shown = [place for place, column in enumerate(zip(*cells.values(), strict=True)) if any(column)]
    if len(shown) < len(processes):
        cells = {cluster: [row[place] for place in shown] for cluster, row in cells.items()}
    counts = [_signs(column) for column in zip(*cells.values(), strict=True)]
    return Matrix(
        [processes[place] for place in shown],
        _rows(scope, cells),
        [_sum(signs) for signs in counts],
        sum(counts, Counter()),
    )


def _cells(scope: Scope, narrowed: StageFilter, processes: Sequence[str]) -> dict[int, list[Cell | None]]:
    """The cells of each cluster, a place for every process."""
    places = {process: place for place, process in enumerate(processes)}
    found = stages_found(scope, narrowed).order_by()
    cells: dict[int, list[Cell | None]] = {}
    for cluster, process, pk, sign in found.values_list("cluster_id", "process_id", "pk", "sign"):
        row = cells.get(cluster)
        if row is None:
            row = cells[cluster] = [None] * len(places)
        row[places[process]] = (pk, sign)
    return cells


def _rows(scope: Scope, cells: Mapping[int, list[Cell | None]]) -> list[Row]:
    """The clusters by region and name. Models would cost as much as the cells, so they are read as values too."""
    clusters = Cluster.objects.visible_to(scope).filter(pk__in=cells)
    ordered = clusters.order_by(by_region_name("region__"), "name_key", "code")
    return [
        Row(code, shown_name(title, code), region, cells[pk], _sum(_signs(cells[pk])))
        for pk, code, title, region in ordered.values_list("pk", "code", "title", name_column("region__"))
    ]


def _signs(cells: Iterable[Cell | None]) -> Counter[str]:
    """How many of the cells have each sign."""
    return Counter([cell[1] for cell in cells if cell])


def _sum(signs: Mapping[str, int]) -> Progress:
    """How far these stages are, by how many have each sign."""
    return Progress(
        total=sum(signs.values()) - signs.get(NOT_APPLICABLE, 0),
        done=sum(signs.get(sign, 0) for sign in DONE),
        late=signs.get(LATE, 0),
        proposed=signs.get(PROPOSED, 0),
    )

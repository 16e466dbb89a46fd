"""Loads industries, processes and the known clusters from the CSV files of this room."""

from pathlib import Path

from django.db.models import Model

from clusters.models import Industry, Process
from clusters.services.imports import plan_apply, plan_rows
from common.reference import LoadResult, reference_file
from common.tabular import BadRows, RowError, of_file, read_csv, whole_number

DATA = Path(__file__).parent.parent / "data"


def industries_load(folder: Path = DATA) -> LoadResult:
    """Bring the industries to the state of the file. Raises BadRows with every bad row."""
    return _upsert(Industry, folder / "industries.csv", ("order",))


def processes_load(folder: Path = DATA) -> LoadResult:
    """Bring the processes of the cyclogram to the state of the file. Raises BadRows with every bad row."""
    return _upsert(Process, folder / "processes.csv", ("order", "start_month", "end_month"))


def _upsert(model: type[Model], path: Path, numbers: tuple[str, ...]) -> LoadResult:
    errors: list[RowError] = []
    rows = [
        (row, {**row.values, **{name: whole_number(row, name, errors) for name in numbers}})
        for row in read_csv(path)
    ]
    return reference_file(model, "slug", path, rows, errors)


def clusters_load(folder: Path = DATA) -> LoadResult:
    """Bring the known clusters to the state of the file, by the same check as an import in the browser."""
    path = folder / "clusters.csv"
    plan = plan_rows(read_csv(path))
    if plan.errors:
        raise BadRows(of_file(path, plan.errors))
    return plan_apply(plan)

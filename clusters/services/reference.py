"""Loads industries, processes and the known clusters from the CSV files of this room."""

from pathlib import Path

from clusters.models import Industry, Process
from clusters.services.imports import plan_apply, plan_rows
from common.reference import LoadResult, reference_upsert
from common.tabular import BadRows, read_csv

DATA = Path(__file__).parent.parent / "data"


def industries_load(folder: Path = DATA) -> LoadResult:
    """Bring the industries to the state of the file."""
    rows = [
        (row, {**row.values, "order": int(row.values["order"])})
        for row in read_csv(folder / "industries.csv")
    ]
    return reference_upsert(Industry, "slug", rows)


def processes_load(folder: Path = DATA) -> LoadResult:
    """Bring the processes of the cyclogram to the state of the file."""
    numbers = ("order", "start_month", "end_month")
    rows = [
        (row, {**row.values, **{name: int(row.values[name]) for name in numbers}})
        for row in read_csv(folder / "processes.csv")
    ]
    return reference_upsert(Process, "slug", rows)


def clusters_load(folder: Path = DATA) -> LoadResult:
    """Bring the known clusters to the state of the file, by the same check as an import in the browser."""
    plan = plan_rows(read_csv(folder / "clusters.csv"))
    if plan.errors:
        raise BadRows(plan.errors)
    return plan_apply(plan)

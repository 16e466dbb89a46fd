"""The plans and indicators that the portal ships with: once there they belong to the people who change them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Process
from common import clock
from common.errors import InvalidInput
from common.locks import hold
from common.reference import LoadResult, reference_file, rows_with, unknown, validation_errors
from common.tabular import HEADER_ROW, BadRows, Row, RowError, of_file, whole_number
from cyclogram.enums import PlanState
from cyclogram.models import Indicator, PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.rules import clean_checkpoint

DATA = Path(__file__).parent.parent / "data"
SURE = "high"
"""The confidence of a process whose kind a source confirms."""
ASSUMED_MONTHS = "assumption"
"""What the basis of months says when it is none."""
YES = "yes"


@dataclass(frozen=True, slots=True)
class Marked:
    """A checkpoint of a file: its process, the cohorts whose plans have it (all, when there are none), its fields."""

    process: str
    cohorts: frozenset[int]
    fields: Mapping[str, Any]


@transaction.atomic
def plans_load(folder: Path = DATA) -> LoadResult:
    """Give every cohort of the files that has no plan its first version, in force; add indicators that are unknown.

    What is there is never changed: plans and indicators are edited in the portal. Windows, names and kinds are those of
    the processes. Raises BadRows with every bad row of all files.
    """
    hold("cyclogram-plans")
    result = _indicators_load(folder / "indicators.csv")
    known = set(PlanVersion.objects.values_list("cohort_year", flat=True))
    cohorts = _cohorts(folder / "plans.csv", known)
    stages = _stages(folder / "stages.csv")
    marks = _checkpoints(folder / "checkpoints.csv", {fields["process"].pk for fields in stages})
    for year, note in cohorts.items():
        if year in known:
            result += LoadResult(unchanged=1)
            continue
        _plan_create(year, note, stages, marks)
        result += LoadResult(created=1)
    return result


def _plan_create(year: int, note: str, stages: Iterable[Mapping[str, Any]], marks: Iterable[Marked]) -> None:
    """The first version of a cohort, with these stages and the checkpoints that are its own."""
    now = clock.now()
    plan = PlanVersion.objects.create(
        cohort_year=year, number=1, state=PlanState.IN_FORCE, note=note, created_at=now, in_force_at=now
    )
    made = PlanStage.objects.bulk_create(PlanStage(plan=plan, **fields) for fields in stages)
    laid = {stage.process_id: stage for stage in made}
    PlanCheckpoint.objects.bulk_create(
        PlanCheckpoint(stage=laid[mark.process], **mark.fields)
        for mark in marks
        if not mark.cohorts or year in mark.cohorts
    )


def _indicators_load(path: Path) -> LoadResult:
    known = set(Indicator.objects.values_list("key", flat=True))
    errors: list[RowError] = []
    rows = rows_with(path, ("key",))
    processes = set(Process.objects.values_list("pk", flat=True))
    fresh = []
    for row in rows:
        values = dict(row.values)
        if values["key"] in known:
            continue
        process = values.pop("process", "")
        if process not in processes:
            errors.append(unknown(row, "process", process))
        values["process_id"] = process
        fresh.append((row, {**values, "order": whole_number(row, "order", errors)}))
    result = reference_file(Indicator, "key", path, fresh, errors)
    return result + LoadResult(unchanged=len(rows) - len(fresh))


def _cohorts(path: Path, known: set[int]) -> dict[int, str]:
    """The years of the plans with their notes; what is known already is not checked again."""
    errors: list[RowError] = []
    found: dict[int, str] = {}
    for row in rows_with(path, ("cohort_year", "note")):
        year = whole_number(row, "cohort_year", errors)
        if year is None:
            if not row.values["cohort_year"]:
                errors.append(unknown(row, "cohort_year", ""))
            continue
        found[year] = row.values["note"]
        if year not in known:
            plan = PlanVersion(cohort_year=year, number=1, note=found[year], created_at=clock.now())
            errors += _complaints(row, plan, {"created_by", "from_version"})
    _refuse(path, errors)
    return found


def _stages(path: Path) -> list[dict[str, Any]]:
    """The fields of the stages of any plan: a row of the file joined with its process."""
    errors: list[RowError] = []
    processes = Process.objects.in_bulk()
    indicators = {indicator.key: indicator for indicator in Indicator.objects.all()}
    stages = []
    for row in rows_with(path, ("process", "closing", "indicator", "closes_with", "basis")):
        slug, key = row.values["process"], row.values["indicator"]
        process = processes.pop(slug, None)
        if process is None:
            errors.append(unknown(row, "process", slug))
            continue
        if key and key not in indicators:
            errors.append(unknown(row, "indicator", key))
            continue
        fields = _fields_of(process, row.values, indicators.get(key))
        errors += _complaints(row, PlanStage(**fields), {"plan"})
        stages.append(fields)
    errors += [_without_row(slug) for slug in processes]
    _refuse(path, errors)
    return stages


def _fields_of(process: Process, values: Mapping[str, str], indicator: Indicator | None) -> dict[str, Any]:
    return {
        "process": process,
        "kind": process.kind,
        "kind_is_assumption": process.group_confidence != SURE,
        "order": process.order,
        "name_ru": process.name_ru,
        "name_en": process.name_en,
        "from_month": process.start_month,
        "to_month": process.end_month,
        "is_assumption": process.months_basis == ASSUMED_MONTHS,
        "basis": values["basis"],
        "closing": values["closing"],
        "closes_with": values["closes_with"],
        "indicator": indicator,
    }


def _checkpoints(path: Path, processes: set[str]) -> list[Marked]:
    errors: list[RowError] = []
    found = []
    columns = ("process", "name_ru", "name_en", "rhythm", "month", "day", "cohorts", "is_assumption", "basis")
    for row in rows_with(path, columns):
        values = row.values
        if values["process"] not in processes:
            errors.append(unknown(row, "process", values["process"]))
        month, day = (whole_number(row, column, errors) for column in ("month", "day"))
        fields: dict[str, Any] = {
            column: values[column] for column in ("name_ru", "name_en", "rhythm", "basis")
        }
        fields |= {"month": month, "day": day, "is_assumption": values["is_assumption"] == YES}
        errors += _complaints(row, PlanCheckpoint(**fields), {"stage"})
        if month is not None and day is not None:
            errors += _day_problem(row, month, day)
        years = [year.strip() for year in values["cohorts"].split(";") if year.strip()]
        errors += [unknown(row, "cohorts", year) for year in years if not year.isdecimal()]
        cohorts = frozenset(int(year) for year in years if year.isdecimal())
        found.append(Marked(values["process"], cohorts, fields))
    _refuse(path, errors)
    return found


def _day_problem(row: Row, month: int, day: int) -> list[RowError]:
    try:
        clean_checkpoint(row.values["rhythm"], month, day)
    except InvalidInput as error:
        return [RowError(row.number, field, messages[0]) for field, messages in error.errors.items()]
    return []


def _complaints(row: Row, obj: Any, left_out: set[str]) -> list[RowError]:
    """What the model itself says of the row."""
    try:
        obj.full_clean(exclude=left_out, validate_unique=False)
    except ValidationError as error:
        return validation_errors(row.number, error)
    return []


def _without_row(slug: str) -> RowError:
    return RowError(HEADER_ROW, "process", _("“%(value)s” has no row") % {"value": slug})


def _refuse(path: Path, errors: Sequence[RowError]) -> None:
    if errors:
        raise BadRows(of_file(path, sorted(errors, key=lambda error: error.row)))

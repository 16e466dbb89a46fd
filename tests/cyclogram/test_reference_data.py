"""The plans and indicators that ship with the portal, and their loading."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from clusters.enums import ProcessKind
from clusters.services.reference import processes_load
from common.reference import LoadResult
from common.tabular import BadRows
from cyclogram.enums import ClosingRule
from cyclogram.laying import after_the_year
from cyclogram.models import Indicator, PlanCheckpoint, PlanStage, PlanVersion
from cyclogram.services.reference import DATA, plans_load
from tests.reference_files import column, read_rows

pytestmark = pytest.mark.django_db

PROCESSES = read_rows("clusters/data/processes.csv")


@pytest.fixture
def loaded() -> LoadResult:
    processes_load()
    return plans_load()


def stage_of(cohort: int, process: str) -> PlanStage:
    return PlanStage.objects.get(plan__cohort_year=cohort, process=process)


def test_every_cohort_has_a_plan_with_all_processes(loaded: LoadResult) -> None:
    plans = PlanVersion.objects.all().in_force()

    assert [plan.cohort_year for plan in plans] == [2022, 2023, 2024, 2025, 2026]
    for plan in plans:
        kinds = [stage.kind for stage in plan.stages.all()]
        assert (kinds.count(ProcessKind.CROSS_CUTTING), kinds.count(ProcessKind.FIRST_YEAR)) == (8, 13)
        assert [stage.process_id for stage in plan.stages.all()] == column(PROCESSES, "slug")


def test_every_process_says_what_closes_it() -> None:
    rows = read_rows("cyclogram/data/stages.csv")

    assert column(rows, "process") == column(PROCESSES, "slug")
    for row in rows:
        assert row["closing"] in ClosingRule.values
        assert bool(row["closes_with"]) == (row["closing"] != ClosingRule.DATE), row["process"]


def test_what_no_source_confirms_is_marked(loaded: LoadResult) -> None:
    assert not stage_of(2023, "opening").is_assumption
    assert stage_of(2023, "procurement").is_assumption
    assert stage_of(2023, "promotion_programme").kind_is_assumption
    assert not stage_of(2023, "procurement").kind_is_assumption
    assert stage_of(2023, "opening").window == (date(2023, 9, 1), date(2023, 9, 30))


def test_every_opening_has_its_first_of_september_and_every_day_lies_in_the_plan(loaded: LoadResult) -> None:
    for checkpoint in PlanCheckpoint.objects.select_related("stage__plan"):
        cohort = checkpoint.stage.plan.cohort_year
        assert after_the_year(cohort, checkpoint.days(cohort)) == []
    openings = PlanCheckpoint.objects.filter(stage__process="opening")
    assert [each.days(each.stage.plan.cohort_year)[0].strftime("%d.%m") for each in openings] == ["01.09"] * 5


def test_a_day_that_is_known_for_one_cohort_stands_in_its_plan_alone(loaded: LoadResult) -> None:
    open_days = PlanCheckpoint.objects.filter(name_ru="Единый день открытых дверей")

    assert {each.stage.plan.cohort_year: (each.month, each.is_assumption) for each in open_days} == {
        2022: (4, True),
        2023: (4, True),
        2025: (10, False),
    }


def test_a_second_loading_changes_nothing_and_what_people_changed_is_theirs(loaded: LoadResult) -> None:
    assert loaded == LoadResult(created=5 + 11)
    PlanVersion.objects.filter(cohort_year=2026).delete()
    Indicator.objects.filter(key="students").update(name_ru="Студенты")
    stage = stage_of(2023, "procurement")
    stage.from_month = 5
    stage.save()

    assert plans_load() == LoadResult(created=1, unchanged=4 + 11)
    assert stage_of(2023, "procurement").from_month == 5
    assert Indicator.objects.get(key="students").name_ru == "Студенты"


@pytest.mark.parametrize(
    ("name", "old", "new", "row", "columns"),
    [
        ("plans.csv", "2022,", "2021,", 2, {"__all__"}),
        ("plans.csv", "2022,", "soon,", 2, {"cohort_year"}),
        ("plans.csv", "2022,", ",", 2, {"cohort_year"}),
        ("stages.csv", "opening,document", "opening,luck", 18, {"closing"}),
        ("stages.csv", "opening,document", "launch,document", 18, {"process"}),
        ("stages.csv", "indicator,students", "indicator,pupils", 2, {"indicator"}),
        ("stages.csv", "indicator,students", "indicator,", 2, {"__all__"}),
        ("stages.csv", "process,closing", "process,closed", 1, {"closing"}),
        ("checkpoints.csv", "opening,", "launch,", 14, {"process"}),
        ("checkpoints.csv", "once,9,1,", "once,9,31,", 14, {"day"}),
        ("checkpoints.csv", "once,9,1,", "weekly,9,1,", 14, {"rhythm"}),
        ("checkpoints.csv", "2022;2023", "2022;all", 5, {"cohorts"}),
        ("indicators.csv", "student_headcount_control", "headcount", 2, {"process"}),
        ("indicators.csv", "cluster,persons", "cluster,people", 2, {"unit"}),
        ("indicators.csv", "students,1,", "students,first,", 2, {"order"}),
    ],
)
def test_a_file_with_a_mistake_changes_nothing_and_names_it(
    tmp_path: Path, name: str, old: str, new: str, row: int, columns: set[str]
) -> None:
    processes_load()
    folder = tmp_path / "data"
    copytree(DATA, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadRows) as caught:
        plans_load(folder)
    named = {(error.file, error.row, error.column) for error in caught.value.errors}
    assert {(name, row, each) for each in columns} <= named
    assert not PlanVersion.objects.exists()
    assert not Indicator.objects.exists()

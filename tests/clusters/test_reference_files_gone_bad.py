"""A reference file with mistakes: every bad row is named, nothing changes."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command

from clusters.models import Cluster, Industry, Process
from clusters.services.reference import clusters_load, industries_load, processes_load
from common.reference import LoadResult
from common.tabular import BadRows
from dashboard.management.commands import load_reference
from rating.models import Methodology
from regions.models import Region
from regions.reference import regions_load

ROOT = Path(__file__).parent.parent.parent

Damage = Callable[[str], str]


def damaged(folder: Path, room: str, name: str, old: str, new: str) -> Path:
    """A copy of the data folder of a room with one text replaced in one file."""
    target = folder / room
    copytree(ROOT / room / "data", target)
    text = (target / name).read_text(encoding="utf-8")
    assert old in text
    (target / name).write_text(text.replace(old, new), encoding="utf-8")
    return target


def errors_of(load: Callable[[Path], LoadResult], folder: Path) -> set[tuple[int, str]]:
    with pytest.raises(BadRows) as caught:
        load(folder)
    assert str(caught.value)
    return {(error.row, error.column) for error in caught.value.errors}


def test_a_region_with_an_unknown_district_and_a_bad_tile(db: None, tmp_path: Path) -> None:
    folder = damaged(
        tmp_path, "regions", "regions.csv", ",south,Europe/Moscow,5,9", ",nowhere,Europe/Moscow,five,9"
    )
    assert errors_of(regions_load, folder) == {(2, "district"), (2, "tile_column")}
    assert not Region.objects.exists()


def test_an_industry_whose_order_is_no_number(db: None, tmp_path: Path) -> None:
    folder = damaged(tmp_path, "clusters", "industries.csv", "metallurgy,2,", "metallurgy,second,")
    assert errors_of(industries_load, folder) == {(3, "order")}
    assert not Industry.objects.exists()


def test_a_process_of_an_unknown_kind(db: None, tmp_path: Path) -> None:
    folder = damaged(
        tmp_path,
        "clusters",
        "processes.csv",
        "student_headcount_control,1,cross_cutting",
        "student_headcount_control,1,x",
    )
    assert errors_of(processes_load, folder) == {(2, "kind")}


def test_a_cluster_of_an_unknown_industry_keeps_all_clusters_out(db: None, tmp_path: Path) -> None:
    regions_load()
    industries_load()
    folder = damaged(tmp_path, "clusters", "clusters.csv", ",opc,chemical,", ",opc,alchemy,")
    assert {column for _row, column in errors_of(clusters_load, folder)} == {"industry"}
    assert not Cluster.objects.exists()


def test_every_mistake_of_a_row_and_of_its_neighbours_is_named_at_once(db: None, tmp_path: Path) -> None:
    folder = damaged(
        tmp_path, "regions", "regions.csv", ",south,Europe/Moscow,5,9", ",nowhere,Mars/Olympus,five,9"
    )
    text = (folder / "regions.csv").read_text(encoding="utf-8")
    (folder / "regions.csv").write_text(text + text.splitlines()[2] + "\n", encoding="utf-8")
    last = len(text.splitlines()) + 1
    expected = {(2, "district"), (2, "tile_column"), (2, "timezone"), (last, "code")}
    assert errors_of(regions_load, folder) == expected


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [("slug,order", "slag,order", 1, "slug"), ("metallurgy,2,", '"metallurgy,2,', 1, "")],
)
def test_a_file_that_is_no_table_of_ours_is_named(
    db: None, tmp_path: Path, old: str, new: str, row: int, column: str
) -> None:
    folder = damaged(tmp_path, "clusters", "industries.csv", old, new)
    assert errors_of(industries_load, folder) == {(row, column)}
    with pytest.raises(BadRows, match=r"industries\.csv"):
        industries_load(folder)


def test_the_command_names_the_bad_rows_of_all_files_and_changes_nothing(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = damaged(
        tmp_path, "regions", "regions.csv", ",south,Europe/Moscow,5,9", ",nowhere,Europe/Moscow,5,9"
    )
    clusters = damaged(tmp_path, "clusters", "industries.csv", "metallurgy,2,", "metallurgy,second,")
    monkeypatch.setattr(load_reference, "regions_load", lambda: regions_load(regions))
    monkeypatch.setattr(load_reference, "industries_load", lambda: industries_load(clusters))
    with pytest.raises(CommandError) as caught:
        call_command("load_reference")
    said = str(caught.value)
    assert "regions.csv" in said
    assert "industries.csv" in said
    assert "clusters.csv: не проверен" in said
    assert not Region.objects.exists()
    assert not Process.objects.exists()
    assert not Methodology.objects.exists()

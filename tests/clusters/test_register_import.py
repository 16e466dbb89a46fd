"""The import of the register: checked first, shown, applied at once or not at all."""

import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from python_calamine import load_workbook

from clusters.enums import ClusterKind
from clusters.models import Cluster, ClusterImport
from clusters.services.imports import plan_apply, plan_rows, register
from clusters.services.reference import clusters_load, industries_load, processes_load
from clusters.services.uploads import import_apply, import_upload
from clusters.tables import COLUMNS
from common.errors import InvalidInput, NotAllowed, TooLarge
from common.tabular import BadRows, Row, parse_csv
from regions.models import Region, RegionalAuthority
from regions.reference import regions_load
from tests.cast import Cast

HEAD = "code,region,cohort_year,name,kind,industry,base_college,network_colleges,anchor_employers\n"


def rows_of(text: str) -> list[Row]:
    return parse_csv((HEAD + text).encode(), max_rows=None)


def test_the_reference_files_load_and_a_second_load_changes_nothing(db: None) -> None:
    loads = (regions_load, industries_load, processes_load, clusters_load)
    first = [load() for load in loads]
    assert [result.created for result in first] == [98, 24, 21, 267]
    second = [load() for load in loads]
    assert all(result.created == result.changed == 0 for result in second)
    assert Region.objects.count() == 89
    assert RegionalAuthority.objects.get(region="70").name == "орган управления образованием Томской области"


def test_a_cluster_is_named_by_itself_else_its_college_else_industry_and_employer(cast: Cast) -> None:
    plan = plan_rows(
        rows_of(
            "70-010,70,,Свой,,,Колледж,,\n"
            "70-011,70,,,,,Колледж,,\n"
            "70-012,70,,,,machine_building,,,АО «Завод»; АО «Второй»\n"
            "70-013,70,,,,machine_building,,,\n"
        )
    )
    plan_apply(plan)
    names = {
        code: Cluster.objects.get(code=code).display_name for code in ("70-010", "70-011", "70-012", "70-013")
    }
    assert names["70-010"] == "Свой"
    assert names["70-011"] == "Колледж"
    assert names["70-012"] == "Машиностроение, АО «Завод»"
    assert names["70-013"].endswith("70-013")


def test_every_bad_row_is_named_and_nothing_is_planned_for_it(cast: Cast) -> None:
    plan = plan_rows(
        rows_of(
            "70-001,99,,,,,,,\n"  # unknown region
            "70-010,70,1999,,,,,,\n"  # cohort out of range
            "70-011,70,,,ферма,,,,\n"  # unknown kind
            "70-011,70,,,,,,,\n"  # repeated code
            "so bad,70,,,,,,,\n"  # malformed code
            "70-012,70,,Хороший,,,,,\n"
        )
    )
    assert {(error.row, error.column) for error in plan.errors} == {
        (2, "region"),
        (3, "cohort_year"),
        (4, "kind"),
        (5, "code"),
        (6, "code"),
    }
    assert [row.code for row in plan.rows] == ["70-012"]


def test_the_region_of_a_known_cluster_cannot_be_changed(cast: Cast) -> None:
    plan = plan_rows(rows_of("70-001,55,,,,,,,\n"))
    assert [error.column for error in plan.errors] == ["region"]


def test_absent_columns_leave_their_facts_alone(cast: Cast) -> None:
    plan_apply(plan_rows([Row(2, {"code": "70-001", "region": "Томская область", "note": "проверено"})]))
    cluster = Cluster.objects.get(code="70-001")
    assert (cluster.name, cluster.note, cluster.cohort_year) == ("ПроЛом", "проверено", 2023)


def test_russian_headings_and_words_are_understood(cast: Cast) -> None:
    plan = plan_rows([Row(2, {"код": "70-010", "регион": "томская область", "отрасль": "машиностроение"})])
    assert not plan.errors
    assert plan.rows[0].values["industry"] == "machine_building"


def test_an_unknown_column_is_an_error_that_names_it(cast: Cast) -> None:
    plan = plan_rows([Row(2, {"code": "70-010", "region": "70", "телефон": "1"})])
    assert [(error.row, error.column) for error in plan.errors] == [(1, "телефон")]


def test_an_import_applies_once_and_a_second_press_returns_the_same_counts(cast: Cast) -> None:
    actor = cast.scope("administrator")
    record = import_upload(
        actor=actor, name="new.csv", content=(HEAD + "70-010,70,2025,Новый,,,,,\n").encode()
    )
    first = import_apply(actor=actor, import_id=record.pk)
    assert first == import_apply(actor=actor, import_id=record.pk)
    assert (first.created, first.changed) == (1, 0)
    assert Cluster.objects.get(code="70-010").cohort_year == 2025


def test_a_table_that_went_bad_between_check_and_apply_changes_nothing(cast: Cast) -> None:
    actor = cast.scope("administrator")
    record = import_upload(
        actor=actor, name="new.csv", content=(HEAD + "87-001,87,2025,Новый,,,,,\n").encode()
    )
    Cluster.objects.create(code="87-001", region=cast.omsk)
    with pytest.raises(BadRows):
        import_apply(actor=actor, import_id=record.pk)
    assert Cluster.objects.get(code="87-001").region_id == "55"


@pytest.mark.parametrize("person", ["controller", "tomsk_coordinator", "chair", "tomsk_minister", "public"])
def test_only_an_administrator_imports(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        import_upload(actor=cast.scope(person), name="new.csv", content=HEAD.encode())
    assert not ClusterImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("table.csv", b"code,region\n70\x00,70\n"),
        ("table.xlsx", b"not a workbook"),
        ("table.csv", "code,region\n70\x00,70\n".encode("utf-16")),
        ("table.xls", b"old"),
        ("ta\x00ble.csv", HEAD.encode()),
        ("table.csv", b""),
        ("table.csv", b"code,code\n1,2\n"),
    ],
)
def test_an_unreadable_table_is_refused_by_the_field_file(cast: Cast, name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        import_upload(actor=cast.scope("administrator"), name=name, content=content)
    assert list(caught.value.errors) == ["file"]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (b"", "utf-8-sig"),
        (b"", "cp1251"),
        (BOM_UTF16_LE, "utf-16-le"),
        (BOM_UTF16_BE, "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_in_the_encodings_in_which_spreadsheets_save_it(
    mark: bytes, encoding: str, delimiter: str
) -> None:
    text = "код,регион,название\r\n70-010,70,Щит\r\n".replace(",", delimiter)
    rows = parse_csv(mark + text.encode(encoding), max_rows=10)
    assert [dict(row.values) for row in rows] == [{"код": "70-010", "регион": "70", "название": "Щит"}]


def test_too_many_rows_are_refused(cast: Cast, settings: pytest.FixtureRequest) -> None:
    settings.MAX_IMPORT_ROWS = 2  # type: ignore[attr-defined]
    body = HEAD + "".join(f"70-{n},70,,,,,,,\n" for n in range(100, 103))
    with pytest.raises(TooLarge):
        import_upload(actor=cast.scope("administrator"), name="t.csv", content=body.encode())


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_exported_workbook_imports_without_a_difference(
    language: str, cast: Cast, as_person: Callable[[str], Client]
) -> None:
    workbook = as_person("administrator").get("/clusters/export.xlsx").content
    record = import_upload(actor=cast.scope("administrator"), name="back.xlsx", content=workbook)
    with translation.override(language):
        plan = plan_rows(Row(number, values) for number, values in record.rows)
    assert (plan.errors, plan.rows, plan.unchanged) == ([], [], register().count())


@pytest.mark.usefixtures("cast")
def test_the_exported_workbook_names_what_it_holds(as_person: Callable[[str], Client]) -> None:
    workbook = as_person("administrator").get("/clusters/export.xlsx").content
    _head, *rows = load_workbook(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    places = [number for number, column in enumerate(COLUMNS) if column.key in ("region", "kind", "industry")]
    shown = {str(row[place]) for row in rows for place in places}
    clusters = list(register())
    assert {cluster.region.name for cluster in clusters} <= shown
    assert {cluster.industry.name for cluster in clusters if cluster.industry} <= shown
    assert {str(cluster.get_kind_display()) for cluster in clusters if cluster.kind} <= shown
    assert not shown & {
        *ClusterKind.values,
        *(cluster.industry_id for cluster in clusters if cluster.industry),
    }


def test_an_administrator_imports_in_the_browser_in_three_steps(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("administrator")
    upload = SimpleUploadedFile("new.csv", (HEAD + "70-010,70,2025,=1+1,,,,,\n").encode())
    page = client.post("/clusters/import/", {"file": upload})
    assert page.status_code == 302
    shown = client.get(page["Location"])
    assert "70-010" in shown.content.decode()
    assert not Cluster.objects.filter(code="70-010").exists()
    client.post(page["Location"] + "apply/")
    assert Cluster.objects.get(code="70-010").name == "=1+1"


def test_the_plan_says_in_words_what_the_files_write_as_codes(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("administrator")
    upload = SimpleUploadedFile("new.csv", b"code,region,kind\n70-010,70,opc\n")
    page = client.get(client.post("/clusters/import/", {"file": upload})["Location"]).content.decode()
    assert f">{cast.tomsk}</td>" in page
    assert f">{ClusterKind('opc').label}</td>" in page
    assert ">opc<" not in page


def test_a_bad_file_in_the_browser_answers_400_and_names_the_field(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    client = as_person("administrator")
    answer = client.post("/clusters/import/", {"file": SimpleUploadedFile("x.pdf", b"%PDF-")})
    assert answer.status_code == 400
    assert not ClusterImport.objects.exists()

"""The table to take away, and the method in words."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.test import Client
from python_calamine import load_workbook

from common import clock
from common.scope import SYSTEM
from rating.dictionary import COLUMNS
from rating.formula import Params
from rating.models import Slice
from rating.presentation.method import point_table
from rating.services import methodologies_load, slice_close, slice_publish
from regions.models import Region
from tests.rating.building import PARAMS
from tests.rating.portal import load, read
from tests.rating.readers import reader, words_of

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
KEYS = [column.key for column in COLUMNS]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def month() -> Slice:
    load(read("case3"))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


def csv_of(client: Client, url: str = f"{MONTH}table.csv") -> tuple[str, list[dict[str, str]]]:
    """What the file says about its table, and the rows of the table by column."""
    table, _empty, about = client.get(url).content.decode("utf-8-sig").partition("\r\n\r\n")
    return about, list(csv.DictReader(io.StringIO(table)))


def test_the_csv_holds_every_region_with_plain_numbers(month: Slice) -> None:
    _about, rows = csv_of(reader("public"))

    assert [row["region_code"] for row in rows] == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    third = rows[2]
    assert (third["place"], third["place_from"], third["place_to"]) == ("3", "1", "3")
    assert (third["score"], third["interval_from"], third["interval_to"]) == ("90.00", "59.82", "98.20")
    assert (rows[5]["score"], rows[5]["status"], rows[6]["status"]) == ("", "no_due", "no_clusters")


def test_the_csv_says_what_it_is_and_what_each_column_means(month: Slice) -> None:
    about, _rows = csv_of(reader("public"))

    lines = list(csv.reader(io.StringIO(about)))
    assert "ноябрь\u00a02023" in lines[0][0]
    assert month.input_sha256 in about
    assert [line[0] for line in lines[-len(KEYS) :]] == KEYS
    assert "green: зелёная зона" in about


def test_the_workbook_speaks_to_its_reader_and_explains_its_columns(month: Slice) -> None:
    answer = reader("public").get(f"{MONTH}table.xlsx")
    book = load_workbook(io.BytesIO(answer.content))

    table, dictionary = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert len(table) == 8
    assert table[0] == [str(column.heading) for column in COLUMNS]
    assert (table[0][0], table[0][KEYS.index("score")]) == ("Место", "Балл")
    assert (table[3][KEYS.index("score")], table[3][KEYS.index("zone")]) == (90.0, "зелёная зона")
    assert [row[2] for row in dictionary if row[2] in KEYS] == KEYS
    assert 'filename="rating-2023-11-r1.xlsx"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "@sum(a1)", "-2"])
def test_a_text_never_becomes_a_formula(name: str, month: Slice) -> None:
    Region.objects.filter(code="R3").update(name_ru=name)

    _about, rows = csv_of(reader("public"))
    sheet = load_workbook(io.BytesIO(reader("public").get(f"{MONTH}table.xlsx").content)).get_sheet_by_index(
        0
    )

    assert rows[2]["region"] == f"'{name}"
    assert sheet.to_python()[3][KEYS.index("region")] == name


def test_an_export_answers_304_while_the_slice_is_the_same(month: Slice) -> None:
    client = reader("public")
    tag = client.get(f"{MONTH}table.csv").headers["ETag"]

    assert client.get(f"{MONTH}table.csv", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("url", [f"{MONTH}table.pdf", f"{MONTH}r2/table.csv", "/rating/2023-13/table.csv"])
def test_an_export_that_does_not_exist_is_not_found(url: str, month: Slice) -> None:
    assert reader("public").get(url).status_code == 404


def test_the_method_states_the_parameters_in_force(db: None) -> None:
    methodologies_load()

    words = words_of(reader("public"), "/rating/method/")

    for said in ("опоздание 1–3 дня 80", "опоздание 4–10 дней 60", "от 90 баллов", "от 70 до 90", "ниже 70"):
        assert said in words


def test_the_point_table_covers_every_day_once() -> None:
    steps = point_table(Params.from_dict({**PARAMS, "late_steps": [[1, 80], [5, 50], [None, 20]]}))

    assert [step.points for step in steps] == [100, 80, 50, 20, 0]


def test_without_a_methodology_there_is_no_method_page(db: None) -> None:
    assert reader("public").get("/rating/method/").status_code == 404


def test_the_running_month_waits_for_a_methodology(db: None) -> None:
    with clock.at(datetime(2023, 9, 1, tzinfo=UTC)):
        assert reader("controller").get("/rating/running/").status_code == 404

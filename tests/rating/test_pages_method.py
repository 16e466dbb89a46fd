"""«How it is counted»: the version in force or that of a revision, with the worked examples computed by the formula."""

from datetime import UTC, datetime

import pytest

from common import clock
from common.scope import SYSTEM
from rating.models import Methodology
from rating.presentation.examples import places_example, region_examples
from rating.services import methodologies_load, slice_close, slice_publish
from rating.services.methodologies import methodologies_create
from tests.rating.building import params
from tests.rating.portal import load, read
from tests.rating.readers import reader, words_of

pytestmark = pytest.mark.django_db


def version(**changes: object) -> Methodology:
    (made,) = methodologies_create([params(**changes)])
    return made


def test_the_numbers_of_the_examples_are_those_worked_by_hand() -> None:
    """Methodology §12, on the page."""
    methodologies_load()

    words = words_of(reader("public"), "/rating/method/")

    for said in (
        "990 ÷ 14 = 70,71", "35,58 – 91,35", "79,29",
        "1 180 ÷ 15 = 78,67", "50,00", "+28,67", "в пределах случайного колебания", "80,00",
        "91,34 – 100,00", "59,82 – 98,20", "35,29 – 64,71", "79,61", "80,39",
    ):  # fmt: skip
        assert said in words.replace("\xa0", " ").replace("\u202f", " "), said


def test_the_first_example_follows_the_parameters() -> None:
    (first, _second) = region_examples(version(late_steps=[[3, 70], [None, 30]]))

    assert first.points_sum == 990 - 2 * 10 - 10
    assert first.weight_sum == 14


def test_the_second_example_shows_what_is_not_counted_and_what_happened_day_by_day() -> None:
    (_first, second) = region_examples(version())

    facts = {(row.cluster, row.item): row for row in second.rows}
    assert (second.points_sum, second.weight_sum) == (1180, 15)
    assert [key for key, row in facts.items() if row.points is None] == [
        ("K1", "J5"),
        ("K1", "J6"),
        ("K2", "J1"),
    ]
    assert "17\xa0дней" in " ".join(words for _day, words in facts["K1", "J3"].steps)
    assert not facts["K2", "J2"].steps
    assert (second.before, second.delta, second.three_months) == (5000, 2867, 8000)


def test_the_third_example_shows_places_and_what_one_objection_moved() -> None:
    found = places_example(version())

    ranks = {row.region: (row.found.rank, row.places) for row in found.rows}
    assert ranks["R1"] == (1, "1–3")
    assert ranks["R4"] == (4, "4")
    assert ranks["R5"][0] is None
    assert [row.region for row in found.rows if row.corrected] == ["R3"]
    assert found.national == (7961, 8039)


def test_a_version_that_leaves_nothing_to_count_shows_no_empty_example() -> None:
    """With 40 days between issue and term nothing of the first example is due in its month."""
    examples = region_examples(version(min_lead_days=40))

    assert all(example.rows for example in examples)
    assert len(examples) < 2


@pytest.fixture
def two_versions() -> None:
    """November and December by version 1.0, January by 2.0 with another green zone."""
    case = read("case3")
    case["params"].append(
        {**case["params"][0], "version": "2.0", "effective_from": "2024-01", "zone_green": "95.00"}
    )
    load(case)
    with clock.at(datetime(2024, 2, 8, tzinfo=UTC)):
        for period in ("2023-11", "2024-01"):
            slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


@pytest.mark.parametrize("address", ["/rating/2023-11/method/", "/rating/2023-11/r1/method/"])
def test_an_old_month_is_explained_by_its_own_version(two_versions: None, address: str) -> None:
    with clock.at(datetime(2024, 2, 9, tzinfo=UTC)):
        old, now = words_of(reader("public"), address), words_of(reader("public"), "/rating/method/")

    assert "методика 1.0" in old.lower()
    assert "от 90 баллов" in old
    assert "методика 2.0" in now.lower()
    assert "от 95 баллов" in now


def test_pages_of_a_revision_lead_to_the_method_of_that_revision(two_versions: None) -> None:
    month = reader("public").get("/rating/2023-11/").content.decode()
    card = reader("controller").get("/rating/2023-11/r1/regions/R3/").content.decode()

    assert 'href="/rating/2023-11/r1/method/"' in month
    assert 'href="/rating/2023-11/r1/method/"' in card


def test_a_draft_is_explained_to_the_centre_alone() -> None:
    load(read("case3"))
    slice_close(actor=SYSTEM, period="2023-11")

    assert reader("methodologist").get("/rating/2023-11/r1/method/").status_code == 200
    assert reader("public").get("/rating/2023-11/r1/method/").status_code == 404


def test_the_small_lines_of_the_table_and_its_files_mark_the_first_month_of_a_version(
    two_versions: None,
) -> None:
    client = reader("public")

    assert 'class="spark__break"' in client.get("/rating/2024-01/").content.decode()
    assert 'class="spark__break"' not in client.get("/rating/2023-11/").content.decode()
    assert "первый месяц этой методики" in client.get("/rating/2024-01/table.csv").content.decode()
    assert client.get("/rating/2024-01/table.json").json()["begins_methodology"] is True
    assert client.get("/rating/2023-11/table.json").json()["begins_methodology"] is False

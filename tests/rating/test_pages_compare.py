"""Regions side by side: who sees what, what the address may ask for, which regions are alike."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.scope import SYSTEM
from rating.models import Slice
from rating.selectors.comparison import similar_regions
from rating.selectors.pages import FieldRow
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
COMPARE = f"{MONTH}compare/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def draft() -> Slice:
    """November 2023 of the third worked example, closed and not published."""
    load(read("case3"))
    return slice_close(actor=SYSTEM, period="2023-11")


@pytest.fixture
def month(draft: Slice) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=draft.pk)


def heads(html: str) -> list[str]:
    """The regions of the comparison from left to right."""
    return re.findall(r'class="compare__head"><a href="[^"]*/regions/([^/"]+)/"', html)


def test_three_regions_stand_side_by_side_in_the_order_of_the_address(month: Slice) -> None:
    html = html_of(reader("public"), f"{COMPARE}?region=R4&region=R1&region=R3")

    assert heads(html) == ["R4", "R1", "R3"]
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r'compare__score">([^<]+)<', table) == ["50,00", "100,00", "90,00"]
    assert table.index("35,29 – 64,71") < table.index("59,82 – 98,20")
    assert '20 <span class="muted">(50 %)</span>' in table
    assert html.count("series__item") == 3


def test_a_revision_is_compared_at_its_own_address(month: Slice) -> None:
    html = html_of(reader("public"), f"{MONTH}r1/compare/?region=R1&region=R2")

    assert heads(html) == ["R1", "R2"]
    assert html_of(reader("public"), f"{MONTH}r2/compare/", 404)


def test_a_region_without_a_score_is_compared_with_its_reason(month: Slice) -> None:
    words = words_of(reader("public"), f"{COMPARE}?region=R1&region=R7")

    assert "в регионе нет кластеров" in words


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("region=R1&region=R2&region=R3&region=R4", "не больше 3 одновременно, указано 4"),
        ("region=R1&region=R1", "«R1» указан дважды"),
        ("region=R99", "нет региона «R99»"),
        ("region=%3Cb%3E", "нет региона «&lt;b&gt;»"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(month: Slice, query: str, said: str) -> None:
    assert said in html_of(reader("public"), f"{COMPARE}?{query}", 400)


def test_without_a_region_the_page_offers_to_choose_one(month: Slice) -> None:
    html = html_of(reader("public"), f"{COMPARE}?region=")

    assert "Регионы ещё не выбраны" in html
    assert re.findall(r'<option value="([^"]+)"', html) == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]


def test_a_region_can_be_added_and_removed(month: Slice) -> None:
    html = html_of(reader("public"), f"{COMPARE}?region=R1&region=R2")

    assert 'href="?region=R2"' in html
    assert '<input type="hidden" name="region" value="R1">' in html
    assert "Добавить регион" in html
    assert "Добавить регион" not in html_of(reader("public"), f"{COMPARE}?region=R1&region=R2&region=R3")


def test_the_result_of_three_months_is_shown_to_the_region_itself_and_to_the_centre(month: Slice) -> None:
    url = f"{COMPARE}?region=R3&region=R4"

    assert "За 3 месяца" not in words_of(reader("public"), url)
    own = words_of(reader("coordinator"), url)
    assert own.count("видят сам регион и центр") == 1
    assert "видят сам регион и центр" not in words_of(reader("controller"), url)
    assert "За 3 месяца" in words_of(reader("controller"), url)


def test_a_draft_is_compared_by_the_centre_only(draft: Slice) -> None:
    assert reader("public").get(f"{COMPARE}?region=R1").status_code == 404
    assert reader("coordinator").get(f"{COMPARE}?region=R1").status_code == 404
    assert reader("controller").get(f"{COMPARE}?region=R1").status_code == 200


def test_boxes_of_the_table_belong_to_the_form_of_the_comparison(month: Slice) -> None:
    html = html_of(reader("public"), MONTH)

    assert f'id="compare" method="get" action="{COMPARE}"' in html
    assert len(re.findall(r'type="checkbox" name="region" form="compare"', html)) == 7


def test_three_regions_cost_no_more_queries_than_one(month: Slice) -> None:
    client = reader("controller")
    counts = []
    client.get(COMPARE)
    for query in ("region=R1", "region=R1&region=R2&region=R3"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{COMPARE}?{query}").status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


def row(code: str, executions: int, clusters: int) -> FieldRow:
    return FieldRow(code, code, executions, clusters, 9000 if executions else None, "green", True, "none")


def test_alike_are_regions_near_in_executions_and_clusters() -> None:
    rows = [
        row("A", 30, 6),
        row("B", 29, 6),
        row("C", 30, 12),
        row("D", 60, 6),
        row("E", 0, 6),
        row("F", 33, 6),
    ]

    assert [one.code for one in similar_regions(rows, "A")] == ["B", "F", "C"]
    assert [one.code for one in similar_regions(rows, "A", without=["B"])] == ["F", "C", "D"]
    assert similar_regions(rows, "E") == []
    assert similar_regions(rows, "Z") == []

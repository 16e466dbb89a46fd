"""The scorecard of a region: the same answer for everybody, the explanation for the region itself and the centre."""

import re
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.scope import SYSTEM
from rating.models import ItemShare, ScoreLoss, Slice
from rating.presentation.scorecard import item_share
from rating.services import slice_close, slice_publish, slice_revise
from regions.models import Region
from tests.rating.building import Log
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
CARD = f"{MONTH}regions/77/"
KAMCHATKA = "/rating/2023-12/regions/41/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


def published(case: str, period: str = "2023-11") -> Slice:
    """A month of a worked example, closed and published, with the regions that readers belong to."""
    load(read(case))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


@pytest.fixture
def thirds() -> Slice:
    """November 2023 of the third worked example: R3 lost one item, R6 had nothing due, R7 has no clusters."""
    return published("case3")


def test_the_formula_of_the_first_worked_example_stands_on_the_page() -> None:
    published("case1")

    words = words_of(reader("controller"), CARD)

    assert "990 сумма баллов × веса ÷ 14 сумма весов = 70,71 балл" in words
    assert "100,00 всё в срок − 7,15 опоздания − 0,71 возвраты − 21,43 не исполнено = 70,71 балл" in words


def test_losses_stand_by_size_with_their_reasons_and_sum_to_what_is_missing() -> None:
    published("case1")

    html = html_of(reader("controller"), CARD)
    losses = html.partition('id="loss-table"')[2].partition("</table>")[0]

    shown = [losses.find(text) for text in ("−21,43", "−4,29", "−2,86", "−0,71", "−29,29")]
    assert -1 not in shown
    assert shown == sorted(shown)
    assert "не сдано, срок 24 ноября" in losses
    assert "сдано 22 ноября, срок 10 ноября: 12 дней" in losses
    assert "возвращено 1 раз" in losses


def test_losses_are_summed_by_cluster() -> None:
    published("case1")

    by_cluster = (
        html_of(reader("controller"), CARD).partition("Потери по кластерам")[2].partition("</table>")[0]
    )

    assert by_cluster.index(">25,00<") < by_cluster.index(">4,29<")


def test_losses_are_summed_by_reason_the_greatest_first() -> None:
    published("case1")

    by_reason = (
        html_of(reader("controller"), CARD).partition("Потери по причинам")[2].partition("</table>")[0]
    )

    assert re.findall(r">(\d+,\d\d)<", by_reason) == ["21,43", "7,15", "0,71"]


def test_next_to_a_loss_stands_how_the_country_did_with_the_same_item() -> None:
    published("case1")

    rows = html_of(reader("controller"), CARD).partition('id="loss-table"')[2]
    rows = rows.partition("</table>")[0].split("<tr>")

    assert ">50 %<" in next(row for row in rows if ": I4<" in row)
    assert not any("ниже 30 %" in row for row in rows)


@pytest.mark.parametrize(("on_time", "is_low"), [(0, True), (29, True), (30, False), (100, False)])
def test_under_thirty_percent_on_time_the_item_itself_is_looked_at(on_time: int, is_low: bool) -> None:
    assert item_share(ItemShare(executions=100, on_time=on_time))["is_low"] is is_low


def test_the_scorecard_marks_the_region_among_all_others(thirds: Slice) -> None:
    html = html_of(reader("public"), f"{MONTH}regions/R3/")

    assert html.count("column--own") == 1
    assert html.count("data-own") == 1
    assert html.count("funnel__ring") == 2, "in the drawing and in its key"
    own = html.partition("data-own")[2].partition("</a>")[0]
    assert 'aria-label="R3: 90,00"' in own
    assert f"{MONTH}compare/?region=R3" in html


def test_the_what_if_names_the_score_that_one_report_would_have_given() -> None:
    published("case1")

    gains = html_of(reader("controller"), CARD).partition('id="gains"')[2].partition("</section>")[0]

    assert "79,29" in gains
    assert "5 декабря" in gains


def test_an_item_overdue_from_an_earlier_month_says_so() -> None:
    published("case2", "2023-12")

    losses = html_of(reader("controller"), KAMCHATKA).partition('id="losses"')[2]

    assert "перешло с ноября 2023" in losses
    assert "78,67" in words_of(reader("controller"), KAMCHATKA)


def test_windows_count_each_obligation_once() -> None:
    published("case2", "2023-12")

    assert "80,00" in words_of(reader("controller"), KAMCHATKA).partition("За 3 месяца")[2][:40]


@pytest.mark.parametrize("who", ["public", "foreign"])
def test_others_see_the_answer_and_not_the_explanation(who: str, thirds: Slice) -> None:
    html = html_of(reader(who), f"{MONTH}regions/R3/")

    assert "90,00" in html
    assert "59,82 – 98,20" in html
    for part in ('id="losses"', 'id="gains"', 'id="stakes"', "formula", "/executions/"):
        assert part not in html


@pytest.mark.parametrize("who", ["coordinator", "minister", "controller", "administrator"])
def test_the_region_itself_and_the_centre_see_where_the_points_went(who: str, thirds: Slice) -> None:
    html = html_of(reader(who), f"{MONTH}regions/R3/")

    assert 'id="losses"' in html
    loss = ScoreLoss.objects.get(region_score__slice=thirds, region_score__region="R3")
    assert f'href="/executions/{loss.execution_id}/"' in html


def test_the_place_stands_with_the_range_that_chance_leaves(thirds: Slice) -> None:
    words = words_of(reader("public"), f"{MONTH}regions/R3/")

    assert "3 из 4" in words
    assert "места с 1 по 3 неотличимы от случайности" in words


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("R5", "для места нужно 5"),
        ("R6", "В этом месяце сроков не было"),
        ("R7", "В регионе нет кластеров"),
    ],
)
def test_a_region_without_a_place_says_why(region: str, said: str, thirds: Slice) -> None:
    words = words_of(reader("public"), f"{MONTH}regions/{region}/")

    assert said in words
    assert " из 4" not in words


def test_neighbours_by_place_are_one_step_away(thirds: Slice) -> None:
    html = html_of(reader("public"), f"{MONTH}regions/R3/")

    assert f'href="{MONTH}regions/R2/" rel="prev"' in html
    assert f'href="{MONTH}regions/R4/" rel="next"' in html


def test_a_replaced_scorecard_keeps_its_numbers_and_links_to_the_one_in_force() -> None:
    load(read("case3r2"))
    slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    second = slice_revise(
        actor=SYSTEM,
        period="2023-11",
        corrections_as_of=datetime(2023, 12, 14, 21, tzinfo=UTC),
        reason="Appeal",
    )
    slice_publish(actor=SYSTEM, slice_id=second.pk)

    old = html_of(reader("public"), f"{MONTH}r1/regions/R3/")

    assert '<p class="big-score">90,00</p>' in old
    assert f'href="{MONTH}regions/R3/"' in old
    assert f'href="{MONTH}r1/regions/R4/"' in old
    assert '<p class="big-score">100,00</p>' in html_of(reader("public"), f"{MONTH}regions/R3/")


def test_the_small_print_names_what_anybody_needs_to_check_the_number(thirds: Slice) -> None:
    html = html_of(reader("public"), f"{MONTH}regions/R3/")

    assert thirds.input_sha256 in html
    assert "2023-11" in html
    assert "audit.json" not in html
    assert "/r1/audit.json" in html_of(reader("coordinator"), f"{MONTH}regions/R3/")


def test_a_longer_list_of_losses_makes_no_more_queries() -> None:
    log = Log().item("I1", "2023-11-10")
    counted = {"R3": 30, "R4": 3}
    for region, losses in counted.items():
        clusters = [f"{region}-{number}" for number in range(losses)]
        log.region(region, *clusters)
        for cluster in clusters:
            log.done("I1", cluster)
    load(log.case)
    slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    client = reader("controller")
    html_of(client, MONTH)

    queries = {}
    for region, losses in counted.items():
        with CaptureQueriesContext(connection) as captured:
            html = html_of(client, f"{MONTH}regions/{region}/")
        assert html.count("не сдано, срок") == losses
        queries[region] = len(captured)

    assert queries["R3"] == queries["R4"]


def test_a_name_is_text_and_never_markup(thirds: Slice) -> None:
    Region.objects.filter(code="R3").update(name_ru="<b>R3</b>")

    for url in (MONTH, f"{MONTH}regions/R3/"):
        html = html_of(reader("public"), url)
        assert "<b>R3" not in html
        assert "&lt;b&gt;R3" in html

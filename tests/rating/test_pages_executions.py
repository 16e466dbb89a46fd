"""The executions of a region in a slice: every hundredth traced to an event and a rule, and what is not counted."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from common.scope import SYSTEM
from rating.models import RegionScore, ScoreLoss, Slice
from rating.selectors.executions import region_executions
from rating.services import slice_close, slice_publish
from tests.cast import Cast
from tests.rating.appeals import OPENED_AT, march
from tests.rating.portal import load, random_case, read
from tests.rating.readers import html_of, reader, words_of

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db
NOVEMBER = "/rating/2023-11/r1/regions/77/executions/"
DECEMBER = "/rating/2023-12/r1/regions/41/executions/"


def published(case: dict[str, Any], period: str) -> Slice:
    load(case)
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period=period).pk)


def api(url: str, who: str = "controller", status: int = 200) -> Any:
    answer = reader(who).get(f"/api/v1/rating/slices/{url}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_losses_of_the_items_sum_to_what_the_score_lacks_through_page_and_api() -> None:
    slice_ = published(random_case(7), "2023-12")
    for score in RegionScore.objects.filter(slice=slice_, score__isnull=False):
        answer = api(f"2023-12/regions/{score.region_id}/executions/")
        counted = [row for row in answer["executions"] if row["counted"]]
        lost = sum(Decimal(row["lost"]) for row in counted)
        assert lost == 100 - Decimal(answer["score"])
        assert lost == sum(sum(map(Decimal, row["lost_by_reason"].values())) for row in counted)
        assert sum(row["weight"] * row["points"] for row in counted) == score.points_sum
        stored = ScoreLoss.objects.filter(region_score=score).values_list("execution__code", "lost")
        assert {
            row["execution"]: round(Decimal(row["lost"]) * 100) for row in counted if Decimal(row["lost"])
        } == dict(stored)
        words = words_of(
            reader("controller"), f"/rating/2023-12/regions/{score.region_id}/executions/?show=counted"
        )
        shown = f"{lost:.2f}".replace(".", ",")
        assert f"−{shown}" in words


def test_every_execution_on_control_is_either_counted_or_says_why_not() -> None:
    slice_ = published(random_case(11), "2023-12")
    for score in RegionScore.objects.filter(slice=slice_):
        page = region_executions(slice_, score.region_id)
        assert all((one.cell is None) == bool(one.excluded) for one in page.rows)
        assert sum(one.cell is not None for one in page.rows) == score.executions


def test_the_list_says_why_each_is_counted_or_not() -> None:
    published(read("case2"), "2023-12")
    words = words_of(reader("controller"), DECEMBER)

    assert "снято с контроля без исполнения" in words
    assert "ещё не наступил срок: срок 03.01.2024, срез учитывает сроки по 31.12.2023 включительно" in words
    assert "учтено в одном из прежних месяцев" in words


def test_the_filter_narrows_to_a_reason_and_its_sums_follow() -> None:
    published(read("case1"), "2023-11")
    words = words_of(reader("controller"), f"{NOVEMBER}?reason=late")

    assert "Всего учтено: 2 исполнения" in words
    assert "−7,15" in words
    assert words_of(reader("controller"), f"{NOVEMBER}?reason=lost", 400)


def _page_of(path: str, cluster: str, item: str) -> str:
    """The words of the page of one execution, found through the list."""
    period, region = path.split("/")[2], path.split("/")[5]
    rows = api(f"{period}/regions/{region}/executions/")["executions"]
    code = next(row["execution"] for row in rows if (row["cluster"], row["item"]) == (cluster, item))
    assert f'href="{path}{code}/"' in html_of(reader("controller"), path)
    events = api(f"{period}/regions/{region}/executions/{code}/")["events"]
    words = words_of(reader("controller"), f"{path}{code}/")
    assert all(event["rule"].replace("\u00a0", " ") in words for event in events)
    return words


def test_a_returned_report_is_given_back_the_days_that_the_centre_held_it() -> None:
    published(read("case1"), "2023-11")
    words = _page_of(NOVEMBER, "A1", "I3")

    assert "Возврат 1. Отчёт был у центра 3 дня, они прибавлены к сроку: 23.11.2023." in words
    assert "Баллы за срок, t 100" in words
    assert "Баллы, q 90" in words
    assert "Потеря в балле региона −0,71" in words


def test_an_extension_asked_for_too_late_says_so() -> None:
    published(read("case2"), "2023-12")

    assert "Не учтено: просьба подана после срока." in _page_of(DECEMBER, "K2", "J4")
    assert "Просьба подана в срок" in _page_of(DECEMBER, "K1", "J4")
    assert "дополнение к отчёту, который уже на проверке" in _page_of(DECEMBER, "K1", "J3").lower()
    assert "Возврат 1, отчёт без содержания" in _page_of(DECEMBER, "K2", "J3")
    assert "Отменено позднее: считается несделанным." in _page_of(DECEMBER, "K2", "J6")


@pytest.mark.parametrize("who", ["coordinator", "minister", "methodologist"])
def test_the_region_and_the_centre_read_it(who: str) -> None:
    published(read("case3"), "2023-11")
    assert reader(who).get("/rating/2023-11/regions/R3/executions/").status_code == 200
    assert api("2023-11/regions/R3/executions/", who)["region"] == "R3"


def test_another_region_finds_nothing_there_and_the_public_signs_in() -> None:
    published(read("case3"), "2023-11")
    code = region_executions(Slice.objects.get(), "R3").rows[0].code
    for url in (
        "/rating/2023-11/regions/R3/executions/",
        f"/rating/2023-11/r1/regions/R3/executions/{code}/",
    ):
        assert reader("foreign").get(url).status_code == 404
        assert reader("public").get(url).status_code == 302
    pk = RegionScore.objects.get(region="R3").pk
    assert reader("foreign").get(f"/lists/rated-executions.csv?score={pk}").status_code == 404
    api("2023-11/regions/R3/executions/", "foreign", 404)
    api(f"2023-11/regions/R3/executions/{code}/", "foreign", 404)
    api("2023-11/regions/R3/executions/", "public", 401)
    api("2023-11/regions/R3/executions/none/", "controller", 404)
    api("2023-99/regions/R3/executions/", "controller", 400)


def test_coordinators_read_the_open_preview_and_their_head_waits(cast: Cast, as_person: SignIn) -> None:
    spring = march(cast)
    code = spring.missed.code
    url = f"/rating/2026-03/r1/regions/{spring.missed.region_id}/executions/"
    with clock.at(OPENED_AT):
        clients = {who: as_person(who) for who in ("tomsk_coordinator", "tomsk_minister", "controller")}
        assert clients["tomsk_coordinator"].get(url).status_code == 404
        spring.open()
        assert code in clients["tomsk_coordinator"].get(url).content.decode()
        assert clients["tomsk_minister"].get(url).status_code == 404
        assert clients["controller"].get(url).status_code == 200


def test_what_happens_later_changes_nothing_on_the_page_of_a_closed_month(cast: Cast) -> None:
    spring = march(cast)
    before = region_executions(spring.slice, spring.missed.region_id).rows
    spring.open()
    spring.uphold(spring.object())
    after = region_executions(Slice.objects.get(pk=spring.slice.pk), spring.missed.region_id).rows
    assert [(one.row, one.cell, one.lost) for one in before] == [
        (one.row, one.cell, one.lost) for one in after
    ]


def test_the_queries_do_not_grow_with_the_executions() -> None:
    published(read("case1"), "2023-11")
    client = reader("controller")
    with CaptureQueriesContext(connection) as made:
        client.get(NOVEMBER)
    assert len(made) < 25


def test_the_list_is_taken_away_with_its_filter() -> None:
    slice_ = published(read("case1"), "2023-11")
    score = RegionScore.objects.get(slice=slice_, region="77")
    html = html_of(reader("controller"), f"{NOVEMBER}?show=lost")
    assert f"/lists/rated-executions.csv?score={score.pk}&amp;show=lost" in html
    text = (
        reader("controller")
        .get(f"/lists/rated-executions.csv?score={score.pk}&show=lost")
        .content.decode("utf-8-sig")
    )
    table, _blank, about = text.replace("\r\n", "\n").partition("\n\n")
    assert len(table.splitlines()) == 1 + 4
    assert "потеряно: 29.29" in about

"""The page of a month: who sees which revision, what the table keeps, filters, repeated visits."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from common import clock
from common.scope import SYSTEM
from rating.formula import input_sha256
from rating.models import Methodology, RegionScore, Slice
from rating.services import methodologies_load, slice_close, slice_publish, slice_revise
from regions.models import FederalDistrict, Region
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, regions_in, words_of

pytestmark = pytest.mark.django_db
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
MONTH = "/rating/2023-11/"
IN_FORCE = ("/rating/", MONTH, f"{MONTH}r1/", f"{MONTH}regions/R3/", f"{MONTH}r1/regions/R3/")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def draft() -> Slice:
    """November 2023 of the third worked example, closed and not published."""
    load(read("case3r2"))
    return slice_close(actor=SYSTEM, period="2023-11")


@pytest.fixture
def month(draft: Slice) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=draft.pk)


def corrected() -> Slice:
    """The second revision, in which the appeal of R3 was decided; a draft."""
    return slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба R3")


def test_everybody_reads_a_published_month(month: Slice) -> None:
    for who in ("public", "coordinator", "minister", "methodologist"):
        client = reader(who)
        assert {url: client.get(url).status_code for url in IN_FORCE} == dict.fromkeys(IN_FORCE, 200), who


def test_a_draft_does_not_exist_for_anybody_outside_the_centre(draft: Slice) -> None:
    pages = [MONTH, f"{MONTH}r1/", f"{MONTH}regions/R3/", f"{MONTH}table.csv", f"{MONTH}r1/table.xlsx"]

    for who in ("public", "coordinator", "minister"):
        client = reader(who)
        assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 404), who


def test_the_centre_reads_a_draft_and_the_methodologist_may_publish_it(draft: Slice) -> None:
    publish = f'href="{MONTH}r1/publish/"'

    assert publish in html_of(reader("methodologist"), MONTH)
    assert publish not in html_of(reader("controller"), MONTH)


def test_before_the_first_publication_the_rating_says_what_comes(draft: Slice) -> None:
    html = html_of(reader("public"), "/rating/")

    assert 'class="empty"' in html
    assert MONTH not in html
    assert MONTH in html_of(reader("methodologist"), "/rating/")


def test_the_table_keeps_regions_that_are_not_rated(month: Slice) -> None:
    html = html_of(reader("public"), MONTH)

    assert regions_in(html) == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    row = html.partition('regions/R7/"')[2].partition("</tr>")[0]
    assert "zone--none" in row
    assert "100,00" not in row


def test_the_page_says_place_range_interval_and_zone_of_each_region(month: Slice) -> None:
    table = html_of(reader("public"), MONTH).partition('id="rating-table"')[2]
    row = table.partition('regions/R3/"')[2].partition("</tr>")[0]

    assert ">90,00<" in row
    assert "59,82 – 98,20" in row
    assert "zone--green" in row
    assert "zone--border" in row
    assert ">10</td>" in row


@pytest.mark.parametrize("name", ["2023-13", "2023-00", "november", "2031-01", "2023-11-01"])
def test_a_month_that_does_not_exist_is_not_found(name: str, db: None) -> None:
    assert reader("public").get(f"/rating/{name}/").status_code == 404


def test_a_revision_or_region_that_does_not_exist_is_not_found(month: Slice) -> None:
    client = reader("methodologist")

    for path in ("r2/", "r0/", "r99999999999999999999/", "regions/R99/", "r2/regions/R1/"):
        assert client.get(f"{MONTH}{path}").status_code == 404, path
    assert client.get(f"{MONTH}regions/%00/").status_code == 400


def test_a_closed_rating_asks_to_sign_in(month: Slice, settings: Settings) -> None:
    settings.RATING_IS_PUBLIC = False

    answer = reader("public").get(MONTH)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert reader("coordinator").get(MONTH).status_code == 200


FILTERED = {
    "zone=red": ["R4"],
    "zone=none": ["R6", "R7"],
    "minimum=10": ["R1", "R2", "R3", "R4"],
    "name=r3": ["R3"],
    "zone=green&minimum=20": ["R1"],
    "sort=-region": ["R7", "R6", "R5", "R4", "R3", "R2", "R1"],
    "sort=score": ["R4", "R3", "R1", "R2", "R5", "R6", "R7"],
    "name=nowhere": [],
    "something=else": ["R1", "R2", "R3", "R4", "R5", "R6", "R7"],
}


def test_filters_and_order_come_from_the_address(month: Slice) -> None:
    client = reader("public")

    assert {query: regions_in(html_of(client, f"{MONTH}?{query}")) for query in FILTERED} == FILTERED


def test_a_filter_that_does_not_exist_is_refused_in_words(month: Slice) -> None:
    client = reader("public")

    refused = {"zone=violet": "Зона", "district=nowhere": "Федеральный округ", "minimum=-1": "Не менее"}
    for query, field in refused.items():
        assert f"{field}:" in words_of(client, f"{MONTH}?{query}", 400), query
    assert client.get(f"{MONTH}?sort=secret").status_code == 400
    assert client.get(f"{MONTH}?name=%00").status_code == 400


def test_a_change_of_the_filters_answers_only_with_the_results(month: Slice) -> None:
    answer = reader("public").get(f"{MONTH}?zone=red", headers={"HX-Request": "true", "HX-Target": "results"})

    html = answer.content.decode()
    assert html.strip().startswith('<div id="results"')
    assert "<html" not in html
    assert regions_in(html) == ["R4"]


def test_a_repeated_visit_of_a_published_month_answers_304(month: Slice) -> None:
    for who in ("public", "coordinator", "methodologist"):
        client = reader(who)
        with clock.at(datetime(2026, 11, 20, 9, tzinfo=UTC)):
            first = client.get(MONTH)
            again = client.get(MONTH, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, who
        assert not again.content
        assert "no-cache" in again.headers["Cache-Control"]


def test_a_page_of_one_reader_is_no_page_of_another(month: Slice) -> None:
    tag = reader("coordinator").get(f"{MONTH}regions/R3/").headers["ETag"]

    for who in ("public", "foreign", "methodologist"):
        answer = reader(who).get(f"{MONTH}regions/R3/", headers={"If-None-Match": tag})
        assert answer.status_code == 200, who


def test_a_new_revision_ends_the_304(month: Slice) -> None:
    client = reader("public")
    tag = client.get(MONTH).headers["ETag"]

    slice_publish(actor=SYSTEM, slice_id=corrected().pk)

    answer = client.get(MONTH, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_a_draft_is_never_kept_by_a_cache(draft: Slice) -> None:
    answer = reader("methodologist").get(MONTH)

    assert "ETag" not in answer.headers
    assert "no-cache" in answer.headers["Cache-Control"]


def test_a_replaced_revision_stays_readable_and_names_the_one_in_force(month: Slice) -> None:
    slice_publish(actor=SYSTEM, slice_id=corrected().pk)
    client = reader("public")

    old = html_of(client, f"{MONTH}r1/")

    assert "alert--warning" in old
    assert f'href="{MONTH}"' in old
    assert ">90,00<" in old


def test_a_correction_shows_its_reason_and_what_it_changed(month: Slice) -> None:
    slice_publish(actor=SYSTEM, slice_id=corrected().pk)

    changes = html_of(reader("public"), MONTH).partition('id="changes"')[2].partition("</section>")[0]

    assert "Жалоба R3" in changes
    assert "90,00" in changes
    assert "100,00" in changes
    assert "R4" not in changes


def test_the_centre_is_told_of_a_revision_that_waits_and_the_public_is_not(month: Slice) -> None:
    corrected()

    assert f'href="{MONTH}r2/"' in html_of(reader("methodologist"), MONTH)
    assert f"{MONTH}r2/" not in html_of(reader("public"), MONTH)


def test_the_audit_file_is_offered_to_those_who_may_have_it(month: Slice) -> None:
    for who, offered in (
        ("public", False),
        ("minister", False),
        ("coordinator", True),
        ("methodologist", True),
    ):
        html = html_of(reader(who), MONTH)
        assert ("audit.json" in html) is offered, who


def test_the_audit_file_holds_the_inputs_that_were_hashed(month: Slice) -> None:
    answer = reader("coordinator").get(f"{MONTH}audit.json")

    assert input_sha256(json.loads(answer.content)) == month.input_sha256
    assert reader("public").get(f"{MONTH}audit.json").status_code == 302
    assert reader("minister").get(f"{MONTH}audit.json").status_code == 404


def test_the_own_region_is_marked_in_the_table(month: Slice) -> None:
    html = html_of(reader("coordinator"), MONTH)
    table = html.partition('id="rating-table"')[2].partition("</table>")[0]

    assert table.count("is-own") == 1
    assert 'regions/R3/"' in table.partition("is-own")[2].partition("</tr>")[0]
    assert html.count("data-own") == 1
    assert html.count("funnel__ring") == 2, "in the drawing and in its key"
    assert "is-own" not in html_of(reader("public"), MONTH)


def test_the_running_month_is_for_the_centre_and_the_region_itself(month: Slice) -> None:
    with clock.at(datetime(2023, 12, 20, 9, tzinfo=UTC)):
        centre = html_of(reader("controller"), "/rating/running/")
        own = html_of(reader("coordinator"), "/rating/running/")
        assert reader("public").get("/rating/running/").status_code == 302

    assert {"/regions/R1/", "/regions/R3/"} <= set(centre.split('"'))
    assert "/regions/R3/" in own
    assert "/regions/R1/" not in own


def test_the_page_speaks_the_language_of_the_reader(month: Slice) -> None:
    client = reader("public")

    assert "Рейтинг регионов за ноябрь 2023" in words_of(client, MONTH)
    client.cookies["django_language"] = "en"
    assert "Rating of the regions for November 2023" in words_of(client, MONTH)


def _table_of(count: int, period: str) -> str:
    """The address of a published month with so many regions in its table."""
    if not Methodology.objects.exists():
        methodologies_load()
    district, _created = FederalDistrict.objects.get_or_create(
        code="north", defaults={"name_ru": "Север", "name_en": "North", "short_ru": "С", "order": 1}
    )
    at = datetime(2026, 11, 10, 7, tzinfo=UTC)
    slice_ = Slice.objects.create(
        period=period, revision=1, status="published", as_of=at, methodology=Methodology.objects.first(),
        input_sha256="0" * 64, ranked_regions=count, executions=count, score=9000, created_at=at, published_at=at,
    )  # fmt: skip
    for number in range(1, count + 1):
        region, _created = Region.objects.get_or_create(
            code=f"{number:02}",
            defaults={
                "name_ru": f"Край {number}", "name_en": f"Land {number}", "short_ru": f"К{number}",
                "district": district, "timezone": "Europe/Moscow", "tile_column": number % 20,
                "tile_row": number // 20,
            },
        )  # fmt: skip
        RegionScore.objects.create(
            slice=slice_, region=region, position=number, status="ranked", clusters=1, executions=10,
            weight_sum=10, points_sum=900, score=9000, rank=1, rank_low=1, rank_high=count, zone="green",
            zone_certain=False, interval_low=6000, interval_high=9900, signal="none", on_time=9, late=0,
            not_executed=1, in_review=0, returned=0, extended=0, carried_over=0, lost_total=1000,
        )  # fmt: skip
    return f"/rating/{period}/"


def _cold_queries(url: str) -> int:
    client = Client()
    client.get(url)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", [str, lambda url: f"{url}table.xlsx", lambda url: f"{url}regions/02/"])
def test_a_longer_table_makes_no_more_queries(address: Callable[[str], str], db: None) -> None:
    few = _cold_queries(address(_table_of(3, "2026-09")))
    many = _cold_queries(address(_table_of(30, "2026-10")))

    assert many == few
    assert many <= 8


def test_a_warm_month_costs_the_public_two_queries(db: None) -> None:
    url = _table_of(30, "2026-10")
    client = Client()
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200

    assert len(captured) <= 2, [query["sql"] for query in captured]

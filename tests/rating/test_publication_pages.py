"""Parts of a revision on their own pages: districts, clusters' share, items, what changed; who sees what of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import caches

from assignments.models import Assignment
from common.scope import SYSTEM, Role, Scope
from rating import dictionary
from rating.formula import hundredths_to_str
from rating.models import ItemShare, RegionScore, ScoreLoss, Slice
from rating.selectors.districts import district_scores
from rating.selectors.pages import slice_index
from rating.selectors.shares import cluster_shares, national_shares, regions_of_item
from rating.services import slice_close, slice_publish, slice_revise
from tests.rating.portal import load, random_case, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
MONTH, BUSY = "/rating/2023-11/", "/rating/2024-01/"
PUBLIC_PAGES = ("districts/", "changes/", "districts.json", "changes.csv", "embed/", "badge/R3.svg")
PAGES_FOR_SIGNED_IN = ("items/", "items.xlsx")
OWN_PAGES = ("regions/R3/clusters/", "regions/R3/clusters.csv")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def draft() -> Slice:
    load(read("case3r2"))
    return slice_close(actor=SYSTEM, period="2023-11")


@pytest.fixture
def month(draft: Slice) -> Slice:
    return slice_publish(actor=SYSTEM, slice_id=draft.pk)


def correct() -> Slice:
    slice_ = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба R3")
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


@pytest.fixture
def busy() -> Slice:
    """A month of a random history with losses of every kind."""
    load(random_case(7))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2024-01").pk)


def entry_of(slice_: Slice) -> object:
    return slice_index(SYSTEM).find(slice_.period, slice_.revision)


@pytest.mark.parametrize("start", [MONTH, f"{MONTH}r1/"])
def test_every_page_has_its_public_and_its_closed_readers(start: str, month: Slice) -> None:
    status = {
        (who, page): reader(who).get(start + page).status_code
        for who in ("public", "coordinator", "foreign", "controller")
        for page in (*PUBLIC_PAGES, *PAGES_FOR_SIGNED_IN, *OWN_PAGES)
    }

    assert {status[who, page] for who in ("public", "foreign") for page in PUBLIC_PAGES} == {200}
    assert {status["public", page] for page in (*PAGES_FOR_SIGNED_IN, *OWN_PAGES)} == {302}
    assert {status["foreign", page] for page in OWN_PAGES} == {404}
    assert {status[who, page] for who in ("coordinator", "controller") for page in OWN_PAGES} == {200}


def test_a_draft_is_on_no_page_outside_the_centre(draft: Slice) -> None:
    pages = [MONTH + page for page in (*PUBLIC_PAGES, *PAGES_FOR_SIGNED_IN, *OWN_PAGES)]

    for who in ("public", "coordinator", "minister"):
        client = reader(who)
        found = {client.get(page).status_code for page in pages}
        assert found <= {404, 302}, (who, found)
    framed = (f"{MONTH}embed/", f"{MONTH}badge/R3.svg", "/rating/embed/", "/rating/badge/R3.svg")
    assert [reader("controller").get(page).status_code for page in framed] == [404] * 4


def test_the_pool_of_a_district_is_the_sum_of_its_regions(busy: Slice) -> None:
    districts = district_scores(entry_of(busy), busy.methodology.params())

    assert sum(row.executions for row in districts) == busy.executions
    assert sum(row.points_sum for row in districts) == busy.points_sum
    assert sum(row.weight_sum for row in districts) == busy.weight_sum
    assert sum(row.regions for row in districts) == busy.scores.count()
    if len(districts) == 1:
        assert districts[0].score == busy.score


def test_the_page_of_a_district_has_the_table_of_its_own_regions(month: Slice) -> None:
    code = RegionScore.objects.filter(slice=month).values_list("region__district", flat=True).first()

    words = words_of(reader("public"), f"{MONTH}districts/{code}/")

    assert "82,00 " in words or hundredths_to_str(month.score).replace(".", ",") in words
    assert "R3" in html_of(reader("public"), f"{MONTH}districts/{code}/")
    assert reader("public").get(f"{MONTH}districts/XX/").status_code == 404


def test_the_shares_of_the_clusters_sum_to_the_loss_of_the_region(busy: Slice) -> None:
    for score in busy.scores.all():
        found = cluster_shares(SYSTEM, entry_of(busy), score.region_id)
        assert sum(one.lost for one in found.clusters) == (score.lost_total or 0)
        assert sum(one.executions for one in found.clusters) == score.executions
        assert sum(one.weight_sum for one in found.clusters) == (score.weight_sum or 0)
        assert len(found.clusters) == (score.clusters or 0)
    assert ScoreLoss.objects.exists()


@pytest.mark.parametrize("start", [BUSY, f"{BUSY}r1/"])
def test_a_cluster_leads_to_the_executions_that_were_counted_of_it(start: str, busy: Slice) -> None:
    score = busy.scores.filter(clusters__gt=1).first()
    assert score is not None
    html = html_of(reader("controller"), f"{start}regions/{score.region_id}/clusters/")

    for one in cluster_shares(SYSTEM, entry_of(busy), score.region_id).clusters:
        link = f"/regions/{score.region_id}/executions/?show=counted&amp;cluster={one.code}"
        assert f'href="{BUSY}{link[1:]}"' in html
        words = words_of(reader("controller"), BUSY + unescape(link[1:]))
        assert f"Учтено {one.executions} " in words or f"учтено: {one.executions} " in words.lower(), words


def test_the_regions_of_an_item_sum_to_its_national_share(busy: Slice) -> None:
    shares = national_shares(SYSTEM, entry_of(busy))

    assert len(shares) == ItemShare.objects.filter(slice=busy).count() > 0
    for share in shares[:4]:
        rows = regions_of_item(SYSTEM, entry_of(busy), share)
        assert sum(row.executions for row in rows) == share.executions
        assert sum(row.on_time for row in rows) == share.on_time


def test_others_see_only_their_own_region_of_an_item(month: Slice) -> None:
    scope = Scope(user_id=1, roles=frozenset({Role.COORDINATOR}), coordinated=frozenset({"R3"}))
    share = national_shares(SYSTEM, entry_of(month))[0]

    assert {row.code for row in regions_of_item(scope, entry_of(month), share)} <= {"R3"}


def test_an_item_below_thirty_percent_is_marked(busy: Slice) -> None:
    share = ItemShare.objects.filter(slice=busy, executions__gt=3).first()
    assert share is not None
    page = f"/rating/2024-01/items/{share.assignment_id}/"
    is_hard = 100 * share.on_time < 30 * share.executions

    assert ("Центр обязан рассмотреть" in words_of(reader("controller"), page)) == is_hard
    assert reader("controller").get("/rating/2024-01/items/999999/").status_code == 404
    assert Assignment.objects.filter(pk=share.assignment_id).exists()


def test_a_correction_says_what_changed_for_whom(month: Slice) -> None:
    correct()

    words = words_of(reader("public"), f"{MONTH}changes/")
    rows = json.loads(reader("public").get(f"{MONTH}r2/changes.json").content)["rows"]

    assert "Жалоба R3" in words
    third = next(row for row in rows if row["region_code"] == "R3")
    assert (third["score_before"], third["score_after"]) == ("90.00", "100.00")
    assert (third["place_before"], third["place_after"]) == (3, 1)
    assert json.loads(reader("public").get(f"{MONTH}r1/changes.json").content)["rows"] == []


def test_the_pages_of_an_old_revision_stay_as_they_were(month: Slice) -> None:
    before = reader("public").get(f"{MONTH}r1/districts.json").json()["rows"]
    correct()

    assert reader("public").get(f"{MONTH}r1/districts.json").json()["rows"] == before
    assert reader("public").get(f"{MONTH}districts.json").json()["revision"] == 2


@pytest.mark.parametrize("page", [*PUBLIC_PAGES, "districts/", "table.json"])
def test_a_published_page_answers_304_until_a_correction(page: str, month: Slice) -> None:
    client = reader("public")
    tag = client.get(MONTH + page).headers["ETag"]

    assert client.get(MONTH + page, headers={"If-None-Match": tag}).status_code == 304
    correct()
    assert client.get(MONTH + page, headers={"If-None-Match": tag}).status_code == 200


def test_every_column_of_every_export_is_in_the_dictionary(month: Slice) -> None:
    client = reader("controller")
    known = {(row["table"], row["name"]) for row in client.get("/rating/columns.json").json()["columns"]}
    words = words_of(client, "/rating/columns/")

    for name, path in (
        ("table", "table"), ("districts", "districts"), ("items", "items"), ("changes", "changes"),
        ("clusters", "regions/R3/clusters"),
    ):  # fmt: skip
        document = client.get(f"{MONTH}{path}.json").json()
        heads = client.get(f"{MONTH}{path}.csv").content.decode("utf-8-sig").splitlines()[0].split(",")
        assert document["columns"] == heads
        assert all(list(row) == heads for row in document["rows"])
        assert {(name, key) for key in heads} <= known
        assert all(key in words for key in heads)
    for entry in dictionary.entries():
        assert entry.type in dict(dictionary.TYPES), entry
        assert entry.meaning, entry
        assert entry.source.startswith("§"), entry


def test_numbers_of_the_json_are_those_of_the_table(month: Slice) -> None:
    rows = reader("public").get(f"{MONTH}table.json").json()["rows"]

    assert [(row["region_code"], row["score"]) for row in rows[:4]] == [
        ("R1", "100.00"), ("R2", "100.00"), ("R3", "90.00"), ("R4", "50.00"),
    ]  # fmt: skip
    assert rows[5]["score"] is None


def test_the_month_leads_to_all_of_them(month: Slice) -> None:
    html = html_of(reader("controller"), MONTH)

    for page in ("districts/", "items/"):
        assert f'href="{MONTH}{page}"' in html
    for page in (
        "/rating/check/", "/rating/columns/", "/rating/feed.atom", f"{MONTH}r1/table.json",
        "/rating/for-sites/?month=2023-11",
    ):  # fmt: skip
        assert f'href="{page}"' in html
    assert f'href="{MONTH}regions/R3/clusters/"' in html_of(reader("controller"), f"{MONTH}regions/R3/")


API = "/api/v1/rating/slices/2023-11/"


@pytest.mark.parametrize("name", ["districts", "changes", "items"])
def test_the_api_says_what_the_tables_say(name: str, month: Slice) -> None:
    correct()
    client = reader("controller")

    answer = client.get(f"{API}{name}/")
    assert answer.json()["revision"] == 2
    assert answer.json()["rows"] == client.get(f"{MONTH}{name}.json").json()["rows"]
    tag = answer.headers["ETag"]
    assert client.get(f"{API}{name}/", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{API}{name}/?revision=1").json()["revision"] == 1


def test_the_api_keeps_clusters_and_items_to_their_readers(month: Slice) -> None:
    item = ItemShare.objects.filter(slice=month).first()
    assert item is not None
    own = reader("coordinator").get(f"{API}regions/R3/clusters/")
    lost = sum(Decimal(row["lost"]) for row in own.json()["rows"])

    assert lost == Decimal("10.00")
    assert reader("foreign").get(f"{API}regions/R3/clusters/").status_code == 404
    assert reader("public").get(f"{API}regions/R3/clusters/").status_code == 404
    assert reader("public").get(f"{API}items/").json()["rows"] == []
    assert reader("public").get(f"{API}items/{item.assignment_id}/").status_code == 404
    rows = reader("controller").get(f"{API}items/{item.assignment_id}/").json()["rows"]
    assert sum(row["executions"] for row in rows) == item.executions


def test_the_dictionary_in_the_api_is_that_of_the_file(month: Slice) -> None:
    client = reader("public")

    assert (
        client.get("/api/v1/rating/columns/").json() == client.get("/rating/columns.json").json()["columns"]
    )

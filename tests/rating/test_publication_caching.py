"""How long what is published may be kept: a revision for ever, a month until it is corrected."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils.http import http_date
from pytest_django.fixtures import Settings

from common import clock
from common.http import LASTING_PRIVATE, LASTING_PUBLIC
from common.scope import SYSTEM
from rating.models import Slice
from rating.services import slice_close, slice_publish, slice_revise
from tests.rating.portal import load, read
from tests.rating.readers import reader

pytestmark = pytest.mark.django_db
FIRST, SECOND = datetime(2024, 3, 1, 9, tzinfo=UTC), datetime(2024, 3, 2, 9, tzinfo=UTC)
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
MONTH = "/rating/2023-11/"
API = "/api/v1/rating/slices/2023-11/"
FILES = ("table.csv", "table.json", "table.xlsx", "districts.csv", "changes.json")
PAGES = ("", "districts/", "changes/", "regions/R3/", "compare/?region=R3", "embed/")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def month() -> Slice:
    load(read("case3r2"))
    with clock.at(FIRST):
        return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


def correct() -> None:
    with clock.at(SECOND):
        slice_ = slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба R3")
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)


@pytest.mark.parametrize("file", [*FILES, "badge/R3.svg"])
def test_a_file_of_a_revision_is_asked_for_once_and_one_of_a_month_each_time(file: str, month: Slice) -> None:
    public, signed_in = Client(), reader("coordinator")

    assert public.get(f"{MONTH}r1/{file}").headers["Cache-Control"] == LASTING_PUBLIC
    assert "no-cache" in public.get(MONTH + file).headers["Cache-Control"]
    wanted = LASTING_PUBLIC if "badge" in file else LASTING_PRIVATE
    assert signed_in.get(f"{MONTH}r1/{file}").headers["Cache-Control"] == wanted
    assert "no-cache" in signed_in.get(MONTH + file).headers["Cache-Control"]


@pytest.mark.parametrize("file", FILES)
def test_what_is_kept_for_ever_stays_the_same_byte_for_byte_after_a_correction(
    file: str, month: Slice
) -> None:
    before = Client().get(f"{MONTH}r1/{file}").content
    correct()

    assert Client().get(f"{MONTH}r1/{file}").content == before
    assert Client().get(MONTH + file).content != before


def test_a_workbook_says_when_it_was_published_not_when_it_was_written(month: Slice) -> None:
    book = zipfile.ZipFile(io.BytesIO(Client().get(f"{MONTH}r1/table.xlsx").content))
    dates = re.findall(r"W3CDTF\">([^<]+)<", book.read("docProps/core.xml").decode())

    assert dates == ["2024-03-01T09:00:00Z"] * 2


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_asked_for_each_time_also_at_the_address_of_a_revision(page: str, month: Slice) -> None:
    for start in (MONTH, f"{MONTH}r1/"):
        headers = Client().get(start + page).headers
        assert "no-cache" in headers["Cache-Control"]
        assert "max-age" not in headers["Cache-Control"]


@pytest.mark.parametrize(
    "page", [*PAGES, *FILES, "badge/R3.svg", "../feed.atom", "../badge/R3.svg", "../embed/"]
)
def test_every_answer_says_when_it_changed_last(page: str, month: Slice) -> None:
    url = MONTH + page if not page.startswith("../") else f"/rating/{page[3:]}"
    assert parsedate_to_datetime(Client().get(url).headers["Last-Modified"]) == FIRST

    correct()

    assert parsedate_to_datetime(Client().get(url).headers["Last-Modified"]) == SECOND
    if not page.startswith("../") and page in (*FILES, "badge/R3.svg"):
        assert parsedate_to_datetime(Client().get(f"{MONTH}r1/{page}").headers["Last-Modified"]) == FIRST


@pytest.mark.parametrize("page", [*FILES, "badge/R3.svg", "embed/", "../feed.atom"])
def test_who_has_it_since_then_gets_304_until_a_correction(page: str, month: Slice) -> None:
    url = MONTH + page if not page.startswith("../") else f"/rating/{page[3:]}"
    since = {"If-Modified-Since": http_date((FIRST + timedelta(hours=1)).timestamp())}

    kept = Client().get(url, headers=since)
    assert (kept.status_code, kept.content) == (304, b"")
    correct()
    assert Client().get(url, headers=since).status_code == 200


def test_what_depends_on_rights_is_asked_for_each_time(month: Slice, settings: Settings) -> None:
    for path in ("items.csv", "regions/R3/clusters.csv", "audit.json"):
        headers = reader("coordinator").get(f"{MONTH}r1/{path}").headers
        assert headers["Cache-Control"] == "private, no-cache", path
        since = {"If-Modified-Since": headers["Last-Modified"]}
        assert reader("coordinator").get(f"{MONTH}r1/{path}", headers=since).status_code == 200
    settings.AUDIT_FILE_IS_PUBLIC = True
    assert Client().get(f"{MONTH}r1/audit.json").headers["Cache-Control"] == LASTING_PUBLIC
    settings.RATING_IS_PUBLIC = False
    assert reader("coordinator").get(f"{MONTH}r1/table.csv").headers["Cache-Control"] == "private, no-cache"


def test_a_draft_is_kept_by_nobody(month: Slice) -> None:
    slice_revise(actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба R3")
    for path in (*FILES, "audit.json"):
        headers = reader("controller").get(f"{MONTH}r2/{path}").headers
        assert headers["Cache-Control"] == "private, no-cache", path
        assert "Last-Modified" not in headers


@pytest.mark.parametrize("path", ["", "districts/", "changes/", "regions/R3/"])
def test_the_api_keeps_a_revision_for_ever_and_a_month_until_it_is_corrected(path: str, month: Slice) -> None:
    named, unnamed = Client().get(f"{API}{path}?revision=1"), Client().get(API + path)

    assert named.headers["Cache-Control"] == LASTING_PUBLIC
    assert unnamed.headers["Cache-Control"] == "public, no-cache"
    assert parsedate_to_datetime(unnamed.headers["Last-Modified"]) == FIRST
    signed_in = reader("coordinator").get(f"{API}{path}?revision=1")
    assert signed_in.headers["Cache-Control"] == "private, no-cache"
    correct()
    assert Client().get(f"{API}{path}?revision=1").content == named.content
    assert parsedate_to_datetime(Client().get(API + path).headers["Last-Modified"]) == SECOND

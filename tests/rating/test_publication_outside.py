"""The rating on other sites and for programs: frame, badge, feed, the page of checking."""

import io
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from lxml import etree
from pytest_django.fixtures import Settings

from common.scope import SYSTEM
from rating.cookieless import frame_check
from rating.models import Slice
from rating.services import slice_close, slice_publish, slice_revise
from regions.models import Region
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
APPEAL = datetime(2023, 12, 14, 21, tzinfo=UTC)
MONTH = "/rating/2023-11/"
PLATFORM = "https://monitoring.example"
ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def month() -> Slice:
    load(read("case3r2"))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


def correct() -> Slice:
    slice_ = slice_revise(
        actor=SYSTEM, period="2023-11", corrections_as_of=APPEAL, reason="Жалоба <R3> & другие"
    )
    return slice_publish(actor=SYSTEM, slice_id=slice_.pk)


@pytest.mark.parametrize("page", ["/rating/embed/", f"{MONTH}embed/", f"{MONTH}r1/embed/"])
def test_only_the_named_sites_may_frame_it(page: str, month: Slice, settings: Settings) -> None:
    closed = Client().get(page)
    settings.RATING_EMBED_ANCESTORS = [PLATFORM]
    opened, other = Client().get(page), Client().get(MONTH)

    assert closed.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in opened.headers
    assert f"frame-ancestors {PLATFORM}" in opened.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", ["/rating/embed/", "/rating/badge/R3.svg", "/rating/feed.atom"])
def test_it_is_the_same_for_everybody_and_knows_no_cookies(page: str, month: Slice) -> None:
    client = reader("controller")
    answers = [Client().get(page), client.get(page), Client(headers={"Accept-Language": "en"}).get(page)]

    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()
        assert answer.headers["Cache-Control"] == "public, no-cache"


def test_no_session_is_read_for_a_badge(
    month: Slice, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client = reader("controller")

    with django_assert_max_num_queries(2):
        client.get(f"{MONTH}badge/R3.svg")


def test_links_of_the_frame_leave_it(month: Slice) -> None:
    html = html_of(Client(), f"{MONTH}embed/")

    links = re.findall(r"<a [^>]+>", html)
    assert len(links) == 9
    assert all('target="_top"' in link for link in links)
    assert "<script" not in html


def test_the_frame_narrows_by_valid_parameters_only(month: Slice) -> None:
    Region.objects.filter(code="R3").update(name_en="Third region")
    html = html_of(Client(), f"{MONTH}embed/?region=R3&region=R4&lang=en")

    assert re.findall(r"regions/(R\d)/", html) == ["R3", "R4"]
    assert "Third region" in html
    assert re.findall(r"regions/(R\d)/", html_of(Client(), f"{MONTH}embed/?zone=none")) == ["R6", "R7"]
    for wrong in ("zone=blue", "region=R99", "lang=de", "district=x"):
        answer = Client().get(f"{MONTH}embed/?{wrong}")
        assert answer.status_code == 400, wrong
        assert wrong.partition("=")[0] in answer.content.decode()


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example", "monitoring.example", "https://a.example/x", "'self'"]
)
def test_a_wildcard_is_refused_before_the_portal_starts(origin: str, settings: Settings) -> None:
    settings.RATING_EMBED_ANCESTORS = [PLATFORM, origin]

    assert [error.id for error in frame_check()] == ["rating.E001"]
    assert "rating.E001" in {error.id for error in run_checks()}
    settings.RATING_EMBED_ANCESTORS = [PLATFORM]
    assert frame_check() == []


def test_the_badge_says_score_zone_and_month(month: Slice) -> None:
    answer = Client().get(f"{MONTH}badge/R3.svg")
    picture = etree.fromstring(answer.content)

    assert answer.headers["Content-Type"] == "image/svg+xml"
    title = picture.findtext(f"{SVG}title") or ""
    assert picture.get("role") == "img"
    assert all(word in title for word in ("90,00", "зелёная зона", "Ноябрь"))
    assert "green zone" in Client().get(f"{MONTH}badge/R3.svg?lang=en").content.decode()
    assert "не оценивается" in Client().get(f"{MONTH}badge/R6.svg").content.decode()
    assert Client().get(f"{MONTH}badge/R99.svg").status_code == 404


@pytest.mark.parametrize("name", ["Ханты-Мансийский автономный округ — Югра", "Щ" * 60, "<R&3>"])
def test_nothing_of_a_badge_is_cut(name: str, month: Slice) -> None:
    Region.objects.filter(code="R3").update(name_ru=name)

    picture = etree.fromstring(Client().get(f"{MONTH}badge/R3.svg").content)

    width = float(picture.get("width") or 0)
    left, right = picture.findall(f"{SVG}g/{SVG}text")
    assert left.text == name
    assert float(left.get("x") or 0) + float(left.get("textLength") or 0) < float(right.get("x") or 0)
    assert float(right.get("x") or 0) + float(right.get("textLength") or 0) < width


def test_the_feed_has_an_entry_for_every_publication(month: Slice) -> None:
    before = etree.fromstring(Client().get("/rating/feed.atom").content)
    correct()
    after = etree.fromstring(Client().get("/rating/feed.atom").content)

    ids = [entry.findtext(f"{ATOM}id") for entry in after.findall(f"{ATOM}entry")]
    assert ids == [f"tag:portal.example,2023-10:rating/2023-11/r{number}" for number in (2, 1)]
    assert before.findtext(f"{ATOM}entry/{ATOM}id") == ids[1]
    newest = after.find(f"{ATOM}entry")
    assert newest is not None
    assert "Жалоба <R3> & другие" in (newest.findtext(f"{ATOM}summary") or "")
    assert newest.find(f"{ATOM}link").get("href") == "https://portal.example/rating/2023-11/r2/"  # type: ignore[union-attr]
    assert after.findtext(f"{ATOM}updated") == newest.findtext(f"{ATOM}updated")


def test_an_empty_feed_is_a_feed(db: None) -> None:
    feed = etree.fromstring(Client().get("/rating/feed.atom").content)

    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated") == "2023-10-01T00:00:00+00:00"


def test_a_closed_rating_is_not_on_other_sites(month: Slice, settings: Settings) -> None:
    settings.RATING_IS_PUBLIC = False

    for page in ("/rating/embed/", f"{MONTH}embed/", f"{MONTH}badge/R3.svg", "/rating/feed.atom"):
        assert reader("controller").get(page).status_code == 404, page


def test_the_commands_of_the_page_work_as_they_are_written(
    month: Slice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = html_of(reader("controller"), "/rating/check/")
    commands = dict(re.findall(r'<code id="([a-z]+)-command">([^<]+)</code>', html))
    address = re.search(r"<code>(/rating/[^<]+/audit\.json)</code>", html)
    assert address is not None
    (tmp_path / "audit.json").write_bytes(reader("controller").get(address[1]).content)
    monkeypatch.chdir(tmp_path)

    command = shlex.split(unescape(commands["digest"]))
    digest = subprocess.run([sys.executable, *command[1:]], capture_output=True, check=True, text=True)
    assert digest.stdout.strip() == month.input_sha256
    assert month.input_sha256 in html
    python, manage, command, *arguments = commands["replay"].split()
    assert (python, manage, arguments) == ("python", "manage.py", ["audit.json", "&gt;", "result.json"])
    out = io.StringIO()
    call_command(command, arguments[0], stdout=out)
    assert f'"input_sha256":"{month.input_sha256}"' in out.getvalue()
    assert '"score":"90.00"' in out.getvalue()
    out = io.StringIO()
    call_command(*commands["verify"].split()[2:], stdout=out)
    assert "равно" in out.getvalue() or "совпадает" in out.getvalue()


def test_the_page_of_checking_comes_before_the_first_month(db: None) -> None:
    assert "rating_replay" in words_of(Client(), "/rating/check/")

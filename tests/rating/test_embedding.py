"""The frame in the colours and language of another site, and the page where its code is made."""

import re
from html import unescape

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django.fixtures import Settings

from common.scope import SYSTEM
from rating.models import Slice
from rating.services import slice_close, slice_publish
from regions.models import Region
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
PAGE = "/rating/for-sites/"
PLATFORM = "https://monitoring.example"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


@pytest.fixture
def month() -> Slice:
    load(read("case3r2"))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


def code_of(html: str, name: str) -> str:
    """The code that a reader copies from the page."""
    found = re.search(rf'<textarea class="code" id="{name}-code"[^>]*>(.*?)</textarea>', html)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize(
    ("asked", "theme", "schemes"),
    [
        ("", "auto", "light dark"),
        ("auto", "auto", "light dark"),
        ("light", "light", "light"),
        ("dark", "dark", "dark"),
    ],
)
def test_the_frame_comes_in_the_colours_of_the_other_site(
    asked: str, theme: str, schemes: str, month: Slice
) -> None:
    html = html_of(Client(), f"{MONTH}embed/?theme={asked}")

    assert f'data-theme="{theme}"' in html
    assert f'<meta name="color-scheme" content="{schemes}">' in html


def test_the_frame_comes_in_the_language_of_the_other_site(month: Slice) -> None:
    russian, english = (html_of(Client(), f"{MONTH}embed/?lang={one}") for one in ("ru", "en"))

    assert '<html lang="ru"' in russian
    assert "Место" in russian
    assert '<html lang="en"' in english
    assert "Place" in english
    assert html_of(Client(), f"{MONTH}embed/", **{"Accept-Language": "en"}) == html_of(
        Client(), f"{MONTH}embed/"
    )


@pytest.mark.parametrize("wrong", ["theme=blue", "theme=DARK", "lang=de", "lang=russian"])
def test_a_wrong_look_is_refused_by_its_name(wrong: str, month: Slice) -> None:
    answer = Client().get(f"{MONTH}embed/?{wrong}")

    assert answer.status_code == 400
    assert f"{wrong.partition('=')[0]}: " in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "frame", "badge", "target"),
    [
        ("", "/rating/embed/?", "", ""),
        ("region=R3", "/rating/embed/?", "/rating/badge/R3.svg?", "/rating/"),
        ("region=R3&month=2023-11", f"{MONTH}embed/?", f"{MONTH}badge/R3.svg?", f"{MONTH}regions/R3/"),
        ("region=R3&fixed=on", f"{MONTH}r1/embed/?", f"{MONTH}r1/badge/R3.svg?", f"{MONTH}r1/regions/R3/"),
    ],
)
def test_the_codes_lead_to_what_was_asked_for(
    asked: str, frame: str, badge: str, target: str, month: Slice
) -> None:
    html = html_of(reader("public"), f"{PAGE}?{asked}&theme=dark&lang=en")

    source = re.search(r'<iframe src="https://portal\.example([^"]+)" title="[^"]+"', code_of(html, "frame"))
    assert source is not None
    address = unescape(source[1])
    assert address.startswith(frame)
    shown = html_of(Client(), address)
    assert 'data-theme="dark"' in shown
    assert '<html lang="en"' in shown
    assert set(re.findall(r"regions/(R\d)/", shown)) == (
        {"R3"} if "R3" in asked else {f"R{n}" for n in range(1, 8)}
    )
    if not badge:
        assert 'id="badge-code"' not in html
        return
    link, picture = re.findall(r'(?:href|src)="https://portal\.example([^"]+)"', code_of(html, "badge"))
    assert link == target
    assert picture.startswith(badge)
    assert f'<img src="{picture}"' in html
    assert Client().get(unescape(picture)).status_code == Client().get(link).status_code == 200


def test_the_page_shows_the_very_frame_that_the_code_gives(month: Slice) -> None:
    html = html_of(reader("controller"), f"{PAGE}?region=R3&lang=en&theme=light")
    preview = re.search(r'srcdoc="([^"]+)"', html)
    assert preview is not None

    shown = html_of(Client(), "/rating/embed/?region=R3&lang=en&theme=light")
    assert unescape(preview[1]).replace("&nbsp;", " ").strip() == shown.strip()


def test_a_name_written_by_people_cannot_leave_its_place_in_the_code(month: Slice) -> None:
    Region.objects.filter(code="R3").update(name_ru='"><script>alert(1)</script>')
    html = html_of(reader("public"), f"{PAGE}?region=R3")

    assert "<script>alert" not in html
    assert "<script>alert" not in code_of(html, "badge")


@pytest.mark.parametrize("wrong", ["theme=blue", "lang=de", "region=R99", "month=2031-01"])
def test_a_wrong_choice_is_refused_at_its_field(wrong: str, month: Slice) -> None:
    html = html_of(reader("public"), f"{PAGE}?{wrong}", 400)

    assert f'href="#id_{wrong.partition("=")[0]}"' in html
    assert "<textarea" not in html


def test_the_page_says_which_sites_may_show_the_frame(month: Slice, settings: Settings) -> None:
    assert "Пока ни одному сайту" in words_of(reader("public"), PAGE)
    settings.RATING_EMBED_ANCESTORS = [PLATFORM]
    assert PLATFORM in words_of(reader("public"), PAGE)


def test_before_the_first_month_and_while_the_rating_is_closed_there_is_nothing_to_show(
    settings: Settings,
) -> None:
    assert "Показывать пока нечего" in words_of(reader("public"), PAGE)
    load(read("case3r2"))
    slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
    settings.RATING_IS_PUBLIC = False
    assert "Показывать пока нечего" in words_of(reader("controller"), PAGE)
    assert reader("public").get(PAGE).status_code == 302

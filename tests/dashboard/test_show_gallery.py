"""The gallery shows every component in both languages, to those who may see it."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import Http404
from django.test import RequestFactory, override_settings
from django.test.signals import template_rendered
from django.utils import translation

from common.scope import PUBLIC, Role, Scope
from common.templatetags import ui
from dashboard.gallery import gallery
from dashboard.policies import can_see_gallery
from tests.architecture.test_templates import without_contract

ROOT = Path(settings.BASE_DIR) / "templates"
COMPONENTS = {f"components/{path.name}" for path in (ROOT / "components").glob("*.html")}


@pytest.fixture
def page():
    """The gallery as the view draws it: its figures are examples, so no database stands behind it."""

    def open_page(language="en", query=""):
        with override_settings(IS_DEMO=True), translation.override(language):
            return gallery(RequestFactory().get(f"/design/{query}")).content.decode()

    return open_page


@pytest.fixture
def drawn(page):
    """Names of the templates that the gallery is made of, the whole page and every component on it."""
    names = []

    def note(template, **_more):
        names.append(template.name)

    template_rendered.connect(note)
    page()
    template_rendered.disconnect(note)
    return {name for name in names if name}


def test_the_gallery_draws_every_component(drawn):
    assert COMPONENTS - drawn == set(), "components that nobody can look at"


def test_the_gallery_calls_every_tag_of_the_library(drawn):
    texts = "".join(
        without_contract((ROOT / name).read_text(encoding="utf-8"))
        for name in drawn
        if (ROOT / name).exists()
    )
    called = set(re.findall(r"\{% (\w+)", texts))

    assert set(ui.register.tags) - called == set(), "tags that nobody can look at"


def test_the_gallery_writes_every_form_of_figures_and_dates(page):
    shown = set(re.findall(r"<code>(\w+)</code>", page()))

    assert set(ui.register.filters) - shown == set(), "filters that nobody can look at"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_gallery_opens_in_both_languages(page, language):
    html = page(language)
    assert f'<html lang="{language}"' in html
    assert ("78,67" if language == "ru" else "78.67") in html


def test_the_gallery_can_be_seen_in_another_language(page):
    assert '<html lang="ru"' in page("en", "?language=ru")
    assert '<html lang="en"' in page("en", "?language=klingon")


def test_the_gallery_can_be_seen_in_another_look(page):
    assert 'data-theme="dark" data-contrast="high"' in page(query="?theme=dark&contrast=high")


def test_every_identifier_of_the_gallery_is_unique(page):
    ids = re.findall(r'\sid="([^"]+)"', page())
    assert sorted(ids) == sorted(set(ids))


def test_the_gallery_is_light(page):
    assert len(gzip.compress(page().encode())) < 30_000


def test_outside_a_demonstration_the_public_finds_no_gallery():
    with override_settings(IS_DEMO=False), pytest.raises(Http404):
        gallery(RequestFactory().get("/design/"))


def test_the_centre_always_sees_the_gallery():
    assert can_see_gallery(Scope(roles=frozenset({Role.CONTROLLER})), is_demo=False)
    assert not can_see_gallery(PUBLIC, is_demo=False)
    assert not can_see_gallery(Scope(roles=frozenset({Role.COORDINATOR})), is_demo=False)

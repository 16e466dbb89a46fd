"""Every word that heads a figure of the rating has its meaning one click away, on every page and in both languages."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from common.scope import SYSTEM
from rating.models import Slice
from rating.presentation.terms import GLOSSARY
from rating.services import slice_close, slice_publish
from tests.rating.portal import load, read
from tests.rating.readers import html_of, reader

pytestmark = pytest.mark.django_db
MONTH = "/rating/2023-11/"
PAGES = (
    MONTH,
    f"{MONTH}regions/R3/",
    f"{MONTH}regions/R3/executions/",
    f"{MONTH}regions/R3/clusters/",
    f"{MONTH}compare/?region=R3&region=R4",
    f"{MONTH}digest/",
    f"{MONTH}districts/",
    f"{MONTH}districts/none/",
    f"{MONTH}items/",
    "/rating/running/",
    "/rating/running/lifts/",
    "/rating/running/lifts/executions/",
)
HEAD = re.compile(r"<(?:th scope=\"col\"|dt)[^>]*>(.*?)</(?:th|dt)>", re.DOTALL)


@pytest.fixture
def month() -> Slice:
    load(read("case3"))
    return slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)


def heads_of(html: str) -> set[str]:
    """What heads the columns and figures of a page, outside the words themselves."""
    without_terms = re.sub(r'<dl class="terms">.*?</dl>', "", html, flags=re.DOTALL)
    return {unescape(re.sub(r"<[^>]+>", "", head)).strip(" \u00a0▲▼") for head in HEAD.findall(without_terms)}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_words_over_the_figures_of_a_page_are_explained_on_it(month: Slice, language: str) -> None:
    client: Client = reader("controller")
    client.cookies["django_language"] = language
    with translation.override(language):
        known = {str(term.term): str(term.meaning).replace("\u00a0", " ") for term in GLOSSARY}
    missing = []
    for page in PAGES:
        html = unescape(html_of(client, page))
        used = heads_of(html) & set(known)
        missing += [(page, word) for word in sorted(used) if known[word] not in html]
        if '<dl class="terms">' not in html:
            missing.append((page, "no words at all"))

    assert missing == []


def test_one_execution_explains_its_words(month: Slice) -> None:
    client = reader("controller")
    listed = html_of(client, f"{MONTH}regions/R3/executions/")
    address = re.search(r'href="(/rating/2023-11/(?:r1/)?regions/R3/executions/[^"?]+/)"', listed)
    assert address is not None

    html = unescape(html_of(client, address.group(1)))

    assert "что означают слова на этой странице" in html.casefold()
    assert "то, что приносит одно исполнение" in html


def test_the_glossary_has_an_anchor_for_every_word_and_is_open_to_everybody() -> None:
    html = html_of(reader("public"), "/rating/method/terms/")

    for term in GLOSSARY:
        assert f'id="{term.key}"' in html
        assert str(term.meaning).replace("\u00a0", " ") in unescape(html)
    assert len({term.key for term in GLOSSARY}) == len(GLOSSARY)

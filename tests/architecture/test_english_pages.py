"""Every page in English holds no Russian but what people typed and what things are called."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from common import clock
from tests.architecture.matrix.addresses import path_of
from tests.architecture.matrix.declaration import Entry, declared
from tests.architecture.matrix.objects import address_of
from tests.architecture.matrix.world import NOW, World, build_world

pytestmark = pytest.mark.django_db

READERS = (
    "public",
    "tomsk_coordinator",
    "tomsk_minister",
    "chair",
    "controller",
    "methodologist",
    "administrator",
)
STRANGE = {"rating:letter", "rating:letter-html", "rating:letters-preview-html"}
"""A letter is an official paper of the country: it is kept in Russian, whoever reads it."""
PAGES = [entry for entry in declared() if entry.section == "pages" and entry.name not in STRANGE]
RUSSIAN = re.compile(r"[А-Яа-яЁё]+")
SPOKEN = ("title", "alt", "aria-label", "placeholder", "content")
"""Attributes whose words are shown or said."""
AS_PRINTED = {"пр"}
"""The hint at the number of a protocol shows one as it stands on the paper: «14-пр»."""
EXAMPLES = {"dashboard:gallery"}
"""The gallery names regions and files that no table holds."""


class Words(HTMLParser):
    """The texts of a page that are shown or said; those that say they are Russian are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = ""
        self._russian = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "style", "code"):
            self._silent = tag
        if given.get("lang") == "ru":
            self._russian = tag
        if not self._russian:
            self.texts += [given[name] or "" for name in SPOKEN if name in given]
        if given.get("type") == "submit" and tag == "input":
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        if tag == self._russian:
            self._russian = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._russian:
            self.texts.append(data)


def russian_words(texts: Iterable[str]) -> set[str]:
    """Words of more than one letter: a single one is an initial."""
    return {word.lower() for text in texts for word in RUSSIAN.findall(text) if len(word) > 1}


def typed_and_named() -> set[str]:
    """Russian words of every text in the database: what people typed, and the names of places and things."""
    found: set[str] = set()
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._default_manager.values_list(*names) if names else ():
            found |= russian_words(map(str, row))
    return found


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for every page."""
    storage = tmp_path_factory.mktemp("storage")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=storage),
        clock.at(NOW),
        transaction.atomic(),
    ):
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def given(world: World) -> set[str]:
    return typed_and_named()


def english_pages(world: World, entry: Entry) -> Iterator[tuple[str, str]]:
    """The page as each reader for whom it opens sees it in English."""
    client = Client()
    for case, cell in entry.expected["GET"].items():
        for reader in READERS:
            if cell[reader] != "200":
                continue
            client.cookies.load({**world.cookies[reader], settings.LANGUAGE_COOKIE_NAME: "en"})
            # What knows no cookies has its language in the address.
            asked = "?lang=en" if entry.name.startswith("rating:embed") else ""
            answer = client.get(path_of(entry.name, address_of(world, entry.kind, case, reader)) + asked)
            body = b"".join(answer)
            if answer.headers["Content-Type"].startswith("text/html"):
                yield reader, body.decode()


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_an_english_page_speaks_english(world: World, given: set[str], entry: Entry) -> None:
    wrong = []
    for reader, html in english_pages(world, entry):
        words = Words()
        words.feed(html)
        assert '<html lang="en"' in html
        if entry.name not in EXAMPLES:
            found = russian_words(words.texts) - given - AS_PRINTED
            wrong += [f"{reader}: {sorted(found)}"] if found else []

    assert wrong == []

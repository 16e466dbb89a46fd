"""Fixtures of the tests in a real browser: the portal served in this process, chromium, people, an autumn of work.

The libraries of the browser are imported where they are used: a run without the mark `browser` does not need them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from common import clock
from tests.cast import PASSWORD, Cast
from tests.e2e.demonstration import Demonstration, demonstration_served
from tests.e2e.visitors import Visitor
from tests.e2e.world import NOW, Autumn, autumn_lived
from tools.preflight import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Visit = Callable[..., Visitor]


class Day:
    """What the clock of the portal shows, in the threads of its server too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def becomes(self, instant: datetime) -> None:
        # A new thread begins with an empty context, so the instant must be what an unset variable gives.
        shown = instant.astimezone(UTC)
        self._monkeypatch.setattr(clock, "_pinned", ContextVar("pinned_clock", default=shown))

    def passes_to(self, instant: datetime, *visitors: Visitor) -> None:
        """A later day, on which these people sign in again: their sessions last half a day.

        They close their pages before it: an open one would ask how long its session lasts, and be refused.
        """
        for visitor in visitors:
            visitor.page.goto("about:blank")
        self.becomes(instant)
        for visitor in visitors:
            visitor.sign_in_again()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, not memory: every thread of the server then has a connection of its own, as in the demonstration."""
    from django.db import connection

    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "portal.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of this machine, one for the whole run; every person gets a context of his own."""
    from playwright.sync_api import sync_playwright

    path = find_chromium(os.environ, shutil.which)
    assert path, "chromium is missing: ./run test --browser says how to get it"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for asynchronous code; nothing here is.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """It is noon in Moscow on Friday, 20 November 2026, until a test says otherwise."""
    day = Day(monkeypatch)
    day.becomes(NOW)
    return day


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """The portal served by threads of this process. The ready-made fixture of pytest-django would open the database
    before the append-only tables are ready to be emptied."""
    from pytest_django.live_server_helper import LiveServer

    live = LiveServer("127.0.0.1")
    yield live.url
    live.stop()


@pytest.fixture
def portal(
    browser: Browser, server: str, emptied_after: None, day: Day, settings: Any, tmp_path: Path
) -> str:
    """The address of the portal, served in this process with an empty database, an empty storage, a mail folder."""
    settings.PORTAL_BASE_URL = server
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.MAIL_FOLDER.mkdir()
    return server


@pytest.fixture
def autumn(portal: str, cast: Cast) -> Autumn:
    """Protocols issued, reports handed in and accepted in October and November by the services themselves."""
    return autumn_lived(cast)


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors of an address; what went wrong behind the scenes of any of them fails the test."""
    opened: list[Visitor] = []

    def come(base: str, **how: Any) -> Visitor:
        opened.append(Visitor(browser, base, **how))
        return opened[-1]

    yield come
    assert [problem for visitor in opened for problem in visitor.leave()] == []


@pytest.fixture
def visit(portal: str, cast: Cast, visitors: Callable[..., Visitor]) -> Visit:
    """`visit("controller")` is a browser in which that person of the cast has signed in; `public` is nobody."""

    def come(name: str = "public", **how: Any) -> Visitor:
        visitor = visitors(portal, **how)
        if name != "public":
            visitor.sign_in(getattr(cast, name).email, PASSWORD)
        return visitor

    return come


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration as a stranger starts it: its own process, database, worker and schedule."""
    with demonstration_served(tmp_path_factory.mktemp("demonstration")) as running:
        yield running


@pytest.fixture
def guest(demonstration: Demonstration, visitors: Callable[..., Visitor]) -> Visit:
    """`guest("controller@centre.example")` is signed in to the demonstration; without an address, nobody."""

    def come(email: str = "", **how: Any) -> Visitor:
        visitor = visitors(demonstration.url, **how)
        if email:
            visitor.sign_in(email, demonstration.password)
        return visitor

    return come

"""Fixtures of the API: a Tuesday in March 2026, work in three regions, a month of the rating."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from common import clock
from rating.models import Slice
from tests.api.world import World, build_world, publish
from tests.assignments.desk import NOW
from tests.cast import Cast

Sign = Callable[[str], Client]


@pytest.fixture
def march(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """It is Tuesday, 10 March 2026; files go into an empty folder."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW):
        yield


@pytest.fixture
def world(cast: Cast, march: None) -> World:
    """Protocols and executions, one with a report and a file."""
    return build_world(cast)


@pytest.fixture
def month(world: World) -> Slice:
    """January 2026, closed and published."""
    return publish()


@pytest.fixture
def api(as_person: Sign) -> Sign:
    """`api("controller")` is a signed-in client that reads English."""

    def sign_in(name: str) -> Client:
        client = as_person(name)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return sign_in

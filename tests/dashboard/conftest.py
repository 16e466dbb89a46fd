"""Fixtures of the dashboard: a Tuesday in March, work of every state, the rating of that month."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from assignments.models import Execution
from common import clock
from tests.assignments.builders import put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast
from tests.dashboard.office import methodology


@pytest.fixture
def march(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """It is Tuesday, 10 March 2026, sentences are English; gives the empty storage of files."""
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    with clock.at(NOW), translation.override("en"):
        yield tmp_path


@pytest.fixture
def rating(db: None) -> None:
    """A version of the methodology is in force."""
    methodology()


@pytest.fixture
def execution(cast: Cast) -> Execution:
    """An execution of a cluster of Tomsk, issued on 2 March and due on 20 March 2026."""
    return put_on_control([cast.tomsk_machines])[0]


@pytest.fixture
def desk(cast: Cast, execution: Execution) -> Desk:
    """Where anybody of the cast acts on that execution."""
    return Desk(cast, execution)

"""Fixtures of the meeting room: its day, and a person who keeps meetings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from common import clock
from common.scope import Scope
from tests.assignments.drafts import load_rules
from tests.cast import Cast
from tests.meetings.acts import NOW
from tests.meetings.minutes import AFTER, Minutes, closed_meeting
from tests.notifications.conftest import sink

__all__ = ["after_the_meeting", "keeper", "minutes", "sink", "thursday"]


@pytest.fixture
def thursday() -> Iterator[None]:
    """The day of the tests: Thursday, 26 February 2026, 9:00 Moscow."""
    with clock.at(NOW):
        yield


@pytest.fixture
def keeper(cast: Cast) -> Scope:
    """A controller of the centre, who keeps meetings."""
    load_rules()
    return cast.scope("controller")


@pytest.fixture
def after_the_meeting(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """It is Thursday, 5 March 2026, the day after the meeting; gives the empty storage of files."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(AFTER):
        yield tmp_path


@pytest.fixture
def minutes(after_the_meeting: Path, cast: Cast) -> Minutes:
    """A closed meeting of Tomsk and Omsk with four questions, and those who make its protocol."""
    load_rules()
    return Minutes(cast, closed_meeting(cast))

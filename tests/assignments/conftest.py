"""Fixtures of the assignments room."""

from collections.abc import Iterator

import pytest

from common import clock
from tests.assignments import drafts


@pytest.fixture
def wednesday() -> Iterator[None]:
    """It is Wednesday, 15 April 2026, and the control rules are known where they are needed."""
    with clock.at(drafts.NOW):
        yield

"""Two presses of one button at the same moment, on PostgreSQL: the milestone is entered once."""

from datetime import UTC, date, datetime

import pytest

from associations.models import Milestone
from associations.services.roadmap import milestone_save
from common.scope import Scope
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.services
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def keeper(emptied_after: None, cast: Cast) -> Scope:
    return cast.scope("methodologist")


def test_one_milestone_of_two_presses(keeper: Scope) -> None:
    def press() -> Milestone:
        return milestone_save(
            actor=keeper, milestone_id=None, association_id=None, version=None, name_ru="Слёт", name_en="Meeting",
            date_kind="deadline", state="planned", due_on=date(2026, 5, 1),
        )  # fmt: skip

    first, second = at_once(press, NOW)

    assert first == second
    assert Milestone.objects.count() == 1

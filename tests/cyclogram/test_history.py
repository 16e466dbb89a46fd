"""What happened before the portal: the centre closes many stages in one act, all or none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError
from cyclogram.models import ClusterStage, StageEvent
from cyclogram.services.history import Closing, stages_close
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan_stage, process

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHY = "Акт приёмки"
BEGAN, ENDED = date(2023, 3, 1), date(2023, 9, 4)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stages(cast: Cast) -> list[ClusterStage]:
    of = plan_stage()
    return [cluster_stage(cast.tomsk_machines, of), cluster_stage(cast.omsk_machines, of, "going")]


def closings(*stages: ClusterStage, ended: date = ENDED) -> list[Closing]:
    return [Closing(stage.pk, BEGAN, ended) for stage in stages]


def test_stages_are_closed_on_the_days_that_the_papers_name(cast: Cast, stages: list[ClusterStage]) -> None:
    assert stages_close(actor=cast.scope("controller"), closings=closings(*stages), reason=WHY) == 2

    for stage in stages:
        stage.refresh_from_db()
        assert (stage.state, stage.actual_from, stage.actual_to) == ("done", BEGAN, ENDED)
        assert (stage.closed_by, stage.reason, stage.days_late(ENDED)) == ("hand", WHY, 4)
        event = stage.events.get()
        assert (event.kind, event.actor, event.text) == ("closed", cast.controller, WHY)


@pytest.mark.parametrize(
    ("who", "reason", "ended", "error"),
    [
        ("controller", "  ", ENDED, InvalidInput),
        ("controller", WHY, date(2023, 2, 1), InvalidInput),
        ("controller", WHY, date(2026, 3, 3), InvalidInput),
        ("tomsk_minister", WHY, ENDED, Missing),
        ("chair", WHY, ENDED, Missing),
    ],
)
def test_one_bad_row_or_the_wrong_person_closes_nothing(
    cast: Cast, stages: list[ClusterStage], who: str, reason: str, ended: date, error: type[PortalError]
) -> None:
    rows = [*closings(stages[0]), *closings(stages[1], ended=ended)]
    with pytest.raises(error):
        stages_close(actor=cast.scope(who), closings=rows, reason=reason)
    assert set(ClusterStage.objects.values_list("state", flat=True)) == {"not_begun", "going"}
    assert not StageEvent.objects.exists()


def test_what_is_closed_already_is_named(cast: Cast, stages: list[ClusterStage]) -> None:
    done = cluster_stage(
        cast.tomsk_farming, plan_stage(stages[0].stage.plan, process=process("hiring")), "done"
    )
    with pytest.raises(ImpossibleStep, match="1 этап уже не открыт"):
        stages_close(actor=cast.scope("controller"), closings=closings(*stages, done), reason=WHY)


def test_a_coordinator_closes_nothing_of_his_region(cast: Cast, stages: list[ClusterStage]) -> None:
    with pytest.raises(NotAllowed):
        stages_close(actor=cast.scope("tomsk_coordinator"), closings=closings(stages[0]), reason=WHY)

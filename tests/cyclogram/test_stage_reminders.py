"""What the morning mail says of stages: a week and a day before the end, on the last day, and once it has passed."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.selectors import readers
from clusters.models import Cluster
from common.calendar import working_days_until
from common.scope import SYSTEM
from cyclogram.enums import StageState
from cyclogram.models import ClusterStage
from cyclogram.reminders import stage_lines
from cyclogram.services.laying import clusters_lay
from notifications.selectors import digests_planned
from regions.selectors import calendars
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan, plan_stage
from tests.dashboard.mailbag import TOMSK, mails, part_of, tick

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)
"""Tuesday."""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.MAIL_FOLDER = tmp_path


def ending(cluster: Cluster, ends_on: date, state: str = StageState.NOT_BEGUN) -> ClusterStage:
    """A stage of the cluster that is planned to end on the day."""
    of = ClusterStage.objects.first()
    stage = of.stage if of else plan_stage(plan(2026))
    days = {"laid_from": date(2026, 1, 1), "laid_to": ends_on}
    planned = {"planned_from": date(2026, 1, 1), "planned_to": ends_on}
    return cluster_stage(cluster, stage, state, **days, **planned)


def told(cast: Cast, day: date = TODAY) -> dict[str, list[tuple[str, str]]]:
    """By person the facts and notes of the lines of the day."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in stage_lines(day, readers(day), calendars()):
        words = line.words()
        found.setdefault(line.reader.address, []).append((words.facts, words.note))
    return found


@pytest.mark.parametrize("days", [0, 1, 3, 7])
def test_a_stage_is_told_of_before_its_end_and_on_its_last_day(cast: Cast, days: int) -> None:
    end = TODAY
    while working_days_until(TODAY, end) < days:
        end += timedelta(days=1)
    ending(cast.tomsk_machines, end)
    ending(cast.tomsk_farming, end)
    assert told(cast)["tomsk@example.org"] == [("2\xa0кластера", f"завершается {end:%d.%m.%Y}")]


@pytest.mark.parametrize("days", [-5, 2, 6])
def test_between_the_days_nothing_is_told(cast: Cast, days: int) -> None:
    ending(cast.tomsk_machines, TODAY + timedelta(days=days))
    assert told(cast) == {}


def test_a_stage_whose_end_has_passed_is_told_of_once(cast: Cast) -> None:
    ending(cast.omsk_machines, TODAY - timedelta(days=1))
    assert told(cast) == {"omsk@example.org": [("1\xa0кластер", "должен был завершиться 09.03.2026")]}


def test_what_is_over_or_waits_is_no_matter_of_the_region(cast: Cast) -> None:
    ending(cast.tomsk_machines, TODAY, StageState.DONE)
    ending(cast.tomsk_farming, TODAY, StageState.PROPOSED)
    assert told(cast) == {}


def test_it_comes_with_the_digest_of_the_morning(cast: Cast) -> None:
    ending(cast.tomsk_machines, TODAY)
    clusters_lay(actor=SYSTEM)
    tick(TODAY, "09:00", TOMSK)
    text = part_of(mails()[0])
    assert "ЭТАПЫ ЦИКЛОГРАММЫ" in text
    assert "/cyclogram/stages/?region=70&process=procurement" in text
    assert [digest.reader.address for digest in digests_planned(TODAY)].count("tomsk@example.org") == 1

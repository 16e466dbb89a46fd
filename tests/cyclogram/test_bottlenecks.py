"""Bottlenecks: the share of late stages and the usual delay, cohort against cohort, a region against the country."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median_low

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from common import clock
from cyclogram.models import ClusterStage
from cyclogram.selectors.bottlenecks import Delay, Known, bottlenecks, delay_of
from tests.cast import Cast
from tests.cyclogram.builders import BEGUN, MADE, cluster_stage, plan, plan_stage, process

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 9, 10, 9, 0, tzinfo=UTC)
"""Ten days after the planned end of procurement."""


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stages(cast: Cast) -> list[ClusterStage]:
    """Procurement: late in Tomsk, four days late and done there, not applicable in Omsk; hiring is done in time."""
    version = plan()
    procurement = plan_stage(version)
    hiring = plan_stage(version, process=process("hiring"), order=14)
    ended = {"actual_from": BEGUN, "closed_at": MADE, "closed_by": "proposal"}
    return [
        cluster_stage(cast.tomsk_machines, procurement),
        cluster_stage(cast.tomsk_farming, procurement, "done", **{**ended, "actual_to": date(2023, 9, 4)}),
        cluster_stage(cast.omsk_machines, procurement, "not_applicable"),
        cluster_stage(cast.omsk_machines, hiring, "done", **{**ended, "actual_to": date(2023, 8, 31)}),
    ]


def test_the_worst_stage_stands_first_with_its_share_and_median(
    cast: Cast, stages: list[ClusterStage]
) -> None:
    first, second = bottlenecks(cast.scope("controller"), "70")

    assert first.process == stages[0].process
    assert first.whole == first.cohorts[2023] == first.region == Delay(2, 1, 4)
    assert (first.whole.share, second.whole) == (50, Delay(1, 0, 0))
    assert second.region == Delay(0, 0, None)


def test_a_region_counts_its_own_clusters_alone(cast: Cast, stages: list[ClusterStage]) -> None:
    [only] = bottlenecks(cast.scope("omsk_coordinator"))
    assert only.whole == Delay(1, 0, 0)


@given(st.lists(st.tuples(st.booleans(), st.none() | st.integers(-400, 4000)), max_size=40))
def test_the_sums_are_those_of_the_definition(drawn: list[tuple[bool, int | None]]) -> None:
    found = delay_of(Known(2024, "70", is_late, delay) for is_late, delay in drawn)
    delays = [delay for _late, delay in drawn if delay is not None]

    assert found.total == len(drawn)
    assert found.late == len([one for one in drawn if one[0]])
    assert found.median == (median_low(delays) if delays else None)
    assert found.share is None if not drawn else 0 <= (found.share or 0) <= 100


def test_the_page_and_its_file_say_the_same(
    as_person: Callable[[str], Client], stages: list[ClusterStage]
) -> None:
    centre = as_person("controller")
    page = centre.get(reverse("cyclogram:bottlenecks"), {"region": "70"}).content.decode()
    assert "отстают 1 из 2" in page
    assert "50 %" in page

    address = reverse("dashboard:list-table", kwargs={"name": "bottlenecks", "form": "csv"})
    file = centre.get(address, {"region": "70"}).content.decode("utf-8-sig")
    assert "Закупки;2;50;4;2;50;4" in file
    assert centre.get(reverse("cyclogram:bottlenecks"), {"region": "x"}).status_code == 400


def test_a_day_later_the_delay_is_a_day_more(cast: Cast, stages: list[ClusterStage]) -> None:
    ClusterStage.objects.exclude(pk=stages[0].pk).delete()
    with clock.at(NOW + timedelta(days=1)):
        [only] = bottlenecks(cast.scope("controller"))
    assert only.whole.median == 11

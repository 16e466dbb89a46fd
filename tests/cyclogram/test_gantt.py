"""Bars of stages: few elements however many clusters, every bar on its days, the same in the table behind."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import Cluster
from common import clock
from cyclogram.laying import Window
from cyclogram.presentation.gantt import HEAD, NARROW, WIDE, Sheet, gantt
from cyclogram.selectors.gantt import Bar, bars_of_cohort
from tests.cast import Cast
from tests.cyclogram.builders import cluster_stage, plan, plan_stage, process

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 9, 10, 9, 0, tzinfo=UTC)
TODAY = date(2023, 9, 10)
MOST_ELEMENTS = 300
DAYS = st.dates(date(2022, 1, 1), date(2025, 12, 31))


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with clock.at(NOW):
        yield


def elements(svg: str) -> list[str]:
    return [one.tag for one in ElementTree.fromstring(f"<p>{svg}</p>").iter()]  # noqa: S314  drawn by ourselves


@pytest.mark.parametrize("sheet", [WIDE, NARROW])
def test_a_bar_begins_and_ends_where_its_days_do(sheet: Sheet) -> None:
    bar = Bar(
        "Закупки", Window(date(2023, 3, 1), date(2023, 4, 30)), Window(date(2023, 3, 16), date(2023, 3, 31))
    )
    drawn = gantt([bar], TODAY, "Этапы")

    month = sheet.month(2)
    assert f"M{float(sheet.names)} {HEAD + sheet.bar}H{float(sheet.names + 2 * month)}" in drawn
    assert f"H{float(sheet.names + month)}v8" in drawn
    assert "gantt__today" not in drawn


@pytest.mark.parametrize(("months", "width"), [(6, 66), (12, 66), (17, 47), (36, 44)])
def test_months_share_the_width_of_the_page_and_never_get_too_narrow(months: int, width: int) -> None:
    assert WIDE.month(months) == width


@given(st.lists(st.tuples(DAYS, DAYS, DAYS, st.booleans()), min_size=1, max_size=21))
def test_any_bars_are_a_drawing_that_can_be_read_of_few_elements(
    drawn: list[tuple[date, date, date, bool]],
) -> None:
    bars = [
        Bar(
            f"Этап <{number}> & «ёлки»",
            Window(*sorted((one, two))),
            Window(*sorted((one, three))),
            late,
            (three,),
        )
        for number, (one, two, three, late) in enumerate(drawn)
    ]
    drawn_bars = gantt(bars, TODAY, "Этапы & сроки")

    assert len(elements(drawn_bars)) < MOST_ELEMENTS


def test_without_stages_there_is_no_drawing() -> None:
    assert gantt([], TODAY, "Этапы") == ""


def test_a_cohort_is_drawn_from_its_first_day_to_its_last_with_what_it_came_to(cast: Cast) -> None:
    version = plan()
    of = plan_stage(version)
    cluster_stage(cast.tomsk_machines, of, "done")
    cluster_stage(cast.omsk_machines, of, "going")
    cluster_stage(cast.tomsk_farming, of, "not_applicable")
    plan_stage(version, process=process("hiring"), order=14)

    [bar] = bars_of_cohort(cast.scope("controller"), 2023)
    assert bar.planned == (date(2023, 3, 1), date(2023, 8, 31))
    assert bar.actual == (date(2023, 2, 10), TODAY)
    assert (bar.is_late, bar.words) == (True, "выполнено 1 из 2, отстают 1")
    [own] = bars_of_cohort(cast.scope("controller"), 2023, "70")
    assert (own.is_late, own.actual) == (False, (date(2023, 2, 10), date(2023, 3, 20)))


def test_the_page_has_few_elements_however_many_clusters(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    of = plan_stage(plan())
    rows = [Cluster(code=f"70-9{number:02}", region=cast.tomsk, cohort_year=2023) for number in range(60)]
    for cluster in Cluster.objects.bulk_create(rows):
        cluster_stage(cluster, of)

    page = as_person("controller").get(reverse("cyclogram:gantt")).content.decode()
    svg = page[page.index('<svg class="gantt__svg') : page.rindex("</svg>", 0, page.index("</main>")) + 6]
    assert len(elements(svg)) < 60
    assert "выполнено 0 из 60, отстают 60" in page


@pytest.mark.parametrize("query", [{"cohort": "1999"}, {"region": "x"}, {"paper": "a0"}])
def test_what_is_not_offered_is_refused(as_person: Callable[[str], Client], query: dict[str, str]) -> None:
    plan_stage(plan())
    assert as_person("controller").get(reverse("cyclogram:gantt"), query).status_code == 400

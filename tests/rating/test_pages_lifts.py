"""What lifts a district and the country: the order is the best there is, the sums are those of the formula."""

from datetime import UTC, datetime

import pytest

from common import clock
from common.scope import SYSTEM
from rating.formula.explanation import what_if
from rating.formula.scoring import pool_of, score_of
from rating.selectors import running_month
from rating.selectors.lifts import distances, lifts_of, lifts_page
from regions.models import FederalDistrict, Region
from tests.rating.portal import load, random_case
from tests.rating.readers import html_of, reader, words_of

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 1, 21, 9, tzinfo=UTC)


@pytest.fixture
def january() -> None:
    load(random_case(3, regions=7, items=16, until="2024-01-20"))


@pytest.mark.usefixtures("january")
def test_the_first_k_lift_the_common_score_most_and_all_together_reach_the_best() -> None:
    with clock.at(NOW):
        month = running_month()
        assert month
        page = lifts_page(month)
        found = lifts_of(page)
    assert page.pool == pool_of(cell for score in month.scores.regions.values() for cell in score.cells)
    gains = [lift.gain for lift in found]
    assert found
    assert gains == sorted(gains, reverse=True)
    assert page.pool
    for number, lift in enumerate(found, 1):
        assert lift.score_together == score_of(
            page.pool.points_sum + sum(gains[:number]), page.pool.weight_sum
        )
    assert found[-1].score_together == page.score_at_best


@pytest.mark.usefixtures("january")
def test_a_region_needs_the_least_number_of_executions_to_its_next_zone() -> None:
    with clock.at(NOW):
        month = running_month()
        assert month
        rows = distances(SYSTEM, lifts_page(month))
    assert [row.needed is None for row in rows] == sorted(row.needed is None for row in rows)
    for row in rows:
        gains = what_if(month.scores, row.region.code)
        assert row.open == len(gains)
        zones = [month.scores.params.zone(gain.score_cumulative) for gain in gains]
        if row.needed:
            assert zones[row.needed - 1] != row.score.zone
            assert set(zones[: row.needed - 1]) <= {row.score.zone}


@pytest.mark.usefixtures("january")
def test_the_pages_follow_the_district_and_are_the_centres_alone() -> None:
    other = FederalDistrict.objects.create(
        code="far", name_ru="Дальний", name_en="Far", short_ru="Д", order=2
    )
    with clock.at(NOW):
        month = running_month()
        assert month
        near = next(code for code, gains in lifts_page(month).gains.items() if gains)
        Region.objects.filter(code=near).update(district=other)
        for url in ("/rating/running/lifts/", "/rating/running/lifts/executions/"):
            whole = html_of(reader("methodologist"), url)
            part = html_of(reader("methodologist"), f"{url}?district=far")
            assert part.count('<th scope="row"') < whole.count('<th scope="row"')
            assert f"/regions/{near}/" in part
            html_of(reader("controller"), f"{url}?district=none-such", 400)
            assert reader("coordinator").get(url).status_code == 403
            assert reader("public").get(url).status_code == 302
        words = words_of(reader("controller"), "/rating/running/lifts/")
    assert "Кому звонить" in words

"""Associations: coverage, members and their work, and where regions and industries cross, each as the reader may."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assignments.models import Execution
from associations.selectors.associations import AssociationRow, association_page, association_rows
from associations.selectors.lines import both_lines
from associations.selectors.work import Work, work_by_cluster
from clusters.models import AssociationMember
from common import clock
from common.errors import Missing
from tests.assignments.builders import issued_item, put_on_control
from tests.cast import Cast
from tests.dashboard.office import methodology, published

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
ISSUED = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
WORK = st.builds(Work, *[st.integers(0, 500)] * 3, st.integers(0, 500))


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def executions(cast: Cast) -> list[Execution]:
    """One overdue in each place, of an item that was due on 20 March."""
    return put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines])


def row_of(cast: Cast, person: str) -> AssociationRow:
    found = {row.association.pk: row for row in association_rows(cast.scope(person))}
    return found[cast.machine_builders.pk]


def test_the_list_says_how_much_of_the_industry_is_covered_and_what_its_members_owe(
    cast: Cast, executions: list[Execution]
) -> None:
    row = row_of(cast, "controller")

    assert (row.members, row.coverage.clusters, row.coverage.share) == (1, 2, 50)
    assert row.work == Work(open=1, late=1, due=1, in_time=0)
    assert [one.user for one in row.chairs] == [cast.chair]
    assert not row.is_own


def test_the_association_counts_its_members_and_a_stranger_counts_nothing(
    cast: Cast, executions: list[Execution]
) -> None:
    assert row_of(cast, "chair").work == Work(open=1, late=1, due=1, in_time=0)
    assert row_of(cast, "chair").is_own
    assert row_of(cast, "omsk_coordinator").work is None
    assert association_rows(cast.scope("public")) == []


def test_what_a_member_cost_its_region_is_a_figure_for_those_who_may_count_it(cast: Cast) -> None:
    methodology()
    put_on_control(
        [cast.tomsk_machines, cast.omsk_machines],
        issued_item("8", due=date(2026, 1, 20), at=ISSUED),
        at=ISSUED,
    )
    assert association_page(cast.scope("chair"), cast.machine_builders.pk).period is None
    published("2026-01")
    counted = {"chair": 10_000, "controller": 10_000, "tomsk_coordinator": 10_000, "omsk_coordinator": None}
    for person, lost in counted.items():
        page = association_page(cast.scope(person), cast.machine_builders.pk)
        assert (page.period, [row.lost for row in page.members]) == ("2026-01", [lost])


@pytest.mark.parametrize(
    ("person", "places"),
    [
        ("controller", {"tomsk_machines", "tomsk_farming", "omsk_machines"}),
        ("chair", {"tomsk_machines"}),
        ("tomsk_coordinator", {"tomsk_machines", "tomsk_farming"}),
        ("omsk_coordinator", {"omsk_machines"}),
        ("newcomer", set()),
    ],
)
def test_everybody_counts_what_he_sees_or_supports(
    cast: Cast, executions: list[Execution], person: str, places: set[str]
) -> None:
    counted = work_by_cluster(cast.scope(person), clock.today())

    assert set(counted) == {getattr(cast, place).pk for place in places}


def test_cancelled_executions_count_nowhere_and_those_in_time_are_a_share(
    cast: Cast, executions: list[Execution]
) -> None:
    tomsk, _farming, omsk = executions
    Execution.objects.filter(pk=tomsk.pk).update(state="cancelled", closed_at=LATER)
    Execution.objects.filter(pk=omsk.pk).update(
        state="executed", reported_on=date(2026, 3, 20), closed_at=LATER
    )
    work = work_by_cluster(cast.scope("controller"), clock.today())

    assert cast.tomsk_machines.pk not in work
    assert work[cast.omsk_machines.pk].share == 100
    assert work[cast.tomsk_farming.pk].share == 0


@given(WORK, WORK)
def test_sums_of_work_are_sums_of_its_figures(one: Work, other: Work) -> None:
    whole = one + other

    assert (whole.open, whole.late) == (one.open + other.open, one.late + other.late)
    assert (whole.due, whole.in_time) == (one.due + other.due, one.in_time + other.in_time)
    assert (whole.share is None) == (whole.due == 0)


def test_a_page_shows_members_by_need_coverage_by_cohort_and_who_stands_outside(
    cast: Cast, executions: list[Execution]
) -> None:
    AssociationMember.objects.create(
        association=cast.machine_builders, cluster=cast.nameless, starts_on=date(2026, 1, 1)
    )
    page = association_page(cast.scope("chair"), cast.machine_builders.pk)

    assert [row.cluster for row in page.members] == [cast.tomsk_machines, cast.nameless]
    assert page.outside == [cast.omsk_machines]
    [(year, coverage)] = page.cohorts
    assert (year, coverage.members, coverage.clusters) == (2023, 1, 2)
    assert page.work == Work(open=1, late=1, due=1, in_time=0)


def test_a_coordinator_counts_his_own_cluster_among_the_members(
    cast: Cast, executions: list[Execution]
) -> None:
    [own] = association_page(cast.scope("tomsk_coordinator"), cast.machine_builders.pk).members
    [foreign] = association_page(cast.scope("omsk_coordinator"), cast.machine_builders.pk).members

    assert own.work == Work(open=1, late=1, due=1, in_time=0)
    assert foreign.work is None


def test_a_membership_that_ended_and_a_cluster_that_left_count_no_more(cast: Cast) -> None:
    AssociationMember.objects.update(ends_on=date(2026, 3, 1))
    assert row_of(cast, "controller").members == 0
    AssociationMember.objects.update(ends_on=None)
    cast.tomsk_machines.closed_on = date(2026, 3, 1)
    cast.tomsk_machines.save()

    assert row_of(cast, "controller").members == 0
    assert row_of(cast, "controller").coverage.clusters == 1


def test_regions_and_industries_cross_with_what_is_overdue_there(
    cast: Cast, executions: list[Execution]
) -> None:
    lines = both_lines(cast.scope("controller"))

    assert [row.region for row in lines.rows] == [cast.omsk, cast.tomsk]
    assert lines.industries == [cast.machines, cast.farming]
    omsk, tomsk = lines.rows
    assert [crossing and crossing.clusters for _industry, crossing in omsk.cells] == [1, None]
    assert (tomsk.whole.clusters, tomsk.whole.work.late) == (2, 2)
    assert [crossing.clusters for _industry, crossing in lines.sums] == [2, 1]


def test_where_a_reader_may_not_count_the_crossing_has_clusters_alone(
    cast: Cast, executions: list[Execution]
) -> None:
    omsk, tomsk = both_lines(cast.scope("chair")).rows

    assert (omsk.whole.clusters, omsk.whole.counted) == (1, 0)
    assert (tomsk.whole.clusters, tomsk.whole.counted, tomsk.whole.work.late) == (2, 1, 1)


def test_a_foreign_page_is_not_found(cast: Cast) -> None:
    with pytest.raises(Missing):
        association_page(cast.scope("controller"), 10**6)
    with pytest.raises(Missing):
        association_page(cast.scope("public"), cast.machine_builders.pk)


def test_the_pages_say_it_and_lead_to_each_other(
    cast: Cast, as_person: Callable[[str], Client], executions: list[Execution]
) -> None:
    chair = as_person("chair")
    listed = chair.get(reverse("associations:associations")).content.decode()
    assert cast.machine_builders.get_absolute_url() in listed
    assert "1 из 2" in listed

    page = chair.get(cast.machine_builders.get_absolute_url()).content.decode()
    assert cast.tomsk_machines.get_absolute_url() in page
    assert "Из отрасли, не участники" in page
    assert (
        cast.machine_builders.get_absolute_url()
        in chair.get(cast.tomsk_machines.get_absolute_url()).content.decode()
    )

    lines = chair.get(reverse("associations:lines")).content.decode()
    assert f"?region=70&amp;industry={cast.machines.pk}" in lines
    assert "просрочено 1" in lines


def test_the_files_hold_what_the_pages_say(
    cast: Cast, as_person: Callable[[str], Client], executions: list[Execution]
) -> None:
    centre = as_person("controller")

    def file(name: str) -> str:
        address = reverse("dashboard:list-table", kwargs={"name": name, "form": "csv"})
        return centre.get(address).content.decode("utf-8-sig")

    assert "1;2;50;1;1;0" in file("associations")
    assert "Томская область;" in file("lines")


def test_the_api_lists_associations_with_their_members(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    rows = as_person("tomsk_coordinator").get("/api/v1/associations/").json()["results"]

    found = {row["slug"]: row for row in rows}
    assert found["machine-builders"]["members"] == [{"cluster": "70-001", "starts_on": "2023-09-01"}]
    assert found["machine-builders"]["industries"] == [cast.machines.pk]
    assert found["machine-builders"]["wave"] is None

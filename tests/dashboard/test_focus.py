"""The choice of a region or association: what the lists begin with, never what the person may see."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.enums import Position
from accounts.models import Membership
from assignments.models import Execution
from clusters.models import AssociationMember
from common.scope import Role
from dashboard.focus import narrowed
from tests.cast import Cast
from tests.dashboard.office import ids_of, page, shown, text_of, work

pytestmark = pytest.mark.usefixtures("march")

People = Callable[[str], Client]


@pytest.fixture
def rows(cast: Cast) -> dict[str, Execution]:
    """An overdue execution of Tomsk and one of Omsk; the coordinator of Tomsk has both regions and an association."""
    Membership.objects.create(
        user=cast.tomsk_coordinator, role=Role.COORDINATOR, region=cast.omsk, position=Position.DEPUTY,
        starts_on=date(2024, 1, 1),
    )  # fmt: skip
    Membership.objects.create(
        user=cast.tomsk_coordinator, role=Role.ASSOCIATION, association=cast.machine_builders,
        position=Position.CURATOR, starts_on=date(2024, 1, 1),
    )  # fmt: skip
    due = date(2026, 3, 5)
    return {
        "tomsk": work([cast.tomsk_machines], due)[0],
        "omsk": work([cast.omsk_machines], due)[0],
    }


def choose(client: Client, place: str, then: str = "/assignments/") -> None:
    answer = client.post(page("focus"), {"place": place, "next": then})
    assert (answer.status_code, answer["Location"]) == (302, then)


def test_lists_and_counts_begin_with_the_chosen_region(as_person: People, rows: dict[str, Execution]) -> None:
    client = as_person("tomsk_coordinator")
    assert set(ids_of(text_of(client, page("inbox")))) == {row.pk for row in rows.values()}
    assert "2 overdue or due soon" in shown(text_of(client, page("home")))

    choose(client, "region:55")
    assert ids_of(text_of(client, page("inbox"))) == [rows["omsk"].pk]
    home = shown(text_of(client, page("home")))
    assert "1 overdue or due soon" in home
    assert "Omsk Oblast · coordinator" in home
    assert "Tomsk Oblast" not in home.split("Show the work of")[0]


def test_the_choice_is_kept_and_taken_back(as_person: People, rows: dict[str, Execution]) -> None:
    client = as_person("tomsk_coordinator")
    choose(client, "region:70")
    for _visit in range(2):
        assert ids_of(text_of(client, page("inbox"))) == [rows["tomsk"].pk]
    choose(client, "")
    assert len(ids_of(text_of(client, page("inbox")))) == 2


def test_rights_are_not_touched(as_person: People, rows: dict[str, Execution]) -> None:
    client = as_person("tomsk_coordinator")
    choose(client, "region:55")
    assert client.get(page("execution", rows["tomsk"].pk)).status_code == 200
    assert ids_of(text_of(client, page("inbox") + "?region=70")) == [rows["tomsk"].pk]
    assert len(ids_of(text_of(client, page("inbox") + "?region="))) == 2
    assert len(ids_of(text_of(client, page("registry")))) == 2


def test_a_foreign_or_strange_place_is_passed_over(as_person: People, rows: dict[str, Execution]) -> None:
    client = as_person("tomsk_coordinator")
    for place in ("region:87", "region:", "zzz", "association:999", "region:70:55"):
        choose(client, place)
        assert len(ids_of(text_of(client, page("inbox")))) == 2, place


def test_a_region_that_was_lost_is_no_longer_chosen(
    as_person: People, cast: Cast, rows: dict[str, Execution]
) -> None:
    client = as_person("tomsk_coordinator")
    choose(client, "region:55")
    Membership.objects.filter(user=cast.tomsk_coordinator, region=cast.omsk).update(ends_on=date(2026, 3, 9))
    assert ids_of(text_of(client, page("inbox"))) == [rows["tomsk"].pk]


def test_an_association_is_chosen_with_its_clusters(
    as_person: People, cast: Cast, rows: dict[str, Execution]
) -> None:
    client = as_person("tomsk_coordinator")
    assert AssociationMember.objects.filter(association=cast.machine_builders).exists()
    choose(client, f"association:{cast.machine_builders.pk}", "/")
    html = text_of(client, page("home"))
    assert cast.tomsk_machines.get_absolute_url() in html
    assert ids_of(html) == []


@pytest.mark.parametrize("who", ["omsk_coordinator", "tomsk_minister", "controller", "chair", "newcomer"])
def test_who_has_one_place_is_offered_no_choice(as_person: People, cast: Cast, who: str) -> None:
    client = as_person(who)
    assert f'action="{page("focus")}"' not in text_of(client, page("regions"))
    choose(client, "region:70", "/")


def test_an_address_of_another_host_is_not_returned_to(as_person: People, rows: dict[str, Execution]) -> None:
    answer = as_person("tomsk_coordinator").post(
        page("focus"), {"place": "region:55", "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_a_role_without_a_place_goes_with_its_places(cast: Cast, rows: dict[str, Execution]) -> None:
    scope = cast.scope("tomsk_coordinator")
    one = narrowed(scope, "region:55")
    assert (one.roles, one.coordinated, one.associations) == ({Role.COORDINATOR}, {"55"}, frozenset())
    assert one.user_id == scope.user_id
    other = narrowed(scope, f"association:{cast.machine_builders.pk}")
    assert (other.roles, other.regions) == ({Role.ASSOCIATION}, frozenset())

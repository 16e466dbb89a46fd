"""The first page of each role, and the frame around every page."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from assignments.models import Execution
from common import clock
from common.scope import Role
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from notifications.services.staff_tasks import staff_task_open
from tests.assignments.desk import Desk
from tests.cast import SINCE, Cast
from tests.dashboard.office import (
    TODAY,
    hand_in,
    ids_of,
    one_of_each,
    page,
    published,
    shown,
    text_of,
    work,
)
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]
EVERYBODY = (
    "administrator",
    "controller",
    "methodologist",
    "tomsk_coordinator",
    "tomsk_minister",
    "chair",
    "newcomer",
)


def menu(client: Client, url: str = "/") -> dict[str, str]:
    """Destinations of the main menu by label, with their counts."""
    return {str(item["label"]): str(item["count"] or "") for item in client.get(url).context["nav"]}


# Who


def test_the_public_goes_to_the_rating(as_person: People, cast: Cast) -> None:
    assert as_person("public").get("/")["Location"] == reverse("rating:latest")


def test_while_the_rating_is_closed_the_public_goes_to_the_sign_in(
    as_person: People, cast: Cast, settings: object
) -> None:
    settings.RATING_IS_PUBLIC = False
    assert as_person("public").get("/")["Location"] == reverse("account_login")


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_a_first_page_with_one_heading(as_person: People, cast: Cast, who: str) -> None:
    html = text_of(as_person(who), "/")
    assert html.count("<h1") == 1


def test_somebody_without_a_role_is_told_what_to_do(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("newcomer"), "/")
    assert "You have no role yet" in html
    assert "The administrator of the centre gives roles" in html


# Figures equal their lists


def test_every_figure_of_a_coordinator_leads_to_exactly_its_list(as_person: People, cast: Cast) -> None:
    rows = one_of_each(cast)
    work([cast.omsk_machines], TODAY)
    client = as_person("tomsk_coordinator")
    card = client.get("/").context["home"].regions[0]
    html = client.get("/").content.decode()
    for figure, query, expected in (
        (card.late, "region=70&amp;term=late", {"critical", "overdue", "returned"}),
        (card.soon, "region=70&amp;term=soon", {"soon"}),
        (card.returned, "region=70&amp;state=returned", {"returned"}),
        (card.in_review, "region=70&amp;state=in_review", {"review"}),
    ):
        url = f"{page('registry')}?{query}"
        assert f'href="{url}"' in html, query
        listed = ids_of(text_of(client, url.replace("&amp;", "&")))
        assert set(listed) == {rows[name].pk for name in expected}
        assert figure == len(listed)


def test_the_queue_of_a_controller_is_counted_by_age(as_person: People, cast: Cast) -> None:
    for day in (2, 6, 9):
        hand_in(cast, work([cast.tomsk_machines], TODAY), day)
    desk = as_person("controller").get("/").context["home"].reviewer
    assert [band.count for band in desk.ages] == [1, 1, 1]
    assert desk.waiting == 3
    assert len(ids_of(text_of(as_person("controller"), page("review")))) == 3


def test_the_most_overdue_regions_stand_first_with_their_lists(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines, cast.nameless], TODAY.replace(day=1))
    client = as_person("controller")
    desk = client.get("/").context["home"].reviewer
    assert [(row.region.code, row.late) for row in desk.worst] == [("55", 2), ("70", 1)]
    assert desk.late == len(ids_of(text_of(client, f"{page('registry')}?term=late"))) == 3
    assert len(ids_of(text_of(client, f"{page('registry')}?region=55&term=late"))) == 2


def test_a_controller_sees_the_median_of_his_own_reviews(as_person: People, cast: Cast) -> None:
    for day in (3, 6, 8):
        row = work([cast.tomsk_machines], TODAY)[0]
        hand_in(cast, [row], day)
        Desk(cast, row).at(9, "accept")
    other = work([cast.tomsk_machines], TODAY)[0]
    hand_in(cast, [other], 1)
    Desk(cast, other).at(9, "accept", "administrator")
    speed = as_person("controller").get("/").context["home"].reviewer.speed
    assert (speed.decisions, speed.median_days) == (3, 3)


def test_staff_tasks_are_counted_on_the_page_and_in_the_menu(as_person: People, cast: Cast) -> None:
    for number in range(2):
        staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key=f"region:{number}", title="Нет руководителя")
    client = as_person("methodologist")
    assert menu(client)["Tasks"] == "2"
    assert client.get("/").context["home"].staff_tasks == StaffTask.objects.open().count()


def test_a_draft_waits_for_the_methodologist_and_then_stands_as_published(
    as_person: People, cast: Cast
) -> None:
    from common.scope import SYSTEM
    from rating.services import slice_close, slice_publish

    work([cast.tomsk_machines], TODAY.replace(month=2, day=3))
    draft = slice_close(actor=SYSTEM, period="2026-02")
    client = as_person("methodologist")
    html = text_of(client, "/")
    assert "A draft waits for publication" in html
    assert f'href="{draft.get_absolute_url()}"' in html
    assert "Look and publish" in html
    assert "Look and publish" not in text_of(as_person("controller"), "/")
    slice_publish(actor=SYSTEM, slice_id=draft.pk)
    assert "No draft waits for publication." in text_of(client, "/")


def test_a_minister_reads_the_last_month_in_one_sentence(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY.replace(month=2, day=3))
    assert "No month is published yet" in text_of(as_person("tomsk_minister"), "/")
    slice_ = published("2026-02")
    html = text_of(as_person("tomsk_minister"), "/")
    assert "In February the region scored 0.00 , without a place" in shown(html)
    assert reverse("rating:scorecard", args=["2026-02", "70"]) in html
    letter = slice_.letters.get(region="70")
    assert letter.get_absolute_url() in html


def test_an_association_sees_its_own_clusters_only(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("chair"), "/")
    assert page("cluster", "70-001") in html
    assert page("cluster", "55-001") not in html


def test_somebody_with_two_roles_sees_both(as_person: People, cast: Cast) -> None:
    Membership.objects.create(
        user=cast.tomsk_minister, role=Role.COORDINATOR, region=cast.omsk, position="main", starts_on=SINCE
    )
    home = as_person("tomsk_minister").get("/").context["home"]
    assert [card.region.code for card in home.regions] == ["55"]
    assert [card.region.code for card in home.ministers] == ["70"]


# The frame


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("controller", ["Rating", "Assignments", "Protocols", "Regions", "Clusters", "Letters", "Tasks"]),
        ("tomsk_coordinator", ["Rating", "Assignments", "Protocols", "Regions", "Clusters"]),
        ("tomsk_minister", ["Rating", "Assignments", "Protocols", "Regions", "Clusters"]),
        ("chair", ["Rating", "Regions", "Clusters"]),
        ("newcomer", ["Rating"]),
    ],
)
def test_the_menu_holds_what_the_role_may_open(
    as_person: People, cast: Cast, who: str, places: list[str]
) -> None:
    client = as_person(who)
    assert list(menu(client)) == places
    for item in client.get("/").context["nav"]:
        if not item["url"].startswith(("/rating/", "/letters/")):
            assert client.get(item["url"], follow=True).status_code == 200, item["url"]


def test_the_count_of_the_menu_is_what_waits_for_the_reader(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    coordinator, controller = as_person("tomsk_coordinator"), as_person("controller")
    assert menu(coordinator)["Assignments"] == "4"
    assert len(ids_of(text_of(coordinator, f"{page('registry')}?term=waiting"))) == 4
    assert menu(controller)["Assignments"] == "1"
    assert menu(as_person("tomsk_minister"))["Assignments"] == ""


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("controller", "Centre · controller"),
        ("tomsk_coordinator", "Tomsk Oblast · coordinator"),
        ("tomsk_minister", "Tomsk Oblast · head of the authority"),
        ("chair", "Mechanical engineering"),
    ],
)
def test_the_frame_says_who_is_signed_in(as_person: People, cast: Cast, who: str, words: str) -> None:
    assert words in text_of(as_person(who), "/")


def test_the_current_place_is_marked(as_person: People, cast: Cast) -> None:
    client = as_person("controller")
    for url, label in (
        (page("regions"), "Regions"),
        (page("review"), "Assignments"),
        (page("clusters"), "Clusters"),
    ):
        current = [str(item["label"]) for item in client.get(url).context["nav"] if item["current"]]
        assert current == [label]


@pytest.mark.parametrize(("who", "most"), [("controller", 3), ("tomsk_coordinator", 3), ("newcomer", 1)])
def test_the_frame_costs_three_queries_at_most(as_person: People, cast: Cast, who: str, most: int) -> None:
    from dashboard.context import shell

    request = as_person(who).get("/accounts/profile/").wsgi_request
    request.resolver_match = None
    with CaptureQueriesContext(connection) as captured:
        frame = shell(request)
    assert frame["person"]
    assert len(captured) <= most


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_the_first_page_makes_no_more_queries_with_more_rows(as_person: People, cast: Cast, who: str) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            rows = work([cast.tomsk_machines], TODAY.replace(day=1 + number % 9))
            if number % 2:
                hand_in(cast, rows)
                Desk(cast, rows[0]).at(9, "return" if number % 4 == 1 else "accept")
        assert Execution.objects.filter(due_on__lt=clock.today()).exists()

    assert_same_queries(as_person(who), lambda: "/", fill)

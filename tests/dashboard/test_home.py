"""The first page of each role, and the frame around every page."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from accounts.services import user_invite
from assignments.models import Execution
from common import clock
from common.formatting import score
from common.scope import SYSTEM, Role
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from notifications.services.staff_tasks import staff_task_open
from rating.models import Slice
from rating.selectors import closes_at
from rating.selectors.month_steps import month_steps
from rating.services import slice_close, slice_publish
from regions.models import AuthorityHead
from tests.assignments.desk import NOW, Desk
from tests.cast import SINCE, Cast
from tests.dashboard.figures import figures_of, listed
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


@pytest.fixture
def country(cast: Cast, march: object, rating: None) -> Slice:
    """A country with something of every kind: a published month with letters and a correction, a draft with an item
    that nobody did in time, work in every group in two regions, decisions of the controller, people and regions that
    lack something. Gives the draft."""
    january = work([cast.tomsk_machines, cast.omsk_machines], TODAY.replace(month=1, day=20))
    published("2026-01")
    Desk(cast, january[0]).at(7, "extend", corrects="2026-01")
    work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], TODAY.replace(month=2, day=3))
    draft = slice_close(actor=SYSTEM, period="2026-02")
    one_of_each(cast)
    work([cast.omsk_machines, cast.nameless], TODAY - timedelta(days=6))
    for day in (2, 5, 8):
        hand_in(cast, work([cast.omsk_machines], TODAY), day)
    for day in (3, 6):
        row = work([cast.tomsk_farming], TODAY)[0]
        hand_in(cast, [row], day)
        Desk(cast, row).at(9, "accept")
    user_invite(
        actor=cast.scope("administrator"),
        email="invited@example.org",
        last_name="Званый",
        first_name="Зот",
        role=Role.CONTROLLER,
        starts_on=TODAY,
    )
    AuthorityHead.objects.create(
        authority=cast.omsk.authority, post_title="Министр", post_title_dative="Министру", last_name="Омская",
        first_name="Ольга", name_dative="Омской О.", salutation="Уважаемая Ольга!", emails=[], starts_on=SINCE,
    )  # fmt: skip
    return draft


LEADS = {
    "administrator": {"?kind=", "?state=invited", "?gap=coordinator", "?gap=head", "?gap=address"},
    "controller": {"?age=old", "?age=middle", "?age=fresh", "?decided=me", "?term=late", "?zone=red"},
    "methodologist": {
        "?minimum=",
        "?zone=red",
        "?zone=none",
        "#weak-2026-02",
        "?corrects=2026-01",
        "&state=queued",
    },
    "tomsk_coordinator": {
        "&term=critical",
        "&term=overdue",
        "&term=soon",
        "&state=returned",
        "&state=in_review",
    },
    "tomsk_minister": {"&state=open", "?region=70&term=late", "?cluster=70-001&term=late"},
    "chair": {"/clusters/70-001/#help"},
}


@pytest.mark.usefixtures("country")
@pytest.mark.parametrize("who", LEADS)
def test_every_figure_of_a_first_page_leads_to_a_list_of_exactly_so_many(
    as_person: People, cast: Cast, who: str
) -> None:
    client = as_person(who)
    figures = figures_of(client)
    wrong = {figure: listed(client, figure) for figure in figures if listed(client, figure) != figure.count}
    assert wrong == {}
    addresses = " ".join(figure.url for figure in figures)
    missing = {part for part in LEADS[who] if part not in addresses}
    assert missing <= NOT_THERE.get(who, set())


NOT_THERE = {"methodologist": {"?minimum="}}
"""A zero is no link: in this country no region has executions enough for a place."""


@pytest.mark.parametrize("who", LEADS)
def test_a_portal_in_which_nothing_has_happened_has_a_calm_first_page_for_everybody(
    as_person: People, cast: Cast, who: str
) -> None:
    client = as_person(who)
    assert all(listed(client, figure) == figure.count for figure in figures_of(client))
    words = {
        "administrator": "State of the service",
        "controller": "New ones appear here as soon as a region hands them in",
        "methodologist": "No letter yet",
        "tomsk_coordinator": "Nothing burns",
        "tomsk_minister": "No month is published yet",
        "chair": "Nobody is late",
    }
    assert words[who] in text_of(client, "/")


# Coordinator


def test_what_burns_stands_first_the_dearest_on_top_with_one_primary_button(
    as_person: People, cast: Cast
) -> None:
    rows = one_of_each(cast)
    heavy = work([cast.tomsk_farming], TODAY - timedelta(days=1), weight=3)[0]
    work([cast.omsk_machines], TODAY - timedelta(days=1))
    client = as_person("tomsk_coordinator")
    card = client.get("/").context["home"].regions[0]
    burning = [row.execution.pk for row in card.burning]
    assert burning[0] == heavy.pk
    assert set(burning) == {
        heavy.pk,
        *(rows[name].pk for name in ("critical", "overdue", "soon", "returned")),
    }
    assert card.burning_total == 5
    assert [row.is_primary for row in card.burning] == [True, False, False, False, False]
    html = text_of(client, "/")
    assert f'href="{page("execution", heavy.pk)}#report"' in html
    assert html.index("What burns") < html.index("With the centre") < html.index("What lifts the region")


def test_more_burning_work_than_the_page_shows_is_counted(as_person: People, cast: Cast) -> None:
    for day in range(1, 9):
        work([cast.tomsk_machines], TODAY.replace(day=day))
    html = text_of(as_person("tomsk_coordinator"), "/")
    assert "The 5 most costly of 8 are shown." in html


def test_the_coordinator_reads_how_long_the_centre_has_had_his_oldest_report(
    as_person: People, cast: Cast
) -> None:
    for day in (4, 8):
        hand_in(cast, work([cast.tomsk_machines], TODAY), day)
    assert "The oldest one has waited 6 days." in shown(text_of(as_person("tomsk_coordinator"), "/"))


def test_the_next_meeting_is_told_by_both_clocks(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("tomsk_coordinator"), "/")
    assert "11 March, 10:00 MSK (14:00 local time)" in html


def test_a_coordinator_of_two_regions_has_a_part_for_each_and_one_primary_button(
    as_person: People, cast: Cast
) -> None:
    Membership.objects.create(
        user=cast.tomsk_coordinator,
        role=Role.COORDINATOR,
        region=cast.omsk,
        position="deputy",
        starts_on=SINCE,
    )
    work([cast.tomsk_machines, cast.omsk_machines], TODAY - timedelta(days=2))
    client = as_person("tomsk_coordinator")
    cards = client.get("/").context["home"].regions
    assert [(card.region.code, card.burning_total) for card in cards] == [("55", 1), ("70", 1)]
    assert sum(row.is_primary for card in cards for row in card.burning) == 1
    assert all(listed(client, figure) == figure.count for figure in figures_of(client))


# Centre


def test_the_queue_of_a_controller_is_narrowed_by_age(as_person: People, cast: Cast) -> None:
    by_day = {day: work([cast.tomsk_machines], TODAY)[0] for day in (2, 6, 9)}
    for day, row in by_day.items():
        hand_in(cast, [row], day)
    client = as_person("controller")
    desk = client.get("/").context["home"].reviewer
    assert [(band.key, band.count) for band in desk.ages] == [("old", 1), ("middle", 1), ("fresh", 1)]
    for age, day in (("old", 2), ("middle", 6), ("fresh", 9)):
        html = text_of(client, f"{page('review')}?age={age}")
        assert ids_of(html) == [by_day[day].pk]
        assert f"queue=1&amp;age={age}" in html


def test_the_filter_of_age_goes_with_the_queue_to_the_next_report(as_person: People, cast: Cast) -> None:
    first, second = work([cast.tomsk_machines], TODAY)[0], work([cast.tomsk_machines], TODAY)[0]
    fresh = work([cast.tomsk_machines], TODAY)[0]
    for row, day in ((first, 1), (second, 2), (fresh, 9)):
        hand_in(cast, [row], day)
    client = as_person("controller")
    html = text_of(client, f"{page('execution', first.pk)}?queue=1&age=old")
    assert f"{page('execution', second.pk)}?queue=1&amp;age=old" in html
    last = text_of(client, f"{page('execution', second.pk)}?queue=1&age=old")
    assert page("execution", fresh.pk) not in last


def test_an_age_that_does_not_exist_is_refused(as_person: People, cast: Cast) -> None:
    assert as_person("controller").get(f"{page('review')}?age=ancient").status_code == 400


def test_the_most_overdue_regions_stand_first_with_their_lists(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines, cast.nameless], TODAY.replace(day=1))
    desk = as_person("controller").get("/").context["home"].reviewer
    assert [(row.region.code, row.figure) for row in desk.most_overdue] == [("55", 2), ("70", 1)]
    assert desk.late == 3


def test_regions_of_the_red_zone_stand_the_lowest_first(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TODAY.replace(day=1))
    done = work([cast.tomsk_machines], TODAY.replace(day=2))[0]
    Desk(cast, done).at(2, "submit")
    desk = as_person("controller").get("/").context["home"].reviewer
    assert [(row.region.code, row.figure) for row in desk.lowest] == [("55", 0), ("70", 5000)]
    assert desk.red == 2


def test_a_controller_sees_the_median_of_his_own_reviews_and_the_trend(as_person: People, cast: Cast) -> None:
    def decide(handed_in: datetime, decided: datetime, who: str = "controller") -> None:
        row = work([cast.tomsk_machines], TODAY)[0]
        with clock.at(handed_in):
            Desk(cast, row).do("submit")
        with clock.at(decided):
            Desk(cast, row).do("accept", who)

    for day in (3, 6, 8):
        decide(NOW.replace(day=day), NOW.replace(day=9))
    decide(NOW.replace(day=1), NOW.replace(day=9), "administrator")
    speed = as_person("controller").get("/").context["home"].reviewer.speed
    assert (speed.executions, speed.median_days, speed.before, speed.change) == (3, 3, None, None)
    decide(NOW.replace(month=1, day=20), NOW.replace(month=1, day=25))
    client = as_person("controller")
    speed = client.get("/").context["home"].reviewer.speed
    assert (speed.executions, speed.before, speed.change) == (3, 5, -2)
    assert "You have become faster." in text_of(client, "/")


def test_a_decision_that_was_annulled_is_not_counted_as_ones_own(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    hand_in(cast, [row], 3)
    Desk(cast, row).at(5, "accept")
    client = as_person("controller")
    assert ids_of(text_of(client, f"{page('registry')}?decided=me")) == [row.pk]
    Desk(cast, row).at(6, "annul")
    assert ids_of(text_of(client, f"{page('registry')}?decided=me")) == []


def test_only_those_who_decide_may_ask_for_their_own_decisions(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    html = text_of(as_person("tomsk_coordinator"), page("registry"))
    assert 'name="decided"' not in html
    assert 'name="decided"' in text_of(as_person("controller"), page("registry"))


def test_staff_tasks_are_counted_on_the_page_and_in_the_menu(as_person: People, cast: Cast) -> None:
    for number in range(2):
        staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key=f"region:{number}", title="Нет руководителя")
    client = as_person("methodologist")
    assert menu(client)["Tasks"] == "2"
    assert client.get("/").context["home"].staff_tasks == StaffTask.objects.open().count()


def test_staff_tasks_are_narrowed_by_kind_and_an_unknown_kind_is_refused(
    as_person: People, cast: Cast
) -> None:
    staff_task_open(kind=StaffTaskKind.NO_HEAD, object_key="region:55", title="Омск без руководителя")
    staff_task_open(kind=StaffTaskKind.MAIL_FAILED, object_key="mail:1", title="Письмо не принято")
    client = as_person("administrator")
    html = text_of(client, f"{page('staff-tasks')}?kind=no_head")
    assert "Омск без руководителя" in html
    assert "Письмо не принято" not in html
    assert "Only one kind is shown" in html
    assert client.get(f"{page('staff-tasks')}?kind=none").status_code == 400


def test_regions_that_lack_somebody_are_listed_for_the_centre_only(as_person: People, cast: Cast) -> None:
    client = as_person("administrator")
    lacking = {
        gap: {row.region.code for row in client.get(f"{page('regions')}?gap={gap}").context["rows"]}
        for gap in ("coordinator", "head", "address")
    }
    assert lacking == {"coordinator": {"87"}, "head": {"55", "87"}, "address": set()}
    AuthorityHead.objects.update(emails=[" "])
    rows = client.get(f"{page('regions')}?gap=address").context["rows"]
    assert [row.region.code for row in rows] == ["70"]
    assert client.get(f"{page('regions')}?gap=roof").status_code == 400
    assert 'name="gap"' not in text_of(as_person("tomsk_coordinator"), page("regions"))


# Months


def test_a_draft_waits_for_the_methodologist_and_then_stands_as_published(
    as_person: People, cast: Cast, country: Slice
) -> None:
    client = as_person("methodologist")
    html = text_of(client, "/")
    assert "Rating for February 2026" in html
    assert f'href="{country.get_absolute_url()}"' in html
    assert "Look and publish" in html
    assert "Look and publish" not in text_of(as_person("controller"), "/")
    month = client.get("/").context["home"].month
    assert [one.period for one in month.months] == ["2026-02", "2026-03"]
    assert [step.state for step in month.months[0].steps] == [
        "done",
        "done",
        "done",
        "current",
        "ahead",
        "ahead",
    ]
    assert [step.state for step in month.months[1].steps] == [
        "current",
        "ahead",
        "ahead",
        "ahead",
        "ahead",
        "ahead",
    ]
    assert month.days_to_closing == (date(2026, 4, 6) - TODAY).days
    slice_publish(actor=SYSTEM, slice_id=country.pk)
    assert "no draft waits for publication" in text_of(client, "/")


def test_a_month_that_is_over_waits_for_its_closing(cast: Cast) -> None:
    steps = month_steps(cast.scope("methodologist"), "2026-02")
    assert [step.state for step in steps] == ["done", "current", "ahead", "ahead", "ahead", "ahead"]
    assert [step.at for step in steps[:3]] == [clock.start_of(date(2026, 2, 28)), closes_at("2026-02"), None]


def test_items_done_in_time_by_few_are_named_with_their_share(
    as_person: People, cast: Cast, country: Slice
) -> None:
    month = as_person("methodologist").get("/").context["home"].month
    weak = month.months[0].draft.weak
    shares = {share.assignment_id: share for share in country.item_shares.all()}
    assert {row.item.pk for row in weak} == {
        pk for pk, share in shares.items() if share.on_time / share.executions < 0.3
    }
    assert weak


# Ministers


def test_a_minister_reads_the_letter_as_a_page(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY.replace(month=2, day=3))
    assert "No month is published yet" in text_of(as_person("tomsk_minister"), "/")
    slice_ = published("2026-02")
    client = as_person("tomsk_minister")
    html = text_of(client, "/")
    read = shown(html)
    assert "In February 2026 the region scored 0.00 of 100, without a place" in read
    assert "Where 100.00 points were lost" in read
    assert "What to do in March" in read
    assert html.count("<h1") == 1
    assert "<h1>Tomsk Oblast</h1>" in re.sub(r"<h1[^>]*>\s*", "<h1>", html).replace(" </h1>", "</h1>")
    assert reverse("rating:scorecard", args=["2026-02", "70"]) in html
    assert slice_.letters.originals().get(region="70").get_absolute_url() in html
    assert "data-print" in html


def test_the_page_of_a_minister_and_his_letter_say_the_same_figures(as_person: People, cast: Cast) -> None:
    for cluster, day in ((cast.tomsk_machines, 3), (cast.tomsk_farming, 9), (cast.tomsk_machines, 20)):
        rows = work([cluster], TODAY.replace(month=2, day=day))
        if day == 9:
            with clock.at(datetime(2026, 2, 14, 9, tzinfo=UTC)):
                Desk(cast, rows[0]).do("submit")
    slice_ = published("2026-02")
    letter = bytes(slice_.letters.originals().get(region="70").mail.payload)
    text = message_from_bytes(letter, policy=policy.default).get_body(("plain",)).get_content()
    card = as_person("tomsk_minister").get("/").context["home"].ministers[0]
    facts = card.facts
    with translation.override("ru"):
        said = [
            score(facts["score"].score),
            score(facts["three_months"].score),
            score(facts["lost_total"]),
            *(score(loss.lost) for loss in facts["losses"]),
            *(score(action.at_stake) for action in facts["actions"]),
        ]
    assert [figure for figure in said if figure not in text] == []
    assert facts["overdue"] == card.late


def test_a_minister_of_two_regions_reads_two_letters(as_person: People, cast: Cast) -> None:
    Membership.objects.create(
        user=cast.tomsk_minister, role=Role.MINISTER, region=cast.omsk, position="", starts_on=SINCE
    )
    work([cast.tomsk_machines, cast.omsk_machines], TODAY.replace(month=2, day=3))
    published("2026-02")
    client = as_person("tomsk_minister")
    assert [card.region.code for card in client.get("/").context["home"].ministers] == ["55", "70"]
    assert all(listed(client, figure) == figure.count for figure in figures_of(client))


# Associations


def test_an_association_sees_what_is_late_and_no_report(as_person: People, cast: Cast) -> None:
    rows = one_of_each(cast)
    work([cast.tomsk_farming], TODAY - timedelta(days=5))
    client = as_person("chair")
    desk = client.get("/").context["home"].association
    assert [(row.member.cluster.code, row.late) for row in desk.clusters] == [("70-001", 3)]
    html = text_of(client, page("cluster", "70-001"))
    assert "Needs help" in html
    assert rows["critical"].assignment.title in html
    assert "/executions/" not in html
    assert client.get(page("execution", rows["critical"].pk)).status_code == 404
    assert "Needs help" not in text_of(client, page("cluster", "70-002"))


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


OF_REGION = [
    "Rating",
    "Assignments",
    "Protocols",
    "Meetings",
    "Cyclogram",
    "Regions",
    "Clusters",
    "Associations",
]


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("controller", [*OF_REGION, "Letters", "Tasks"]),
        ("tomsk_coordinator", OF_REGION),
        ("tomsk_minister", OF_REGION),
        ("chair", ["Rating", "Meetings", "Cyclogram", "Regions", "Clusters", "Associations"]),
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


@pytest.mark.parametrize(("who", "most"), [("controller", 3), ("tomsk_coordinator", 4), ("newcomer", 1)])
def test_the_frame_costs_few_queries(as_person: People, cast: Cast, who: str, most: int) -> None:
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

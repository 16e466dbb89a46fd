"""The inbox of a region: its groups, their counts, what each piece costs, filters and readers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assignments.models import Execution
from clusters.models import Cluster
from dashboard.selectors.inbox import InboxFilter, inbox
from tests.cast import Cast
from tests.dashboard.office import (
    TODAY,
    act_fields,
    hand_in,
    ids_of,
    one_of_each,
    page,
    shown,
    text_of,
    work,
)
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]


def groups(cast: Cast, who: str = "tomsk_coordinator", **narrowed: Any) -> dict[str, list[int]]:
    """Ids by group; the count of each group is the number of its rows."""
    found = inbox(cast.scope(who), InboxFilter(**narrowed))
    assert all(group.count == len(group.rows) for group in found.groups)
    return {group.key: [row.execution.pk for row in group.rows] for group in found.groups}


def test_every_open_execution_stands_in_the_group_of_its_term(cast: Cast) -> None:
    rows = one_of_each(cast)
    assert groups(cast) == {
        "critical": [rows["critical"].pk],
        "overdue": [rows["overdue"].pk, rows["returned"].pk],
        "soon": [rows["soon"].pk],
        "later": [rows["later"].pk],
        "review": [rows["review"].pk],
    }


@pytest.mark.parametrize(
    ("shift", "group"),
    [(-31, "critical"), (-30, "overdue"), (-1, "overdue"), (0, "soon"), (3, "soon"), (4, "later")],
)
def test_the_edges_of_the_groups(cast: Cast, shift: int, group: str) -> None:
    row = work([cast.tomsk_machines], TODAY + timedelta(days=shift))[0]
    assert groups(cast)[group] == [row.pk]


def test_three_working_days_pass_over_a_weekend(cast: Cast, as_person: People) -> None:
    from tests.dashboard.office import at_noon

    monday = work([cast.tomsk_machines], TODAY.replace(day=16))[0]
    with at_noon(12):  # Thursday: Friday, Monday and Tuesday are the next three
        assert groups(cast)["soon"] == [monday.pk]


def test_the_page_shows_groups_with_their_counts_and_nothing_foreign(as_person: People, cast: Cast) -> None:
    own, foreign = one_of_each(cast), work([cast.omsk_machines], TODAY)[0]
    html = text_of(as_person("tomsk_coordinator"), page("inbox"))
    assert set(ids_of(html)) == {row.pk for row in own.values()}
    assert foreign.pk not in ids_of(html)
    seen = shown(html)
    for title in (
        "Critically overdue",
        "Overdue",
        "Due within 3 working days",
        "Later",
        "In review at the centre",
    ):
        assert title in seen
    assert "not later than 12 March inclusive" in seen
    assert "5 days late · today still 60 points" in seen
    assert "the centre has had it for 1 day" in seen
    assert "returned for rework" in seen


def test_only_the_first_overdue_row_has_the_main_button(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    html = as_person("tomsk_coordinator").get(page("inbox")).content.decode()
    assert html.partition("<main")[2].partition("</main>")[0].count("button--primary") == 1


def test_a_minister_reads_the_inbox_without_buttons(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    html = text_of(as_person("tomsk_minister"), page("inbox"))
    assert "read only" in html
    assert "Hand in" not in html


def test_the_centre_has_the_registry_instead(as_person: People) -> None:
    answer = as_person("controller").get(page("inbox"))
    assert (answer.status_code, answer["Location"]) == (302, page("registry"))


@pytest.mark.parametrize("who", ["chair", "newcomer"])
def test_others_have_no_inbox(as_person: People, who: str) -> None:
    assert as_person(who).get(page("inbox")).status_code == 403


def test_an_empty_inbox_says_why_and_what_comes_next(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("tomsk_coordinator"), page("inbox"))
    assert "Everything is done" in html
    assert html.count("<h1") == 1


def test_a_row_shows_what_the_region_loses_and_the_panel_what_lifts_it(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY.replace(day=9))
    done = work([cast.tomsk_machines], TODAY.replace(day=8))
    hand_in(cast, done, day=7)
    seen = shown(text_of(as_person("tomsk_coordinator"), page("inbox")))
    assert "preliminary score for March 50.00" in seen
    assert "−50.00 points in March" in seen
    assert "+40.00" in seen
    assert "score 90.00" in seen
    assert "To the green zone: this first one is enough." in seen


def test_a_report_lifts_the_running_score_to_the_figure_of_the_panel(as_person: People, cast: Cast) -> None:
    late = work([cast.tomsk_machines], TODAY.replace(day=9))[0]
    hand_in(cast, work([cast.tomsk_machines], TODAY.replace(day=8)), day=7)
    client = as_person("tomsk_coordinator")
    answer = client.post(page("execution-submit", late.pk), act_fields(late, text="Сдано."), follow=True)
    assert "The running score of the region is 90.00." in shown(answer.content.decode())
    assert "preliminary score for March 90.00" in shown(text_of(client, page("inbox")))


# Filters


def test_filters_narrow_the_inbox_and_stay_in_the_address(as_person: People, cast: Cast) -> None:
    machines = work([cast.tomsk_machines], TODAY, weight=3)[0]
    farming = work([cast.tomsk_farming], TODAY)[0]
    client = as_person("tomsk_coordinator")
    for query, expected in (
        ("cluster=70-001", machines),
        ("weight=3", machines),
        ("weight=1", farming),
        (f"q={farming.assignment.title}", farming),
    ):
        assert ids_of(text_of(client, f"{page('inbox')}?{query}")) == [expected.pk], query
    html = text_of(client, f"{page('inbox')}?cluster=70-001")
    assert '<option value="70-001" selected' in html


def test_an_item_is_found_in_any_case_and_with_any_yo(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    item = row.assignment
    item.title = "Отчёт о приёме"
    item.save()
    assert ids_of(text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?q=ОТЧЕТ")) == [row.pk]


def test_a_filter_without_a_result_says_so(as_person: People, cast: Cast) -> None:
    one_of_each(cast)
    assert "Nothing fits the filter" in text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?q=zzz")


@pytest.mark.parametrize("query", ["cluster=55-001", "weight=9", "process=none", "q=" + "a" * 200])
def test_a_filter_that_is_none_is_named(as_person: People, cast: Cast, query: str) -> None:
    html = text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?{query}", status=400)
    assert "Please correct the form" in html


def test_the_inbox_makes_no_more_queries_with_more_rows(as_person: People, cast: Cast) -> None:
    def fill(count: int) -> None:
        work(_clusters(cast, count), TODAY - timedelta(days=3))
        hand_in(cast, work(_clusters(cast, count), TODAY))

    assert_same_queries(as_person("tomsk_coordinator"), lambda: page("inbox"), fill)


def _clusters(cast: Cast, count: int) -> list[Cluster]:
    first = Execution.objects.count() + Cluster.objects.count()
    return [
        Cluster.objects.create(code=f"70-9{first + number}", region=cast.tomsk, name=f"Кластер {number}")
        for number in range(count)
    ]

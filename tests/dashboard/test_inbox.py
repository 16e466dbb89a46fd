"""The inbox of a region: its groups, their counts, what each piece costs, filters and readers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assignments.models import Execution, SavedView
from clusters.models import Cluster
from dashboard.selectors.inbox import BY_CLUSTER, BY_ITEM, InboxFilter, grouped, inbox
from tests.cast import Cast
from tests.dashboard.office import (
    TODAY,
    act_fields,
    at_noon,
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


# Views of the same work


@given(
    works=st.lists(
        st.tuples(
            st.sampled_from(["issued", "returned", "in_review"]),
            st.integers(-60, 60),
            st.integers(1, 4),
            st.sampled_from([None, 1, 2, 3]),
            st.sampled_from(["70", "55"]),
        ),
        max_size=30,
    )
)
def test_however_it_is_grouped_every_execution_stands_in_exactly_one_group(
    works: list[tuple[str, int, int, int | None, str]],
) -> None:
    rows = [
        Execution(
            pk=number,
            state=state,
            due_on=TODAY + timedelta(days=shift),
            assignment_id=item,
            cluster_id=cluster,
            region_id=region,
        )
        for number, (state, shift, item, cluster, region) in enumerate(works, 1)
    ]
    for by, same in (
        ("", None),
        (BY_CLUSTER, lambda row: (row.cluster_id, None if row.cluster_id else row.region_id)),
        (BY_ITEM, lambda row: row.assignment_id),
    ):
        found = grouped(rows, by, TODAY, {})
        members = [row.pk for group in found.values() for row in group]
        assert sorted(members) == [row.pk for row in rows]
        if same is not None:
            assert all(len({same(row) for row in group}) == 1 for group in found.values())
            assert len(found) == len({same(row) for row in rows})


@pytest.mark.parametrize("by", ["", BY_CLUSTER, BY_ITEM])
def test_every_view_shows_the_same_executions_with_their_counts(cast: Cast, by: str) -> None:
    one_of_each(cast)
    work([cast.tomsk_farming, cast.tomsk], TODAY)
    hand_in(cast, work([cast.tomsk_farming], TODAY))
    found = inbox(cast.scope("tomsk_coordinator"), InboxFilter(by=by))
    shown_rows = [row.execution.pk for group in found.groups for row in group.rows]
    assert sorted(shown_rows) == sorted(Execution.objects.values_list("pk", flat=True))
    assert all(group.count == len(group.rows) for group in found.groups)
    assert (found.total, found.left_out) == (len(shown_rows), 0)
    assert sum(row.is_primary for group in found.groups for row in group.rows) == 1


def test_a_long_view_says_how_much_it_leaves_out_and_where_it_is(
    as_person: People, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.selectors.inbox.ROWS_SHOWN", 2)
    work([cast.tomsk_machines, cast.tomsk_farming], TODAY)
    work([cast.tomsk_machines, cast.tomsk_farming], TODAY + timedelta(days=1))
    html = text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?by=cluster")
    assert "1 of 2 are shown" in shown(html)
    assert "state=open&amp;cluster=70-001" in html
    html = text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?by=item")
    assert "2 more executions are not shown here" in shown(html)


def test_the_grouping_stays_in_the_address_with_the_filters(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY, weight=3)
    html = text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?weight=3&by=cluster")
    assert 'href="?weight=3&amp;by=item"' in html
    assert 'href="?weight=3"' in html
    assert '<input type="hidden" name="by" value="cluster"' in html
    assert text_of(as_person("tomsk_coordinator"), f"{page('inbox')}?by=moon", status=400)


def test_what_it_costs_tomorrow_is_said_by_the_formula_of_today(as_person: People, cast: Cast) -> None:
    hand_in(cast, work([cast.tomsk_machines], TODAY - timedelta(days=4)), day=5)
    last_day = work([cast.tomsk_machines], TODAY)[0]
    late = work([cast.tomsk_machines], TODAY - timedelta(days=3))[0]
    found = inbox(cast.scope("tomsk_coordinator"), InboxFilter())
    rows = {row.execution.pk: row for group in found.groups for row in group.rows}
    assert rows[last_day.pk].due_note.replace("\u00a0", " ") == "today is the last day · tomorrow 80"
    assert (
        rows[late.pk].due_note.replace("\u00a0", " ") == "3 days late · today still 80 points · tomorrow 60"
    )
    assert rows[late.pk].effect.figure == "−50.00"
    assert rows[late.pk].effect.tomorrow == "tomorrow −33.33"
    assert rows[last_day.pk].effect.tomorrow == "tomorrow −33.34"
    with at_noon(11):
        tomorrow = inbox(cast.scope("tomsk_coordinator"), InboxFilter())
    figures = {row.execution.pk: row.effect.figure for group in tomorrow.groups for row in group.rows}
    assert {f"tomorrow {figures[row.pk]}" for row in (late, last_day)} == {
        rows[row.pk].effect.tomorrow for row in (late, last_day)
    }


def test_only_mine_and_the_work_of_a_colleague(as_person: People, cast: Cast) -> None:
    first, second = work([cast.tomsk_machines, cast.tomsk_farming], TODAY)
    client = as_person("tomsk_coordinator")
    sent = {"pick": f"{first.pk}:1", "assignee": cast.tomsk_coordinator.pk, "back": "/assignments/?weight=1"}
    answer = client.post(page("assign"), sent)
    assert answer["Location"] == "/assignments/?weight=1"
    client.post(page("assign"), {"pick": f"{second.pk}:1", "assignee": cast.tomsk_deputy.pk})
    for query, expected in (
        ("whose=me", [first.pk]),
        (f"whose={cast.tomsk_deputy.pk}", [second.pk]),
        ("whose=none", []),
        ("whose=", [first.pk, second.pk]),
    ):
        assert ids_of(text_of(client, f"{page('inbox')}?{query}")) == expected, query
    assert "assigned to Томина В. О." in shown(text_of(client, page("inbox")))
    assert client.post(page("assign"), {"assignee": ""}).status_code == 400
    assert client.post(page("assign"), {"pick": f"{first.pk}:1", "assignee": "x"}).status_code == 400
    assert "assignee" not in text_of(as_person("omsk_coordinator"), page("inbox"))


def test_a_view_is_saved_from_the_list_and_stands_above_its_filters(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY, weight=3)
    client = as_person("tomsk_coordinator")
    html = text_of(client, f"{page('inbox')}?weight=3&q=&by=cluster")
    assert '<input type="hidden" name="query" value="weight=3&amp;by=cluster">' in html
    sent = {"page": "inbox", "name": "Важные", "query": "weight=3&by=cluster"}
    assert client.post(page("saved-views"), sent)["Location"] == f"{page('inbox')}?weight=3&by=cluster"
    html = text_of(client, page("inbox"))
    assert 'href="/assignments/?weight=3&amp;by=cluster"' in html
    assert html.index("Важные") < html.index('class="filters"')
    assert "Важные" not in text_of(as_person("tomsk_deputy"), page("inbox"))
    assert "Важные" not in text_of(client, page("registry"))


@pytest.mark.parametrize(("name", "part"), [("inbox", "inbox"), ("registry", "registry")])
def test_the_mark_of_the_saved_view_follows_the_filter(
    as_person: People, cast: Cast, name: str, part: str
) -> None:
    client = as_person("tomsk_coordinator")
    client.post(page("saved-views"), {"page": name, "query": "state=returned", "name": "Возвраты"})
    headers = {"HX-Request": "true", "HX-Target": part}

    def beside(query: str) -> str:
        html = client.get(f"{page(name)}?{query}", headers=headers).content.decode()
        return html[html.index("<template>") : html.index("</template>")]

    assert '<nav id="views" class="views" hx-swap-oob="true"' in beside("state=returned")
    assert 'aria-current="true">Возвраты' in beside("state=returned")
    assert "aria-current" not in beside("state=issued")
    assert "hx-swap-oob" not in text_of(client, page(name))


def test_views_are_renamed_and_deleted_on_their_page(as_person: People, cast: Cast) -> None:
    client = as_person("controller")
    for name in ("Первое", "Второе"):
        client.post(page("saved-views"), {"page": "registry", "name": name, "query": "state=open"})
    first = SavedView.objects.get(name="Первое")
    answer = client.post(page("saved-view-rename", first.pk), {"name": "Второе"})
    assert answer.status_code == 400
    assert "Another view bears this name." in shown(answer.content.decode())
    assert 'value="Второе"' in answer.content.decode()
    assert client.post(page("saved-view-rename", first.pk), {"name": "Третье"}).status_code == 302
    assert client.post(page("saved-view-delete", first.pk)).status_code == 302
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Второе"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "х" * 61}, {"page": "moon"}, {"query": "q" * 1001}])
def test_a_view_that_cannot_be_saved_comes_back_with_what_was_typed(
    as_person: People, cast: Cast, wrong: dict[str, str]
) -> None:
    sent = {"page": "registry", "name": "Мои", "query": "state=open"} | wrong
    answer = as_person("tomsk_coordinator").post(page("saved-views"), sent)
    assert answer.status_code == 400
    assert f'value="{sent["name"]}"' in answer.content.decode() or not sent["name"]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("by", [BY_CLUSTER, BY_ITEM])
def test_grouped_work_makes_no_more_queries_with_more_rows(as_person: People, cast: Cast, by: str) -> None:
    def fill(count: int) -> None:
        rows = work(_clusters(cast, count), TODAY - timedelta(days=3))
        hand_in(cast, work(_clusters(cast, count), TODAY))
        Execution.objects.filter(pk__in=[row.pk for row in rows]).update(assignee=cast.tomsk_deputy)

    assert_same_queries(as_person("tomsk_coordinator"), lambda: f"{page('inbox')}?by={by}", fill)

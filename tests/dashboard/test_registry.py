"""The registry of executions: scope, filters, pages by key, the export, and figures that equal their lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from assignments.models import Execution
from tests.cast import Cast
from tests.dashboard.office import (
    TODAY,
    hand_in,
    ids_of,
    list_url,
    one_of_each,
    page,
    shown,
    table_in,
    text_of,
    work,
)
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")

People = Callable[[str], Client]


def listed(client: Client, query: str = "") -> list[int]:
    return ids_of(text_of(client, f"{page('registry')}?{query}"))


def test_the_centre_sees_all_and_a_region_its_own(as_person: People, cast: Cast) -> None:
    own, foreign = work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    assert set(listed(as_person("methodologist"))) == {own.pk, foreign.pk}
    assert listed(as_person("tomsk_minister")) == [own.pk]
    assert listed(as_person("omsk_coordinator")) == [foreign.pk]


@pytest.mark.parametrize("who", ["chair", "newcomer"])
def test_others_have_no_registry(as_person: People, who: str) -> None:
    assert as_person(who).get(page("registry")).status_code == 403
    assert as_person(who).get(list_url("registry")).status_code == 403


def test_a_foreign_region_in_the_address_shows_nothing_foreign(as_person: People, cast: Cast) -> None:
    work([cast.omsk_machines], TODAY)
    assert listed(as_person("tomsk_coordinator"), "region=55") == []


def test_every_filter_narrows_to_exactly_its_rows(as_person: People, cast: Cast) -> None:
    rows = one_of_each(cast)
    omsk = work([cast.omsk_machines], TODAY + timedelta(days=50))[0]
    item = omsk.assignment
    item.process = cast.headcount
    item.title = "Смотр у Щёкина"
    item.save()
    client = as_person("controller")
    everything = {row.pk for row in rows.values()} | {omsk.pk}
    for query, expected in {
        "region=55": {omsk.pk},
        "region=55&cluster=55-001": {omsk.pk},
        "cluster=55-001": {omsk.pk},
        "state=in_review": {rows["review"].pk},
        "state=returned": {rows["returned"].pk},
        "state=open": everything,
        "term=late": {rows[name].pk for name in ("critical", "overdue", "returned")},
        "term=critical": {rows["critical"].pk},
        "term=soon": {rows["soon"].pk},
        "term=later": {rows["later"].pk, omsk.pk},
        "process=student_headcount_control": {omsk.pk},
        f"item={item.pk}": {omsk.pk},
        f"protocol={item.protocol_id}": everything,
        f"due_from={omsk.due_on}": {omsk.pk},
        f"due_to={rows['critical'].due_on}": {rows["critical"].pk},
        "q=щекина": {omsk.pk},
        "q=омские": {omsk.pk},
    }.items():
        assert set(listed(client, query)) == expected, query


def test_the_latest_due_stands_first_unless_asked_otherwise(as_person: People, cast: Cast) -> None:
    early, late = (work([cast.tomsk_machines], TODAY + timedelta(days=shift))[0].pk for shift in (1, 9))
    assert listed(as_person("controller")) == [late, early]
    assert listed(as_person("controller"), "sort=oldest") == [early, late]


@pytest.mark.parametrize("order", ["", "sort=oldest"])
def test_pages_by_key_show_every_row_once_there_and_back(as_person: People, cast: Cast, order: str) -> None:
    clusters = [cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines, cast.nameless]
    for shift in range(30):
        work(clusters, TODAY + timedelta(days=shift // 3))
    client = as_person("controller")
    pages, address = [], f"?{order}"
    while address:
        answer = client.get(page("registry") + address)
        pages.append([row.pk for row in answer.context["page"].rows])
        address = answer.context["page"].following
    assert [len(rows) for rows in pages] == [50, 50, 20]
    seen = [pk for rows in pages for pk in rows]
    assert sorted(seen) == sorted(Execution.objects.values_list("pk", flat=True))

    back = answer.context["page"].previous
    assert [row.pk for row in client.get(page("registry") + back).context["page"].rows] == pages[1]


@pytest.mark.parametrize(
    "mark", ["after=x", "after=2026-99-99_1", "before=2026-03-01_", "after=2026-03-01_99999999999999999999"]
)
def test_a_damaged_page_mark_is_refused(as_person: People, cast: Cast, mark: str) -> None:
    assert as_person("controller").get(f"{page('registry')}?{mark}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["region=99", "state=lost", "term=never", "due_from=31.02.2026", "item=x", "protocol=1e9",
     "due_from=2026-03-02&due_to=2026-03-01"],
)  # fmt: skip
def test_a_filter_that_is_none_is_named_and_shows_no_rows(as_person: People, cast: Cast, query: str) -> None:
    work([cast.tomsk_machines], TODAY)
    html = text_of(as_person("controller"), f"{page('registry')}?{query}", status=400)
    assert "Please correct the form" in html
    assert ids_of(html) == []


def test_an_empty_registry_says_what_comes_next(as_person: People, cast: Cast) -> None:
    html = text_of(as_person("controller"), page("registry"))
    assert "No execution yet" in html
    assert html.count("<h1") == 1
    assert "Nothing fits the filter" in text_of(as_person("controller"), f"{page('registry')}?q=zzz")


def test_the_count_stops_where_an_export_becomes_long_work(
    as_person: People, cast: Cast, settings: Settings
) -> None:
    settings.LONG_EXPORT_ROWS = 2
    for _number in range(3):
        work([cast.tomsk_machines], TODAY)
    assert "More than 2 executions" in shown(text_of(as_person("controller"), page("registry")))


# Export


def test_the_export_holds_the_filtered_list_in_its_order(as_person: People, cast: Cast) -> None:
    early, late = (work([cast.tomsk_machines], TODAY + timedelta(days=shift))[0] for shift in (-4, 9))
    work([cast.omsk_machines], TODAY)
    answer = as_person("controller").get(list_url("registry", query="region=70"))
    sheet = table_in(answer.content)
    assert [row[-1] for row in sheet[1:]] == [late.code, early.code]
    assert sheet[0][0] == "Region"
    assert sheet[2][-2] == 4
    assert str(sheet[2][11]) == str(early.due_on)


def test_text_in_the_export_never_becomes_a_formula(as_person: People, cast: Cast) -> None:
    item = work([cast.tomsk_machines], TODAY)[0].assignment
    item.title = "=1+1"
    item.save()
    answer = as_person("tomsk_coordinator").get(list_url("registry"))
    sheet = table_in(answer.content)
    assert sheet[1][6] == "=1+1"


def test_too_many_rows_are_not_exported(
    as_person: People, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.lists.MAX_ROWS", 1)
    work([cast.tomsk_machines, cast.tomsk_farming], TODAY)
    assert as_person("controller").get(list_url("registry")).status_code == 413


def test_a_damaged_filter_exports_nothing(as_person: People, cast: Cast) -> None:
    assert as_person("controller").get(list_url("registry", query="state=lost")).status_code == 400


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_the_registry_makes_no_more_queries_with_more_rows(as_person: People, cast: Cast, who: str) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            rows = work([cast.tomsk_machines], TODAY + timedelta(days=number))
            if number % 2:
                hand_in(cast, rows)

    assert_same_queries(as_person(who), lambda: page("registry"), fill)

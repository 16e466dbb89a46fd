"""The matrix: clusters against items, a sign for every state, the same as a list and as a workbook."""

import gzip
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import translation
from python_calamine import load_workbook

from assignments.models import Assignment, Execution
from clusters.models import Cluster
from dashboard.selectors.matrix import MARKS, OUTSIDE, UNADDRESSED, items_of, matrix_of
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.dashboard.crowds import crowd
from tests.dashboard.office import (
    TODAY,
    hand_in,
    ids_of,
    item,
    one_of_each,
    page,
    put_on_control,
    shown,
    text_of,
    work,
)
from tests.queries import assert_same_queries

pytestmark = pytest.mark.usefixtures("march", "rating")
People = Callable[[str], Client]


def grid_of(html: str) -> str:
    return html[html.index('<div class="matrix-grid"') : html.index('<div class="matrix-list"')]


def list_of(html: str) -> str:
    return html[html.index('<div class="matrix-list"') :]


def signs_of(html: str) -> dict[int, str]:
    """The kind of every cell of the grid, by execution."""
    found = re.findall(r"aria-labelledby=m-(\w+) tabindex=-1 href=/executions/(\d+)/>", grid_of(html))
    return {int(pk): kind for kind, pk in found}


@pytest.fixture
def every(cast: Cast) -> dict[str, Execution]:
    """An execution for every sign."""
    rows = one_of_each(cast)
    rows["returned_in_time"] = work([cast.tomsk_machines], TODAY + timedelta(days=30))[0]
    Desk(cast, rows["returned_in_time"]).at(8, "submit")
    Desk(cast, rows["returned_in_time"]).at(9, "return")
    for name, due in (("done", TODAY), ("late", TODAY - timedelta(days=4))):
        rows[name] = work([cast.tomsk_machines], due)[0]
        Desk(cast, rows[name]).at(9, "submit")
        Desk(cast, rows[name]).at(10, "accept")
    rows["cancelled"] = work([cast.tomsk_machines], TODAY)[0]
    Desk(cast, rows["cancelled"]).at(10, "cancel")
    return rows


def test_every_state_has_a_sign_of_its_own_with_its_words_in_the_legend(
    as_person: People, every: dict[str, Execution]
) -> None:
    html = text_of(as_person("tomsk_coordinator"), page("matrix"))
    kinds = signs_of(html)

    assert {name: kinds[row.pk] for name, row in every.items()} == {
        "critical": "overdue", "overdue": "overdue", "soon": "soon", "later": "issued", "review": "review",
        "returned": "overdue", "returned_in_time": "returned", "done": "done", "late": "late",
        "cancelled": "cancelled",
    }  # fmt: skip
    for mark in (*MARKS.values(), UNADDRESSED):
        assert f'id="m-{mark.kind}">{mark.words}' in html
    assert len({mark.sign for mark in (*MARKS.values(), UNADDRESSED)}) == len(MARKS) + 1


def test_the_list_says_the_same_as_the_grid(as_person: People, every: dict[str, Execution]) -> None:
    html = text_of(as_person("tomsk_coordinator"), page("matrix"))
    listed = dict(re.findall(r'<a href="/executions/(\d+)/">.*?class="mark m-(\w+)"', list_of(html)))

    assert {int(pk): kind for pk, kind in listed.items()} == signs_of(html)


def test_a_cell_without_an_execution_says_so(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY)
    work([cast.tomsk_farming], TODAY)
    html = text_of(as_person("controller"), page("matrix"))

    assert grid_of(html).count(f"<td>{UNADDRESSED.sign}") == 2
    assert "outside the filter" not in html


def test_what_is_addressed_outside_the_filter_is_not_shown_as_unaddressed(
    as_person: People, cast: Cast
) -> None:
    first, _second = work([cast.tomsk_machines, cast.tomsk_farming], TODAY)
    work([cast.tomsk_farming], TODAY)
    put_on_control([cast.tomsk_machines], item(9, TODAY + timedelta(days=60)))
    hand_in(cast, [first])
    client = as_person("controller")
    html = text_of(client, f"{page('matrix')}?due_to={TODAY:%d.%m.%Y}")
    assert (
        len(re.findall(f"<td class=m-outside aria-labelledby=m-outside>{OUTSIDE.sign}", grid_of(html))) == 0
    )
    assert grid_of(html).count(f"<td>{UNADDRESSED.sign}") == 1

    html = text_of(client, f"{page('matrix')}?state=issued")
    assert "addressed, but outside the filter" in html
    assert html.count(f"<td class=m-outside aria-labelledby=m-outside>{OUTSIDE.sign}") == 1
    assert grid_of(html).count(f"<td>{UNADDRESSED.sign}") == 2

    content = b"".join(client.get(f"{page('matrix-export')}?state=issued").streaming_content)
    _head, *rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sorted(sign for row in rows[:2] for sign in row[4:]) == sorted("○▲▲–··")


def test_the_matrix_offers_the_days_and_the_words_of_the_registry(as_person: People, cast: Cast) -> None:
    early, late = work([cast.tomsk_machines], TODAY), work([cast.tomsk_machines], date(2026, 6, 1))
    client = as_person("controller")
    html = text_of(client, page("matrix"))
    for name in ("due_from", "due_to", "q", "corrects"):
        assert f'name="{name}"' in html
    html = text_of(client, f"{page('matrix')}?due_from=01.05.2026")
    assert set(signs_of(html)) == {late[0].pk}
    assert early[0].pk not in ids_of(html)
    assert "Decided appeals that wait" in text_of(client, f"{page('matrix')}?corrects=2026-02")


def test_without_scripts_tab_goes_over_items_and_places_and_the_list_is_offered(
    as_person: People, cast: Cast
) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    html = grid_of(text_of(as_person("controller"), page("matrix")))

    assert "tabindex" not in "".join(re.findall(r"<th.*?</th>", html))
    assert 'role="grid"' not in html
    assert "use the list" in html[html.index("<noscript>") : html.index("</noscript>")]


def test_sums_of_rows_and_columns_leave_cancelled_ones_out(
    as_person: People, every: dict[str, Execution]
) -> None:
    html = grid_of(text_of(as_person("controller"), page("matrix")))
    row = html[html.index("<tbody>") : html.index("</tbody>")]

    assert "<td>2/9" in row
    assert '<td class="matrix__late">3' in row
    assert "<td>2/9" in html[html.index("<tfoot>") :]
    assert "executed 2 of 9, overdue 3" in shown(text_of(as_person("controller"), page("matrix")))


def test_a_region_sees_its_own_rows_and_the_centre_all(as_person: People, cast: Cast) -> None:
    own, foreign = work([cast.tomsk_machines, cast.omsk_machines], TODAY)

    assert set(signs_of(text_of(as_person("controller"), page("matrix")))) == {own.pk, foreign.pk}
    for who in ("tomsk_coordinator", "tomsk_minister"):
        assert set(signs_of(text_of(as_person(who), page("matrix")))) == {own.pk}
    for who in ("chair", "newcomer"):
        assert as_person(who).get(page("matrix")).status_code == 403
        assert as_person(who).get(page("matrix-export")).status_code == 403


def test_what_is_addressed_to_a_region_stands_in_the_row_of_its_coordinator(
    as_person: People, cast: Cast
) -> None:
    place = put_on_control([cast.omsk], item(1, TODAY))[0]
    html = text_of(as_person("controller"), page("matrix"))

    assert set(signs_of(html)) == {place.pk}
    assert "the coordinator himself" in grid_of(html)
    assert 'href="/regions/55/"' in grid_of(html)


@pytest.mark.parametrize(
    ("query", "clusters"),
    [
        ("region=70", {"70-001", "70-002"}), ("cohort=2023", {"70-001", "55-001"}), ("cohort=unknown", {"55-002"}),
        ("kind=opc", {"70-001", "70-002", "55-001"}), ("industry=agriculture", {"70-002"}),
        ("industry=unknown", {"55-002"}), ("cluster=70-001", {"70-001"}), ("q=АгроТом", {"70-002"}),
        ("state=in_review", {"70-001"}), ("term=soon", {"70-002", "55-001", "55-002"}),
    ],
)  # fmt: skip
def test_the_filter_narrows_matrix_and_registry_alike(
    as_person: People, cast: Cast, query: str, clusters: set[str]
) -> None:
    rows = work([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines, cast.nameless], TODAY)
    hand_in(cast, rows[:1])
    put_on_control([cast.chukotka], item(9, date(2027, 1, 1)))
    client = as_person("controller")
    html = text_of(client, f"{page('matrix')}?{query}")
    wanted = {row.pk for row in rows if row.cluster and row.cluster.code in clusters}

    assert wanted <= set(signs_of(html))
    assert set(signs_of(html)) == set(ids_of(text_of(client, f"{page('registry')}?{query}")))
    assert f'href="{page("registry")}?{query.partition("=")[0]}=' in html


def test_each_of_the_two_lists_leads_to_the_other_with_its_filter(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY)
    client = as_person("controller")

    assert f'href="{page("matrix")}?state=open"' in text_of(client, f"{page('registry')}?state=open")
    html = text_of(client, f"{page('matrix')}?state=open&view=list&items=1")
    assert f'href="{page("registry")}?state=open"' in html
    assert f'href="{page("matrix-export")}?state=open"' in html


def test_the_look_is_kept_in_the_address(as_person: People, cast: Cast) -> None:
    work([cast.tomsk_machines], TODAY)
    client = as_person("controller")

    assert "matrix-view--auto" in text_of(client, page("matrix"))
    html = text_of(client, f"{page('matrix')}?view=list&region=70")
    assert "matrix-view--list" in html
    assert 'name="view" value="list"' in html
    assert 'href="?view=grid&amp;region=70"' in html


@pytest.mark.parametrize("query", ["region=99", "state=lost", "cohort=1", "view=x", "protocol=1e9"])
def test_a_filter_that_is_none_is_named_and_shows_no_cells(as_person: People, cast: Cast, query: str) -> None:
    work([cast.tomsk_machines], TODAY)
    html = text_of(as_person("controller"), f"{page('matrix')}?{query}", status=400)

    assert "Please correct the form" in html
    assert ids_of(html) == []


def test_an_empty_matrix_says_why(as_person: People, cast: Cast) -> None:
    assert "No execution yet" in text_of(as_person("controller"), page("matrix"))
    assert "Nothing fits the filter" in text_of(as_person("controller"), f"{page('matrix')}?q=zzz")


def test_names_are_escaped(as_person: People, cast: Cast) -> None:
    row = work([cast.tomsk_machines], TODAY)[0]
    Assignment.objects.filter(pk=row.assignment_id).update(title='<b>"&')
    Cluster.objects.filter(pk=row.cluster_id).update(title="<i>'&")
    html = text_of(as_person("controller"), page("matrix"))

    assert "&lt;b&gt;&quot;&amp;" in html
    assert "<i>" not in html
    assert "&lt;i&gt;" in html


def test_items_are_paged_by_forty_the_newest_protocol_first(as_person: People, cast: Cast) -> None:
    for number in range(1, 43):
        put_on_control([cast.tomsk_machines], item(number, TODAY))
    client = as_person("controller")
    first, second = (text_of(client, f"{page('matrix')}?items={number}") for number in (1, 2))

    assert len(signs_of(first)) == 40
    assert "1–40 of 42" in first
    assert len(signs_of(second)) == 2
    assert "items=1" in second
    assert len(signs_of(text_of(client, f"{page('matrix')}?items=zzz"))) == 40


def test_six_hundred_clusters_by_forty_items_travel_light(as_person: People, cast: Cast) -> None:
    crowd(cast, 600, 40)
    content = as_person("controller").get(page("matrix")).content

    assert content.count(b"<td><a class=m-") == 24_000
    assert len(gzip.compress(content, 6)) <= 300_000


def test_the_cells_of_a_matrix_and_the_calendar_are_read_in_four_queries(
    cast: Cast, django_assert_num_queries: Callable[..., object]
) -> None:
    work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    scope = cast.scope("controller")
    rows = Execution.objects.visible_to(scope)
    items = list(items_of(rows))
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        matrix_of(scope, rows, items)


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_the_matrix_makes_no_more_queries_with_more_cells(as_person: People, cast: Cast, who: str) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            work([cast.tomsk_machines, cast.tomsk_farming], TODAY + timedelta(days=number))

    assert_same_queries(as_person(who), lambda: page("matrix"), fill)


# Workbook


def test_the_workbook_holds_the_signs_under_frozen_heads(
    as_person: People, every: dict[str, Execution]
) -> None:
    content = b"".join(as_person("controller").get(f"{page('matrix-export')}?region=70").streaming_content)
    book = load_workbook(io.BytesIO(content))
    head, row, *_sums = book.get_sheet_by_index(0).to_python()

    assert row[:4] == ["Tomsk Oblast", "ПроЛом", "2/9", 3]
    assert sorted(row[4:]) == sorted("■■▲○→■←●◐×")
    assert len(head) == 4 + len(every)
    words = {line[0]: line[1] for line in book.get_sheet_by_index(1).to_python()}
    assert words["◐"] == "executed late"
    with ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane xSplit="2" ySplit="1" topLeftCell="C2"' in sheet


def test_the_workbook_holds_all_pages_of_items_and_never_a_formula(as_person: People, cast: Cast) -> None:
    for number in range(1, 43):
        put_on_control([cast.tomsk_machines], item(number, TODAY))
    Cluster.objects.filter(pk=cast.tomsk_machines.pk).update(title="=1+1")
    content = b"".join(as_person("controller").get(page("matrix-export")).streaming_content)
    head, row, *_sums = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert len(head) == 46
    assert row[1] == "=1+1"


def test_too_many_items_are_not_exported(
    as_person: People, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.matrix_exports.MAX_ITEMS", 1)
    for number in (1, 2):
        put_on_control([cast.tomsk_machines], item(number, TODAY))
    assert as_person("controller").get(page("matrix-export")).status_code == 413
    assert as_person("controller").get(f"{page('matrix-export')}?state=lost").status_code == 400


def test_rows_stand_by_region_in_the_alphabet_of_the_reader(cast: Cast) -> None:
    rows = work([cast.tomsk_machines, cast.omsk_machines], TODAY)
    scope = cast.scope("controller")
    for language, first in (("ru", "Омская область"), ("en", "Omsk Oblast")):
        with translation.override(language):
            found = Execution.objects.visible_to(scope).filter(pk__in=[row.pk for row in rows])
            assert matrix_of(scope, found, items_of(found)).places[0].region == first

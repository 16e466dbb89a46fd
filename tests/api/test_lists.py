"""Filters, order and pages of the lists."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client

from assignments.models import Execution, Protocol
from clusters.models import AssociationMember, Cluster
from common.paging import PortalCursorPagination
from rating.models import Slice
from tests.api.world import LONG_AGO, PERIOD, V1, World, attrs, get, rows
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import Desk
from tests.cast import Cast
from tests.queries import assert_same_queries

Sign = Callable[[str], Client]


def codes(client: Client, path: str) -> set[str]:
    return {row["code"] for row in rows(client, path)}


# Filters


NARROWED: dict[str, set[str]] = {
    "region=55": {"omsk_old", "omsk"},
    "region=99": set(),
    "region=": {"tomsk_old", "farming_old", "omsk_old", "tomsk", "omsk", "chukotka"},
    "cluster=70-002": {"farming_old"},
    "state=in_review": {"tomsk"},
    "state=in_review&state=issued&region=70": {"tomsk", "tomsk_old", "farming_old"},
    "overdue=true": {"tomsk_old", "farming_old", "omsk_old"},
    "overdue=false": {"tomsk", "omsk", "chukotka"},
    "open=false": set(),
    "open=true&region=87": {"chukotka"},
    "due_from=2026-03-19": {"tomsk", "omsk"},
    "due_to=2026-03-18&due_from=2026-03-01": {"chukotka"},
    "updated_since=2026-03-09T00:00:00Z": {"tomsk"},
    "updated_since=2026-03-09T12:00:00%2B03:00": {"tomsk"},
    "updated_since=2026-03-09T12:00:01%2B03:00": set(),
    "process=student_headcount_control": {"omsk", "tomsk"},
}


def test_executions_are_narrowed(world: World, api: Sign) -> None:
    second = world.omsk.assignment
    second.process = world.cast.headcount
    second.save()
    first = world.issued.assignments.get(number="1").code
    names = {
        world.tomsk.code: "tomsk",
        world.omsk.code: "omsk",
        world.chukotka.code: "chukotka",
        f"{first}@70-001": "tomsk_old",
        f"{first}@70-002": "farming_old",
        f"{first}@55-001": "omsk_old",
    }
    client = api("controller")
    found = {query: {names[code] for code in codes(client, f"executions/?{query}")} for query in NARROWED}
    assert found == NARROWED


def test_executions_of_a_protocol_an_item_or_a_code(world: World, api: Sign) -> None:
    client = api("controller")
    assert len(rows(client, f"executions/?protocol={world.issued.pk}")) == 6
    assert len(rows(client, f"executions/?assignment={world.omsk.assignment_id}")) == 2
    assert rows(client, f"executions/?code={world.omsk.code}")[0]["id"] == world.omsk.pk


def test_a_filter_never_widens_what_a_person_sees(world: World, api: Sign) -> None:
    client = api("tomsk_coordinator")
    assert rows(client, "executions/?region=55") == []
    assert rows(client, f"executions/?assignment={world.chukotka.assignment_id}") == []
    assert rows(client, "protocols/?status=draft") == []


def test_the_other_lists_are_narrowed(world: World, month: Slice, api: Sign) -> None:
    client, cast = api("controller"), world.cast
    Cluster.objects.filter(code="55-002").update(closed_on=date(2026, 1, 1))
    AssociationMember.objects.create(
        association=cast.farmers,
        cluster=cast.tomsk_farming,
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 1, 1),
    )
    assert codes(client, "regions/?district=far_east") == {"87"}
    assert codes(client, "clusters/?region=55&active=true") == {"55-001"}
    assert codes(client, "clusters/?active=false") == {"55-002"}
    assert codes(client, "clusters/?kind=opc&cohort_year=2024") == {"70-002"}
    assert codes(client, "clusters/?industry=machine_building") == {"70-001", "55-001"}
    assert codes(client, "clusters/?association=machine-builders") == {"70-001"}
    assert codes(client, "clusters/?association=farmers") == set()
    assert [row["number"] for row in rows(client, "protocols/?status=draft&held_from=2026-03-09")] == ["8"]
    assert [row["number"] for row in rows(client, "protocols/?number=7&held_to=2026-02-01")] == ["7"]
    assert [row["number"] for row in rows(client, "assignments/?addressee=regions")] == ["3"]
    assert [row["number"] for row in rows(client, "assignments/?due_to=2026-01-31")] == ["1"]
    assert [row["period"] for row in rows(client, f"rating/slices/?period={PERIOD}&status=published")] == [
        PERIOD
    ]
    assert rows(client, "rating/slices/?period_from=2026-02") == []


def test_what_nobody_knows_of_a_cluster_is_null(world: World, api: Sign) -> None:
    row = get(api("controller"), "clusters/55-002/")
    unknown = ("kind", "cohort_year", "industry", "base_college", "anchor_employer", "closed_on")
    assert {row[name] for name in unknown} == {None}
    assert row["display_name"] == "Cluster 55-002"


STRANGE: dict[str, str] = {
    "executions/?regoin=70": "regoin",
    "executions/?region__name=70": "region__name",
    "protocols/?created_by__password__startswith=a": "created_by__password__startswith",
    "executions/?format=json": "format",
    "regions/?search=x": "search",
    "regions/70/?expand=all": "expand",
    f"rating/slices/{PERIOD}/?region=70": "region",
    "executions/?state=nonsense": "state",
    "executions/?overdue=maybe": "overdue",
    "executions/?overdue=1": "overdue",
    "executions/?due_from=01.02.2026": "due_from",
    "executions/?due_from=2026-02-30": "due_from",
    "executions/?due_from=2026-W01-1": "due_from",
    "executions/?due_from=%F0%9F%98%80": "due_from",
    "executions/?updated_since=2026-03-09": "updated_since",
    "executions/?updated_since=2026-03-09T00:00:00": "updated_since",
    "executions/?updated_since=0001-01-01T00:00:00%2B14:00": "updated_since",
    "executions/?updated_since=9999-12-31T23:59:59-14:00": "updated_since",
    "executions/?protocol=abc": "protocol",
    "executions/?protocol=0": "protocol",
    "executions/?protocol=99999999999999999999999": "protocol",
    "executions/?region=" + "7" * 101: "region",
    "executions/?region=70&region=55": "region",
    "executions/?ordering=region__name": "ordering",
    "executions/?ordering=--id": "ordering",
    "executions/?page_size=0": "page_size",
    "executions/?page_size=201": "page_size",
    "executions/?page_size=" + "9" * 5000: "page_size",
    "executions/?page_size=-1": "page_size",
    "executions/?page_size=%D9%A3": "page_size",
    "executions/?cursor=abc": "cursor",
    "executions/?cursor=": "cursor",
    "executions/?cursor=cD0yMDI2LTAx": "cursor",
    "clusters/?cohort_year=10000": "cohort_year",
    "clusters/?kind=OPC": "kind",
    "rating/slices/?period=2026-13": "period",
    "rating/slices/?period_from=2026-1": "period_from",
    "rating/slices/?status=secret": "status",
    f"rating/slices/{PERIOD}/?revision=last": "revision",
    f"rating/slices/{PERIOD}/?revision=0": "revision",
    f"rating/slices/{PERIOD}/?revision=99999999999": "revision",
}


def test_an_unknown_parameter_or_a_malformed_value_is_named(world: World, month: Slice, api: Sign) -> None:
    client = api("controller")
    found = {path: attrs(get(client, path, 400)) for path in STRANGE}
    assert found == {path: {parameter} for path, parameter in STRANGE.items()}


def test_a_nul_in_an_address_is_refused(world: World, api: Sign) -> None:
    client = api("controller")
    assert client.get(f"{V1}executions/?region=%00").status_code == 400
    assert client.get(f"{V1}clusters/%00/").status_code == 400


def test_half_of_a_surrogate_pair_in_an_address_finds_nothing(world: World, api: Sign) -> None:
    assert rows(api("controller"), "executions/?region=%ED%A0%80") == []


# Order and pages


def test_lists_are_put_in_the_order_that_is_asked_for(world: World, api: Sign) -> None:
    client = api("controller")
    assert [row["code"] for row in rows(client, "regions/?ordering=-code")] == ["87", "70", "55"]
    assert [row["code"] for row in rows(client, "regions/?ordering=name")] == ["55", "70", "87"]
    due = [row["due_on"] for row in rows(client, "executions/?ordering=-due_on")]
    assert due == sorted(due, reverse=True)
    held = [row["number"] for row in rows(client, "protocols/")]
    assert held == ["8", "7"]


def walk(client: Client, path: str, link: str = "next") -> list[Any]:
    found: list[Any] = []
    url: str | None = V1 + path
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found = [*found, *page["results"]] if link == "next" else [*page["results"], *found]
        url = page[link]
        assert len(found) < 1000
    return found


def test_a_walk_meets_every_row_once_in_order(world: World, api: Sign) -> None:
    many(world.cast, 17)
    client = api("controller")
    for ordering, size in product(("id", "-id", "due_on", "-due_on"), (1, 4, 7)):
        found = walk(client, f"executions/?ordering={ordering}&page_size={size}")
        field = ordering.removeprefix("-")
        expected = sorted(
            Execution.objects.all(),
            key=lambda row: (getattr(row, "pk" if field == "id" else field), row.pk),
            reverse=ordering.startswith("-"),
        )
        assert [row["id"] for row in found] == [row.pk for row in expected], (ordering, size)


def test_a_walk_goes_back_as_it_came(world: World, api: Sign) -> None:
    many(world.cast, 9)
    client = api("controller")
    forward = walk(client, "executions/?ordering=due_on&page_size=4")
    last = V1 + "executions/?ordering=due_on&page_size=4"
    while following := client.get(last).json()["next"]:
        last = following
    back = walk(client, last.partition(V1)[2], "previous")
    assert [row["id"] for row in back] == [row["id"] for row in forward]


def test_a_walk_keeps_its_filter_and_loses_nothing_when_rows_go(world: World, api: Sign) -> None:
    many(world.cast, 12)
    client = api("controller")
    first = get(client, "executions/?region=70&page_size=5")
    seen = [row["id"] for row in first["results"]]
    Protocol.objects.filter(pk=world.draft.pk).delete()
    put_on_control([world.cast.tomsk_machines], issued_item("99", due=date(2026, 4, 1), at=LONG_AGO))
    while first["next"]:
        first = client.get(first["next"]).json()
        seen += [row["id"] for row in first["results"]]
    expected = Execution.objects.filter(region="70").order_by("pk").values_list("pk", flat=True)
    assert seen == list(expected)


def test_more_rows_of_one_day_than_any_page_are_walked_through(
    world: World, api: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PortalCursorPagination, "max_page_size", 3)
    monkeypatch.setattr(PortalCursorPagination, "page_size", 3)
    many(world.cast, 20, same_day=True)
    found = walk(api("controller"), "executions/?ordering=due_on")
    assert len({row["id"] for row in found}) == len(found) == Execution.objects.count()


def test_a_cursor_belongs_to_one_list_and_one_order(world: World, api: Sign) -> None:
    client = api("controller")
    url = get(client, "executions/?page_size=2")["next"]
    cursor = url.partition("cursor=")[2].partition("&")[0]
    get(client, f"executions/?cursor={cursor}&page_size=2")
    for path in (
        f"executions/?cursor={cursor}&ordering=due_on",
        f"clusters/?cursor={cursor}",
        f"executions/?cursor={cursor}x",
    ):
        assert attrs(get(client, path, 400)) == {"cursor"}


def many(cast: Cast, count: int, *, same_day: bool = False) -> None:
    """As many executions of Tomsk, a few of them on each day."""
    start = Execution.objects.count()
    for number in range(start, start + count):
        due = date(2026, 3, 25) + timedelta(days=0 if same_day else number // 3)
        put_on_control(
            [cast.tomsk_machines], issued_item(str(number + 10), due=due, at=LONG_AGO), at=LONG_AGO
        )


# Cost


def more_of_everything(world: World) -> Callable[[int], None]:
    def fill(count: int) -> None:
        for number in range(Cluster.objects.count(), Cluster.objects.count() + count):
            cluster = Cluster.objects.create(
                code=f"70-1{number:02d}", region=world.cast.tomsk, name=f"Кластер {number}"
            )
            item = issued_item(str(number + 50), due=date(2026, 4, 1), at=LONG_AGO)
            (execution,) = put_on_control([cluster], item, at=LONG_AGO)
            Desk(world.cast, execution).at(9, "submit")
            Protocol.objects.create(
                number=f"x{number}", held_on=date(2026, 3, 1), meeting_title="x", created_at=LONG_AGO
            )

    return fill


@pytest.mark.parametrize("path", ["regions/", "clusters/", "protocols/", "assignments/", "executions/"])
def test_a_list_costs_the_same_at_3_and_at_30_rows(world: World, api: Sign, path: str) -> None:
    assert_same_queries(api("controller"), lambda: f"{V1}{path}?page_size=200", more_of_everything(world))


def test_an_execution_costs_the_same_at_3_and_at_30_events(world: World, api: Sign) -> None:
    desk = Desk(world.cast, world.tomsk)

    def fill(count: int) -> None:
        for _number in range(count):
            desk.do("submit")

    url = f"{V1}executions/{world.tomsk.pk}/"
    assert_same_queries(api("controller"), lambda: url, fill)

"""Every list of the portal as a file: the rows, the rights and the filter of its page, in both formats.

The walk is made over the world of the role matrix, which has something of every kind.
"""

import csv
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from assignments.models import Assignment
from common import clock
from common.lists import list_named, list_names
from tests.architecture.matrix.growth import Growth
from tests.architecture.matrix.world import NOW, World, build_world
from tests.dashboard.office import list_url, table_in
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

WHOLE = [name for name in list_names() if not list_named(name).of]
"""Lists that are a page of their own; the others stand on the page of an object."""
PEOPLE = (
    "administrator",
    "controller",
    "methodologist",
    "tomsk_coordinator",
    "tomsk_minister",
    "chair",
    "newcomer",
)
ROW = '<th scope="row"'
ROWS = {
    "inbox": '<li class="work">',
    "staff-tasks": '<article class="task">|<th scope="row"',
    "notices": "notice__words",
    "digests": '<span class="small muted">',
    "attendance-marks": '<span class="presence presence--[a-z]+" title=',
}
"""What marks a row of a page that is no plain table."""
A_PAGE = {"inbox": 100, "notices": 25}
"""Rows of a page that shows fewer than fifty."""
QUERIES = {
    "registry": "state=open&region=70",
    "inbox": "weight=1",
    "review": "region=70",
    "requests": "state=all",
    "questions": "state=all",
    "clusters": "kind=opc",
    "regions": "q=томск",
    "people": "role=coordinator",
    "protocols": "year=2026",
    "meetings": "state=open",
    "letters": "state=uncertain",
    "objections": "state=open",
    "lifts": "district=siberia",
    "lifts-regions": "district=siberia",
    "attendance": "district=siberia",
    "attendance-marks": "district=siberia",
    "notices": "show=all",
    "recalls": "show=to_confirm",
    "staff-tasks": "kind=no_head",
    "stages": "sign=late",
    "bottlenecks": "region=70",
    "indicator-values": "state=entered",
}
"""A filter of each list that has one."""
REFUSED = {
    "registry": "state=lost",
    "inbox": "weight=7",
    "review": "age=x",
    "requests": "state=x",
    "questions": "state=x",
    "clusters": "kind=x",
    "regions": "district=x",
    "people": "role=x",
    "protocols": "year=1",
    "letters": "state=x",
    "objections": "state=x",
    "lifts": "district=x",
    "lifts-regions": "district=x",
    "attendance": "district=x",
    "attendance-marks": "since=x",
    "staff-tasks": "kind=x",
    "stages": "sign=x",
    "bottlenecks": "region=x",
    "indicator-values": "state=x",
    "digests": "day=01.01.2020",
}
"""A filter that no link of the portal has."""


@dataclass
class Walk:
    """The world, and the statements that each list made when the world was smaller, by reader."""

    world: World
    few: dict[tuple[str, str], int] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        for name, value in self.world.cookies[who].items():
            client.cookies[name] = value
        return client

    def get(self, who: str, url: str) -> HttpResponse:
        answer: Any = self.client(who).get(url)
        return answer  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def walk(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    logging.disable(logging.CRITICAL)
    storage = tmp_path_factory.mktemp("storage")
    try:
        with (
            django_db_blocker.unblock(),
            override_settings(MEDIA_ROOT=storage, LANGUAGE_CODE="en"),
            clock.at(NOW),
            transaction.atomic(),
        ):
            found = Walk(build_world())
            growth = Growth(found.world)
            growth.add(1)
            for who in ("administrator", "tomsk_coordinator"):
                for name in WHOLE:
                    if found.get(who, list_url(name, "csv")).status_code == 200:
                        found.few[name, who] = len(queries_of(found.client(who), list_url(name, "csv")))
            growth.add(3)
            yield found
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)


def page_of(name: str, query: str = "") -> str:
    return f"{reverse(list_named(name).page)}?{query}"


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of the table, headings first."""
    text = content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    return lines[: lines.index([])]


def test_these_are_the_lists_of_the_portal() -> None:
    assert list_names() == [
        "agenda", "appointments", "association-events", "associations", "attendance", "attendance-marks",
        "audiences", "bottlenecks", "calendar", "cluster-imports", "clusters", "curators", "digests",
        "event-participants", "group-tasks", "help", "inbox", "indicator-values", "joinings", "leaders",
        "letters", "letters-foreseen", "lifts", "lifts-regions", "lines", "meetings", "milestones", "needs",
        "notices", "objections", "own-milestones", "participants", "peers", "people", "practices",
        "proposals", "protocol-items", "protocols", "publicity", "questions", "rated-executions", "recalls",
        "regions", "registry", "remarks", "replications", "requests", "review", "staff-tasks", "stages",
        "support", "version-trial",
    ]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("who", PEOPLE)
def test_whoever_reads_the_page_takes_the_list_and_nobody_else(walk: Walk, name: str, who: str) -> None:
    page = walk.get(who, page_of(name)).status_code
    expected = page if page != 302 else 403  # the centre has no inbox: its page leads on to the registry

    assert walk.get(who, list_url(name, "csv")).status_code == expected


@pytest.mark.parametrize("query", ["", "filtered"])
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("who", ["administrator", "controller", "tomsk_coordinator", "tomsk_minister"])
def test_the_file_has_the_rows_of_the_page(walk: Walk, name: str, who: str, query: str) -> None:
    query = QUERIES.get(name, "") if query else ""
    page = walk.get(who, page_of(name, query))
    if page.status_code != 200:
        assert walk.get(who, list_url(name, "csv", query)).status_code == 403
        return
    rows = csv_rows(walk.get(who, list_url(name, "csv", query)).content)[1:]
    shown = len(re.findall(ROWS.get(name, ROW), page.content.decode()))

    assert min(len(rows), A_PAGE.get(name, 50)) == shown


@pytest.mark.parametrize("name", WHOLE)
def test_both_formats_say_the_same_and_both_languages_are_spoken(walk: Walk, name: str) -> None:
    who = "tomsk_coordinator" if name == "inbox" else "administrator"
    book = table_in(walk.get(who, list_url(name)).content)
    lines = csv_rows(walk.get(who, list_url(name, "csv")).content)

    assert len(book) == len(lines) > 1, "the world of the matrix has something of every kind"
    assert [str(cell) for cell in book[0]] == lines[0]
    with translation.override("ru"):
        title = str(list_named(name).title)
    assert re.search("[а-я]", title)


@pytest.mark.parametrize(("name", "query"), REFUSED.items())
def test_a_damaged_filter_is_refused_in_words(walk: Walk, name: str, query: str) -> None:
    who = "tomsk_coordinator" if name == "inbox" else "administrator"

    assert walk.get(who, list_url(name, "xlsx", query)).status_code == 400


@pytest.mark.parametrize("name", WHOLE)
def test_the_page_offers_the_files_with_its_own_filter(walk: Walk, name: str) -> None:
    who = "tomsk_coordinator" if name == "inbox" else "administrator"
    query = QUERIES.get(name, "")
    html = unescape(walk.get(who, page_of(name, query)).content.decode())
    offered = re.findall(rf'href="(/lists/{name}\.(?:xlsx|csv)[^"]*)"', html)

    assert [address.split("?")[0] for address in offered] == [
        list_url(name, form).rstrip("?") for form in ("xlsx", "csv")
    ]
    for address in offered:
        taken = walk.get(who, address)
        assert taken.status_code == 200
        assert taken["Content-Disposition"].startswith(f'attachment; filename="{name}-2026-04-15.')
        assert taken["X-Content-Type-Options"] == "nosniff"
        plain = walk.get(who, address.split("?")[0] + "?" + query)
        assert plain.status_code == 200
        if address.split("?")[0].endswith("csv"):
            assert csv_rows(taken.content) == csv_rows(plain.content)


def test_no_list_makes_more_queries_for_more_rows(walk: Walk) -> None:
    more = {}
    for (name, who), few in walk.few.items():
        made = queries_of(walk.client(who), list_url(name, "csv"))
        if len(made) > few:
            more[name, who] = (few, len(made), made)

    assert more == {}


def test_a_region_is_told_nothing_of_another_one(walk: Walk) -> None:
    foreign = walk.world.omsk.cluster.code
    for name in ("registry", "inbox", "requests", "letters", "objections", "protocols"):
        text = walk.get("tomsk_coordinator", list_url(name, "csv")).content.decode()
        assert foreign not in text
        assert "Омск" not in text


def test_there_is_no_list_of_another_name_or_format(walk: Walk) -> None:
    assert walk.get("administrator", "/lists/secrets.csv").status_code == 404
    assert walk.get("administrator", "/lists/people.pdf").status_code == 404


# Lists on the page of an object


@pytest.mark.parametrize("who", ["controller", "tomsk_coordinator"])
def test_the_items_of_a_protocol_are_those_of_its_page_with_the_periods_of_recurring_ones(
    walk: Walk, who: str
) -> None:
    protocol = walk.world.tomsk.protocol
    html = unescape(walk.get(who, protocol.get_absolute_url()).content.decode())
    query = f"protocol={protocol.pk}"
    rows = csv_rows(walk.get(who, list_url("protocol-items", "csv", query)).content)[1:]

    shown = set(map(int, re.findall(r'<div id="item-(\d+)"', html)))
    items = Assignment.objects.visible_to(walk.world.cast.scope(who)).filter(protocol=protocol)
    periods = items.exclude(occurrence=None).values_list("pk", flat=True)

    assert shown
    assert len(rows) == len(shown | set(periods))
    assert f'href="{list_url("protocol-items", "xlsx", query)}"' in html
    assert len(table_in(walk.get(who, list_url("protocol-items", "xlsx", query)).content)) == len(rows) + 1


@pytest.mark.parametrize("query", ["", "protocol=", "protocol=x", "protocol=999999", "protocol=²"])
def test_a_list_of_nothing_does_not_exist(walk: Walk, query: str) -> None:
    assert walk.get("controller", list_url("protocol-items", "csv", query)).status_code == 404


def test_the_items_of_a_foreign_protocol_do_not_exist(walk: Walk) -> None:
    query = f"protocol={walk.world.omsk.protocol.pk}"

    assert walk.get("tomsk_coordinator", list_url("protocol-items", "csv", query)).status_code == 404


def test_a_large_list_of_an_object_leads_back_to_its_page(walk: Walk) -> None:
    protocol = walk.world.tomsk.protocol
    with override_settings(LONG_EXPORT_ROWS=0):
        html = walk.get(
            "controller", list_url("protocol-items", "csv", f"protocol={protocol.pk}")
        ).content.decode()

    assert f'href="{protocol.get_absolute_url()}?"' in html

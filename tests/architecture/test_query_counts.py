"""No page makes more queries at thirty rows than at three, and none makes more than was looked at and committed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from common import clock
from tests.architecture.matrix.addresses import path_of
from tests.architecture.matrix.declaration import declared
from tests.architecture.matrix.growth import Growth
from tests.architecture.matrix.objects import address_of
from tests.architecture.matrix.world import NOW, World, build_world
from tests.queries import queries_now, queries_of

pytestmark = pytest.mark.django_db

BASELINE = Path(__file__).with_name("query_counts.json")
READERS = ("administrator", "tomsk_coordinator", "public")
Counts = dict[str, dict[str, int]]
Statements = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def queries(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Statements, Statements]]:
    """The statements of every page by reader, with three rows of everything and with thirty."""
    storage = tmp_path_factory.mktemp("storage")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=storage),
        clock.at(NOW),
        transaction.atomic(),
    ):
        world = build_world()
        growth = Growth(world)
        growth.add(3)
        few = visited(world)
        growth.add(27)
        yield few, visited(world, few)
        transaction.set_rollback(True)


def visited(world: World, before: Statements | None = None) -> Statements:
    """The statements of every page that opens for a reader.

    Since a walk `before` the caches of the process are full: only a page that then asks otherwise is visited twice.
    """
    found: Statements = {}
    for reader in READERS:
        client = client_of(world, reader)
        for entry in declared():
            case, cell = next(iter(entry.expected["GET"].items()))
            if cell[reader] == "200":
                path = path_of(entry.name, address_of(world, entry.kind, case, reader))
                statements = queries_now(client, path) if before else []
                if not before or len(statements) != len(before[entry.title][reader]):
                    statements = queries_of(client, path)
                found.setdefault(entry.title, {})[reader] = statements
    return found


def client_of(world: World, reader: str) -> Client:
    client = Client()
    for name, value in world.cookies[reader].items():
        client.cookies[name] = value
    return client


def counts(statements: Statements) -> Counts:
    return {title: {who: len(found) for who, found in by.items()} for title, by in sorted(statements.items())}


def test_thirty_rows_take_the_queries_of_three(queries) -> None:
    few, many = queries
    more = {
        f"{title} as {who}": (len(few[title][who]), len(statements), statements)
        for title, by in many.items()
        for who, statements in by.items()
        if len(statements) != len(few[title][who])
    }

    assert more == {}


def test_every_page_makes_the_committed_number_of_queries(queries, rewrite_baselines: bool) -> None:
    found = counts(queries[1])
    if rewrite_baselines:
        BASELINE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

    assert found == json.loads(BASELINE.read_text(encoding="utf-8"))

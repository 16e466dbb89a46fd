"""Counting queries: a page may not make more of them when it shows more rows."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, url: str) -> list[str]:
    """The statements of one GET that succeeds, after one visit that fills the caches of the process."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def assert_same_queries(client: Client, address: Callable[[], str], fill: Callable[[int], object]) -> None:
    """The page at `address()` makes the same number of queries at 3 rows and at 30; `fill(n)` adds n rows."""
    fill(3)
    few = queries_of(client, address())
    fill(27)
    many = queries_of(client, address())
    assert len(many) == len(few), "\n".join(many)

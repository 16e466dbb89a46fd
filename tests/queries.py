"""Counting queries: a page may not make more of them when it shows more rows."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(client: Client, url: str) -> list[str]:
    """The statements of one GET that succeeds, after one visit that fills the caches of the process."""
    _visit(client, url)
    return queries_now(client, url)


def queries_now(client: Client, url: str) -> list[str]:
    """The statements of one GET that succeeds, with those that fill caches."""
    with CaptureQueriesContext(connection) as captured:
        _visit(client, url)
    return [query["sql"] for query in captured.captured_queries]


def _visit(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, url
    b"".join(answer)  # a file that is sent piece by piece closes itself at its end


def assert_same_queries(client: Client, address: Callable[[], str], fill: Callable[[int], object]) -> None:
    """The page at `address()` makes the same number of queries at 3 rows and at 30; `fill(n)` adds n rows."""
    fill(3)
    few = queries_of(client, address())
    fill(27)
    many = queries_of(client, address())
    assert len(many) == len(few), "\n".join(many)

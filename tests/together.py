"""The same act by several people at the same moment, each with a connection of his own."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from common import clock

PATIENCE = 30
"""Seconds."""


def at_once(act: Callable[[], Any], now: datetime, people: int = 2) -> list[Any]:
    """What the act gave to each, an error as itself."""
    start = threading.Barrier(people)
    found: list[Any] = []

    def run() -> None:
        start.wait(timeout=PATIENCE)
        try:
            with clock.at(now):
                found.append(act())
        except Exception as error:  # the tests look at what it was
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _person in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert len(found) == people
    return found

"""Letting one transaction after another through a narrow place."""

import hashlib

from django.db import connection


def hold(name: str) -> None:
    """Hold `name` until the end of the transaction; whoever else asks for it waits.

    PostgreSQL: an advisory lock. SQLite: nothing to do, its transactions begin IMMEDIATE, one writer at a time.
    Must be called inside `transaction.atomic()`.
    """
    if connection.vendor != "postgresql":
        return
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])

"""The lock under which every act on a month stands."""

from hashlib import sha256

from django.db import connection

LOCK_WAIT_SECONDS = 600


def lock_month(period: str) -> None:
    """Let one transaction at a time work on a month.

    On SQLite the transaction itself is exclusive. Whoever waits here for the computation of another must not be
    thrown out by the limits that protect ordinary requests.
    """
    if connection.vendor != "postgresql":
        return
    key = int.from_bytes(sha256(f"rating-month:{period}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT set_config(%s, %s, true)", [limit, f"{LOCK_WAIT_SECONDS}s"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])

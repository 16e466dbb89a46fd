"""PostgreSQL from DATABASE_URL with the time limits that keep one bad query from stopping everybody."""

from typing import Any

import environ

TIME_LIMITS = {
    "statement_timeout": 60_000,
    "lock_timeout": 10_000,
    "idle_in_transaction_session_timeout": 60_000,
}
"""Milliseconds."""
LIKENESS = {"pg_trgm.word_similarity_threshold": 0.4}
"""How much of a word must look alike for the search that forgives mistakes (common.text_search.LooksLike)."""


def postgres_database(env: environ.Env, *, default: str | None = None) -> dict[str, Any]:
    """Django settings of the server; raises ImproperlyConfigured when no address is given."""
    url = env.db_url("DATABASE_URL") if default is None else env.db_url("DATABASE_URL", default=default)
    return {
        **url,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": " ".join(f"-c {name}={value}" for name, value in {**TIME_LIMITS, **LIKENESS}.items())
        },
    }

"""The embedded database: WAL and IMMEDIATE, so that writers queue instead of failing."""

from pathlib import Path
from typing import Any


def sqlite_database(path: Path | str) -> dict[str, Any]:
    """Django settings of one SQLite file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
        },
    }

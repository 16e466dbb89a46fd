"""`./run bench`: measure the budget on PostgreSQL and write the figures as JSON.

A benchmark never fails for being slow; it prints what was met and what was not.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

if TYPE_CHECKING:
    from bench.measure import Pair
    from bench.world import World

OUTPUT = Path(__file__).resolve().parent.parent / "var" / "bench.json"


def server_url() -> str:
    """The server of DATABASE_URL, else the local one."""
    user = os.environ.get("PGUSER") or os.environ.get("USER") or "root"
    parts = urlsplit(os.environ.get("DATABASE_URL") or f"postgres://{user}@127.0.0.1:5432/postgres")
    return f"{parts.scheme}://{parts.netloc}"


def on_server(server: str, statement: sql.Composable) -> None:
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Measure the performance budget on PostgreSQL."
    )
    parser.add_argument("--json", type=Path, default=OUTPUT, help="where the figures go")
    options = parser.parse_args()
    server, name = server_url(), f"profportal_bench_{secrets.token_hex(4)}"
    try:
        on_server(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg2.OperationalError as error:
        sys.stderr.write(f"PostgreSQL does not answer, so nothing can be measured: {error}")
        return 1
    os.environ["DATABASE_URL"] = f"{server}/{name}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "profportal.settings.services"
    try:
        figures = run()
    finally:
        from django.db import connections

        connections.close_all()
        on_server(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"written to {options.json}")
    return 0


def measured(world: World) -> list[Pair]:
    """Measure row by row and print each as soon as it is known."""
    from bench import rows

    measures = (
        rows.month_closing,
        rows.rating_page,
        rows.execution_list,
        rows.past_list,
        rows.stage_matrix,
        rows.wide_matrix,
        rows.status_update,
        rows.fan_out,
    )
    pairs = []
    print(f"{'row':>3}  {'what':<40} {'ours ms':>9} {'floor ms':>9} {'ratio':>8} {'goal':>12}  met")
    for measure in measures:
        pair = measure(world)
        pairs.append(pair)
        goal = f"{pair.goal:g}" + (f" + {pair.allowance / 1000:g} s" if pair.allowance else "")
        print(
            f"{pair.row:>3}  {pair.name:<40} {pair.ours:>9.1f} {pair.floor:>9.1f} {pair.ratio:>8.2f} {goal:>12}  "
            f"{'yes' if pair.is_met else 'NO'}",
            flush=True,
        )
    return pairs


def run() -> dict[str, object]:
    """Build the world, measure, print the table."""
    import django

    django.setup()
    logging.disable(logging.WARNING)  # the lines of workers would stand between those of the table
    from celery import current_app
    from django.core.management import call_command
    from django.db import connection

    current_app.conf.task_always_eager = False  # the bell is rung, but its work is that of another process
    call_command("migrate", verbosity=0)
    from bench import rows
    from bench.world import CLUSTERS, ITEMS, World

    print("building the data …", flush=True)
    world = World()
    world.live(ITEMS // 10, "малый")
    controller = rows.client_of("controller@centre.example")
    few = rows.query_counts(controller)
    world.live(ITEMS - ITEMS // 10, "большой")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    many = rows.query_counts(controller)
    pairs = measured(world)
    equal = few == many
    print(f" 19  queries per page when rows grow 10 times: {'equal' if equal else 'DIFFER'} {many}")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "versions": {
            "python": platform.python_version(),
            "django": django.get_version(),
            "postgresql": version,
        },
        "sizes": {"clusters": CLUSTERS, "items": ITEMS},
        "rows": [
            {
                "row": p.row,
                "name": p.name,
                "ours_ms": round(p.ours, 2),
                "floor_ms": round(p.floor, 2),
                "ratio": round(p.ratio, 3),
                "goal": p.goal,
                "allowance_ms": p.allowance,
                "met": p.is_met,
            }
            for p in pairs
        ],
        "queries": {"few": few, "many": many},
    }


if __name__ == "__main__":
    sys.exit(main())

"""Services mode for real: gunicorn, a Celery worker and Celery beat as processes on PostgreSQL and Redis."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import sql

from common import clock
from rating.services.months import JOB

# One after another: they share the broker's database.
pytestmark = pytest.mark.services

ROOT = Path(__file__).parent.parent.parent
CASE = ROOT / "rating" / "data" / "examples" / "case1.json"
PATIENCE = 90.0
BIN = Path(sys.executable).parent


def server_address() -> str:
    """The address of the PostgreSQL server of the suite, without a database."""
    database = settings.DATABASES["default"]
    user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
    return f"postgres://{user}@{database['HOST'] or '127.0.0.1'}:{database['PORT'] or 5432}"


def on_server(statement: sql.Composable) -> None:
    connection = psycopg2.connect(f"{server_address()}/postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def create_database(name: str, template: str = "template1") -> None:
    on_server(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )


def drop_database(name: str) -> None:
    on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def production(database: str, broker: int, **extra: str) -> dict[str, str]:
    """The environment of a production process; the broker is a database of the Redis of the suite."""
    redis = urlsplit(settings.REDIS_URL)
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "profportal.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "127.0.0.1,portal.example",
        "PORTAL_BASE_URL": "https://portal.example",
        "DATABASE_URL": f"{server_address()}/{database}",
        "REDIS_URL": f"{redis.scheme}://{redis.netloc}/{broker}",
        **extra,
    }


def command(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def process(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the portal, ended by SIGTERM; it must go by itself."""
    running = subprocess.Popen(
        [str(BIN / words[0]), *words[1:]],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def eventually(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return
        time.sleep(0.3)
    pytest.fail(f"waited {PATIENCE:.0f} s in vain: {what}")


def rows(database: str, query: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(f"{server_address()}/{database}")
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def prepared() -> Iterator[str]:
    """A migrated database with a loaded case whose month nobody has closed."""
    name = f"profportal_prepared_{secrets.token_hex(4)}"
    create_database(name)
    try:
        environment = production(name, 1)
        command(environment, "migrate", "--noinput")
        command(environment, "rating_load", str(CASE))
        yield name
    finally:
        drop_database(name)


@pytest.fixture
def database(prepared: str) -> Iterator[str]:
    name = f"profportal_process_{secrets.token_hex(4)}"
    create_database(name, prepared)
    try:
        yield name
    finally:
        drop_database(name)


def free_broker() -> int:
    """A Redis database of its own for each test, emptied first."""
    import redis

    number = 9
    redis.Redis.from_url(settings.REDIS_URL, db=number).flushdb()
    return number


def schedule_file(tmp_path: Path) -> str:
    return str(tmp_path / "schedule")


WORKER = ("celery", "-A", "profportal", "worker", "--concurrency", "1", "--loglevel", "ERROR")


def beat(tmp_path: Path) -> tuple[str, ...]:
    return (
        "celery",
        "-A",
        "profportal",
        "beat",
        "--loglevel",
        "ERROR",
        "--schedule",
        schedule_file(tmp_path),
    )


def overdue_months() -> list[tuple[str, int]]:
    """What the schedule owes for the case: its first month and every later one whose sixth day has begun."""
    today = clock.today()
    last = 12 * today.year + today.month - (2 if today.day >= 6 else 3)
    return [(f"{month // 12}-{month % 12 + 1:02d}", 1) for month in range(12 * 2023 + 10, last + 1)]


def closed_months(database: str) -> list[tuple[object, ...]]:
    return rows(database, "SELECT period, revision FROM rating_slice ORDER BY period, revision")


def test_gunicorn_answers_health_and_pages_and_stops_when_told(database: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = production(database, 9, INSECURE_HTTP="true", PORTAL_BASE_URL=f"http://127.0.0.1:{port}",
                             STATIC_ROOT=str(tmp_path / "static"))  # fmt: skip
    command(environment, "collectstatic", "--noinput")

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
                return bool(response.read() == b"ok")
        except OSError:
            return False

    words = ("gunicorn", "profportal.asgi:application", "-k", "asgi", "--bind", f"127.0.0.1:{port}")
    with process(environment, *words) as web:
        eventually(answers, "gunicorn answers /healthz")
        for address in ("/accounts/login/", "/rating/"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=20) as page:
                assert page.status == 200
    assert web.returncode == 0


def test_beat_catches_up_and_closes_an_overdue_month_with_nobodys_help(database: str, tmp_path: Path) -> None:
    environment = production(database, free_broker())
    with process(environment, *WORKER), process(environment, *beat(tmp_path)):
        eventually(lambda: ("2023-11", 1) in closed_months(database), "the overdue month is closed")
    assert rows(database, "SELECT status FROM rating_slice WHERE period = '2023-11'") == [("draft",)]


def test_an_entry_made_due_in_seconds_runs_the_job_of_each_month_once(database: str, tmp_path: Path) -> None:
    environment = production(
        database, free_broker(), RATING_CLOSE_EVERY_SECONDS="1", RATING_CATCH_UP_EVERY_SECONDS="3600"
    )
    owed = overdue_months()
    with process(environment, *WORKER), process(environment, *beat(tmp_path)):
        eventually(lambda: closed_months(database) == owed, "every overdue month is closed")
        time.sleep(4)  # several more ticks, each of which must find nothing to do
    assert closed_months(database) == owed
    runs = rows(database, "SELECT period, job, state, attempts FROM notifications_jobrun ORDER BY period")
    closing = [run for run in runs if run[1] == JOB]  # the hours of the day may have had their own work to do
    assert closing == [(period, JOB, "done", 1) for period, _revision in owed]

"""Run as a program: senders of the letters of a month die at every fault point and at random moments; others take over.

    python -m tests.notifications.killed_letters FOLDER SMTP_PORT SEED

Prints one JSON object: by campaign how the sender ended, the states that the ledger shows by address after the
recovery, and the staff tasks. Each campaign has a database of its own, copied from one prepared month: a file of
SQLite, or, with the settings of the services, a database of PostgreSQL made from a template. A process is killed, not
an exception raised.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

RANDOM_KILLS = 5
LONGEST_MS = 60
LONGEST_BURIAL = 20
"""Seconds."""
PERIOD = "2023-11"


def prepare(folder: Path, port: int) -> None:
    """The settings and the database that campaigns are copied from: a closed month, a head, three coordinators."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.test")
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database["NAME"] = str(folder / "month.sqlite3")
    settings.MAIL_TRANSPORT, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "smtp", port, 5
    settings.CELERY_TASK_ALWAYS_EAGER = False  # the doorbell is rung, and nobody answers
    import django

    django.setup()
    from django.db import connection

    if connection.vendor == "postgresql":
        _on_server(f'CREATE DATABASE "{_template()}"', drop=_template())
        connection.settings_dict["NAME"] = _template()
    _fill()
    connection.close()


def _template() -> str:
    return f"killed_letters_{os.getpid()}"


def _on_server(*statements: str, drop: str = "") -> None:
    """Statements about whole databases, outside of any of them."""
    from django.db import connection

    connection.close()
    with connection._nodb_cursor() as server:
        if drop:
            server.execute(f'DROP DATABASE IF EXISTS "{drop}" WITH (FORCE)')
        for statement in statements:
            server.execute(statement)


def _fill() -> None:
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor() as editor:
        if connection.vendor == "postgresql":
            editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for model in apps.get_models():
            if model._meta.managed:
                editor.create_model(model)
    from common.scope import SYSTEM
    from rating.services import slice_close
    from tests.rating.portal import load, read

    load(read("case1"))
    slice_close(actor=SYSTEM, period=PERIOD)


def publish(name: str) -> None:
    """The letters of the month are queued to addresses of this campaign: one to the head, three copies."""
    from datetime import date

    from accounts.enums import Position
    from accounts.models import Membership, User
    from common import clock
    from common.scope import SYSTEM, Role
    from rating.models import Slice
    from rating.services import slice_publish
    from tests.rating.mailroom import PUBLISHED_AT, appoint

    appoint("77", f"head.{name}@moscow.example")
    for number in range(3):
        person = User.objects.create_user(f"c{number}.{name}@moscow.example", last_name="К", first_name="А")
        Membership.objects.create(
            user=person, role=Role.COORDINATOR, region_id="77", starts_on=date(2023, 9, 1),
            position=Position.DEPUTY if number else Position.MAIN,
        )  # fmt: skip
    with clock.at(PUBLISHED_AT):
        slice_publish(actor=SYSTEM, slice_id=Slice.objects.get().pk)


def campaign(name: str, folder: Path, die: Callable[[], int]) -> dict[str, Any]:
    """Publish, let a sender die, take over twice, and say what became of everything."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from common import clock
    from common.scope import SYSTEM
    from notifications.models import StaffTask
    from notifications.services import mails_drain
    from notifications.services.draining import LEASE
    from rating.selectors.ledger import letters_of
    from tests.rating.mailroom import PUBLISHED_AT

    database = _copied(name, folder)
    ContentType.objects.clear_cache()
    publish(name)
    connection.close()
    ending = die()
    _buried()
    for wait in (LEASE + timedelta(minutes=1), LEASE + timedelta(hours=1)):
        with clock.at(PUBLISHED_AT + wait):
            mails_drain()
    shown = {row.mail.recipient_email: row.mail.state for row in letters_of(SYSTEM, PERIOD)}
    tasks = list(StaffTask.objects.open().filter(kind__startswith="mail_").values_list("kind", "link"))
    connection.close()
    if connection.vendor == "postgresql":
        _on_server(drop=database)
    return {"killed": os.WIFSIGNALED(ending), "letters": shown, "tasks": tasks}


def _copied(name: str, folder: Path) -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        database = str(folder / f"{name}.sqlite3")
        shutil.copy(folder / "month.sqlite3", database)
    else:
        database = f"{_template()}_copy"
        _on_server(f'CREATE DATABASE "{database}" TEMPLATE "{_template()}"', drop=database)
    connection.settings_dict["NAME"] = database
    return database


def _buried() -> None:
    """Wait until the server has noticed the death of the sender, whose locks it holds until then.

    Those who take over come a minute later at the earliest; here that minute is none, and they would pass the row by.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        return
    until = time.monotonic() + LONGEST_BURIAL
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connection.cursor() as cursor:
        while True:
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                return
            assert time.monotonic() < until, "the server still serves the dead"
            time.sleep(0.01)


def die_at(point: str) -> int:
    """A sender that kills itself at its second pass of a point; how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    from notifications import faults

    passes = 0

    def kill(name: str) -> None:
        nonlocal passes
        passes += name == point
        if passes == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.install(kill)
    return _send_and_end()


def die_after(milliseconds: int) -> int:
    """A sender that is killed from outside at some moment, or has ended by then."""
    child = os.fork()
    if child:
        time.sleep(milliseconds / 1000)
        os.kill(child, signal.SIGKILL)
        return os.waitpid(child, 0)[1]
    return _send_and_end()


def _send_and_end() -> int:
    from common import clock
    from notifications.services import mails_drain
    from tests.rating.mailroom import PUBLISHED_AT

    with clock.at(PUBLISHED_AT):
        mails_drain()
    os._exit(3)


def main(folder: Path, port: int, seed: int) -> None:
    prepare(folder, port)
    from django.db import connection

    from notifications.faults import MAIL_POINTS

    moments = random.Random(seed)
    found = {
        point: campaign(point.replace(".", "-"), folder, lambda p=point: die_at(p)) for point in MAIL_POINTS
    }
    for number in range(RANDOM_KILLS):
        delay = moments.randint(1, LONGEST_MS)
        found[f"after {delay} ms"] = campaign(f"random-{number}", folder, lambda d=delay: die_after(d))
    if connection.vendor == "postgresql":
        _on_server(drop=_template())
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

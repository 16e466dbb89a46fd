"""Run as a program: senders die at every fault point in turn, each on its own database, and others take over.

    python -m tests.notifications.killed_worker FOLDER SMTP_PORT

Prints one JSON object: by fault point the states of the mails after the recovery, and the open staff tasks.
A process is killed, not an exception raised: nothing of Python's tidying up may run.
"""

import json
import os
import shutil
import signal
import sys
from datetime import timedelta
from pathlib import Path

MAILS = 3


def prepare(database: Path, port: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "profportal.settings.test"
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = str(database)
    settings.MAIL_TRANSPORT, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "smtp", port, 5
    settings.CELERY_TASK_ALWAYS_EAGER = False  # the doorbell is rung, and nobody answers
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    connection.close()


def die_at(point: str) -> int:
    """A child that sends and kills itself at the second pass of the point; how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    from notifications import faults
    from notifications.services import mails_drain

    passes = 0

    def kill(name: str) -> None:
        nonlocal passes
        passes += name == point
        if passes == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    faults.install(kill)
    mails_drain()
    os._exit(3)


def campaign(point: str, folder: Path, empty: Path) -> dict[str, object]:
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from common import clock
    from notifications.models import OutboundMail, StaffTask
    from notifications.services import mail_queue, mails_drain
    from notifications.services.draining import LEASE

    database = folder / f"{point}.sqlite3"
    shutil.copy(empty, database)
    connection.settings_dict["NAME"] = str(database)
    ContentType.objects.clear_cache()
    for number in range(MAILS):
        mail_queue(
            key=f"{point}:{number}", kind="letter", recipient_name="", recipient_email=f"{point}.{number}@example.org",
            subject=point, text="text",
        )  # fmt: skip
    connection.close()
    ending = die_at(point)
    with clock.at(clock.now() + LEASE + timedelta(minutes=1)):
        mails_drain()
    with clock.at(clock.now() + LEASE + timedelta(hours=1)):
        mails_drain()
    states = list(OutboundMail.objects.order_by("key").values_list("state", flat=True))
    tasks = list(StaffTask.objects.open().values_list("kind", flat=True))
    connection.close()
    return {"killed": os.WIFSIGNALED(ending), "states": states, "tasks": tasks}


def main(folder: Path, port: int) -> None:
    empty = folder / "empty.sqlite3"
    prepare(empty, port)
    from notifications.faults import MAIL_POINTS

    print(json.dumps({point: campaign(point, folder, empty) for point in MAIL_POINTS}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""The Celery application. Tasks live in the rooms; this module only wires them."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.production")

app = Celery("profportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

AT_START = (
    "assignments.tasks.apply_rules",
    "assignments.tasks.complete_handovers",
    "rating.tasks.close_due_months",
    "notifications.tasks.send_digests",
    "notifications.tasks.drain_mail",
    "notifications.tasks.drain_long_work",
)


@beat_init.connect
def catch_up(**_kwargs: Any) -> None:
    """After an outage nothing waits for the next tick: what fell due meanwhile is asked for at once."""
    for name in AT_START:
        app.send_task(name)

"""Wakes the worker after a commit. Only a doorbell: the row alone decides that a mail is sent or work is done."""

import time
from functools import partial

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)

MAIL = "notifications.tasks.drain_mail"
LONG_WORK = "notifications.tasks.drain_long_work"
PROMPTS = "notifications.tasks.send_prompts"
WEBHOOKS = "notifications.tasks.send_webhooks"
WAIT_SECONDS = 0.5
QUIET_SECONDS = 30.0
"""After a broker did not answer, nobody waits for it again for so long; the clock's own tick drains the outbox."""

_quiet_until = 0.0


def ring_on_commit(task: str = MAIL) -> None:
    """Ring once when the present transaction commits, however many rows of a kind it queues."""
    bell = _BELLS[task]
    if not any(entry[1] is bell for entry in connection.run_on_commit):
        transaction.on_commit(bell)


def ring(task: str = MAIL) -> None:
    """Ask a worker to drain the rows. A broker that is down or hangs costs at most a moment and a log line."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    limits = {"socket_timeout": WAIT_SECONDS, "socket_connect_timeout": WAIT_SECONDS, "max_retries": 0}
    try:
        with current_app.connection_for_write(
            connect_timeout=WAIT_SECONDS, transport_options=limits
        ) as broker:
            current_app.signature(task).apply_async(connection=broker, retry=False)
    except Exception as error:  # whatever is wrong with the broker, the act has been committed
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("doorbell_silent", task=task, error=f"{type(error).__name__}: {error}")


_BELLS = {task: partial(ring, task) for task in (MAIL, LONG_WORK, PROMPTS, WEBHOOKS)}

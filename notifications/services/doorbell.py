"""Wakes the worker after a commit. Only a doorbell: the outbox row alone decides that a mail is sent."""

import time

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)

TASK = "notifications.tasks.drain_mail"
WAIT_SECONDS = 0.5
QUIET_SECONDS = 30.0
"""After a broker did not answer, nobody waits for it again for so long; the clock's own tick drains the outbox."""

_quiet_until = 0.0


def ring_on_commit() -> None:
    """Ring once when the present transaction commits, however many mails it queues."""
    if not any(entry[1] is ring for entry in connection.run_on_commit):
        transaction.on_commit(ring)


def ring() -> None:
    """Ask a worker to drain the outbox. A broker that is down or hangs costs at most a moment and a log line."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    limits = {"socket_timeout": WAIT_SECONDS, "socket_connect_timeout": WAIT_SECONDS, "max_retries": 0}
    try:
        with current_app.connection_for_write(
            connect_timeout=WAIT_SECONDS, transport_options=limits
        ) as broker:
            current_app.signature(TASK).apply_async(connection=broker, retry=False)
    except Exception as error:  # whatever is wrong with the broker, the act has been committed
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("mail_doorbell_silent", error=f"{type(error).__name__}: {error}")

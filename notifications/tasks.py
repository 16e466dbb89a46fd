"""Jobs of this room."""

from celery import shared_task

from notifications.services import mails_drain, notices_sweep


@shared_task(name="notifications.tasks.drain_mail")
def drain_mail() -> None:
    """Send what waits in the outbox; rung at every commit that queues a mail, and by the clock."""
    mails_drain()


@shared_task(name="notifications.tasks.sweep_notices")
def sweep_notices() -> None:
    """Delete the notices that were read long ago; rung every night."""
    notices_sweep()

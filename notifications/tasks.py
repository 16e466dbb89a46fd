"""Jobs of this room."""

from celery import shared_task

from notifications.services import long_tasks_drain, mails_drain, notices_sweep


@shared_task(name="notifications.tasks.drain_mail")
def drain_mail() -> None:
    """Send what waits in the outbox; rung at every commit that queues a mail, and by the clock."""
    mails_drain()


@shared_task(name="notifications.tasks.sweep_notices")
def sweep_notices() -> None:
    """Delete the notices that were read long ago; rung every night."""
    notices_sweep()


@shared_task(name="notifications.tasks.drain_long_work")
def drain_long_work() -> None:
    """Do the long work that people wait for; rung at the commit that asks for it, and by the clock."""
    long_tasks_drain()

"""Jobs of this room."""

from celery import shared_task

from notifications.services import long_tasks_drain, mails_drain


@shared_task(name="notifications.tasks.drain_mail")
def drain_mail() -> None:
    """Send what waits in the outbox; rung at every commit that queues a mail, and by the clock."""
    mails_drain()


@shared_task(name="notifications.tasks.drain_long_work")
def drain_long_work() -> None:
    """Do the long work that people wait for; rung at the commit that asks for it, and by the clock."""
    long_tasks_drain()

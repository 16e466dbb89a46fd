"""Jobs of this room."""

from celery import shared_task

from notifications.services import (
    digest_lines_sweep,
    digests_send,
    long_tasks_drain,
    mailbox_read_by_clock,
    mails_drain,
    notices_sweep,
    prompts_send,
    webhooks_drain,
)


@shared_task(name="notifications.tasks.drain_mail")
def drain_mail() -> None:
    """Send what waits in the outbox; rung at every commit that queues a mail, and by the clock."""
    mails_drain()


@shared_task(name="notifications.tasks.sweep_notices")
def sweep_notices() -> None:
    """Delete the notices that were read long ago and the old lines of digests; rung every night."""
    notices_sweep()
    digest_lines_sweep()


@shared_task(name="notifications.tasks.drain_long_work")
def drain_long_work() -> None:
    """Do the long work that people wait for; rung at the commit that asks for it, and by the clock."""
    long_tasks_drain()


@shared_task(name="notifications.tasks.send_digests")
def send_digests() -> None:
    """Send the digests where nine o'clock has come, and urgent lines that had to wait; rung every ten minutes."""
    digests_send()
    prompts_send()


@shared_task(name="notifications.tasks.send_prompts")
def send_prompts() -> None:
    """Send what does not wait for the morning; rung at the commit that writes it."""
    prompts_send()


@shared_task(name="notifications.tasks.read_bounces")
def read_bounces() -> None:
    """Read the mailbox of returned letters; rung several times an hour, so that a return is a task within the hour."""
    mailbox_read_by_clock()


@shared_task(name="notifications.tasks.send_webhooks")
def send_webhooks() -> None:
    """Tell other systems what was published; rung at the commit that publishes, and by the clock."""
    webhooks_drain()

"""Every write of this room: the outbox and its sending, jobs that run once, tasks of the centre's staff."""

from notifications.services.draining import DrainResult, mails_drain
from notifications.services.jobs import job_run
from notifications.services.outbox import mail_queue, mail_settle
from notifications.services.staff_tasks import staff_task_close, staff_task_open

__all__ = [
    "DrainResult",
    "job_run",
    "mail_queue",
    "mail_settle",
    "mails_drain",
    "staff_task_close",
    "staff_task_open",
]

"""Every write of this room: outbox and sending, jobs that run once, notices, tasks of the centre's staff."""

from notifications.services.draining import DrainResult, mails_drain
from notifications.services.jobs import job_run
from notifications.services.notices import Word, notice_read, notices_read_all, notices_sweep, notices_write
from notifications.services.outbox import mail_queue, mail_settle
from notifications.services.staff_tasks import staff_task_close, staff_task_open

__all__ = [
    "DrainResult",
    "Word",
    "job_run",
    "mail_queue",
    "mail_settle",
    "mails_drain",
    "notice_read",
    "notices_read_all",
    "notices_sweep",
    "notices_write",
    "staff_task_close",
    "staff_task_open",
]

"""Every write of this room: the outbox and its sending, jobs that run once, notices, tasks of the
centre's staff, long work."""

from notifications.services.draining import DrainResult, mails_drain
from notifications.services.jobs import job_run
from notifications.services.long_tasks import long_task_start, long_tasks_drain
from notifications.services.notices import Word, notice_read, notices_read_all, notices_sweep, notices_write
from notifications.services.outbox import mail_queue, mail_settle
from notifications.services.staff_tasks import staff_task_close, staff_task_open

__all__ = [
    "DrainResult",
    "Word",
    "job_run",
    "long_task_start",
    "long_tasks_drain",
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

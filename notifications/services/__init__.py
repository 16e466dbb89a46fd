"""Every write of this room: the outbox and its sending, digests, jobs that run once, notices, tasks of the
centre's staff, long work."""

from notifications.services.bounces import BounceOutcome, bounce_take
from notifications.services.digests import (
    LineToWrite,
    digest_lines_sweep,
    digest_lines_withdraw,
    digest_lines_write,
    digests_send,
    prompts_send,
)
from notifications.services.draining import DrainResult, mails_drain
from notifications.services.jobs import job_once, job_run
from notifications.services.ladder import ladder_load, step_add, step_remove
from notifications.services.long_tasks import long_task_start, long_tasks_drain
from notifications.services.mail_settings import mail_settings_update
from notifications.services.mailbox import mailbox_read, mailbox_read_by_clock
from notifications.services.notices import (
    Word,
    notice_read,
    notices_read_all,
    notices_sweep,
    notices_withdraw,
    notices_write,
)
from notifications.services.outbox import keys_of_addresses, mail_queue, mail_settle
from notifications.services.relay import RelayOutcome, relay_answers_take
from notifications.services.staff_tasks import staff_task_close, staff_task_open
from notifications.services.webhooks import (
    endpoint_add,
    endpoint_ping,
    endpoint_rotate,
    endpoint_switch,
    webhook_again,
    webhooks_drain,
    webhooks_queue,
)

__all__ = [
    "BounceOutcome",
    "DrainResult",
    "LineToWrite",
    "RelayOutcome",
    "Word",
    "bounce_take",
    "digest_lines_sweep",
    "digest_lines_withdraw",
    "digest_lines_write",
    "digests_send",
    "endpoint_add",
    "endpoint_ping",
    "endpoint_rotate",
    "endpoint_switch",
    "job_once",
    "job_run",
    "keys_of_addresses",
    "ladder_load",
    "long_task_start",
    "long_tasks_drain",
    "mail_queue",
    "mail_settings_update",
    "mail_settle",
    "mailbox_read",
    "mailbox_read_by_clock",
    "mails_drain",
    "notice_read",
    "notices_read_all",
    "notices_sweep",
    "notices_withdraw",
    "notices_write",
    "prompts_send",
    "relay_answers_take",
    "staff_task_close",
    "staff_task_open",
    "step_add",
    "step_remove",
    "webhook_again",
    "webhooks_drain",
    "webhooks_queue",
]

"""Steps of a mail that servers report after they took it: what its row, its history and the staff then say."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from common import clock
from common.scope import SYSTEM
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail
from notifications.services.outbox import mail_key
from notifications.services.staff_tasks import staff_task_open, staff_tasks_settle

SKEW = timedelta(hours=1)
"""Clocks of servers differ by less: what is older than the last sending by more is about an earlier one."""


def mail_bounce(mail: OutboundMail, reply: str) -> None:
    """A locked mail came back, with the words of the server that refused it: its state, its history, a task."""
    now, reply = clock.now(), reply.replace("\x00", "")
    _close_question(mail, reply)
    mail.state, mail.server_reply, mail.lease_until = MailState.BOUNCED, reply, None
    mail.accepted_at, mail.delivered_at = mail.accepted_at or now, None
    mail.save(update_fields=["state", "server_reply", "lease_until", "accepted_at", "delivered_at"])
    MailEvent.objects.create(mail=mail, at=now, state=MailState.BOUNCED, text=reply)
    staff_task_open(
        kind=StaffTaskKind.MAIL_FAILED,
        object_key=mail_key(mail),
        title=mail.subject,
        reason=_("%(address)s: the letter came back: %(reply)s")
        % {"address": mail.recipient_email, "reply": reply},
        link=mail.link,
    )


def mail_move(mail: OutboundMail, state: MailState, reply: str, words: str, at: datetime | None) -> None:
    """A locked mail of which a server said that it has it (`accepted`) or that it arrived (`delivered`).

    `reply` are the words of the server, `words` what the history says of them, `at` when the server said so: never
    before the mail was taken and never in the future.
    """
    now = clock.now()
    instant = min(max(at or now, mail.accepted_at or at or now), now)
    reply, words = reply.replace("\x00", ""), words.replace("\x00", "")
    _close_question(mail, words)
    mail.state, mail.server_reply, mail.lease_until = state, reply, None
    mail.accepted_at = mail.accepted_at or instant
    if state == MailState.DELIVERED:
        mail.delivered_at = instant
    mail.save(update_fields=["state", "server_reply", "lease_until", "accepted_at", "delivered_at"])
    MailEvent.objects.create(mail=mail, at=instant, state=state, text=words)


def _close_question(mail: OutboundMail, outcome: str) -> None:
    if mail.state == MailState.UNCERTAIN:
        staff_tasks_settle(
            actor=SYSTEM,
            kinds=(StaffTaskKind.MAIL_UNCERTAIN,),
            object_key=mail_key(mail),
            outcome=outcome,
        )

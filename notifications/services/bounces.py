"""Letters that came back: a report of a mail server makes a taken mail a bounced one, and its address a bad one."""

from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from notifications.bounces import DeliveryReport, read_report
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail
from notifications.services.jobs import job_once
from notifications.services.outbox import mail_key
from notifications.services.staff_tasks import staff_task_open

JOB = "bounce"
OUT = (MailState.ACCEPTED, MailState.DELIVERED, MailState.UNCERTAIN)
"""Mails that may come back."""
SKEW = timedelta(hours=1)
"""Clocks of servers differ by less: a report that is older than the last sending by more is about an earlier one."""


class BounceOutcome(StrEnum):
    """What became of one message that was taken for a report."""

    BOUNCED = "bounced"
    REPEATED = "repeated"
    OUTDATED = "outdated"
    NO_FAILURE = "no_failure"
    UNKNOWN_MAIL = "unknown_mail"
    NO_REPORT = "no_report"


@transaction.atomic
def bounce_take(*, content: bytes) -> BounceOutcome:
    """Note that a mail of ours came back, as this message of a server says (RFC 3464).

    The mail becomes `bounced`, a task of the staff opens, and the address takes no digests until somebody settles the
    mail or a later one is taken. The same report twice changes nothing, nor does one about an earlier sending of a mail
    that a person has sent again since. What says nothing about a mail of ours is left alone.
    """
    report = read_report(content)
    if report is None:
        return BounceOutcome.NO_REPORT
    if not report.failed:
        return BounceOutcome.NO_FAILURE
    known = dict(OutboundMail.objects.filter(message_id__in=report.letters).values_list("message_id", "pk"))
    pk = next((known[letter] for letter in report.letters if letter in known), None)
    if pk is None:
        return BounceOutcome.UNKNOWN_MAIL
    mail = OutboundMail.objects.select_for_update().get(pk=pk)
    if not job_once(job=JOB, cause=report.key):
        return BounceOutcome.REPEATED
    if mail.state not in OUT or _is_of_an_earlier_try(mail, report):
        return BounceOutcome.OUTDATED
    mail_bounce(mail, report.reply or report.recipient)
    return BounceOutcome.BOUNCED


def _is_of_an_earlier_try(mail: OutboundMail, report: DeliveryReport) -> bool:
    return bool(report.at and mail.accepted_at and report.at < mail.accepted_at - SKEW)


def mail_bounce(mail: OutboundMail, reply: str) -> None:
    """A locked mail came back, with the words of the server that refused it: its state, its history, a task."""
    now, reply = clock.now(), reply.replace("\x00", "")
    mail.state, mail.server_reply, mail.lease_until = MailState.BOUNCED, reply, None
    mail.accepted_at = mail.accepted_at or now
    mail.save(update_fields=["state", "server_reply", "lease_until", "accepted_at"])
    MailEvent.objects.create(mail=mail, at=now, state=MailState.BOUNCED, text=reply)
    staff_task_open(
        kind=StaffTaskKind.MAIL_FAILED,
        object_key=mail_key(mail),
        title=mail.subject,
        reason=_("%(address)s: the letter came back: %(reply)s")
        % {"address": mail.recipient_email, "reply": reply},
        link=mail.link,
    )

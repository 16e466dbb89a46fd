"""Reports of mail servers about letters that are out: one came back, one arrived, one is still on its way."""

from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.bounces import Action, DeliveryReport, RecipientReport, read_report
from notifications.enums import MailState
from notifications.messages import ascii_address
from notifications.models import OutboundMail
from notifications.services.jobs import job_once
from notifications.services.mail_moves import SKEW, mail_bounce, mail_move

JOB = "bounce"
OUT = (MailState.ACCEPTED, MailState.DELIVERED, MailState.UNCERTAIN)
"""Mails that may come back."""
ON_ITS_WAY = (MailState.ACCEPTED, MailState.UNCERTAIN)
"""Mails that may still arrive."""


class BounceOutcome(StrEnum):
    """What became of one message that was taken for a report."""

    BOUNCED = "bounced"
    DELIVERED = "delivered"
    NOTED = "noted"
    REPEATED = "repeated"
    OUTDATED = "outdated"
    OTHER_ADDRESS = "other_address"
    UNKNOWN_MAIL = "unknown_mail"
    NO_REPORT = "no_report"


@transaction.atomic
def bounce_take(*, content: bytes) -> BounceOutcome:
    """Note what became of a mail of ours, as this message of a server says (RFC 3464).

    A failure makes the mail `bounced`, opens a task of the staff, and the address takes no digests until somebody
    settles the mail or a later one is taken; it counts whatever address it names, for a letter is passed on before it
    fails. A delivery makes it `delivered` at the time of the report, and only when it is one to the address that the
    mail was sent to. A report that it was passed on, that a list was expanded or that the server still tries is a line
    in its history: none of them proves that it arrived, but a mail of unknown fate was taken then.

    The same report twice changes nothing, nor does one about an earlier sending of a mail that a person has sent again
    since. What says nothing about a mail of ours is left alone.
    """
    report = read_report(content)
    if report is None:
        return BounceOutcome.NO_REPORT
    known = dict(OutboundMail.objects.filter(message_id__in=report.letters).values_list("message_id", "pk"))
    pk = next((known[letter] for letter in report.letters if letter in known), None)
    if pk is None:
        return BounceOutcome.UNKNOWN_MAIL
    mail = OutboundMail.objects.select_for_update().get(pk=pk)
    told = report.failure or _of_address(report, mail.recipient_email)
    if told is None:
        return BounceOutcome.OTHER_ADDRESS
    if not job_once(job=JOB, cause=report.key):
        return BounceOutcome.REPEATED
    moving = OUT if told.action == Action.FAILED else ON_ITS_WAY
    if mail.state not in moving or _is_of_an_earlier_try(mail, report):
        return BounceOutcome.OUTDATED
    if told.action == Action.FAILED:
        mail_bounce(mail, told.reply or ", ".join(told.addresses))
        return BounceOutcome.BOUNCED
    state = MailState.DELIVERED if told.action == Action.DELIVERED else MailState.ACCEPTED
    mail_move(mail, state, told.reply, _words(told), report.at)
    return BounceOutcome.DELIVERED if state == MailState.DELIVERED else BounceOutcome.NOTED


def _of_address(report: DeliveryReport, address: str) -> RecipientReport | None:
    """What the report says of this address, the surest first; None when it is about others."""
    own = [one for one in report.recipients if _plain(address) in map(_plain, one.addresses)]
    return min(own, key=lambda one: list(Action).index(one.action), default=None)


def _plain(address: str) -> str:
    """An address as it is compared: a Russian name of a host in its ASCII form, letters small."""
    try:
        return ascii_address(address).lower()
    except ValidationError:
        return address.lower()


def _words(told: RecipientReport) -> str:
    words = {
        Action.DELIVERED: _("Report of the server: delivered. %(reply)s"),
        Action.EXPANDED: _("Report of the server: passed on to the members of a list. %(reply)s"),
        Action.RELAYED: _("Report of the server: passed on to a server that sends no reports. %(reply)s"),
        Action.DELAYED: _("Report of the server: not delivered yet, it still tries. %(reply)s"),
    }
    return (words[told.action] % {"reply": told.reply}).strip()


def _is_of_an_earlier_try(mail: OutboundMail, report: DeliveryReport) -> bool:
    return bool(report.at and mail.accepted_at and report.at < mail.accepted_at - SKEW)

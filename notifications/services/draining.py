"""Sending what waits in the outbox: claim, hand over, record; never twice without a person's word.

Each step is its own commit, so that a process may die anywhere: a mail that was only claimed goes again, one whose
text may have left (`in_data`) becomes uncertain and waits for a person.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import clock
from notifications import faults
from notifications.enums import MailState, StaffTaskKind
from notifications.models import MailEvent, OutboundMail
from notifications.services.outbox import mail_key
from notifications.services.staff_tasks import staff_task_open
from notifications.transports import (
    DeliveryError,
    NotReached,
    Refused,
    Transport,
    Unanswered,
    open_transport,
)

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
"""Longer than one mail may take with every answer at the edge of EMAIL_TIMEOUT."""
DRAIN_SECONDS = 600.0
"""One drain stops here; the next tick goes on."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440))
"""Waits after the first, second, … failed attempt: 68.6 hours in all, then the mail is given up (≤ 72 h)."""


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What one drain did: mails taken by the server, put off, given up, and of unknown fate."""

    accepted: int = 0
    postponed: int = 0
    failed: int = 0
    uncertain: int = 0


class LeaseLost(DeliveryError):
    """Another process took the mail over while this one was busy."""


def mails_drain(*, limit: int = 100) -> DrainResult:
    """Send up to `limit` due mails over one connection and say what became of them.

    Several drains may run at once: each mail is claimed by one. Stops early when the server cannot be reached.
    """
    outcomes: Counter[str] = Counter()
    _dead_leases_release(limit, outcomes)
    until = time.monotonic() + DRAIN_SECONDS
    with open_transport() as transport:
        for _number in range(limit):
            if time.monotonic() > until:
                break
            faults.hit("mail.before_claim")
            mail = _claim()
            if mail is None:
                break
            faults.hit("mail.after_claim")
            if not _deliver(mail, transport, outcomes):
                break
    if outcomes:
        log.info("mail_drained", **outcomes)
    return DrainResult(**outcomes)


def _claim() -> OutboundMail | None:
    """Take the next due mail for this process, or None when nothing is due."""
    now = clock.now()
    due = OutboundMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=now)
    with transaction.atomic(durable=True):
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        mail = due.order_by("next_attempt_at", "id").first()
        if mail is None:
            return None
        taken = OutboundMail.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(
            state=MailState.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    mail.lease_until, mail.attempts = now + LEASE, mail.attempts + 1
    return mail if taken else None


def _deliver(mail: OutboundMail, transport: Transport, outcomes: Counter[str]) -> bool:
    """One attempt at one mail; False when the server cannot be reached and the others had better wait."""
    try:
        transport.connect()
    except NotReached as error:
        _put_back(mail, error.reply, outcomes)
        return False
    try:
        reply = transport.send(mail, hand_over=lambda: _hand_over(mail))
    except Refused as error:
        (_give_up if error.permanent else _put_back)(mail, error.reply, outcomes)
    except NotReached as error:
        _put_back(mail, error.reply, outcomes)
    except Unanswered as error:
        _make_uncertain(mail, error.reply, outcomes)
    except LeaseLost:
        log.warning("mail_lease_lost", mail=mail.pk)
    except Exception as error:
        log.exception("mail_attempt_crashed", mail=mail.pk)
        _after_crash(mail, f"{type(error).__name__}: {error}", outcomes)
    else:
        faults.hit("mail.before_commit")
        _record(mail, MailState.ACCEPTED, reply, outcomes, accepted_at=clock.now(), lease_until=None)
        faults.hit("mail.after_commit")
    return True


def _hand_over(mail: OutboundMail) -> None:
    """Commit that from here on the server may have the mail. Refuses when the claim is no longer ours."""
    with transaction.atomic(durable=True):
        moved = _claimed_by_us(mail).filter(state=MailState.CLAIMED, lease_until__gt=clock.now())
        if not moved.update(state=MailState.IN_DATA):
            raise LeaseLost("")


def _claimed_by_us(mail: OutboundMail) -> Any:
    return OutboundMail.objects.filter(pk=mail.pk, lease_until=mail.lease_until, attempts=mail.attempts)


def _record(mail: OutboundMail, state: MailState, reply: str, outcomes: Counter[str], **fields: Any) -> None:
    """Commit the result of an attempt, unless the mail has passed into other hands."""
    reply = reply.replace("\x00", "")
    with transaction.atomic():
        if not _claimed_by_us(mail).update(state=state, server_reply=reply, **fields):
            return
        MailEvent.objects.create(mail=mail, at=clock.now(), state=state, text=reply)
        if state in TASKS:
            staff_task_open(
                kind=TASKS[state],
                object_key=mail_key(mail),
                title=mail.subject,
                reason=f"{mail.recipient_email}: {reply}",
                link=mail.link,
            )
    outcomes["postponed" if state == MailState.QUEUED else state.value] += 1


TASKS = {
    MailState.FAILED: StaffTaskKind.MAIL_FAILED,
    MailState.UNCERTAIN: StaffTaskKind.MAIL_UNCERTAIN,
}


def _put_back(mail: OutboundMail, reply: str, outcomes: Counter[str]) -> None:
    """Try later, or give up after the last wait."""
    if mail.attempts > len(BACKOFF):
        _give_up(mail, reply, outcomes)
        return
    next_attempt_at = clock.now() + BACKOFF[mail.attempts - 1]
    _record(mail, MailState.QUEUED, reply, outcomes, next_attempt_at=next_attempt_at, lease_until=None)


def _give_up(mail: OutboundMail, reply: str, outcomes: Counter[str]) -> None:
    _record(mail, MailState.FAILED, reply, outcomes, lease_until=None)


def _make_uncertain(mail: OutboundMail, reply: str, outcomes: Counter[str]) -> None:
    """Leave it to a person. The lease stays as the mark of the attempt: its late answer is still recorded."""
    _record(mail, MailState.UNCERTAIN, reply, outcomes)


def _after_crash(mail: OutboundMail, text: str, outcomes: Counter[str]) -> None:
    """Our own fault in the middle of an attempt: as with a dead process, only what was not handed over goes again."""
    handed_over = _claimed_by_us(mail).filter(state=MailState.IN_DATA).exists()
    (_make_uncertain if handed_over else _put_back)(mail, text, outcomes)


def _dead_leases_release(limit: int, outcomes: Counter[str]) -> None:
    """Mails of processes that died: claimed ones go again, handed-over ones become uncertain."""
    stuck = OutboundMail.objects.filter(
        state__in=(MailState.CLAIMED, MailState.IN_DATA), lease_until__lt=clock.now()
    )
    for mail in stuck.order_by("id")[:limit]:
        text = _("The process that was sending the mail stopped.")
        (_make_uncertain if mail.state == MailState.IN_DATA else _put_back)(mail, text, outcomes)

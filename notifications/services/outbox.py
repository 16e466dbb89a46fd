"""Queueing a mail in the caller's transaction, and settling by a person what the portal leaves alone."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_name, written
from common.scope import Scope
from notifications import policies
from notifications.enums import MailState, StaffTaskKind
from notifications.messages import (
    Attachment,
    Draft,
    InlinePicture,
    ascii_address,
    message_bytes,
    message_id,
)
from notifications.models import MailEvent, OutboundMail
from notifications.services.doorbell import ring_on_commit
from notifications.services.staff_tasks import staff_tasks_settle

KEY_LENGTH = 200
NAME_LENGTH = 200
SUBJECT_LENGTH = 300


def mail_queue(
    *,
    key: str,
    kind: str,
    recipient_name: str,
    recipient_email: str,
    subject: str,
    text: str,
    html: str = "",
    attachments: Sequence[Attachment] = (),
    pictures: Sequence[InlinePicture] = (),
    reply_to: str = "",
    date: datetime | None = None,
    link: str = "",
) -> OutboundMail:
    """Write one mail to one recipient into the outbox; it leaves after the caller's transaction commits.
    `key` names the cause: the same key again returns the mail that is there, whatever its state. `date` (now) is the
    Date of the letter; `link` the page where a person settles it. The same arguments give the same bytes.
    Raises InvalidInput for an address that no server would take.
    """
    existing = OutboundMail.objects.filter(key=key).first()
    if existing is not None:
        return existing
    if not key or len(key) > KEY_LENGTH:
        raise InvalidInput(
            {"key": _("The key of a mail has 1 to %(limit)s characters.") % {"limit": KEY_LENGTH}}
        )
    now = clock.now()
    draft = Draft(
        key=key,
        sender=settings.DEFAULT_FROM_EMAIL,
        recipient_name=clean_name(recipient_name)[:NAME_LENGTH],
        recipient_email=_checked_address(recipient_email),
        subject=clean_name(subject)[:SUBJECT_LENGTH],
        text=text,
        html=html,
        attachments=tuple(attachments),
        pictures=tuple(pictures),
        reply_to=reply_to,
        date=date or now,
        domain=settings.MAIL_DOMAIN,
    )
    mail, created = OutboundMail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "recipient_name": draft.recipient_name,
            "recipient_email": draft.recipient_email,
            "subject": draft.subject,
            "payload": message_bytes(draft),
            "message_id": message_id(key, settings.MAIL_DOMAIN),
            "created_at": now,
            "next_attempt_at": now,
            "link": link,
        },
    )
    if created:
        MailEvent.objects.create(mail=mail, at=now, state=MailState.QUEUED)
        ring_on_commit()
    return mail


def _checked_address(address: str) -> str:
    try:
        return ascii_address(address)
    except ValidationError as error:
        raise InvalidInput(
            {
                "recipient_email": _("“%(address)s” is not an e-mail address.")
                % {"address": clean_name(address)}
            }
        ) from error


@transaction.atomic
def mail_settle(*, actor: Scope, mail_id: int, outcome: str, note: str) -> OutboundMail:
    """A person decides about a mail that is uncertain, refused or already out (`SETTLEMENTS`).

    `queued` sends the same bytes under the same Message-ID again; `accepted` and `failed` only record what the
    person found out. `note` says why. Closes the staff tasks about the mail.
    Raises Missing, NotAllowed, ImpossibleStep, InvalidInput.
    """
    mail: OutboundMail = OutboundMail.objects.select_for_update().fetch(actor, pk=mail_id)
    if outcome not in policies.settlements(mail):
        raise ImpossibleStep(
            _("A mail in the state “%(state)s” cannot be settled so.") % {"state": mail.get_state_display()}
        )
    if not policies.can_settle_mail(actor, mail):
        raise NotAllowed(_("Only a controller or an administrator settles a mail."))
    note = written(note)
    if not note:
        raise InvalidInput({"note": _("Say what the decision is based on.")})
    now = clock.now()
    mail.state = MailState(outcome)
    mail.settled_at, mail.settled_by_id, mail.lease_until = now, actor.user_id, None
    if outcome == MailState.QUEUED:
        mail.attempts, mail.next_attempt_at, mail.delivered_at = 0, now, None
        ring_on_commit()
    if outcome == MailState.ACCEPTED:
        mail.accepted_at = now
    mail.save()
    MailEvent.objects.create(mail=mail, at=now, state=mail.state, text=note, actor_id=actor.user_id)
    staff_tasks_settle(
        actor=actor,
        kinds=(StaffTaskKind.MAIL_FAILED, StaffTaskKind.MAIL_UNCERTAIN),
        object_key=mail_key(mail),
        outcome=note,
    )
    return mail


def keys_of_addresses(start: str, addresses: Iterable[object]) -> dict[str, str]:
    """Addresses by the key of the mail that goes to each, which begins with `start`; one written twice counts once."""
    found: dict[str, str] = {}
    for each in addresses:
        address = str(each).strip()
        name = address.lower()
        if len(start) + len(name) > KEY_LENGTH:
            name = hashlib.sha256(name.encode()).hexdigest()
        if address:
            found.setdefault(start + name, address)
    return found


def mail_key(mail: OutboundMail) -> str:
    """How staff tasks name a mail."""
    return f"mail:{mail.pk}"

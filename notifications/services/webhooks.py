"""Telling other systems: receivers, the messages that wait for them, and sending those."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_name
from common.scope import SYSTEM, Scope
from notifications import policies
from notifications.enums import DeliveryState, StaffTaskKind
from notifications.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.services.draining import BACKOFF
from notifications.services.staff_tasks import staff_task_open, staff_tasks_settle
from notifications.webhook_transport import Answer, checked_url, new_secret, send

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than one try may take."""
OLD_SECRET = timedelta(hours=24)
"""For how long the key before signs as well after a change."""
PING = "webhook.ping"
GONE = 410


def webhook_add(*, actor: Scope, title: str, url: str) -> WebhookEndpoint:
    """A new receiver with a fresh key, which is shown this once. Raises NotAllowed, InvalidInput."""
    _require_keeper(actor)
    title = clean_name(title)
    if not title:
        raise InvalidInput({"title": _("Say whose system it is.")})
    url = checked_url(url)
    if WebhookEndpoint.objects.filter(url=url).exists():
        raise InvalidInput({"url": _("This address is on the list already.")})
    return WebhookEndpoint.objects.create(
        title=title[:200], url=url, secret=new_secret(), created_at=clock.now(), created_by_id=actor.user_id
    )


@transaction.atomic
def webhook_rotate(*, actor: Scope, endpoint_id: int) -> WebhookEndpoint:
    """A new key; the one before goes on signing for a day. Raises NotAllowed, Missing."""
    endpoint = _kept(actor, endpoint_id)
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, clock.now() + OLD_SECRET
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    return endpoint


@transaction.atomic
def webhook_switch(*, actor: Scope, endpoint_id: int, on: bool) -> WebhookEndpoint:
    """Switch a receiver off, or on again: then what waits for it goes. Raises NotAllowed, Missing."""
    endpoint = _kept(actor, endpoint_id)
    endpoint.is_active = on
    endpoint.off_reason = "" if on else _("switched off by a person")
    endpoint.save(update_fields=["is_active", "off_reason"])
    return endpoint


@transaction.atomic
def webhook_ping(*, actor: Scope, endpoint_id: int) -> WebhookDelivery:
    """Queue a message that says nothing, for a trial. Raises NotAllowed, Missing, ImpossibleStep."""
    endpoint = _kept(actor, endpoint_id)
    if not endpoint.is_active:
        raise ImpossibleStep(_("This receiver is switched off."))
    return _queued(endpoint, f"{PING}.{uuid4().hex}", PING, {"message": "ping"})


@transaction.atomic
def webhook_resend(*, actor: Scope, delivery_id: int) -> WebhookDelivery:
    """Send a message again under the same id with the same bytes. Raises NotAllowed, Missing, ImpossibleStep."""
    _require_keeper(actor)
    delivery: WebhookDelivery = WebhookDelivery.objects.select_for_update().fetch(actor, pk=delivery_id)
    if delivery.state == DeliveryState.SENDING:
        raise ImpossibleStep(_("This message is being sent."))
    delivery.state, delivery.attempts, delivery.next_attempt_at = DeliveryState.QUEUED, 0, clock.now()
    delivery.taken_at = delivery.lease_until = None
    delivery.save(update_fields=["state", "attempts", "next_attempt_at", "taken_at", "lease_until"])
    return delivery


def webhooks_queue(*, event_id: str, kind: str, data: Mapping[str, Any]) -> int:
    """Write a message for every receiver into the caller's transaction; the same event again writes nothing."""
    endpoints = list(WebhookEndpoint.objects.filter(is_active=True))
    for endpoint in endpoints:
        _queued(endpoint, event_id, kind, data)
    return len(endpoints)


def _queued(endpoint: WebhookEndpoint, event_id: str, kind: str, data: Mapping[str, Any]) -> WebhookDelivery:
    now = clock.now()
    message = {"type": kind, "timestamp": now.isoformat(), "data": data}
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    delivery, _created = WebhookDelivery.objects.get_or_create(
        event_id=event_id,
        endpoint=endpoint,
        defaults={"kind": kind, "payload": body, "created_at": now, "next_attempt_at": now},
    )
    return delivery


def webhooks_drain(*, limit: int = 50) -> int:
    """Send the messages that are due, and say how many were tried. Several drains may run at once."""
    stuck = WebhookDelivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=clock.now())
    stuck.update(state=DeliveryState.QUEUED, lease_until=None)
    for tried in range(limit):
        delivery = _claim()
        if delivery is None:
            return tried
        endpoint = delivery.endpoint
        now = clock.now()
        keys = [endpoint.secret]
        if endpoint.previous_until and endpoint.previous_until > now:
            keys.append(endpoint.previous_secret)
        body = bytes(delivery.payload)
        _record(delivery, send(endpoint.url, delivery.event_id, int(now.timestamp()), body, keys))
    return limit


def _claim() -> WebhookDelivery | None:
    """Take the next due message for this process."""
    now = clock.now()
    due = WebhookDelivery.objects.filter(
        state=DeliveryState.QUEUED, next_attempt_at__lte=now, endpoint__is_active=True
    )
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        delivery = due.select_related("endpoint").order_by("next_attempt_at", "id").first()
        if delivery is None:
            return None
        taken = WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.QUEUED).update(
            state=DeliveryState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    delivery.lease_until, delivery.attempts = now + LEASE, delivery.attempts + 1
    return delivery if taken else None


@transaction.atomic
def _record(delivery: WebhookDelivery, answer: Answer) -> None:
    """Keep what came of a try, unless the message has passed into other hands."""
    now = clock.now()
    own = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SENDING, lease_until=delivery.lease_until
    )
    WebhookAttempt.objects.create(delivery=delivery, at=now, status=answer.status, text=answer.text)
    if answer.status is not None and 200 <= answer.status < 300:
        if own.update(state=DeliveryState.TAKEN, taken_at=now, lease_until=None):
            _settle(delivery)
    elif answer.status == GONE:
        own.update(state=DeliveryState.FAILED, lease_until=None)
        reason = _("the receiver answered that it is gone (410)")
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(is_active=False, off_reason=reason)
        _open_task(delivery, reason)
    elif delivery.attempts > len(BACKOFF):
        if own.update(state=DeliveryState.FAILED, lease_until=None):
            _open_task(delivery, f"{answer.status or ''} {answer.text}".strip())
    else:
        wait = BACKOFF[delivery.attempts - 1]
        own.update(state=DeliveryState.QUEUED, next_attempt_at=now + wait, lease_until=None)
    log.info("webhook_tried", delivery=delivery.pk, status=answer.status)


def _key(delivery: WebhookDelivery) -> str:
    return f"webhook:{delivery.endpoint_id}"


def _open_task(delivery: WebhookDelivery, reason: str) -> None:
    staff_task_open(
        kind=StaffTaskKind.WEBHOOK_FAILED,
        object_key=_key(delivery),
        title=f"{delivery.endpoint.title}: {delivery.event_id}",
        reason=reason,
        link=delivery.endpoint.get_absolute_url(),
    )


def _settle(delivery: WebhookDelivery) -> None:
    staff_tasks_settle(
        actor=SYSTEM,
        kinds=[StaffTaskKind.WEBHOOK_FAILED],
        object_key=_key(delivery),
        outcome=_("The receiver takes messages again."),
    )


def _kept(actor: Scope, endpoint_id: int) -> WebhookEndpoint:
    _require_keeper(actor)
    endpoint: WebhookEndpoint = WebhookEndpoint.objects.select_for_update().fetch(actor, pk=endpoint_id)
    return endpoint


def _require_keeper(actor: Scope) -> None:
    if not policies.can_keep_webhooks(actor):
        raise NotAllowed(_("Only an administrator keeps the list of systems that are told."))

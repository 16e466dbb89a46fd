"""Telling other systems: who is told, and the sending of what waits. One event reaches an endpoint under one id."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_name
from common.scope import Scope
from notifications.enums import StaffTaskKind, WebhookState
from notifications.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.policies import can_keep_webhooks
from notifications.services.doorbell import WEBHOOKS, ring_on_commit
from notifications.services.draining import BACKOFF
from notifications.services.staff_tasks import staff_task_open, staff_tasks_settle
from notifications.webhooks import Answer, NotTold, checked_url, payload_of, signed_headers, tell

log = structlog.get_logger(__name__)
PING = "ping"
LEASE = timedelta(minutes=2)
"""Longer than connecting, sending and reading may take with every wait at its limit."""
NOTE_LENGTH = 200
MAX_ENDPOINTS = 20


@audited
@transaction.atomic
def endpoint_add(*, actor: Scope, url: str, note: str) -> WebhookEndpoint:
    """Add an address that is told of publications from now on. Raises NotAllowed, InvalidInput (`url`, `note`)."""
    _require_keeper(actor)
    note = clean_name(note)
    if not 1 <= len(note) <= NOTE_LENGTH:
        raise InvalidInput(
            {"note": _("Say whose address it is, in at most %(most)s characters.") % {"most": NOTE_LENGTH}}
        )
    url = checked_url(url)
    if WebhookEndpoint.objects.filter(url=url).exists():
        raise InvalidInput({"url": _("This address is on the list already.")})
    if WebhookEndpoint.objects.count() >= MAX_ENDPOINTS:
        raise InvalidInput(_("At most %(most)s addresses are told.") % {"most": MAX_ENDPOINTS})
    return WebhookEndpoint.objects.create(
        url=url, note=note, created_at=clock.now(), created_by_id=actor.user_id
    )


@audited
@transaction.atomic
def endpoint_switch(*, actor: Scope, endpoint_id: int, on: bool) -> WebhookEndpoint:
    """Switch an address on or off; every event that happened while it was off is sent when it is on again, once.

    Raises Missing, NotAllowed.
    """
    endpoint = _held(actor, endpoint_id)
    endpoint.is_active = on
    endpoint.save(update_fields=["is_active"])
    if on:
        staff_tasks_settle(
            actor=actor,
            kinds=[StaffTaskKind.WEBHOOK_FAILED],
            object_key=_key(endpoint),
            outcome=_("The address was switched on again."),
        )
        ring_on_commit(WEBHOOKS)
    return endpoint


@audited
@transaction.atomic
def endpoint_rotate(*, actor: Scope, endpoint_id: int) -> WebhookEndpoint:
    """Give an address a new secret; the old one signs nothing any more. Raises Missing, NotAllowed."""
    endpoint = _held(actor, endpoint_id)
    endpoint.turn += 1
    endpoint.save(update_fields=["turn"])
    return endpoint


@transaction.atomic
def endpoint_ping(*, actor: Scope, endpoint_id: int) -> WebhookDelivery:
    """Send a trial notice to an address. Raises Missing, NotAllowed, ImpossibleStep while it is off."""
    endpoint = _held(actor, endpoint_id)
    if not endpoint.is_active:
        raise ImpossibleStep(_("The address is switched off: switch it on first."))
    number = endpoint.deliveries.count() + 1
    delivery = _queued(
        endpoint, f"{PING}.{endpoint.pk}.{number}", payload_of(PING, clock.now(), {}), clock.now()
    )
    ring_on_commit(WEBHOOKS)
    return delivery


@transaction.atomic
def webhook_again(*, actor: Scope, delivery_id: int) -> WebhookDelivery:
    """Send once more what was given up: the same bytes under the same id. Raises Missing, NotAllowed,
    ImpossibleStep for one that waits or was taken."""
    delivery: WebhookDelivery = WebhookDelivery.objects.select_for_update().fetch(actor, pk=delivery_id)
    _require_keeper(actor)
    if delivery.state != WebhookState.FAILED:
        raise ImpossibleStep(_("Only what was given up is sent again."))
    delivery.state, delivery.attempts, delivery.next_attempt_at = WebhookState.QUEUED, 0, clock.now()
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    ring_on_commit(WEBHOOKS)
    return delivery


def webhooks_queue(*, kind: str, event_id: str, at: datetime, data: Mapping[str, Any]) -> None:
    """Queue one event for every address; belongs into the transaction of the act. Again it adds nothing.

    For an address that is switched off it waits, so that nothing is missed when it is on again.
    """
    payload = payload_of(kind, at, data)
    for endpoint in WebhookEndpoint.objects.all():
        _queued(endpoint, event_id, payload, clock.now())
    ring_on_commit(WEBHOOKS)


def webhooks_drain(*, limit: int = 50) -> int:
    """Send up to `limit` due notices; how many were taken. Several drains may run at once: each notice has one."""
    taken = 0
    for _number in range(limit):
        delivery = _claim()
        if delivery is None:
            break
        taken += _deliver(delivery)
    return taken


def _queued(endpoint: WebhookEndpoint, event_id: str, payload: bytes, now: datetime) -> WebhookDelivery:
    delivery, _is_new = WebhookDelivery.objects.get_or_create(
        endpoint=endpoint,
        event_id=event_id,
        defaults={"payload": payload, "created_at": now, "next_attempt_at": now},
    )
    return delivery


def _claim() -> WebhookDelivery | None:
    """Take the next due notice of an active address; one whose process died is due again after its lease."""
    now = clock.now()
    free = Q(state=WebhookState.QUEUED, next_attempt_at__lte=now)
    free |= Q(state=WebhookState.CLAIMED, lease_until__lt=now)
    with transaction.atomic(durable=True):
        due = WebhookDelivery.objects.filter(free, endpoint__is_active=True)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        delivery = due.select_related("endpoint").order_by("next_attempt_at", "id").first()
        if delivery is None:
            return None
        lease = now + LEASE
        claimed = WebhookDelivery.objects.filter(free, pk=delivery.pk).update(
            state=WebhookState.CLAIMED, lease_until=lease, attempts=F("attempts") + 1
        )
    delivery.lease_until, delivery.attempts = lease, delivery.attempts + 1
    return delivery if claimed else None


def _deliver(delivery: WebhookDelivery) -> bool:
    """One attempt; True when the endpoint took the notice."""
    body, endpoint = bytes(delivery.payload), delivery.endpoint
    headers = signed_headers(endpoint, delivery.event_id, body, clock.now())
    answer, text = None, ""
    try:
        answer = tell(endpoint.url, body, headers)
        text = answer.text
    except NotTold as problem:
        text = str(problem)
    with transaction.atomic():
        _record(delivery, answer, text.replace("\x00", ""))
    log.info("webhook_sent", delivery=delivery.pk, status=answer.status if answer else None)
    return answer is not None and answer.is_taken


def _record(delivery: WebhookDelivery, answer: Answer | None, text: str) -> None:
    """Keep the attempt and decide what follows; a notice that passed into other hands is left to them."""
    ours = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=WebhookState.CLAIMED, lease_until=delivery.lease_until
    )
    now, status = clock.now(), answer.status if answer else None
    if answer is not None and answer.is_taken:
        fields: dict[str, Any] = {"state": WebhookState.DELIVERED, "delivered_at": now}
    elif (answer is not None and answer.is_gone) or delivery.attempts > len(BACKOFF):
        fields = {"state": WebhookState.FAILED}
    else:
        fields = {"state": WebhookState.QUEUED, "next_attempt_at": now + BACKOFF[delivery.attempts - 1]}
    if not ours.update(lease_until=None, **fields):
        return
    WebhookAttempt.objects.create(delivery=delivery, at=now, status=status, text=text)
    if fields["state"] == WebhookState.FAILED:
        _give_up(delivery.endpoint, answer, text)


def _give_up(endpoint: WebhookEndpoint, answer: Answer | None, text: str) -> None:
    """Tell the staff; an address that says it is gone is switched off."""
    if answer is not None and answer.is_gone:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False)
        text = _("The address answered that it is gone (410) and was switched off.")
    staff_task_open(
        kind=StaffTaskKind.WEBHOOK_FAILED,
        object_key=_key(endpoint),
        title=_("Another system takes no notices: %(note)s") % {"note": endpoint.note},
        reason=f"{answer.status} {text}" if answer else text,
        link=endpoint.get_absolute_url(),
    )


def _held(actor: Scope, endpoint_id: int) -> WebhookEndpoint:
    endpoint: WebhookEndpoint = WebhookEndpoint.objects.select_for_update().fetch(actor, pk=endpoint_id)
    _require_keeper(actor)
    return endpoint


def _require_keeper(actor: Scope) -> None:
    if not can_keep_webhooks(actor):
        raise NotAllowed(_("The addresses for notices of other systems are kept by administrators."))


def _key(endpoint: WebhookEndpoint) -> str:
    return f"webhook:{endpoint.pk}"

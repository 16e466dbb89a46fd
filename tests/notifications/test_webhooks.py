"""Telling other systems: once per publication, signed, tried again with the same bytes, to no address inside."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from audit.append_only import AppendOnlyError
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import SYSTEM, Role, Scope
from notifications import webhook_transport
from notifications.enums import DeliveryState, StaffTaskKind
from notifications.models import StaffTask, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.services import (
    webhook_add,
    webhook_ping,
    webhook_resend,
    webhook_rotate,
    webhook_switch,
    webhooks_drain,
    webhooks_queue,
)
from notifications.services.draining import BACKOFF
from notifications.webhook_transport import checked_url
from rating.models import Slice
from rating.services import slice_close, slice_publish
from tests.notifications.receiver import Receiver, receiving
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db
EVENT = "rating.published.2023-11.r1"
NOON = datetime(2023, 12, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _inside(settings: Settings) -> None:
    """The receiver of these tests stands on the loopback."""
    settings.WEBHOOK_ALLOW_PRIVATE = True


def told(receiver: Receiver, title: str = "Мониторинг") -> WebhookEndpoint:
    return webhook_add(actor=SYSTEM, title=title, url=receiver.url)


def queue() -> None:
    webhooks_queue(event_id=EVENT, kind="rating.published", data={"period": "2023-11", "reason": "Жалоба"})


def signed_with(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver computes by the standard, from the bytes that came."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, text, sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


def test_a_publication_is_told_once_and_signed() -> None:
    load(read("case3"))
    with receiving(200) as receiver:
        endpoint = told(receiver)
        slice_ = slice_close(actor=SYSTEM, period="2023-11")
        assert webhooks_drain() == 0
        for _press in range(2):
            slice_publish(actor=SYSTEM, slice_id=slice_.pk)
            webhooks_drain()
        webhooks_drain()

    ((headers, body),) = receiver.got
    message = json.loads(body)
    assert headers["webhook-id"] == EVENT
    assert signed_with(endpoint.secret, headers, body)
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert message["type"] == "rating.published"
    assert message["data"]["page"] == "https://portal.example/rating/2023-11/r1/"
    assert message["data"]["input_sha256"] == slice_.input_sha256
    assert WebhookDelivery.objects.get().state == DeliveryState.TAKEN


def test_what_is_not_published_is_not_told() -> None:
    load(read("case3"))
    with receiving(200) as receiver:
        told(receiver)
        slice_ = slice_close(actor=SYSTEM, period="2023-11")
        with transaction.atomic():
            slice_publish(actor=SYSTEM, slice_id=slice_.pk)
            transaction.set_rollback(True)
        webhooks_drain()

    assert Slice.objects.get().is_draft
    assert receiver.got == []


def test_a_second_try_sends_the_same_id_and_bytes() -> None:
    with receiving(503, 200) as receiver:
        endpoint = told(receiver)
        with clock.at(NOON):
            queue()
            webhooks_drain()
            assert webhooks_drain() == 0
        with clock.at(NOON + BACKOFF[0]):
            webhooks_drain()

    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == BACKOFF[0].total_seconds()
    assert signed_with(endpoint.secret, second, again)
    assert list(WebhookAttempt.objects.values_list("status", flat=True)) == [503, 200]


def test_it_is_given_up_within_three_days_and_a_person_is_told() -> None:
    with receiving(500) as receiver:
        told(receiver)
        now = NOON
        with clock.at(now):
            queue()
        for wait in (*BACKOFF, timedelta(0)):
            with clock.at(now):
                webhooks_drain()
            now += wait
        with clock.at(now + timedelta(days=9)):
            assert webhooks_drain() == 0

    assert now - NOON <= timedelta(hours=72)
    assert len(receiver.got) == len(BACKOFF) + 1
    assert WebhookDelivery.objects.get().state == DeliveryState.FAILED
    assert StaffTask.objects.open().get().kind == StaffTaskKind.WEBHOOK_FAILED


def test_sending_again_settles_the_task() -> None:
    with receiving(410, 200) as receiver:
        endpoint = told(receiver)
        queue()
        webhooks_drain()
        endpoint.refresh_from_db()
        assert not endpoint.is_active
        assert StaffTask.objects.open().count() == 1
        webhook_switch(actor=SYSTEM, endpoint_id=endpoint.pk, on=True)
        webhook_resend(actor=SYSTEM, delivery_id=WebhookDelivery.objects.get().pk)
        webhooks_drain()

    assert StaffTask.objects.open().count() == 0
    assert receiver.got[0][1] == receiver.got[1][1]


@pytest.mark.parametrize("answer", [301, 307, 400, 404, "hang up"])
def test_every_other_answer_is_tried_again_and_no_redirect_followed(answer: object) -> None:
    with receiving(answer) as receiver:
        told(receiver)
        queue()
        webhooks_drain()

    assert len(receiver.got) == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.QUEUED, 1)
    assert delivery.next_attempt_at > delivery.created_at


def test_silence_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_transport, "TIMEOUT", 0.05)
    with receiving("silent") as receiver:
        told(receiver)
        queue()
        webhooks_drain()

    attempt = WebhookAttempt.objects.get()
    assert attempt.status is None
    assert attempt.text


def test_one_that_is_away_hinders_no_other() -> None:
    with receiving(500) as away, receiving(200) as here:
        told(away, "А")
        told(here, "Б")
        queue()
        queue()
        webhooks_drain()

    assert (len(away.got), len(here.got)) == (1, 1)


def test_a_process_that_died_leaves_the_message_to_the_next() -> None:
    with receiving(200) as receiver:
        told(receiver)
        queue()
        WebhookDelivery.objects.update(
            state=DeliveryState.SENDING, lease_until=clock.now() - timedelta(seconds=1)
        )
        webhooks_drain()

    assert WebhookDelivery.objects.get().state == DeliveryState.TAKEN


def test_after_a_change_both_keys_sign_for_a_day() -> None:
    with receiving(200) as receiver:
        with clock.at(NOON):
            endpoint = told(receiver)
            old = endpoint.secret
            new = webhook_rotate(actor=SYSTEM, endpoint_id=endpoint.pk).secret
            webhook_ping(actor=SYSTEM, endpoint_id=endpoint.pk)
            webhooks_drain()
        with clock.at(NOON + timedelta(hours=25)):
            webhook_ping(actor=SYSTEM, endpoint_id=endpoint.pk)
            webhooks_drain()

    assert old != new
    assert [signed_with(old, *got) for got in receiver.got] == [True, False]
    assert all(signed_with(new, *got) for got in receiver.got)


INSIDE = [
    "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/x", "https://169.254.169.254/",
    "https://[::ffff:10.0.0.1]/", "https://localhost/", "https://0.0.0.0/", "ftp://example.org/", "https:///x",
    "https://name:pass@example.org/", "https://example.org/#part", "https://exa mple.org/", "https://example.org:99999/",
    "https://224.0.0.1/", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused(url: str, settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False

    with pytest.raises(InvalidInput) as refusal:
        checked_url(url)
    assert "url" in str(refusal.value.__dict__)


def test_a_name_that_leads_inside_is_not_called(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(200) as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        answers = [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(webhook_transport.socket, "getaddrinfo", lambda *_a, **_k: answers)
        settings.WEBHOOK_ALLOW_PRIVATE = False
        webhook_add(actor=SYSTEM, title="Чужая", url=f"https://rebinding.example:{port}/")
        queue()
        webhooks_drain()

    assert receiver.got == []
    assert "network of the portal" in WebhookAttempt.objects.get().text


def test_only_the_administrator_keeps_the_list() -> None:
    for role in (Role.CONTROLLER, Role.METHODOLOGIST, Role.COORDINATOR):
        scope = Scope(user_id=1, roles=frozenset({role}))
        with pytest.raises(NotAllowed):
            webhook_add(actor=scope, title="x", url="https://example.org/")


def test_what_is_wrong_with_a_new_one_is_said_at_its_field() -> None:
    webhook_add(actor=SYSTEM, title="Первая", url="https://example.org/")

    for title, url in (
        (" ", "https://example.com/"),
        ("Вторая", "https://example.org/"),
        ("Третья", "example"),
    ):
        with pytest.raises(InvalidInput):
            webhook_add(actor=SYSTEM, title=title, url=url)
    assert WebhookEndpoint.objects.count() == 1


def test_one_that_is_off_gets_nothing() -> None:
    with receiving(200) as receiver:
        endpoint = told(receiver)
        webhook_switch(actor=SYSTEM, endpoint_id=endpoint.pk, on=False)
        queue()
        webhooks_drain()
        with pytest.raises(ImpossibleStep):
            webhook_ping(actor=SYSTEM, endpoint_id=endpoint.pk)

    assert receiver.got == []


def test_tries_are_never_changed() -> None:
    with receiving(200) as receiver:
        told(receiver)
        queue()
        webhooks_drain()
    attempt = WebhookAttempt.objects.get()

    with pytest.raises(AppendOnlyError):
        attempt.save()
    with pytest.raises(AppendOnlyError):
        attempt.delete()


def test_the_administrator_adds_tries_and_switches_off(as_person: Callable[[str], Client]) -> None:
    client = as_person("administrator")
    with receiving(200) as receiver:
        page = client.post("/webhooks/", {"title": "Мониторинг", "url": receiver.url}).content.decode()
        endpoint = WebhookEndpoint.objects.get()
        address = f"/webhooks/{endpoint.pk}/"
        client.post(f"{address}ping/")
        webhooks_drain()

    assert endpoint.secret in page
    after = client.get(address).content.decode()
    assert endpoint.secret not in after
    assert "200" in after
    delivery = WebhookDelivery.objects.get()
    client.post(f"/webhooks/deliveries/{delivery.pk}/resend/")
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.QUEUED
    client.post(f"{address}switch/", {"on": "0"})
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert client.post("/webhooks/", {"title": "", "url": "no"}).status_code == 400
    assert as_person("controller").get("/webhooks/").status_code == 403

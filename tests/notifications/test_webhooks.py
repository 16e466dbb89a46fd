"""Systems that are told of a publication: once per event, signed, again after failures, never into an inner network."""

import base64
import hmac
import json
import socket
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.scope import SYSTEM
from notifications import webhooks
from notifications.enums import StaffTaskKind, WebhookState
from notifications.models import StaffTask, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.services import (
    endpoint_add,
    endpoint_ping,
    endpoint_rotate,
    endpoint_switch,
    webhook_again,
    webhooks_drain,
    webhooks_queue,
)
from notifications.services.draining import BACKOFF
from notifications.services.webhooks import LEASE
from notifications.webhooks import PREFIX, secret_of
from rating.services import slice_close, slice_publish
from tests.cast import Cast
from tests.notifications.receiver import DRIP, DROP, HANG, Receiver, receiver
from tests.rating.portal import load, read

pytestmark = pytest.mark.django_db
NOTE = "Платформа мониторинга"


@pytest.fixture(autouse=True)
def _loopback(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True


def endpoint_at(kept: Receiver) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(url=kept.url, note=NOTE, created_at=clock.now())


def queue(event_id: str = "rating.published.2026-03.r1") -> None:
    webhooks_queue(kind="rating.published", event_id=event_id, at=clock.now(), data={"period": "2026-03"})


def drain_later(minutes: float) -> int:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return webhooks_drain()


def verified(taken: Any, secret: str) -> dict[str, Any]:
    """The body of a notice as a receiver takes it who follows the specification; fails for a wrong signature."""
    signed = f"{taken.headers['webhook-id']}.{taken.headers['webhook-timestamp']}.".encode() + taken.body
    key = base64.b64decode(secret.removeprefix(PREFIX))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    assert expected in taken.headers["webhook-signature"].split(" ")
    body: dict[str, Any] = json.loads(taken.body)
    return body


def test_a_publication_is_told_once_with_a_signature_that_the_receiver_can_check() -> None:
    load(read("case3"))
    with receiver() as kept:
        endpoint = endpoint_at(kept)
        slice_ = slice_publish(actor=SYSTEM, slice_id=slice_close(actor=SYSTEM, period="2023-11").pk)
        slice_publish(actor=SYSTEM, slice_id=slice_.pk)

        assert webhooks_drain() == 1
        assert webhooks_drain() == 0

    (taken,) = kept.taken
    body = verified(taken, secret_of(endpoint))
    assert taken.path == "/notices?of=rating"
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["webhook-id"] == "rating.published.2023-11.r1"
    assert body["type"] == "rating.published"
    assert body["data"] == {
        "period": "2023-11",
        "revision": 1,
        "input_sha256": slice_.input_sha256,
        "page": "https://portal.example/rating/2023-11/r1/",
        "result": "https://portal.example/api/v1/rating/slices/2023-11/?revision=1",
        "table": "https://portal.example/rating/2023-11/r1/table.csv",
    }
    assert WebhookDelivery.objects.get().state == WebhookState.DELIVERED


def test_nothing_is_told_of_a_publication_that_is_taken_back() -> None:
    with receiver() as kept:
        endpoint_at(kept)
        point = transaction.savepoint()
        queue()
        transaction.savepoint_rollback(point)

        assert webhooks_drain() == 0
        assert kept.taken == []


@pytest.mark.parametrize("failure", [500, 302, 404, DROP])
def test_what_fails_goes_again_with_the_same_id_and_the_same_bytes(failure: int | str) -> None:
    with receiver(failure, 204) as kept:
        endpoint = endpoint_at(kept)
        queue()
        assert webhooks_drain() == 0
        assert webhooks_drain() == 0  # its minute has not passed

        assert drain_later(1.1) == 1

    first, second = kept.taken
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert {one.path for one in kept.taken} == {"/notices?of=rating"}
    verified(second, secret_of(endpoint))
    statuses = list(WebhookAttempt.objects.values_list("status", flat=True))
    assert statuses == [failure if isinstance(failure, int) else None, 204]


def test_a_receiver_that_says_nothing_is_left_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    with receiver(HANG) as kept:
        endpoint_at(kept)
        queue()

        assert webhooks_drain() == 0

    assert "timed out" in WebhookAttempt.objects.get().text.casefold()


def test_a_receiver_that_goes_on_saying_nothing_is_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TOTAL_SECONDS", 0.3)
    with receiver(DRIP) as kept:
        endpoint_at(kept)
        queue()

        assert webhooks_drain() == 0

    assert WebhookAttempt.objects.get().status is None


def test_the_watch_of_a_connection_lasts_less_than_the_lease() -> None:
    assert timedelta(seconds=2 * (webhooks.TIMEOUT_SECONDS + webhooks.TOTAL_SECONDS)) < LEASE


@pytest.mark.parametrize(
    ("written", "called"),
    [("/хук?к=1", "/%D1%85%D1%83%D0%BA?%D0%BA=1"), ("/a b", "/a%20b"), ("/%20", "/%20")],
)
def test_an_address_in_cyrillic_is_told_and_keeps_nobody_waiting(
    written: str, called: str, cast: Cast
) -> None:
    with receiver() as kept, receiver() as other:
        url = f"http://127.0.0.1:{kept.port}{written}"
        endpoint_add(actor=cast.scope("administrator"), url=url, note=NOTE)
        endpoint_at(other)
        queue()

        assert webhooks_drain() == 2

    assert kept.taken[0].path == called


def test_an_address_that_cannot_be_called_is_an_attempt_that_failed() -> None:
    with receiver() as kept, receiver() as other:
        WebhookEndpoint.objects.create(url=f"{kept.url}к", note=NOTE, created_at=clock.now())
        endpoint_at(other)
        queue()

        assert webhooks_drain() == 1

    assert len(other.taken) == 1
    assert "UnicodeEncodeError" in WebhookAttempt.objects.filter(status=None).get().text


def test_after_the_last_wait_it_is_given_up_with_a_task_and_goes_again_at_the_word_of_a_person(
    cast: Cast,
) -> None:
    assert sum(BACKOFF, timedelta()) <= timedelta(hours=72)
    with receiver(503) as kept:
        endpoint = endpoint_at(kept)
        queue()
        passed = timedelta()
        for wait in (timedelta(), *BACKOFF):
            passed += wait + timedelta(seconds=1)
            drain_later(passed.total_seconds() / 60)
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, len(kept.taken)) == (WebhookState.FAILED, len(BACKOFF) + 1)
        task = StaffTask.objects.get(kind=StaffTaskKind.WEBHOOK_FAILED)
        assert task.link == endpoint.get_absolute_url()
        assert task.reason.startswith("503 ")

        kept.answers[:] = [200]
        webhook_again(actor=cast.scope("administrator"), delivery_id=delivery.pk)
        assert webhooks_drain() == 1

    assert len({one.body for one in kept.taken}) == 1
    with pytest.raises(ImpossibleStep):
        webhook_again(actor=cast.scope("administrator"), delivery_id=delivery.pk)


def test_an_address_that_is_gone_is_switched_off_and_told_again_when_it_is_on(cast: Cast) -> None:
    with receiver(410, 204) as kept:
        endpoint = endpoint_at(kept)
        queue()
        webhooks_drain()
        endpoint.refresh_from_db()
        assert not endpoint.is_active
        queue("rating.published.2026-04.r1")
        assert webhooks_drain() == 0
        assert len(kept.taken) == 1

        endpoint_switch(actor=cast.scope("administrator"), endpoint_id=endpoint.pk, on=True)
        assert webhooks_drain() == 1

    assert kept.taken[-1].headers["webhook-id"] == "rating.published.2026-04.r1"
    assert not StaffTask.objects.open().exists()


def test_what_was_published_while_an_address_was_off_is_told_when_it_is_on_once_and_in_order(
    cast: Cast, as_person: Callable[[str], Client]
) -> None:
    events = [f"rating.published.2026-0{month}.r1" for month in (3, 4, 5)]
    administrator = cast.scope("administrator")
    with receiver() as kept, receiver() as other:
        endpoint = endpoint_add(actor=administrator, url=kept.url, note=NOTE)
        endpoint_at(other)
        queue(events[0])
        assert webhooks_drain() == 2
        endpoint_switch(actor=administrator, endpoint_id=endpoint.pk, on=False)
        for event in (*events[1:], events[1]):
            queue(event)
        assert webhooks_drain() == 2
        assert [one.headers["webhook-id"] for one in kept.taken] == events[:1]
        page = as_person("administrator").get(endpoint.get_absolute_url()).content.decode()
        assert page.count("ждёт, пока адрес не включат") == 2
        assert "Ожидают отправки 2 уведомления." in page

        on = reverse("dashboard:webhook-on", args=[endpoint.pk])
        shown = as_person("administrator").post(on, follow=True).content.decode()
        assert "2 уведомления, которые ждали" in shown
        as_person("administrator").post(on)
        assert webhooks_drain() == 2
        assert webhooks_drain() == 0

    assert [one.headers["webhook-id"] for one in kept.taken] == events
    assert len(other.taken) == 3
    assert WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.DELIVERED).count() == 3


def test_a_notice_of_a_process_that_died_goes_again_after_its_lease() -> None:
    with receiver() as kept:
        endpoint_at(kept)
        queue()
        WebhookDelivery.objects.update(
            state=WebhookState.CLAIMED, lease_until=clock.now() + timedelta(minutes=1), attempts=1
        )

        assert webhooks_drain() == 0
        assert drain_later(2) == 1


def test_a_new_secret_signs_at_once_and_an_old_key_of_the_portal_still_counts(
    cast: Cast, settings: Settings
) -> None:
    with receiver() as kept:
        endpoint = endpoint_at(kept)
        old = secret_of(endpoint)
        endpoint = endpoint_rotate(actor=cast.scope("administrator"), endpoint_id=endpoint.pk)
        before_rotation = secret_of(endpoint)
        assert before_rotation != old
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-key-of-the-portal-with-fifty-characters-0123456789"
        endpoint_ping(actor=cast.scope("administrator"), endpoint_id=endpoint.pk)

        assert webhooks_drain() == 1

    (taken,) = kept.taken
    verified(taken, before_rotation)
    verified(taken, secret_of(endpoint))
    with pytest.raises(AssertionError):
        verified(taken, old)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://8.8.8.8/", "https://"),
        ("ftp://8.8.8.8/", "https://"),
        ("https://", "узел"),
        ("https://[::1", "не адрес"),
        ("https://8.8.8.8:0/", "узел"),
        ("https://me:secret@8.8.8.8/", "парол"),
        ("https://8.8.8.8/#part", "#"),
        ("https://127.0.0.1/", "внутренн"),
        ("https://10.1.2.3/", "внутренн"),
        ("https://169.254.169.254/latest", "внутренн"),
        ("https://[::ffff:127.0.0.1]/", "внутренн"),
        ("https://[::127.0.0.1]/", "внутренн"),
        ("https://[64:ff9b::a9fe:a9fe]/", "внутренн"),
        ("https://[2002:a00:1::1]/", "внутренн"),
        ("https://[fec0::1]/", "внутренн"),
        ("https://[ff02::1]/", "внутренн"),
        ("https://224.0.0.1/", "внутренн"),
    ],
)
def test_an_address_that_must_not_be_told_is_refused_with_the_reason(
    url: str, words: str, cast: Cast, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False

    with pytest.raises(InvalidInput) as refusal:
        endpoint_add(actor=cast.scope("administrator"), url=url, note=NOTE)

    assert words in str(refusal.value.errors["url"])
    assert not WebhookEndpoint.objects.exists()


def test_an_address_whose_host_nobody_knows_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_options: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(InvalidInput, match="Узел этого адреса неизвестен"):
        endpoint_add(actor=cast.scope("administrator"), url="https://platform.example/", note=NOTE)


def test_an_address_that_has_moved_into_the_inner_network_is_not_told(settings: Settings) -> None:
    with receiver() as kept:
        endpoint_at(kept)
        queue()
        settings.WEBHOOK_ALLOW_PRIVATE = False

        assert webhooks_drain() == 0

    assert kept.taken == []
    assert "внутреннюю сеть" in WebhookAttempt.objects.get().text


@pytest.mark.parametrize("who", ["controller", "methodologist", "tomsk_coordinator"])
def test_only_administrators_add_addresses(who: str, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        endpoint_add(actor=cast.scope(who), url="https://8.8.8.8/", note=NOTE)


def test_the_same_address_twice_and_one_without_a_name_are_refused(cast: Cast) -> None:
    actor = cast.scope("administrator")
    endpoint_add(actor=actor, url="https://8.8.8.8/hook", note=NOTE)

    with pytest.raises(InvalidInput, match="уже"):
        endpoint_add(actor=actor, url=" https://8.8.8.8/hook ", note=NOTE)
    with pytest.raises(InvalidInput) as refusal:
        endpoint_add(actor=actor, url="https://8.8.4.4/", note="  ")
    assert "note" in refusal.value.errors


def test_attempts_are_kept_by_the_database() -> None:
    with receiver() as kept:
        endpoint_at(kept)
        queue()
        webhooks_drain()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM notifications_webhookattempt")

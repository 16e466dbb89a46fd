"""Several workers that drain the notices of other systems at once: each event is posted once."""

from collections import Counter

import pytest
from pytest_django.fixtures import Settings

from common import clock
from notifications.enums import WebhookState
from notifications.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from notifications.services import webhooks_drain, webhooks_queue
from tests.notifications.receiver import receiver
from tests.together import at_once

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("emptied_after")]
EVENTS, WORKERS = 20, 8


def test_eight_drains_at_once_post_every_event_once(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receiver() as kept, receiver() as other:
        for one in (kept, other):
            WebhookEndpoint.objects.create(
                url=one.url, note="Платформа", is_active=False, created_at=clock.now()
            )
        for number in range(EVENTS):
            webhooks_queue(kind="rating.published", event_id=f"event.{number}", at=clock.now(), data={})
        WebhookEndpoint.objects.update(is_active=True)  # without the bell: here the drains begin together

        results = at_once(webhooks_drain, clock.now(), people=WORKERS)

    assert sum(results) == 2 * EVENTS
    for one in (kept, other):
        assert Counter(taken.headers["webhook-id"] for taken in one.taken) == Counter(
            f"event.{number}" for number in range(EVENTS)
        )
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {(WebhookState.DELIVERED, 1)}
    assert WebhookAttempt.objects.count() == 2 * EVENTS


def test_eight_acts_that_queue_one_event_at_once_queue_it_once_for_each_address(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receiver() as kept:
        WebhookEndpoint.objects.create(url=kept.url, note="Платформа", created_at=clock.now())

        def queue() -> None:
            webhooks_queue(kind="rating.published", event_id="event.1", at=clock.now(), data={})

        at_once(queue, clock.now(), people=WORKERS)
        at_once(webhooks_drain, clock.now(), people=WORKERS)

    assert [taken.headers["webhook-id"] for taken in kept.taken] == ["event.1"]

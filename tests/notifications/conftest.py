"""A running SMTP server, and mails to send through it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from notifications import faults
from notifications.models import OutboundMail
from notifications.services import mail_queue
from tests.notifications.sink import Sink, SinkServer, StrictSMTP

QueueMail = Callable[..., OutboundMail]


@pytest.fixture
def queue_mail() -> QueueMail:
    """`queue_mail(key="a")` queues a mail with everything not named filled in."""

    def queue(**named: Any) -> OutboundMail:
        values = {
            "key": "letter:1",
            "kind": "letter",
            "recipient_name": "Верховская Анна Сергеевна",
            "recipient_email": "minister@tomsk.example",
            "subject": "О рейтинге за октябрь",
            "text": "Уважаемая Анна Сергеевна!\n",
            "html": "<p>Уважаемая Анна Сергеевна!</p>",
        }
        return mail_queue(**{**values, **named})

    return queue


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A server that takes everything until `sink.scripts` says otherwise; the portal is told to use it."""
    handler = Sink()
    server = SinkServer(handler)
    server.start()
    for name, value in server.settings().items():
        setattr(settings, name, value)
    try:
        yield handler
    finally:
        StrictSMTP.drop_at_data = False
        server.stop()


@pytest.fixture
def fault_hook() -> Iterator[Callable[[faults.Hook], None]]:
    """Installs a hook at the fault points and removes it after the test."""
    yield faults.install
    faults.install(None)

"""The doorbell wakes a worker after the commit and can never hurt the act that rang it."""

import time

import pytest
from celery import current_app
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from notifications.services import doorbell
from tests.notifications.conftest import QueueMail
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)


def test_many_mails_of_one_act_ring_once_and_go_out(
    sink: Sink, queue_mail: QueueMail, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        for number in range(3):
            queue_mail(key=str(number))
        assert not sink.taken
    assert len(callbacks) == 1
    assert len(sink.taken) == 3


def test_a_ring_that_was_rolled_back_does_not_silence_the_next(
    queue_mail: QueueMail, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def rolled_back() -> None:
        with transaction.atomic():
            queue_mail(key="undone")
            raise ValueError

    with django_capture_on_commit_callbacks() as callbacks:
        with pytest.raises(ValueError):  # noqa: PT011
            rolled_back()
        queue_mail(key="kept")
    assert len(callbacks) == 1


def test_a_dead_broker_costs_a_moment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def refuse(*_args: object, **_named: object) -> None:
        calls.append(1)
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(current_app._get_current_object(), "connection_for_write", refuse)
    doorbell.ring()
    doorbell.ring()
    assert len(calls) == 1
    assert doorbell._quiet_until > time.monotonic()

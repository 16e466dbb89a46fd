"""Several workers ring at once: every reader gets one digest a day, and every urgent line is told once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from common import clock
from notifications.enums import Rung
from notifications.models import Digest, DigestLine, JobRun
from notifications.selectors import digests_planned
from notifications.services import digests as service
from notifications.services import digests_send, prompts_send
from notifications.services.digests import digest_queue
from tests.assignments import drafts
from tests.cast import Cast
from tests.dashboard.mailbag import TOMSK, local, mails, recipients, steps
from tests.dashboard.office import TODAY, work

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("emptied_after")]

THREADS = 6


def together(act: Callable[[], object]) -> None:
    """Everybody does it at the same moment."""
    barrier = Barrier(THREADS)
    faults: list[BaseException] = []

    def racer() -> None:
        try:
            barrier.wait(timeout=30)
            act()
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    racers = [Thread(target=racer) for _ in range(THREADS)]
    for thread in racers:
        thread.start()
    for thread in racers:
        thread.join(60)
    assert faults == []


def test_many_ticks_at_once_are_one_digest_each(cast: Cast) -> None:
    steps(d1=Rung.COORDINATORS)
    work([cast.tomsk_machines], TODAY - timedelta(days=1))

    def tick() -> None:
        with clock.at(local(TODAY, "09:00", TOMSK)):
            digests_send()

    together(tick)
    assert recipients() == ["deputy", "tomsk"]
    assert Digest.objects.count() == 2


def test_runs_that_both_believe_the_morning_theirs_still_write_one_digest_each(cast: Cast) -> None:
    steps(d1=Rung.COORDINATORS)
    work([cast.tomsk_machines, cast.tomsk_farming], TODAY - timedelta(days=1))

    def queue() -> None:
        with clock.at(local(TODAY, "09:00", TOMSK)):
            for planned in digests_planned(TODAY):
                digest_queue(planned=planned)

    together(queue)
    assert recipients() == ["deputy", "tomsk"]
    assert [mail.subject[-2:] for mail in mails()] == [" 2", " 2"]
    assert not JobRun.objects.exists()


def test_many_doorbells_at_once_are_one_mail_of_a_protocol_each(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ring_on_commit", lambda _task: None)
    with clock.at(drafts.NOW):
        drafts.issued(cast.scope("controller"), {})

    def ring() -> None:
        with clock.at(drafts.NOW):
            prompts_send()

    together(ring)
    assert DigestLine.objects.filter(digest=None).count() == 0
    assert recipients("new-items") == ["deputy", "omsk", "tomsk"]
    assert Digest.objects.count() == 3

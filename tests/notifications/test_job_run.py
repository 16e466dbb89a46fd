"""A scheduled job happens once per period, however often the clock rings."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from common import clock
from notifications.enums import JobState
from notifications.models import JobRun
from notifications.services import job_run
from notifications.services.jobs import LEASE


def failing() -> None:
    raise ValueError("the month is not ready")


@pytest.mark.django_db
def test_work_is_done_once_per_period() -> None:
    done: list[str] = []

    def work(period: str) -> str:
        done.append(period)
        return f"closed {period}"

    assert job_run(job="close", period="2026-10", work=lambda: work("2026-10")) == "closed 2026-10"
    assert job_run(job="close", period="2026-10", work=lambda: work("2026-10")) is None
    assert job_run(job="close", period="2026-11", work=lambda: work("2026-11")) == "closed 2026-11"
    assert done == ["2026-10", "2026-11"]
    assert set(JobRun.objects.values_list("state", flat=True)) == {JobState.DONE}


@pytest.mark.django_db
def test_failed_work_is_told_and_may_run_again() -> None:
    with pytest.raises(ValueError, match="not ready"):
        job_run(job="close", period="2026-10", work=failing)
    run = JobRun.objects.get()
    assert (run.state, run.error) == (JobState.FAILED, "ValueError: the month is not ready")
    assert job_run(job="close", period="2026-10", work=lambda: 7) == 7
    run.refresh_from_db()
    assert (run.state, run.error, run.attempts) == (JobState.DONE, "", 2)


@pytest.mark.django_db
def test_work_under_way_is_not_begun_again_until_its_lease_is_dead() -> None:
    inner: list[object] = []

    def work() -> str:
        inner.append(job_run(job="close", period="2026-10", work=lambda: "second"))
        with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
            inner.append(job_run(job="close", period="2026-10", work=lambda: "heir"))
        return "first"

    assert job_run(job="close", period="2026-10", work=work) == "first"
    assert inner == [None, "heir"]
    run = JobRun.objects.get()
    assert (run.state, run.attempts) == (JobState.DONE, 2)


@pytest.mark.django_db
def test_a_run_that_was_taken_over_does_not_spoil_the_heirs_result() -> None:
    def work() -> None:
        with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
            job_run(job="close", period="2026-10", work=lambda: "heir")
        raise ValueError("too late")

    with pytest.raises(ValueError, match="too late"):
        job_run(job="close", period="2026-10", work=work)
    assert JobRun.objects.get().state == JobState.DONE


@pytest.mark.services
@pytest.mark.usefixtures("emptied_after")
@pytest.mark.parametrize("before", ["nothing", "failed"])
def test_many_at_once_do_the_work_once(before: str) -> None:
    periods = [f"2026-{month:02}" for month in range(1, 7)]
    if before == "failed":
        for period in periods:
            with pytest.raises(ValueError, match="not ready"):
                job_run(job="close", period=period, work=failing)
    threads = 8
    barrier = Barrier(threads)
    done: list[str] = []

    def racer() -> None:
        try:
            for period in periods:
                barrier.wait(timeout=30)
                job_run(job="close", period=period, work=lambda period=period: done.append(period))
        finally:
            connection.close()

    racers = [Thread(target=racer) for _ in range(threads)]
    for thread in racers:
        thread.start()
    for thread in racers:
        thread.join(60)
    assert sorted(done) == periods
    assert JobRun.objects.filter(state=JobState.DONE).count() == len(periods)

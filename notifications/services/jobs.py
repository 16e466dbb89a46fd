"""Scheduled work that happens once per period, however often and from however many places the clock rings."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Q

from common import clock
from notifications.enums import JobState
from notifications.models import JobRun

LEASE = timedelta(minutes=30)
"""A run that began so long ago and has not finished died with its process; another may take it over."""
ERROR_LENGTH = 2000
PERIOD_LENGTH = 40

T = TypeVar("T")


def job_run(*, job: str, period: str, work: Callable[[], T]) -> T | None:
    """Do `work` unless (job, period) is done or under way; what it returned, or None when it was not called.

    The claim is committed first, `work` opens its own transactions, then the row becomes done. A process that dies
    between the last two leaves a row that is taken over after LEASE, so `work` must be idempotent. A failed run
    keeps its error, may run again, and the error is raised to the caller.
    """
    started_at = _claim(job, period)
    if started_at is None:
        return None
    try:
        result = work()
    except Exception as error:
        text = f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_LENGTH]
        _finish(job, period, started_at, JobState.FAILED, text)
        raise
    _finish(job, period, started_at, JobState.DONE)
    return result


def job_once(*, job: str, cause: str) -> bool:
    """Whether `job` has not been done for this cause yet; from now on it counts as done.

    For a step that ends other work and may not be made twice when that work is begun anew. Belongs into the
    transaction of the step, so that the mark stands exactly when the step does; whoever asks meanwhile waits.
    """
    now = clock.now()
    period = hashlib.sha256(cause.encode()).hexdigest()[:PERIOD_LENGTH]
    done = {"state": JobState.DONE, "started_at": now, "finished_at": now}
    _run, is_first = JobRun.objects.get_or_create(job=job, period=period, defaults=done)
    return is_first


def _claim(job: str, period: str) -> datetime | None:
    """Take the row for this process; the start that marks the claim, or None when it is not ours to do."""
    now = clock.now()
    with transaction.atomic(durable=True):
        _run, created = JobRun.objects.get_or_create(
            job=job, period=period, defaults={"state": JobState.RUNNING, "started_at": now}
        )
        if created:
            return now
        free = Q(state=JobState.FAILED) | Q(state=JobState.RUNNING, started_at__lt=now - LEASE)
        taken = JobRun.objects.filter(free, job=job, period=period).update(
            state=JobState.RUNNING, started_at=now, finished_at=None, attempts=F("attempts") + 1, error=""
        )
    return now if taken else None


def _finish(job: str, period: str, started_at: datetime, state: JobState, error: str = "") -> None:
    """Close our own claim; one that somebody took over meanwhile is left to them."""
    JobRun.objects.filter(job=job, period=period, state=JobState.RUNNING, started_at=started_at).update(
        state=state, finished_at=clock.now(), error=error
    )

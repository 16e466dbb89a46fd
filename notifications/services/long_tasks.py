"""Long work: asked for on a page, done by the worker, watched meanwhile.

The row is the queue, as with mails: the doorbell only wakes the worker, and a periodic drain finds what waits. Each
step of the row is a commit of its own, so progress is seen while the work goes on.
"""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from common import clock
from common.errors import NotAllowed, PortalError
from common.scope import Scope
from notifications.enums import ACTIVE, LongTaskState
from notifications.long_work import work_of
from notifications.models import LongTask
from notifications.services.doorbell import LONG_WORK, ring_on_commit

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""A running task that was not heard of for so long has lost its worker; another takes it up."""
MAX_ATTEMPTS = 3
"""Work that has killed its worker so often is given up."""
SECONDS_BETWEEN_NOTES = 0.4
"""Progress is written at most so often, and at every new stage."""


class TakenOver(Exception):
    """Another worker has the task: this one was taken for dead."""


@transaction.atomic
def long_task_start(*, actor: Scope, kind: str, key: str, arguments: Mapping[str, Any]) -> LongTask:
    """Queue long work, or join the same work (kind and key) that is under way; it begins after the commit.

    The caller has asked its own policy whether this person may have the work done. Raises NotAllowed for nobody.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Sign in first."))
    task, created = LongTask.objects.get_or_create(
        kind=kind,
        key=key,
        state__in=ACTIVE,
        defaults={
            "state": LongTaskState.QUEUED,
            "person_id": actor.user_id,
            "arguments": dict(arguments),
            "created_at": clock.now(),
        },
    )
    task.people.add(actor.user_id)
    if created:
        ring_on_commit(LONG_WORK)
    return task


def long_tasks_drain(*, limit: int = 20) -> int:
    """Do what waits, one task after another, and say how many were done. Must not be called in a transaction."""
    _dead_release()
    for number in range(limit):
        task = _claim()
        if task is None:
            return number
        _run(task)
    return limit


def _dead_release() -> None:
    """Tasks of workers that died wait again; one that has killed too many ends with a sentence."""
    silent = LongTask.objects.filter(
        state=LongTaskState.RUNNING, heartbeat_at__lt=clock.now() - LEASE
    ).select_related("person")
    for task in silent.order_by("id"):
        if task.attempts < MAX_ATTEMPTS:
            _ours(task).update(state=LongTaskState.QUEUED, stage="", done=0, total=0)
            continue
        with translation.override(task.person.language):
            _finish(task, LongTaskState.FAILED, error=_fault())


def _claim() -> LongTask | None:
    """Take the oldest waiting task for this process."""
    now = clock.now()
    with transaction.atomic(durable=True):
        waiting = LongTask.objects.select_related("person").filter(state=LongTaskState.QUEUED)
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        task = waiting.order_by("created_at", "id").first()
        if task is None:
            return None
        taken = LongTask.objects.filter(pk=task.pk, state=LongTaskState.QUEUED).update(
            state=LongTaskState.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
        )
    task.attempts += 1
    return task if taken else None


def _run(task: LongTask) -> None:
    """Do one claimed task. What a service refuses is the reader's answer; our own fault is logged and said plainly."""
    with translation.override(task.person.language):
        try:
            result = work_of(task).run(task, _Notes(task))
        except TakenOver:
            log.warning("long_task_taken_over", task=task.pk)
        except PortalError as error:
            _finish(task, LongTaskState.FAILED, error=str(error))
        except Exception:
            log.exception("long_task_failed", task=task.pk, kind=task.kind)
            _finish(task, LongTaskState.FAILED, error=_fault())
        else:
            _finish(task, LongTaskState.DONE, result=dict(result))


def _fault() -> str:
    return _("The portal could not finish this work. Nothing was changed; the administrators see the reason.")


class _Notes:
    """Writes progress into the row and so says that the worker lives."""

    def __init__(self, task: LongTask) -> None:
        self._task, self._stage, self._written = task, "", 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        is_new = stage != self._stage
        if not is_new and done < total and time.monotonic() - self._written < SECONDS_BETWEEN_NOTES:
            return
        if not _ours(self._task).update(stage=stage, done=done, total=total, heartbeat_at=clock.now()):
            raise TakenOver
        self._stage, self._written = stage, time.monotonic()


def _ours(task: LongTask) -> Any:
    return LongTask.objects.filter(pk=task.pk, state=LongTaskState.RUNNING, attempts=task.attempts)


def _finish(task: LongTask, state: LongTaskState, **fields: Any) -> None:
    _ours(task).update(state=state, finished_at=clock.now(), **fields)

"""Opening and closing what a person of the centre must look at."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_name, written
from common.scope import SYSTEM, Scope
from notifications import policies
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask
from notifications.notices import STAFF_TASK_OPENED, staff_of_centre
from notifications.services.notices import Word, notices_write

TITLE_LENGTH = 300
TASKS_PAGE = "/staff-tasks/"


@transaction.atomic
def staff_task_open(
    *,
    kind: StaffTaskKind,
    object_key: str,
    title: str,
    reason: str = "",
    link: str = "",
    actor: Scope = SYSTEM,
) -> StaffTask:
    """The open task of this kind about this object; opened now unless it is open already.

    The staff of the centre is told of a new one, but for the `actor` in whose act it came up.

    `object_key` names the object ("region:70", "mail:12"), `link` is the page where it is settled. A task that is
    open keeps the words with which it was opened.
    """
    task, created = StaffTask.objects.get_or_create(
        kind=kind,
        object_key=object_key,
        closed_at=None,
        defaults={
            "title": clean_name(title)[:TITLE_LENGTH],
            "reason": reason.replace("\x00", ""),
            "link": link,
            "opened_at": clock.now(),
        },
    )
    if created:
        told = [Word(person, TASKS_PAGE, {"task": kind.value}) for person in staff_of_centre()]
        notices_write(actor=actor, kind=STAFF_TASK_OPENED, words=told)
    return task


@transaction.atomic
def staff_task_close(*, actor: Scope, task_id: int, outcome: str) -> StaffTask:
    """Close a task with words on how it ended. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput."""
    task: StaffTask = StaffTask.objects.select_for_update().fetch(actor, pk=task_id)
    if not policies.can_close_staff_task(actor):
        raise NotAllowed(_("Only the staff of the centre closes its tasks."))
    if task.closed_at is not None:
        raise ImpossibleStep(_("This task is already closed."))
    outcome = written(outcome)
    if not outcome:
        raise InvalidInput({"outcome": _("Say how the task ended.")})
    task.closed_at, task.closed_by_id, task.outcome = clock.now(), actor.user_id, outcome
    task.save(update_fields=["closed_at", "closed_by", "outcome"])
    return task


def staff_tasks_settle(*, actor: Scope, kinds: Iterable[StaffTaskKind], object_key: str, outcome: str) -> int:
    """Close the open tasks about an object that a person has just dealt with; how many there were."""
    tasks = list(StaffTask.objects.open().filter(kind__in=list(kinds), object_key=object_key))
    for task in tasks:
        task.closed_at, task.closed_by_id, task.outcome = clock.now(), actor.user_id, outcome
        task.save(update_fields=["closed_at", "closed_by", "outcome"])
    return len(tasks)

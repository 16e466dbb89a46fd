"""The recall of an item with hundreds of executions, and its undoing, as long work."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import scope_for
from assignments.enums import RecallState
from assignments.models import ItemRecall
from assignments.selectors.recalls import RECALL_WORK, work_key
from assignments.services.recalls import (
    BACK,
    STAGE,
    is_long,
    recall_carry_out,
    recall_finish_now,
    recall_put_back,
)
from common.formatting import number
from common.scope import Scope
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start

Decision = Callable[[], ItemRecall]


@transaction.atomic
def recall_decided(*, actor: Scope, decide: Decision) -> tuple[ItemRecall, LongTask | None]:
    """Take a decision that sets a recall going, and carry it out: at once if it is small, else as the task returned."""
    recall = decide()
    if recall.state not in (RecallState.UNDER_WAY, RecallState.GOING_BACK):
        return recall, None
    if is_long(recall):
        return recall, recall_work_start(actor=actor, recall=recall)
    return recall_finish_now(actor=actor, recall=recall), None


def recall_work_start(*, actor: Scope, recall: ItemRecall) -> LongTask:
    """Queue what a recall under way has left to do; twice is one work."""
    return long_task_start(
        actor=actor, kind=RECALL_WORK, key=work_key(recall), arguments={"recall": recall.pk}
    )


def _recall(task: LongTask) -> ItemRecall:
    found: ItemRecall = ItemRecall.objects.for_list().get(pk=task.arguments["recall"])
    return found


def _run(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    """In the name of whoever decided, whoever asked for the work to go on."""
    recall = _recall(task)
    back = recall.state == RecallState.GOING_BACK
    work, person = (recall_put_back, recall.undone_by) if back else (recall_carry_out, recall.answered_by)
    done = work(actor=scope_for(person or task.person), recall_id=recall.pk, watch=watch)
    return {"cancelled": done.cancelled, "refused": len(done.refused), "back": back}


def _outcome(task: LongTask) -> Outcome:
    if task.result["back"]:
        words = _("The recall is undone; left as they are: %(refused)s.")
    else:
        words = _("Off control: %(done)s; left on control: %(refused)s.")
    values = {"done": number(task.result["cancelled"]), "refused": number(task.result["refused"])}
    return Outcome(words % values, _recall(task).get_absolute_url(), _("Open the recall"))


def register_kinds() -> None:
    """Called once when the room is ready."""
    register(
        RECALL_WORK,
        LongWork(
            run=_run,
            title=lambda task: _("Recall of an item: %(item)s") % {"item": _recall(task).assignment},
            stages={
                STAGE: gettext_lazy("Executions are taken off control"),
                BACK: gettext_lazy("Executions are put back on control"),
            },
            outcome=_outcome,
            back=lambda task: _recall(task).get_absolute_url(),
            section="assignments:protocols",
        ),
    )

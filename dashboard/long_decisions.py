"""A decision on hundreds of reports as long work: what the worker does, what is kept of its result."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import scope_for
from assignments.services.executions import (
    MAX_WATCHED,
    BulkResult,
    bulk_checked,
    executions_decide_watched,
)
from common import clock
from common.formatting import number
from common.scope import Scope
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start

DECISIONS = "dashboard.decisions"


def kept_result(result: BulkResult, *, key: str, action: str) -> dict[str, Any]:
    """What the page of the result needs of a decision on many."""
    return {
        "key": key,
        "action": action,
        "done": len(result.done),
        "decided": list(zip(result.done, result.events, strict=True)),
        "refused": result.refused,
        "at": clock.now().isoformat(),
    }


def decisions_start(*, actor: Scope, data: Mapping[str, Any]) -> LongTask:
    """Queue a confirmed decision; the same confirmation sent twice is one work. Raises as `executions_decide`."""
    bulk_checked(
        actor=actor,
        action=data["action"],
        execution_ids=data["ids"],
        limit=MAX_WATCHED,
        remark=data["remark"],
        empty=data["empty"],
    )
    own = data["key"] or uuid.uuid4().hex
    arguments = {
        "key": own,
        "action": data["action"],
        "versions": [[pk, version] for pk, version in data["ids"].items()],
        "remark": data["remark"],
        "empty": data["empty"],
    }
    return long_task_start(actor=actor, kind=DECISIONS, key=f"{actor.user_id}:{own}", arguments=arguments)


def _run(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    said = task.arguments
    result = executions_decide_watched(
        actor=scope_for(task.person),
        action=said["action"],
        versions={int(pk): int(version) for pk, version in said["versions"]},
        key=said["key"],
        watch=watch,
        remark=said["remark"],
        empty=said["empty"],
    )
    return kept_result(result, key=said["key"], action=said["action"])


def _title(task: LongTask) -> str:
    words = (
        _("Acceptance of reports: %(count)s")
        if task.arguments["action"] == "accept"
        else _("Return of reports: %(count)s")
    )
    return words % {"count": number(len(task.arguments["versions"]))}


def _outcome(task: LongTask) -> Outcome:
    words = _("Decided: %(done)s of %(all)s.") % {
        "done": number(task.result["done"]),
        "all": number(len(task.arguments["versions"])),
    }
    return Outcome(words, f"{reverse('dashboard:review-result')}?task={task.pk}", _("Open the result"))


def register_kinds() -> None:
    """Called once when the room is ready."""
    register(
        DECISIONS,
        LongWork(
            run=_run,
            title=_title,
            stages={"decisions": gettext_lazy("Reports are decided")},
            outcome=_outcome,
            back=lambda _task: reverse("dashboard:review"),
        ),
    )

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
from assignments.services.undoing import decisions_undo_watched, undo_checked
from common import clock
from common.formatting import number
from common.scope import Scope
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start

DECISIONS, UNDOING = "dashboard.decisions", "dashboard.undoing"


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


def undoing_start(*, actor: Scope, kept: Mapping[str, Any]) -> LongTask:
    """Queue the undoing of the decisions of a result; pressed twice it is one work. Raises as `decisions_undo`."""
    decided = {int(pk): int(event) for pk, event in kept["decided"]}
    undo_checked(actor=actor, decided=decided, limit=MAX_WATCHED)
    key = kept["key"] or uuid.uuid4().hex
    return long_task_start(
        actor=actor,
        kind=UNDOING,
        key=f"{actor.user_id}:{key}",
        arguments={"key": key, "decided": list(decided.items())},
    )


def _undo(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    said = task.arguments
    undone = decisions_undo_watched(
        actor=scope_for(task.person),
        decided={int(pk): int(event) for pk, event in said["decided"]},
        key=f"undo-{said['key']}",
        asked_at=task.created_at,
        watch=watch,
    )
    return undone_result(undone, key=said["key"])


def undone_result(undone: BulkResult, *, key: str) -> dict[str, Any]:
    """What the page of the result needs of an undoing, which is not undone in its turn."""
    return kept_result(undone, key=key, action="undo") | {"decided": []}


def _undoing_title(task: LongTask) -> str:
    return _("Undoing of decisions: %(count)s") % {"count": number(len(task.arguments["decided"]))}


def _undoing_outcome(task: LongTask) -> Outcome:
    words = _("Undone: %(done)s of %(all)s") % {
        "done": number(task.result["done"]),
        "all": number(len(task.arguments["decided"])),
    }
    return Outcome(f"{words}.", _result_of(task), _("Open the result"))


def _result_of(task: LongTask) -> str:
    return f"{reverse('dashboard:review-result')}?task={task.pk}"


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
    return Outcome(words, _result_of(task), _("Open the result"))


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
    register(
        UNDOING,
        LongWork(
            run=_undo,
            title=_undoing_title,
            stages={"undoing": gettext_lazy("Decisions are undone")},
            outcome=_undoing_outcome,
            back=lambda _task: reverse("dashboard:review"),
        ),
    )

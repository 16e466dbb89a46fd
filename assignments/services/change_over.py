"""The day on which other control rules begin to hold: the stored states of all executions follow them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction

from assignments.fold import fold
from assignments.models import ControlRules, Execution, ExecutionEvent
from assignments.selectors import as_fold_rules, rules_in_force
from assignments.services.log import as_fold_events, columns_of, past_keep, read_log, refold
from assignments.services.telling import rules_changed_tell
from common import clock
from common.locks import hold

AT_ONCE = 2_000
"""Logs that are in memory at a time."""


@transaction.atomic
def rules_apply() -> int:
    """Fold every log with the rules in force, once for each version of them; how many executions stand otherwise now.

    Only due dates can move: of reports and returns these rules say nothing. Coordinators are told how many of theirs
    did. A second run does nothing.
    """
    hold("control rules")
    rules = rules_in_force()
    if rules is None or rules.applied_at is not None:
        return 0
    moved: Counter[str] = Counter()
    if ControlRules.objects.filter(effective_from__lt=rules.effective_from).exists():
        for executions in _portions():
            moved.update(_follow(executions, rules))
    rules.applied_at = clock.now()
    rules.save(update_fields=["applied_at"])
    rules_changed_tell(rules=rules, counts=moved)
    return moved.total()


def _portions() -> Iterator[Sequence[Execution]]:
    """All executions in order, locked, some at a time."""
    rows = Execution.objects.select_related("assignment").select_for_update(of=("self",)).order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield some
        last = some[-1].pk


def _follow(executions: Sequence[Execution], rules: ControlRules) -> Iterator[str]:
    """Write what the logs say now where they say something else; the region of each such execution."""
    logs: dict[int, list[ExecutionEvent]] = defaultdict(list)
    for event in ExecutionEvent.objects.filter(execution__in=executions).order_by("pk"):
        logs[event.execution_id].append(event)
    fold_rules = as_fold_rules(rules)
    for execution in executions:
        folded = columns_of(fold(as_fold_events(logs[execution.pk]), execution.assignment.due_on, fold_rules))
        if all(getattr(execution, name) == value for name, value in folded.items()):
            continue
        log = read_log(execution)
        past_keep(log, until=log.now)
        refold(execution, log.events, log.rules)
        execution.version += 1
        execution.save(update_fields=[*folded, "version"])
        yield execution.region_id

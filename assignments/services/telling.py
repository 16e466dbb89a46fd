"""Telling the coordinators of a region what the centre has put on control and decided: one notice per act and person.

The people are found among the memberships in force today, so that nobody is told of a region that he has left.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.urls import reverse

from accounts.selectors import people_of_regions
from assignments.enums import ExecutionState
from assignments.models import Execution, Protocol
from assignments.notices import DECIDED, PROTOCOL_ISSUED
from common.scope import Role, Scope
from notifications.services import Word, notices_write

LISTS = {"accept": ExecutionState.EXECUTED, "return": ExecutionState.RETURNED}
"""The state that narrows the registry to what a decision on many reports has left behind."""


def issue_tell(*, actor: Scope, protocol: Protocol) -> None:
    """Tell of an issued protocol, with the number of executions in the person's own regions."""
    rows = Execution.objects.filter(assignment__protocol=protocol).order_by().values_list("region")
    _put_on_control(actor, protocol, dict(rows.annotate(n=Count("pk"))))


def late_cluster_tell(*, actor: Scope, execution: Execution) -> None:
    """Tell of one more cluster put on control for an item issued before."""
    _put_on_control(actor, execution.assignment.protocol, {execution.region_id: 1})


def _put_on_control(actor: Scope, protocol: Protocol, counts: Mapping[str, int]) -> None:
    link = protocol.get_absolute_url()
    words = [
        Word(person, link, {**_protocol(protocol), "count": sum(counts[code] for code in codes)})
        for person, codes in people_of_regions([Role.COORDINATOR], counts).items()
    ]
    notices_write(actor=actor, kind=PROTOCOL_ISSUED, words=words)


def decision_tell(*, actor: Scope, action: str, execution_ids: Iterable[int]) -> None:
    """Tell of a decision of the centre, if it is one that a region is told of.

    A person is told once, however many executions were decided: of one by its reference, of several by their number.
    """
    if action not in DECIDED:
        return
    rows = Execution.objects.filter(pk__in=list(execution_ids)).select_related(
        "assignment__protocol", "cluster"
    )
    by_region: dict[str, list[Execution]] = defaultdict(list)
    for execution in rows.order_by("pk"):
        by_region[execution.region_id].append(execution)
    words = [
        _decision(action, person, [execution for code in codes for execution in by_region[code]])
        for person, codes in people_of_regions([Role.COORDINATOR], by_region).items()
    ]
    notices_write(actor=actor, kind=DECIDED[action], words=words)


def _decision(action: str, person: int, decided: list[Execution]) -> Word:
    if len(decided) > 1:
        link = f"{reverse('dashboard:registry')}?state={LISTS[action]}"
        return Word(person, link, {"count": len(decided)})
    execution = decided[0]
    data = {
        **_protocol(execution.assignment.protocol),
        "item": execution.assignment.number,
        "cluster": execution.cluster.code if execution.cluster else "",
    }
    if action == "extend":
        data["due"] = execution.due_on.isoformat()
    return Word(person, execution.get_absolute_url(), data)


def _protocol(protocol: Protocol) -> dict[str, Any]:
    return {"protocol": protocol.number, "held_on": protocol.held_on.isoformat()}

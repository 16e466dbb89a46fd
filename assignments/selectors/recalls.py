"""Recalls of items for their pages: what would be, what is, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, When

from assignments.enums import RECALL_ACTIVE, ExecutionState, RecallState
from assignments.models import Assignment, Execution, ItemRecall
from assignments.policies import can_decide_recall, can_recall, can_withdraw_recall
from assignments.querysets import ItemRecallQuerySet
from common import clock
from common.scope import Scope
from notifications.models import LongTask

RECALL_WORK = "assignments.recall"
"""The kind of long work that carries a recall out."""


def work_key(recall: ItemRecall) -> str:
    """The very work of a recall in its present state."""
    return f"{recall.pk}:{recall.state}"


@dataclass(frozen=True, slots=True)
class RecallCount:
    """What a recall of the item would do now: executions that leave control, those among them with a report in review,
    those that stay executed or cancelled, and the regions that are told."""

    open: int
    in_review: int
    executed: int
    cancelled: int
    regions: int


def recall_count(item: Assignment) -> RecallCount:
    """One query."""
    is_open = ~Q(state__in=(ExecutionState.EXECUTED, ExecutionState.CANCELLED))
    counted = Execution.objects.filter(assignment=item).aggregate(
        open=Count("pk", filter=is_open),
        in_review=Count("pk", filter=Q(state=ExecutionState.IN_REVIEW)),
        executed=Count("pk", filter=Q(state=ExecutionState.EXECUTED)),
        cancelled=Count("pk", filter=Q(state=ExecutionState.CANCELLED)),
        regions=Count("region", filter=is_open, distinct=True),
    )
    return RecallCount(**counted)


@dataclass(frozen=True, slots=True)
class RecallCard:
    """Everything on the page of one recall; `refused` are executions that stay on control, with the reason."""

    recall: ItemRecall
    count: RecallCount
    refused: Sequence[tuple[Execution, str]]
    task: LongTask | None
    may_decide: bool
    may_withdraw: bool
    may_go_on: bool
    undo_until: datetime | None


def recall_card(scope: Scope, recall: ItemRecall, undo_until: datetime | None) -> RecallCard:
    """The card, in a fixed number of queries; `undo_until` is the instant of the service, if there is one."""
    reasons = {int(pk): reason for pk, reason in recall.refused}
    rows = Execution.objects.visible_to(scope).for_list().filter(pk__in=reasons)
    undo = undo_until if undo_until and can_recall(scope) and clock.now() <= undo_until else None
    stands = recall.state in (RecallState.UNDER_WAY, RecallState.GOING_BACK)
    tasks = LongTask.objects.visible_to(scope).filter(kind=RECALL_WORK, key=work_key(recall))
    return RecallCard(
        recall=recall,
        count=recall_count(recall.assignment),
        refused=[(row, reasons[row.pk]) for row in rows.order_by("region", "pk")],
        task=tasks.order_by("-pk").first() if stands else None,
        may_decide=recall.waits and can_decide_recall(scope, recall),
        may_withdraw=recall.waits and can_withdraw_recall(scope, recall),
        may_go_on=stands and can_recall(scope),
        undo_until=undo,
    )


TO_CONFIRM = "to_confirm"
"""In the address of the list: only what waits for the reader."""


def recall_rows(scope: Scope, shown: str = "") -> ItemRecallQuerySet:
    """All recalls of the reader, those that wait first, then the newest; `shown` may be TO_CONFIRM."""
    rows: ItemRecallQuerySet = ItemRecall.objects.visible_to(scope).for_list()
    if shown == TO_CONFIRM:
        rows = rows.to_confirm(scope)
    return rows.order_by(Case(When(state__in=RECALL_ACTIVE, then=0), default=1), "-pk")


def recall_in_force(scope: Scope, item: Assignment) -> ItemRecall | None:
    """The recall that an item and its executions are marked with."""
    rows = ItemRecall.objects.visible_to(scope).in_force().filter(assignment=item)
    found: ItemRecall | None = rows.order_by("-pk").first()
    return found

"""Recalling an issued item as a whole: the centre's own decision, with a reason and a second person (methodology §10).

A proposal changes nothing. Confirmed, it cancels what is still on control, execution by execution, through the same log
and the same transition table as a single cancellation; what cannot be cancelled stays, with its reason. A recall of few
executions is one transaction; one of many is long work, where each cancellation stands as soon as it is made.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.enums import EventKind, RecallState
from assignments.models import Assignment, Execution, ExecutionEvent, ItemRecall
from assignments.policies import can_decide_recall, can_recall, can_withdraw_recall
from assignments.rules import MAX_REMARK_LENGTH, annullable_events, clean_key, clean_text
from assignments.services.executions import execution_annul, execution_recall
from assignments.services.log import KeyTaken, save_keyed
from assignments.services.proposals import needs_second_person
from assignments.services.telling import (
    recall_decided_tell,
    recall_tell,
    recall_undone_tell,
    recalled_tell,
)
from audit.services import audit_record, audited
from common import clock
from common.errors import ImpossibleStep, NotAllowed, PortalError
from common.scope import Scope
from common.versions import require_version

Watch = Callable[[str, int, int], None]
STAGE, BACK = "recall", "back"


def _unwatched(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches work that a request does itself."""


def open_executions(recall: ItemRecall) -> QuerySet[Execution]:
    """What of the item is still on control."""
    return Execution.objects.filter(assignment=recall.assignment_id).open().order_by("pk")


def is_long(recall: ItemRecall) -> bool:
    """Whether so many executions are to be decided that a person would wait for it."""
    rows = _cancelled_by(recall) if recall.state == RecallState.GOING_BACK else open_executions(recall)
    return rows.count() > settings.LONG_DECISION_ROWS


# Proposing


@audited
@transaction.atomic
def recall_propose(
    *, actor: Scope, assignment_id: int, reason: str, submission_key: str | None = None
) -> ItemRecall:
    """Propose to recall an issued item, or decide it at once where the centre is one person.

    Decided at once it is under way and waits to be carried out (`recall_carry_out`). Raises Missing, NotAllowed,
    InvalidInput, ImpossibleStep: a draft, nothing on control, another recall active.
    """
    item: Assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("protocol")
        .fetch(actor, pk=assignment_id)
    )
    if not can_recall(actor) or actor.user_id is None:
        raise NotAllowed(_only_reviewers())
    key = clean_key(submission_key)
    text = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the item is recalled.")
    )
    earlier = ItemRecall.objects.filter(submission_key=key).first() if key else None
    if earlier is not None:
        if (earlier.assignment_id, earlier.asked_by_id, earlier.reason) != (item.pk, actor.user_id, text):
            raise KeyTaken
        return earlier
    _require_recallable(item)
    now, alone = clock.now(), not needs_second_person()
    recall = ItemRecall(
        assignment=item,
        reason=text,
        asked_by_id=actor.user_id,
        asked_at=now,
        key=uuid.uuid4().hex,
        submission_key=key,
        alone=alone,
    )
    if alone:
        recall.state, recall.answered_by_id, recall.answered_at = RecallState.UNDER_WAY, actor.user_id, now
    save_keyed(recall, "submission_key")
    if not alone:
        recall_tell(actor=actor, recall=recall)
    return recall


def _require_recallable(item: Assignment) -> None:
    if item.protocol.is_draft:
        raise ImpossibleStep(_("The protocol is a draft: delete the item instead."))
    if ItemRecall.objects.active().filter(assignment=item).exists():
        raise ImpossibleStep(_("The recall of this item was already proposed: look at it."))
    if not item.executions.open().exists():
        raise ImpossibleStep(_("Nothing of this item is on control any more: there is nothing to recall."))


def _only_reviewers() -> str:
    return _("Items are recalled by controllers and administrators of the centre.")


# Deciding


def _locked(actor: Scope, recall_id: int) -> ItemRecall:
    """The locked recall; everybody locks its item first."""
    known: ItemRecall = ItemRecall.objects.fetch(actor, pk=recall_id)
    Assignment.objects.select_for_update(of=("self",)).get(pk=known.assignment_id)
    found: ItemRecall = (
        ItemRecall.objects.select_for_update(of=("self",))
        .select_related("assignment__protocol")
        .get(pk=recall_id)
    )
    return found


def _require_waiting(recall: ItemRecall, version: int | None) -> None:
    if not recall.waits:
        raise ImpossibleStep(
            _("The recall does not wait for a decision any more: %(state)s.")
            % {"state": recall.get_state_display()}
        )
    require_version(recall, version)


def _answer(recall: ItemRecall, actor: Scope, state: RecallState, answer: str = "") -> None:
    recall.state, recall.answer = state, answer
    recall.answered_by_id, recall.answered_at = actor.user_id, clock.now()
    recall.version += 1
    recall.save()


def not_yours(actor: Scope) -> str:
    """Whose act it is to decide on a recall, for whoever may not."""
    if can_recall(actor):
        return _(
            "This is your own proposal: another person of the centre confirms or refuses it. You may withdraw it."
        )
    return _only_reviewers()


@audited
@transaction.atomic
def recall_confirm(*, actor: Scope, recall_id: int, version: int | None) -> ItemRecall:
    """Stand behind the recall as a second person: from now on it is under way (`recall_carry_out`).

    The same person's second press is one decision. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion.
    """
    recall = _locked(actor, recall_id)
    if not can_decide_recall(actor, recall):
        raise NotAllowed(not_yours(actor))
    if recall.answered_by_id == actor.user_id and recall.state in (RecallState.UNDER_WAY, RecallState.DONE):
        return recall
    _require_waiting(recall, version)
    _answer(recall, actor, RecallState.UNDER_WAY)
    recall_decided_tell(actor=actor, recall=recall, is_confirmed=True)
    return recall


@audited
@transaction.atomic
def recall_refuse(*, actor: Scope, recall_id: int, version: int | None, answer: str) -> ItemRecall:
    """Refuse the recall that a colleague proposed, with the reason. Raises as `recall_confirm`, and InvalidInput."""
    recall = _locked(actor, recall_id)
    if not can_decide_recall(actor, recall):
        raise NotAllowed(not_yours(actor))
    _require_waiting(recall, version)
    text = clean_text(
        answer,
        field="answer",
        limit=MAX_REMARK_LENGTH,
        required=_("Say why it is refused: whoever asked reads it."),
    )
    _answer(recall, actor, RecallState.REFUSED, text)
    recall_decided_tell(actor=actor, recall=recall, is_confirmed=False)
    return recall


@audited
@transaction.atomic
def recall_withdraw(*, actor: Scope, recall_id: int, version: int | None) -> ItemRecall:
    """Take an own proposal back before it was decided. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion."""
    recall = _locked(actor, recall_id)
    if not can_withdraw_recall(actor, recall):
        raise NotAllowed(_("A proposal is withdrawn by whoever made it."))
    _require_waiting(recall, version)
    _answer(recall, actor, RecallState.WITHDRAWN)
    return recall


# Carrying out


def recall_carry_out(*, actor: Scope, recall_id: int, watch: Watch = _unwatched) -> ItemRecall:
    """Cancel what is still on control of an item whose recall is under way; begun anew it goes on where it was.

    `actor` is whoever confirmed. Each execution for itself, so one refusal stops no other; the regions are told and the
    trail gets its row at the end. One that is finished already is returned as it is.
    """
    recall: ItemRecall = ItemRecall.objects.select_related("assignment__protocol").fetch(actor, pk=recall_id)
    if recall.state != RecallState.UNDER_WAY:
        return recall
    refused: list[tuple[int, str]] = []
    ids = list(open_executions(recall).values_list("pk", flat=True))
    for number, pk in enumerate(ids, 1):
        act = partial(
            execution_recall,
            actor=actor,
            execution_id=pk,
            reason=recall.reason,
            key=f"{recall.key}-{pk}",
            proposed_at=recall.asked_at,
        )
        _one(act, pk, refused)
        watch(STAGE, number, len(ids))
    return _finish(actor=actor, recall_id=recall_id, refused=refused)


def _one(act: Callable[[], object], pk: int, refused: list[tuple[int, str]]) -> None:
    try:
        with transaction.atomic():
            act()
    except PortalError as error:
        refused.append((pk, str(error)))


@audited
@transaction.atomic
def _finish(*, actor: Scope, recall_id: int, refused: list[tuple[int, str]]) -> ItemRecall:
    recall = _locked(actor, recall_id)
    if recall.state != RecallState.UNDER_WAY:
        return recall
    done = _cancelled_by(recall)
    recall.state, recall.finished_at = RecallState.DONE, clock.now()
    recall.cancelled, recall.refused = done.count(), refused
    recall.version += 1
    recall.save()
    recalled_tell(actor=actor, recall=recall, executions=done)
    audit_record(
        actor=actor,
        action="item_recall",
        obj=recall.assignment,
        changes={"reason": ("", recall.reason), "refused": ("", len(refused))},
        count=recall.cancelled,
    )
    return recall


def _events_of(recall: ItemRecall) -> QuerySet[ExecutionEvent]:
    """The cancellations that this recall has appended."""
    return ExecutionEvent.objects.filter(
        execution__assignment=recall.assignment_id,
        kind=EventKind.CANCELLED,
        submission_key__startswith=f"{recall.key}-",
    )


def _cancelled_by(recall: ItemRecall) -> QuerySet[Execution]:
    """Executions that this recall has taken off control, annulled cancellations left out."""
    return Execution.objects.filter(pk__in=_events_of(recall).filter(annulments=None).values("execution"))


# Undoing


def undo_until(recall: ItemRecall) -> datetime | None:
    """The instant until which one press undoes a finished recall; None when it is not finished."""
    if recall.state != RecallState.DONE or recall.finished_at is None:
        return None
    return recall.finished_at + timedelta(minutes=settings.DECISION_UNDO_MINUTES)


@audited
@transaction.atomic
def recall_undo(*, actor: Scope, recall_id: int) -> ItemRecall:
    """Begin to undo a recall within minutes of its end: its cancellations are annulled (`recall_put_back`).

    Later each cancellation is annulled for itself, with a reason. Raises Missing, NotAllowed, ImpossibleStep.
    """
    recall = _locked(actor, recall_id)
    if not can_recall(actor) or actor.user_id is None:
        raise NotAllowed(_only_reviewers())
    if recall.state == RecallState.GOING_BACK:
        return recall
    if recall.state != RecallState.DONE:
        raise ImpossibleStep(
            _("There is nothing to undo: %(state)s.") % {"state": recall.get_state_display()}
        )
    minutes, last = settings.DECISION_UNDO_MINUTES, undo_until(recall)
    if last is None or clock.now() > last:
        words = ngettext(
            "A recall is undone within %(minutes)s minute. Now each cancellation is annulled singly, with a reason.",
            "A recall is undone within %(minutes)s minutes. Now each cancellation is annulled singly, with a reason.",
            minutes,
        )
        raise ImpossibleStep(words % {"minutes": minutes})
    recall.state, recall.undone_by_id = RecallState.GOING_BACK, actor.user_id
    recall.version += 1
    recall.save()
    return recall


def recall_put_back(*, actor: Scope, recall_id: int, watch: Watch = _unwatched) -> ItemRecall:
    """Annul the cancellations of a recall that is being undone; begun anew it goes on where it was.

    What somebody has decided on since is left and named with its reason.
    """
    recall: ItemRecall = ItemRecall.objects.select_related("assignment__protocol").fetch(actor, pk=recall_id)
    if recall.state != RecallState.GOING_BACK:
        return recall
    refused: list[tuple[int, str]] = []
    pairs = list(
        _events_of(recall).filter(annulments=None).order_by("execution").values_list("execution", "pk")
    )
    for number, (pk, event_id) in enumerate(pairs, 1):
        _one(partial(_annul, actor, recall, pk, event_id), pk, refused)
        watch(BACK, number, len(pairs))
    return _undone(actor=actor, recall_id=recall_id, refused=refused)


def _annul(actor: Scope, recall: ItemRecall, execution_id: int, event_id: int) -> None:
    """Annul a cancellation if nothing that counts has followed it."""
    execution = Execution.objects.select_for_update(of=("self",)).get(pk=execution_id)
    standing = annullable_events(ExecutionEvent.objects.filter(execution=execution).order_by("pk"))
    if not standing or standing[-1].pk != event_id:
        raise ImpossibleStep(
            _(
                "Something else has happened since: look at the history. The event can be annulled with a reason."
            )
        )
    execution_annul(
        actor=actor,
        execution_id=execution_id,
        version=execution.version,
        event_id=event_id,
        reason=_("The recall of the item was undone."),
        submission_key=f"{recall.key}-{execution_id}-back",
    )


@audited
@transaction.atomic
def _undone(*, actor: Scope, recall_id: int, refused: list[tuple[int, str]]) -> ItemRecall:
    recall = _locked(actor, recall_id)
    if recall.state != RecallState.GOING_BACK:
        return recall
    back = Execution.objects.filter(pk__in=_events_of(recall).exclude(annulments=None).values("execution"))
    count = back.count()
    recall.state, recall.refused, recall.cancelled = RecallState.UNDONE, refused, recall.cancelled - count
    recall.version += 1
    recall.save()
    recall_undone_tell(actor=actor, recall=recall, executions=back)
    audit_record(actor=actor, action="item_recall_undo", obj=recall.assignment, count=count)
    return recall


# Both at once


@transaction.atomic
def recall_finish_now(*, actor: Scope, recall: ItemRecall) -> ItemRecall:
    """Carry out, or undo, a recall of few executions in one transaction with the decision of the caller."""
    if recall.state == RecallState.GOING_BACK:
        return recall_put_back(actor=actor, recall_id=recall.pk)
    return recall_carry_out(actor=actor, recall_id=recall.pk)

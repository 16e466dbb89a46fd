"""The event log of one execution: read under lock, appended to, folded into the columns of the execution."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from assignments.as_of import PAST_COLUMNS
from assignments.enums import FINAL_STATES, TRANSITIONS, ExecutionState, RequestState
from assignments.fold import Event, Folded, FoldRules, fold
from assignments.models import Execution, ExecutionEvent, ExecutionPast, ExecutionRequest, ReviewClaim
from assignments.selectors import as_fold_rules, fold_rules, required_rules
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep
from common.formatting import date_short
from common.scope import Scope


class KeyTaken(ImpossibleStep):
    """The key of a form that was already sent for something else, or with other contents."""

    code = "submission_key_used"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This form was already sent, for something else or with another text. Look at the history and repeat."
            )
        )


@dataclass(frozen=True, slots=True)
class Log:
    """A locked execution with its events, what they say under the rules in force, and the instant of the act.

    `rules_from` is the day from which these rules hold.
    """

    execution: Execution
    events: Sequence[ExecutionEvent]
    rules: FoldRules
    rules_from: date
    folded: Folded
    now: datetime


def as_fold_events(events: Iterable[ExecutionEvent]) -> list[Event]:
    """Rows of the log as the fold takes them."""
    return [
        Event(
            id=row.pk,
            kind=row.kind,
            at=row.at,
            recorded_at=row.recorded_at,
            corrects=row.corrects or None,
            due=row.due,
            empty=row.empty,
            new_due=row.new_due,
            requested_at=row.requested_at,
            target=row.target_id,
        )
        for row in events
    ]


def columns_of(folded: Folded) -> dict[str, Any]:
    """The cached columns of an execution that a fold decides."""
    return {
        "state": folded.state,
        "first_due_on": folded.first_due,
        "due_on": folded.due,
        "issued_at": folded.issued_at,
        "reported_on": folded.completed,
        "in_review_since": folded.review_since,
        "returns": folded.returns,
        "extensions": folded.extensions,
        "closed_at": folded.closed_at,
    }


def refold(execution: Execution, events: Iterable[ExecutionEvent], rules: FoldRules | None = None) -> Folded:
    """Set the cached columns of `execution` (unsaved) from its whole log; `rules` default to those in force."""
    folded = fold(as_fold_events(events), execution.assignment.due_on, rules or fold_rules())
    for column, value in columns_of(folded).items():
        setattr(execution, column, value)
    return folded


def read_log(execution: Execution) -> Log:
    """The log of a locked execution.

    The instant is taken after the lock, and never before the last record: the order of appending is the order of
    time even when the clock of one server is behind.
    """
    events = list(ExecutionEvent.objects.filter(execution=execution).order_by("pk"))
    in_force = required_rules()
    rules = as_fold_rules(in_force)
    now = max([clock.now(), *(event.recorded_at for event in events)])
    folded = fold(as_fold_events(events), execution.assignment.due_on, rules)
    return Log(
        execution=execution,
        events=events,
        rules=rules,
        rules_from=in_force.effective_from,
        folded=folded,
        now=now,
    )


def save_keyed(row: Model, *keys: str) -> None:
    """Write a row that bears keys of sendings; one that another row took at the same moment is refused (KeyTaken)."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        others = type(row)._default_manager.exclude(pk=row.pk)
        taken = {name: getattr(row, name) for name in keys}
        if any(key and others.filter(**{name: key}).exists() for name, key in taken.items()):
            raise KeyTaken from error
        raise


def append(log: Log, *, actor: Scope, action: str, fields: dict[str, Any]) -> ExecutionEvent:
    """Write the event of `action`, refold, and move the execution to its next version."""
    execution = log.execution
    event = ExecutionEvent(
        execution=execution,
        kind=TRANSITIONS[action].event,
        actor_id=actor.user_id,
        recorded_at=log.now,
        **{"at": log.now, **fields},
    )
    # Two different executions may be sent one key at the same moment; on one execution the lock decides.
    save_keyed(event, "submission_key")
    past_keep(log, until=event.recorded_at)
    was_in_review = execution.state == ExecutionState.IN_REVIEW
    folded = refold(execution, [*log.events, event], log.rules)
    execution.version += 1
    execution.save(update_fields=[*columns_of(folded), "version"])
    if was_in_review and folded.state != ExecutionState.IN_REVIEW:
        ReviewClaim.objects.filter(execution=execution).delete()
    if folded.state in FINAL_STATES:
        _lapse_requests(actor=actor, execution=execution, event=event)
    elif event.target is not None:
        _reopen_requests(actor=actor, execution=execution, closing=event.target)
    return event


def past_keep(log: Log, *, until: datetime) -> None:
    """Keep what the columns of the execution say, before the record of `until` replaces it."""
    since = max((event.recorded_at for event in log.events), default=until)
    if clock.day_of(since) < log.rules_from:
        # The rules changed after the last record: it may be that they, and no record, replaced a state.
        replaced = ExecutionPast.objects.filter(execution=log.execution).aggregate(at=Max("until"))["at"]
        since = max(since, replaced or since)
    if since < until:
        columns = {name: getattr(log.execution, name) for name in PAST_COLUMNS}
        ExecutionPast.objects.create(execution=log.execution, since=since, until=until, **columns)


@audited
def _lapse_requests(*, actor: Scope, execution: Execution, event: ExecutionEvent) -> None:
    """An execution off control needs no answer any more: its open requests end with the event that closed it."""
    for request in ExecutionRequest.objects.filter(execution=execution).open().select_for_update():
        request.state = RequestState.LAPSED
        request.answered_by_id, request.answered_at = actor.user_id, event.recorded_at
        request.version += 1
        request.save()


@audited
def _reopen_requests(*, actor: Scope, execution: Execution, closing: ExecutionEvent) -> None:
    """What ended with an event that counts no more waits again; what was answered or withdrawn stays so."""
    lapsed = ExecutionRequest.objects.filter(
        execution=execution, state=RequestState.LAPSED, answered_at=closing.recorded_at
    )
    for request in lapsed.select_for_update():
        request.state = RequestState.OPEN
        request.answered_by, request.answered_at = None, None
        request.version += 1
        request.save()


def require_step(log: Log, action: str) -> None:
    """Refuse an act that the transition table does not know for the present state, with a sentence about it."""
    state = ExecutionState(log.folded.state)
    if state not in TRANSITIONS[action].sources:
        raise ImpossibleStep(_impossible(state, log.folded))


def _impossible(state: ExecutionState, folded: Folded) -> str:
    if folded.closed_at is not None:
        closed = {"date": date_short(folded.closed_at)}
        if state is ExecutionState.EXECUTED:
            return _("The execution was already taken off control as executed on %(date)s.") % closed
        return _("The execution was already cancelled on %(date)s.") % closed
    if state is ExecutionState.RETURNED:
        return _("The report was already returned for rework; a new one has not been handed in yet.")
    if state is ExecutionState.ISSUED:
        return _("Nothing has been handed in yet: there is no report to return.")
    return _("The execution is not on control yet.")

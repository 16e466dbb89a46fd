"""The life of an execution. Every act appends one event to its log; nothing else changes an execution.

All acts share one order of refusals: not in scope (Missing), not this person's act (NotAllowed), sent twice (the
first event is returned), read before somebody's change (StaleVersion), impossible in this state (ImpossibleStep),
a field breaks a rule (InvalidInput). A refused act leaves database and files as they were.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import REVIEWERS, TRANSITIONS, ExecutionState
from assignments.models import Evidence, Execution, ExecutionEvent, ReportDraft
from assignments.policies import can_act, can_review
from assignments.rules import (
    MAX_REMARK_LENGTH,
    MAX_REPORT_LENGTH,
    annullable_events,
    clean_extension,
    clean_key,
    clean_late_instant,
    clean_text,
    undo_problem,
)
from assignments.services.corrections import with_corrects
from assignments.services.log import KeyTaken, Log, append, read_log, require_step
from assignments.services.telling import decision_tell
from audit.services import audit_record
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError
from common.names import written
from common.scope import Scope
from common.versions import require_version
from files.names import clean_file_name
from files.services import files_counted, files_store, stored_or_nothing
from notifications.services import job_once

Fields = dict[str, Any]
BULK_ACTIONS = ("accept", "return")
MAX_BULK = 500
MAX_WATCHED = 10_000
"""Reports decided at once by the worker."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """Ids of the executions that were decided, their events, and those refused with the reason of each."""

    done: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Act:
    """One act of one person on one execution, as it came in. `any_version` is for decisions on a list.

    `said` holds what the person entered, by the columns of the event: a form sent twice says the same twice.
    """

    actor: Scope
    action: str
    execution_id: int
    version: int | None = None
    submission_key: str | None = None
    any_version: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[UploadedFile] = ()


def _append(act: _Act, fields_of: Callable[[Log], Fields]) -> tuple[ExecutionEvent, bool]:
    """The core of every act; the event, and whether it is new (False: the same form came twice).

    Must run inside a transaction. `fields_of` validates against the locked log and gives the event's own fields.
    """
    execution: Execution = (
        Execution.objects.select_for_update(of=("self",))
        .select_related("assignment")
        .fetch(act.actor, pk=act.execution_id)
    )
    if not can_act(act.actor, act.action, execution):
        raise NotAllowed(not_allowed_words(act.action))
    key = clean_key(act.submission_key)
    earlier = _sent_before(act, key)
    if earlier is not None:
        return earlier, False
    if not act.any_version:
        require_version(execution, act.version)
    log = read_log(execution)
    require_step(log, act.action)
    fields = fields_of(log)
    return append(log, actor=act.actor, action=act.action, fields={**fields, "submission_key": key}), True


def _decide(act: _Act, fields_of: Callable[[Log], Fields]) -> ExecutionEvent:
    """An act of the centre on one execution, of which the coordinators of its region are told."""
    event, is_new = _append(act, fields_of)
    if is_new:
        decision_tell(actor=act.actor, action=act.action, event_ids=[event.pk])
    return event


def not_allowed_words(action: str) -> str:
    """Whose act it is, for whoever may not do it."""
    if TRANSITIONS[action].roles & REVIEWERS:
        return _("Only a controller of the centre decides on executions.")
    return _("Only the coordinator of the region hands in reports.")


def require_reviewer(scope: Scope) -> None:
    """Raises NotAllowed for whoever does not decide on reports."""
    if not can_review(scope):
        raise NotAllowed(not_allowed_words("accept"))


def require_reporter(scope: Scope) -> None:
    """Raises NotAllowed for whoever hands in no reports."""
    if not scope.coordinated:
        raise NotAllowed(not_allowed_words("submit"))


def _sent_before(act: _Act, key: str | None) -> ExecutionEvent | None:
    """The event that this very form made earlier; a key that belongs to anything else is refused."""
    if key is None:
        return None
    event = ExecutionEvent.objects.filter(submission_key=key).first()
    if event is None:
        return None
    same_place = event.execution_id == act.execution_id and event.actor_id == act.actor.user_id
    if not same_place or event.kind != TRANSITIONS[act.action].event or not _says(event, act):
        raise KeyTaken
    return event


def _says(event: ExecutionEvent, act: _Act) -> bool:
    """Whether an event holds what the person entered now, files by name and size."""
    for column, value in act.said.items():
        entered = (
            clean_text(value, field=column, limit=MAX_REPORT_LENGTH) if isinstance(value, str) else value
        )
        if getattr(event, column) != entered:
            return False
    kept = event.evidence.values_list("file__original_name", "file__size")
    return sorted(kept) == sorted((clean_file_name(upload.name), upload.size) for upload in act.files)


def execution_submit(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    text: str,
    files: Sequence[UploadedFile] = (),
    submission_key: str | None = None,
    at: datetime | None = None,
    late_reason: str = "",
    corrects: str | None = None,
    is_own_form: bool = True,
) -> ExecutionEvent:
    """Hand in a report; while one is in review it is a supplement and moves no date (methodology §2).

    Without `at` it is the coordinator's own act, dated by the server. With `at` (aware) the centre records a report
    that came another way: not in the future, not before the issue, with `late_reason`; it may carry `corrects`.
    The person's draft went into `is_own_form`, the form of this one execution, and is taken away; a report that came
    with others takes away a draft of the same text alone.
    """
    action = "submit" if at is None else "record"
    said = {"text": text} if at is None else {"text": text, "at": at, "late_reason": late_reason}
    act = _Act(actor, action, execution_id, version, submission_key, said=said, files=files)

    def fields_of(log: Log) -> Fields:
        fields: Fields = {
            "text": clean_text(
                text,
                field="text",
                limit=MAX_REPORT_LENGTH,
                required=_("Write what was done: a report cannot be empty."),
            )
        }
        files_counted(files)
        if at is None:
            if corrects:
                raise InvalidInput({"corrects": _("Only the centre corrects earlier months.")})
            return fields
        reason = clean_text(
            late_reason,
            field="late_reason",
            limit=MAX_REMARK_LENGTH,
            required=_("Say why the report is recorded late."),
        )
        fields |= {"at": clean_late_instant(at, folded=log.folded, now=log.now), "late_reason": reason}
        return with_corrects(
            fields, actor=actor, log=log, corrects=corrects, reason=reason, reason_field="late_reason"
        )

    with stored_or_nothing(), transaction.atomic():
        event, is_new = _append(act, fields_of)
        if is_new:
            _attach(actor, event, files)
            _forget_draft(actor, event, whatever=is_own_form)
        return event


def _forget_draft(actor: Scope, event: ExecutionEvent, *, whatever: bool) -> None:
    """Take the person's draft away when it holds the text that was handed in, or `whatever` it holds."""
    draft = ReportDraft.objects.filter(person=actor.user_id, execution=event.execution_id).first()
    if draft is not None and (whatever or written(draft.text) == event.text):
        draft.delete()


def _attach(actor: Scope, event: ExecutionEvent, files: Sequence[UploadedFile]) -> None:
    for stored in files_store(actor=actor, uploads=files):
        Evidence.objects.create(event=event, file=stored)


@transaction.atomic
def execution_accept(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    remark: str = "",
    submission_key: str | None = None,
    corrects: str | None = None,
) -> ExecutionEvent:
    """Take the execution off control as executed, dated by the report in review, without one by this moment."""

    def fields_of(log: Log) -> Fields:
        text = clean_text(remark, field="remark", limit=MAX_REMARK_LENGTH)
        return with_corrects(
            {"text": text}, actor=actor, log=log, corrects=corrects, reason=text, reason_field="remark"
        )

    act = _Act(actor, "accept", execution_id, version, submission_key, said={"text": remark})
    return _decide(act, fields_of)


def _return_text(remark: str) -> str:
    return clean_text(
        remark,
        field="remark",
        limit=MAX_REMARK_LENGTH,
        required=_("Say what must be changed: a return needs a remark."),
    )


@transaction.atomic
def execution_return(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    remark: str,
    empty: bool = False,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> ExecutionEvent:
    """Return the report for rework; an `empty` one (no substance) gives no days back (methodology §3)."""

    def fields_of(log: Log) -> Fields:
        text = _return_text(remark)
        return with_corrects(
            {"text": text, "empty": empty},
            actor=actor,
            log=log,
            corrects=corrects,
            reason=text,
            reason_field="remark",
        )

    act = _Act(actor, "return", execution_id, version, submission_key, said={"text": remark, "empty": empty})
    return _decide(act, fields_of)


@transaction.atomic
def execution_extend(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    new_due: date,
    reason: str,
    requested_at: datetime | None = None,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> ExecutionEvent:
    """Move the due date forward: on a request of the region (`requested_at`) or by the centre's own decision.

    What the fold would ignore is refused here: an earlier day, a request after the due day, one request too many.
    Pages and API come here by way of a request or of a confirmed proposal (`services.proposals`).
    """

    def fields_of(log: Log) -> Fields:
        return extension_fields(
            log, actor=actor, new_due=new_due, reason=reason, requested_at=requested_at, corrects=corrects
        )

    act = _Act(
        actor,
        "extend",
        execution_id,
        version,
        submission_key,
        said={"text": reason, "new_due": new_due},
    )
    return _decide(act, fields_of)


def extension_fields(
    log: Log,
    *,
    actor: Scope,
    new_due: date,
    reason: str,
    requested_at: datetime | None,
    corrects: str | None,
) -> Fields:
    """The fields of an extension that this log allows; InvalidInput otherwise."""
    text = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the term is moved.")
    )
    clean_extension(
        new_due=new_due, requested_at=requested_at, folded=log.folded, rules=log.rules, now=log.now
    )
    fields = {"text": text, "new_due": new_due, "requested_at": requested_at}
    return with_corrects(fields, actor=actor, log=log, corrects=corrects, reason=text, reason_field="reason")


@transaction.atomic
def execution_cancel(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    reason: str,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> ExecutionEvent:
    """Take the execution off control without execution: it leaves every window of the rating.

    Pages and API come here by way of a request or of a confirmed proposal (`services.proposals`).
    """

    def fields_of(log: Log) -> Fields:
        return cancellation_fields(log, actor=actor, reason=reason, corrects=corrects)

    act = _Act(actor, "cancel", execution_id, version, submission_key, said={"text": reason})
    return _decide(act, fields_of)


def cancellation_fields(log: Log, *, actor: Scope, reason: str, corrects: str | None) -> Fields:
    """The fields of a cancellation; InvalidInput for a missing reason or a month that is none."""
    text = clean_text(
        reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the item is cancelled.")
    )
    return with_corrects(
        {"text": text}, actor=actor, log=log, corrects=corrects, reason=text, reason_field="reason"
    )


@transaction.atomic
def execution_recall(
    *, actor: Scope, execution_id: int, reason: str, key: str, proposed_at: datetime
) -> ExecutionEvent:
    """Cancel one execution as a part of the recall of its item (`services.recalls`), which tells of all of them.

    A report that came after the recall was proposed is never swept away: it is decided on first.
    """

    def fields_of(log: Log) -> Fields:
        if log.folded.review_since is not None and log.folded.review_since > proposed_at:
            raise ImpossibleStep(
                _("A report was handed in after the recall was proposed. Decide on the report first.")
            )
        return cancellation_fields(log, actor=actor, reason=reason, corrects=None)

    act = _Act(actor, "cancel", execution_id, None, key, any_version=True, said={"text": reason})
    return _append(act, fields_of)[0]


@transaction.atomic
def execution_annul(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    event_id: int,
    reason: str,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> ExecutionEvent:
    """Make an event of the same execution count as never made; the state follows from what remains."""

    def fields_of(log: Log) -> Fields:
        text = clean_text(
            reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the event is annulled.")
        )
        target = next((event for event in log.events if event.pk == event_id), None)
        if target is None:
            raise InvalidInput({"event_id": _("This execution has no such event.")})
        if target not in annullable_events(log.events):
            raise ImpossibleStep(
                _("This event cannot be annulled: it is the issue, an annulment, or annulled already.")
            )
        return with_corrects(
            {"text": text, "target": target},
            actor=actor,
            log=log,
            corrects=corrects,
            reason=text,
            reason_field="reason",
        )

    act = _Act(
        actor, "annul", execution_id, version, submission_key, said={"text": reason, "target_id": event_id}
    )
    return _append(act, fields_of)[0]


def undo_append(
    *, actor: Scope, execution_id: int, event_id: int, submission_key: str | None, asked_at: datetime | None
) -> tuple[ExecutionEvent, bool]:
    """The annulment that undoes a decision, and whether it is new; tells nobody (`services.undoing` does).

    Must run inside a transaction. `asked_at` is when the undoing was asked for, when the work comes to it later.
    """

    def fields_of(log: Log) -> Fields:
        target = next((event for event in log.events if event.pk == event_id), None)
        if target is None:
            raise InvalidInput({"event_id": _("This execution has no such event.")})
        problem = undo_problem(log.events, target, min(log.now, asked_at or log.now))
        if problem:
            raise ImpossibleStep(problem)
        text = _("Undone by the reviewer.")
        return with_corrects(
            {"text": text, "target": target},
            actor=actor,
            log=log,
            corrects=None,
            reason=text,
            reason_field="event_id",
        )

    said = {"target_id": event_id}
    return _append(
        _Act(actor, "annul", execution_id, None, submission_key, any_version=True, said=said), fields_of
    )


def require_some(execution_ids: Collection[int], limit: int) -> None:
    """Refuse a list of nothing, and one that is too long for one decision."""
    if not execution_ids:
        raise InvalidInput({"execution_ids": _("Choose at least one execution.")})
    if len(execution_ids) > limit:
        message = _("At most %(limit)s executions are decided at once.")
        raise InvalidInput({"execution_ids": message % {"limit": limit}})


def bulk_checked(
    *, actor: Scope, action: str, execution_ids: Collection[int], limit: int, remark: str, empty: bool
) -> Fields:
    """What every event of a decision on many holds. Raises NotAllowed or InvalidInput for all of them."""
    if action not in BULK_ACTIONS:
        raise InvalidInput({"action": _("Choose to accept or to return.")})
    require_reviewer(actor)
    require_some(execution_ids, limit)
    if action == "return":
        return {"text": _return_text(remark), "empty": empty}
    return {"text": clean_text(remark, field="remark", limit=MAX_REMARK_LENGTH)}


def _decide_one(act: _Act, fields: Fields, result: BulkResult) -> None:
    """One report of many, in a transaction of its own; a refusal is kept with its reason."""

    def fields_of(log: Log) -> Fields:
        if log.folded.state != ExecutionState.IN_REVIEW:
            raise ImpossibleStep(_("Nothing has been handed in: there is no report to decide on."))
        return with_corrects(
            fields, actor=act.actor, log=log, corrects=None, reason=fields["text"], reason_field="remark"
        )

    try:
        with transaction.atomic():
            event, _is_new = _append(act, fields_of)
        result.done.append(act.execution_id)
        result.events.append(event.pk)
    except PortalError as error:
        result.refused.append((act.execution_id, str(error)))


@transaction.atomic
def _tell_of_many(actor: Scope, action: str, fields: Fields, result: BulkResult, key: str = "") -> None:
    """The regions are told once, and the trail holds one row with the count, however often `key` is begun anew."""
    if not result.done or (key and not ends_first(actor, f"executions_{action}", key, result)):
        return
    decision_tell(actor=actor, action=action, event_ids=result.events)
    audit_record(
        actor=actor,
        action=f"executions_{action}",
        obj=Execution,
        changes={
            "executions": ("", ", ".join(map(str, result.done))),
            "remark": ("", fields["text"]),
            "empty": ("", fields.get("empty", False)),
        },
        count=len(result.done),
    )


def ends_first(actor: Scope, act: str, key: str, result: BulkResult) -> bool:
    """Whether this is the first end of an act on many with this result, under the key of one sending."""
    done = ",".join(map(str, result.done))
    return job_once(job=act, cause=f"{actor.user_id}:{key}:{done}")


def executions_decide_watched(
    *,
    actor: Scope,
    action: str,
    versions: Mapping[int, int],
    key: str,
    watch: Callable[[str, int, int], None],
    remark: str = "",
    empty: bool = False,
) -> BulkResult:
    """The same for thousands, outside of any transaction: each decision stands as soon as it is made.

    `key` names this very confirmation: begun anew after a break, what was decided before counts as done, not as
    refused. Nobody is told before the end, and once. Raises as `executions_decide`.
    """
    fields = bulk_checked(
        actor=actor, action=action, execution_ids=versions, limit=MAX_WATCHED, remark=remark, empty=empty
    )
    result = BulkResult()
    for number, (execution_id, version) in enumerate(sorted(versions.items()), 1):
        own_key = f"{key[:40]}-{execution_id}"
        _decide_one(_Act(actor, action, execution_id, version, own_key), fields, result)
        watch("decisions", number, len(versions))
    _tell_of_many(actor, action, fields, result, key)
    return result


@transaction.atomic
def executions_decide(
    *,
    actor: Scope,
    action: str,
    execution_ids: Sequence[int],
    versions: Mapping[int, int] | None = None,
    remark: str = "",
    empty: bool = False,
) -> BulkResult:
    """Accept or return many reports that lie in review; each for itself, so one refusal stops no other.

    `versions` holds what the person has read, by execution: whatever changed since then is refused, not decided.
    Only executions with a report in review are decided here. Writes one row of the audit trail with the count.
    Raises NotAllowed or InvalidInput when nothing of it could be done for anybody.
    """
    fields = bulk_checked(
        actor=actor, action=action, execution_ids=execution_ids, limit=MAX_BULK, remark=remark, empty=empty
    )
    result = BulkResult()
    # In the order of ids, so that two people who decide on overlapping lists wait for each other, not for ever.
    for execution_id in sorted(set(execution_ids)):
        version = None if versions is None else versions.get(execution_id)
        act = _Act(actor, action, execution_id, version, any_version=versions is None)
        _decide_one(act, fields, result)
    _tell_of_many(actor, action, fields, result)
    return result

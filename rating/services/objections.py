"""Objections: filed by a region, taken back by it, answered by the centre with an event of the log (§8).

All acts share one order of refusals: not in scope (Missing), not this person's act (NotAllowed), impossible now
(ImpossibleStep), a field breaks a rule (InvalidInput). A refused act leaves database and files as they were.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Execution, ExecutionEvent
from assignments.rules import MAX_REMARK_LENGTH, clean_text
from assignments.services import executions
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed
from common.formatting import date_long
from common.scope import Scope
from files.models import StoredFile
from files.services import file_store, stored_or_nothing
from rating import policies
from rating.enums import ObjectionState, Remedy, SliceStatus
from rating.models import Objection, Slice
from rating.selectors.objections import (
    loss_of,
    may_be_objected,
    objections_end_on,
    possible_remedies,
    reviewers_of,
)
from rating.services.locks import lock_month


def require_objector(scope: Scope, region: str) -> None:
    """Raises NotAllowed for whoever files no objections of the region."""
    if not policies.can_object(scope, region):
        raise NotAllowed(_("Only the coordinator of the region files an objection."))


def objection_file(
    *, actor: Scope, slice_id: int, execution_id: int, reason: str, file: UploadedFile | None = None
) -> Objection:
    """File an objection of the region to what a slice says of one execution; at most one is open at a time.

    Raises Missing (also for a slice that is not shown to the region), NotAllowed, ImpossibleStep outside the term or
    when the execution was objected to before, InvalidInput (`execution`, `reason`, `file`).
    """
    with stored_or_nothing(), transaction.atomic():
        slice_ = _objectable(actor, slice_id)
        execution: Execution = Execution.objects.select_related("assignment").fetch(actor, pk=execution_id)
        require_objector(actor, execution.region_id)
        lock_month(slice_.period)
        slice_.refresh_from_db()
        _require_term(slice_)
        _require_first(slice_, execution)
        if loss_of(slice_, execution) is None:
            raise InvalidInput(
                {
                    "execution": _(
                        "This execution lost no points in this month: there is nothing to object to."
                    )
                }
            )
        text = clean_text(
            reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say what is wrong and why.")
        )
        return Objection.objects.create(
            slice=slice_,
            region_id=execution.region_id,
            execution=execution,
            reason=text,
            file=_stored(actor, file),
            filed_by_id=actor.user_id,
            filed_at=clock.now(),
        )


def _objectable(actor: Scope, slice_id: int) -> Slice:
    slice_: Slice | None = Slice.objects.objectable_by(actor).filter(pk=slice_id).first()
    if slice_ is None:
        raise Missing(_("There is no such month in the rating."))
    return slice_


def _require_term(slice_: Slice) -> None:
    """Refuse an objection to a replaced revision, or one that comes too late."""
    if may_be_objected(slice_):
        return
    if slice_.status == SliceStatus.PUBLISHED and slice_.published_at is not None:
        message = _("Objections to this revision were taken until %(day)s.")
        raise ImpossibleStep(message % {"day": date_long(objections_end_on(slice_.published_at))})
    raise ImpossibleStep(_("This revision has been replaced: object to the one in force."))


def _require_first(slice_: Slice, execution: Execution) -> None:
    """Refuse a second objection to the same execution in the same revision, unless the first was taken back."""
    same = Objection.objects.filter(slice=slice_, execution=execution)
    earlier = same.exclude(state=ObjectionState.WITHDRAWN).first()
    if earlier is None:
        return
    if earlier.is_open:
        raise ImpossibleStep(_("An objection to this execution is already under review."))
    raise ImpossibleStep(_("The objection to this execution was already decided; the answer stands with it."))


def _stored(actor: Scope, upload: UploadedFile | None) -> StoredFile | None:
    return None if upload is None else file_store(actor=actor, upload=upload)


@transaction.atomic
def objection_withdraw(*, actor: Scope, objection_id: int) -> Objection:
    """Take an open objection back. Raises Missing, NotAllowed, ImpossibleStep."""
    objection = _locked(actor, objection_id)
    if not policies.can_object(actor, objection.region_id):
        raise NotAllowed(_("Only the coordinator of the region takes an objection back."))
    _require_open(objection)
    return _closed(actor, objection, ObjectionState.WITHDRAWN)


@transaction.atomic
def objection_dismiss(*, actor: Scope, objection_id: int, answer: str) -> Objection:
    """Answer that the objection is not justified: nothing in the log changes.

    Raises Missing, NotAllowed (also to the reviewer of the execution), ImpossibleStep, InvalidInput (`answer`).
    """
    objection = _to_decide(actor, objection_id)
    return _closed(actor, objection, ObjectionState.DISMISSED, _answer(answer))


@dataclass(frozen=True, slots=True)
class Correction:
    """The event that an upheld objection appends; which fields are needed depends on the remedy.

    `event_id` is the event to annul, `new_due` the later term, `handed_in_at` and `report` the report that the log
    did not know; `version` is that of the execution as the person read it.
    """

    remedy: str
    version: int | None
    event_id: int | None = None
    new_due: date | None = None
    handed_in_at: datetime | None = None
    report: str = ""


@transaction.atomic
def objection_uphold(*, actor: Scope, objection_id: int, answer: str, correction: Correction) -> Objection:
    """Answer that the region is right, by an event of the log that corrects the month of the slice.

    The numbers change with the next revision only. Raises Missing, NotAllowed (also to the reviewer of the
    execution), ImpossibleStep, StaleVersion, InvalidInput (`answer`, `remedy` and the field of the remedy).
    """
    objection = _to_decide(actor, objection_id)
    text = _answer(answer)
    objection.event = _append(actor, objection, correction, text)
    return _closed(actor, objection, ObjectionState.UPHELD, text)


def _append(actor: Scope, objection: Objection, correction: Correction, answer: str) -> ExecutionEvent:
    if correction.remedy not in Remedy.values:
        raise InvalidInput({"remedy": _("Choose what corrects the month.")})
    if Remedy(correction.remedy) not in possible_remedies(objection.execution):
        raise ImpossibleStep(_("The present state of the execution does not allow this correction."))
    common: dict[str, Any] = {
        "actor": actor,
        "execution_id": objection.execution_id,
        "version": correction.version,
        "corrects": objection.slice.period,
    }
    return _ACTS[Remedy(correction.remedy)](correction, answer, common)


def _annul(correction: Correction, answer: str, common: dict[str, Any]) -> ExecutionEvent:
    if correction.event_id is None:
        raise InvalidInput({"event_id": _("Choose the event to annul.")})
    return executions.execution_annul(event_id=correction.event_id, reason=answer, **common)


def _extend(correction: Correction, answer: str, common: dict[str, Any]) -> ExecutionEvent:
    if correction.new_due is None:
        raise InvalidInput({"new_due": _("Say the new due date.")})
    return executions.execution_extend(new_due=correction.new_due, reason=answer, **common)


def _record(correction: Correction, answer: str, common: dict[str, Any]) -> ExecutionEvent:
    if correction.handed_in_at is None:
        raise InvalidInput({"handed_in_at": _("Say when the report was handed in.")})
    try:
        return executions.execution_submit(
            at=correction.handed_in_at, text=correction.report, late_reason=answer, **common
        )
    except InvalidInput as error:
        names = {"at": "handed_in_at", "text": "report", "late_reason": "answer"}
        raise InvalidInput({names.get(name, name): said for name, said in error.errors.items()}) from error


def _accept(_correction: Correction, answer: str, common: dict[str, Any]) -> ExecutionEvent:
    return executions.execution_accept(remark=answer, **common)


def _cancel(_correction: Correction, answer: str, common: dict[str, Any]) -> ExecutionEvent:
    return executions.execution_cancel(reason=answer, **common)


_ACTS: dict[Remedy, Callable[[Correction, str, dict[str, Any]], ExecutionEvent]] = {
    Remedy.ANNUL: _annul,
    Remedy.EXTEND: _extend,
    Remedy.RECORD: _record,
    Remedy.ACCEPT: _accept,
    Remedy.CANCEL: _cancel,
}


def _locked(actor: Scope, objection_id: int) -> Objection:
    """The objection, after everybody else who works on its month."""
    found: Objection = Objection.objects.select_related("slice").fetch(actor, pk=objection_id)
    lock_month(found.slice.period)
    rows = Objection.objects.select_for_update(of=("self",)).select_related("slice", "execution")
    objection: Objection = rows.get(pk=found.pk)
    return objection


def _to_decide(actor: Scope, objection_id: int) -> Objection:
    objection = _locked(actor, objection_id)
    if not policies.can_decide_objections(actor):
        raise NotAllowed(_("Only controllers and administrators of the centre answer objections."))
    reviewers = reviewers_of(objection.execution)
    if policies.is_reviewer(actor, reviewers):
        raise NotAllowed(_("You reviewed this execution: another person answers the objection."))
    if not policies.can_decide_objection(actor, objection, reviewers):
        raise NotAllowed(_("A coordinator of the region does not answer its objections."))
    _require_open(objection)
    return objection


def _require_open(objection: Objection) -> None:
    if not objection.is_open:
        message = _("The objection was already closed: %(state)s.")
        raise ImpossibleStep(message % {"state": objection.get_state_display()})


def _answer(answer: str) -> str:
    """The answer of the centre; it stands on the scorecard of the region."""
    return clean_text(
        answer,
        field="answer",
        limit=MAX_REMARK_LENGTH,
        required=_("Write the answer: it stands on the scorecard of the region."),
    )


def _closed(actor: Scope, objection: Objection, state: ObjectionState, answer: str = "") -> Objection:
    objection.state = state
    objection.answer = answer
    objection.decided_by_id = actor.user_id
    objection.decided_at = clock.now()
    objection.save(update_fields=["state", "answer", "decided_by", "decided_at", "event"])
    return objection

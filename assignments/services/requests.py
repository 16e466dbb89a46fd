"""Requests: asked by a region, withdrawn, answered. A grant is the centre's usual act on the execution.

What the centre proposes by its own decision (`services.proposals`) waits and ends here like a request of a region;
granting it is its confirmation by a second person.
The order of refusals is that of the acts on an execution. Everybody locks the execution before its requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import (
    ASKED_BY_REGIONS,
    GRANTING,
    OPEN_STATES,
    RequestKind,
    RequestState,
)
from assignments.models import Execution, ExecutionEvent, ExecutionRequest
from assignments.policies import can_act, can_answer, can_answer_requests, can_ask, can_withdraw
from assignments.rules import MAX_REMARK_LENGTH, clean_key, clean_text, new_due_problem
from assignments.services.executions import MAX_BULK, BulkResult, execution_cancel, execution_extend
from assignments.services.log import KeyTaken, Log, read_log, save_keyed
from assignments.services.telling import proposal_ended_tell, refusal_tell
from audit.services import audit_record, audited
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError
from common.scope import Scope
from common.versions import require_version

BULK_ANSWERS = ("grant", "refuse")


def locked_execution(actor: Scope, execution_id: int) -> Execution:
    """The execution, after everybody else who works on it; Missing for a stranger's."""
    found: Execution = (
        Execution.objects.select_for_update(of=("self",))
        .select_related("assignment")
        .fetch(actor, pk=execution_id)
    )
    return found


def request_save(request: ExecutionRequest) -> None:
    """Write a request; a key that another request took at the same moment is refused in words."""
    save_keyed(request, "submission_key", "answer_key")


# Asking


@audited
@transaction.atomic
def request_open(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    kind: str,
    reason: str,
    proposed_due: date | None = None,
    submission_key: str | None = None,
) -> ExecutionRequest:
    """Ask the centre about an own execution: for a later due date, or to cancel it as not applicable.

    `version` is that of the execution. A request after the due day, or one more after a request that moved the due,
    is taken too: then only the centre's own decision can grant it (methodology §2).
    """
    execution = locked_execution(actor, execution_id)
    if not can_ask(actor, execution):
        raise NotAllowed(_("Only the coordinator of the region asks the centre."))
    key = clean_key(submission_key)
    earlier = ExecutionRequest.objects.filter(submission_key=key).first() if key else None
    if earlier is not None:
        if (earlier.execution_id, earlier.asked_by_id, earlier.kind) != (execution.pk, actor.user_id, kind):
            raise KeyTaken
        return earlier
    require_version(execution, version)
    if kind not in ASKED_BY_REGIONS:
        raise InvalidInput({"kind": _("Say what is asked for: an extension, or that it is not applicable.")})
    log = read_log(execution)
    _require_free(log, kind)
    request = ExecutionRequest(
        execution=execution,
        kind=kind,
        reason=clean_text(
            reason, field="reason", limit=MAX_REMARK_LENGTH, required=_("Say why the region asks for it.")
        ),
        proposed_due=_clean_proposal(log, kind, proposed_due),
        asked_by_id=actor.user_id,
        asked_at=log.now,
        submission_key=key,
    )
    request_save(request)
    return request


def _require_free(log: Log, kind: str) -> None:
    """Refuse a request about what is off control, and a second one while the first waits."""
    if log.folded.state not in OPEN_STATES:
        raise ImpossibleStep(_("The execution is not on control: there is nothing to ask for."))
    asked = ExecutionRequest.objects.of_regions().filter(execution=log.execution, kind=kind)
    if asked.open().exists():
        raise ImpossibleStep(_("Such a request already waits for the answer of the centre."))


def _clean_proposal(log: Log, kind: str, proposed_due: date | None) -> date | None:
    """The day that an extension asks for; other requests name none."""
    if kind != RequestKind.EXTENSION:
        if proposed_due is not None:
            raise InvalidInput({"proposed_due": _("Only a request for an extension names a day.")})
        return None
    if proposed_due is None:
        raise InvalidInput({"proposed_due": _("Say until which day the region asks to extend the term.")})
    problem = new_due_problem(proposed_due, folded=log.folded, now=log.now)
    if problem:
        raise InvalidInput({"proposed_due": problem})
    return proposed_due


# Ending


def _begin(
    actor: Scope, request_id: int, key: str | None, state: RequestState
) -> tuple[ExecutionRequest, bool]:
    """The locked request that `actor` is about to end, and False when this very form has ended it already."""
    known: ExecutionRequest = ExecutionRequest.objects.fetch(actor, pk=request_id)
    execution = locked_execution(actor, known.execution_id)
    request: ExecutionRequest = ExecutionRequest.objects.select_for_update().get(pk=known.pk)
    request.execution = execution
    may = can_withdraw if state == RequestState.WITHDRAWN else can_answer
    if not may(actor, request):
        raise NotAllowed(not_yours(actor, request, state))
    earlier = ExecutionRequest.objects.filter(answer_key=key).first() if key else None
    if earlier is None:
        return request, True
    if (earlier.pk, earlier.answered_by_id, earlier.state) != (request.pk, actor.user_id, state):
        raise KeyTaken
    return request, False


def not_yours(actor: Scope, request: ExecutionRequest, state: RequestState) -> str:
    """Whose act it is to end a request in this way, for whoever may not."""
    if state == RequestState.WITHDRAWN:
        if request.is_of_centre:
            return _("A proposal is withdrawn by whoever made it.")
        return _("Only the coordinator of the region withdraws its request.")
    if request.is_of_centre and can_act(actor, GRANTING[request.kind], request.execution):
        return _(
            "This is your own proposal: another person of the centre confirms or refuses it. You may withdraw it."
        )
    return _answered_by_centre()


def _answered_by_centre() -> str:
    return _("Only a controller of the centre answers requests.")


def require_answerer(scope: Scope) -> None:
    """Raises NotAllowed for whoever answers no requests."""
    if not can_answer_requests(scope):
        raise NotAllowed(_answered_by_centre())


def _end(request: ExecutionRequest, actor: Scope, state: RequestState, answer: str, key: str | None) -> None:
    """Set who ended a request and how (unsaved); refused when it does not wait any more."""
    if not request.is_open:
        raise ImpossibleStep(
            _("The request does not wait for an answer any more: it is %(state)s.")
            % {"state": request.get_state_display()}
        )
    request.state, request.answer, request.answer_key = state, answer, key
    request.answered_by_id, request.answered_at = actor.user_id, read_log(request.execution).now
    request.version += 1


@audited
@transaction.atomic
def request_withdraw(
    *, actor: Scope, request_id: int, version: int | None, submission_key: str | None = None
) -> ExecutionRequest:
    """Take an own request, or an own proposal of the centre, back before it was answered."""
    key = clean_key(submission_key)
    request, is_new = _begin(actor, request_id, key, RequestState.WITHDRAWN)
    if is_new:
        require_version(request, version)
        _end(request, actor, RequestState.WITHDRAWN, "", key)
        request_save(request)
    return request


@audited
@transaction.atomic
def request_refuse(
    *, actor: Scope, request_id: int, version: int | None, answer: str, submission_key: str | None = None
) -> ExecutionRequest:
    """Refuse a request or a proposal of a colleague, with the reason; nothing changes in the execution."""
    key = clean_key(submission_key)
    request, is_new = _begin(actor, request_id, key, RequestState.REFUSED)
    if is_new:
        require_version(request, version)
        _refuse(request, actor, _refusal_text(answer), key)
        refusal_tell(actor=actor, request_ids=[request.pk])
    return request


def _refuse(request: ExecutionRequest, actor: Scope, text: str, key: str | None) -> None:
    _end(request, actor, RequestState.REFUSED, text, key)
    request_save(request)
    proposal_ended_tell(actor=actor, request=request)


def _refusal_text(answer: str) -> str:
    return clean_text(
        answer,
        field="answer",
        limit=MAX_REMARK_LENGTH,
        required=_("Say why it is refused: whoever asked reads it."),
    )


@audited
@transaction.atomic
def request_grant(
    *,
    actor: Scope,
    request_id: int,
    version: int | None,
    granted_due: date | None = None,
    answer: str = "",
    own_decision: bool = False,
    submission_key: str | None = None,
    corrects: str = "",
) -> ExecutionRequest:
    """Grant a request: the extension or cancellation enters the log as the centre's act on the execution.

    `granted_due` is the day asked for when left out. A request that cannot move the due by itself is granted only
    as the centre's `own_decision`, with its reason in `answer` (methodology §2 and §10). A proposal of the centre is
    confirmed as it stands: its day, its reason and its month are those of whoever made it.
    """
    key = clean_key(submission_key)
    request, is_new = _begin(actor, request_id, key, RequestState.GRANTED)
    if is_new:
        require_version(request, version)
        if granted_due is not None and request.kind != RequestKind.EXTENSION:
            raise InvalidInput({"granted_due": _("Only an extension sets a new day.")})
        if request.is_of_centre:
            _require_as_proposed(request, granted_due, corrects)
        _grant(request, actor, _Grant(granted_due, answer, own_decision, corrects), key)
    return request


def _require_as_proposed(request: ExecutionRequest, granted_due: date | None, corrects: str) -> None:
    """Refuse a confirmation that says something else than the proposal: then nobody would stand behind it twice."""
    if granted_due not in (None, request.proposed_due):
        raise InvalidInput({"granted_due": _("A proposal is confirmed until the proposed day, or refused.")})
    if corrects not in ("", request.corrects):
        raise InvalidInput({"corrects": _("A proposal is confirmed with its own month, or refused.")})


@dataclass(frozen=True, slots=True)
class _Grant:
    """What the centre says when it grants."""

    granted_due: date | None
    answer: str
    own_decision: bool = False
    corrects: str = ""


def _grant(request: ExecutionRequest, actor: Scope, grant: _Grant, key: str | None) -> None:
    """Answered first and acted upon second: the act may close the execution, then only other requests lapse."""
    is_extension = request.kind == RequestKind.EXTENSION
    text = clean_text(
        grant.answer,
        field="answer",
        limit=MAX_REMARK_LENGTH,
        required=_("The centre's own decision needs a reason.")
        if grant.own_decision and is_extension and not request.is_of_centre
        else "",
    )
    _end(request, actor, RequestState.GRANTED, text, key)
    request.granted_due = (grant.granted_due or request.proposed_due) if is_extension else None
    request_save(request)
    if request.is_of_centre:
        request.event = _confirm(request, actor)
    else:
        try:
            request.event = _act(request, actor, grant, text or request.reason)
        except InvalidInput as error:
            named = {FIELDS_OF_ANSWER.get(name, name): said for name, said in error.errors.items()}
            raise InvalidInput(named) from error
    request.save(update_fields=["event"])
    proposal_ended_tell(actor=actor, request=request)


FIELDS_OF_ANSWER = {"new_due": "granted_due", "requested_at": "own_decision", "reason": "answer"}
"""What the acts on an execution call the fields of an answer."""


def _act(request: ExecutionRequest, actor: Scope, grant: _Grant, reason: str) -> ExecutionEvent:
    """The event that grants, by the acts of the centre themselves and under all their rules."""
    execution = request.execution
    common: dict[str, Any] = {
        "actor": actor,
        "execution_id": execution.pk,
        "version": execution.version,
        "reason": reason,
        "corrects": grant.corrects,
    }
    if request.kind == RequestKind.NOT_APPLICABLE:
        return execution_cancel(**common)
    common["requested_at"] = None if grant.own_decision else request.asked_at
    return execution_extend(**common, new_due=cast(date, request.granted_due))


def _confirm(request: ExecutionRequest, actor: Scope) -> ExecutionEvent:
    """The event of a proposal, if the log still allows it; a cancellation never sweeps away a report unknown to it."""
    execution = request.execution
    arrived = execution.in_review_since
    if request.kind == RequestKind.CANCELLATION and arrived is not None and arrived > request.asked_at:
        raise ImpossibleStep(
            _("A report was handed in after the cancellation was proposed. Decide on the report first.")
        )
    common: dict[str, Any] = {
        "actor": actor,
        "execution_id": execution.pk,
        "version": execution.version,
        "reason": request.reason,
        "corrects": request.corrects,
    }
    try:
        if request.kind == RequestKind.CANCELLATION:
            return execution_cancel(**common)
        new_due = cast(date, request.proposed_due)
        return execution_extend(**common, new_due=new_due, requested_at=request.requested_at)
    except InvalidInput as error:
        message = _("The proposal fits the execution no more: %(reason)s")
        raise ImpossibleStep(message % {"reason": error}) from error


# Many at once


@audited
@transaction.atomic
def requests_decide(*, actor: Scope, action: str, request_ids: Sequence[int], answer: str = "") -> BulkResult:
    """Grant or refuse many requests with one answer; each for itself, so one refusal stops no other.

    Each extension is granted until the day that it asks for; one that cannot move the due by itself is left to a
    decision of its own; of the centre's proposals those of other people are confirmed. Writes one row of the audit
    trail with the count besides those of the requests.
    """
    if action not in BULK_ANSWERS:
        raise InvalidInput({"action": _("Choose to grant or to refuse.")})
    require_answerer(actor)
    if not request_ids:
        raise InvalidInput({"request_ids": _("Choose at least one request.")})
    if len(request_ids) > MAX_BULK:
        message = _("At most %(limit)s requests are answered at once.")
        raise InvalidInput({"request_ids": message % {"limit": MAX_BULK}})
    is_grant = action == "grant"
    text = clean_text(answer, field="answer", limit=MAX_REMARK_LENGTH) if is_grant else _refusal_text(answer)
    result = BulkResult()
    for request_id in _in_order_of_locks(request_ids):
        try:
            with transaction.atomic():
                _decide(actor, request_id, text, is_grant)
            result.done.append(request_id)
        except PortalError as error:
            result.refused.append((request_id, str(error)))
    if result.done:
        if not is_grant:
            refusal_tell(actor=actor, request_ids=result.done)
        audit_record(
            actor=actor,
            action=f"requests_{action}",
            obj=ExecutionRequest,
            changes={"requests": ("", ", ".join(map(str, result.done))), "answer": ("", text)},
            count=len(result.done),
        )
    return result


def _in_order_of_locks(request_ids: Sequence[int]) -> list[int]:
    """By execution, so that people who decide on overlapping lists wait for each other, not for ever."""
    known = dict(ExecutionRequest.objects.filter(pk__in=request_ids).values_list("pk", "execution_id"))
    return sorted(set(request_ids), key=lambda pk: (known.get(pk, 0), pk))


def _decide(actor: Scope, request_id: int, text: str, is_grant: bool) -> None:
    state = RequestState.GRANTED if is_grant else RequestState.REFUSED
    request, _is_new = _begin(actor, request_id, None, state)
    if is_grant:
        _grant(request, actor, _Grant(None, text), None)
    else:
        _refuse(request, actor, text, None)

"""The centre's own decisions on an execution: proposed by one person, confirmed by another (methodology §10).

An extension or a cancellation that no open request of the region asks for changes nothing when it is proposed. It
waits as a request of the centre; `request_grant` of another person is its confirmation and appends the event.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import GRANTING, RequestKind, RequestOrigin
from assignments.models import ExecutionEvent, ExecutionRequest
from assignments.policies import can_act
from assignments.rules import MAX_REMARK_LENGTH, clean_key, clean_text
from assignments.services.executions import (
    Fields,
    cancellation_fields,
    execution_cancel,
    execution_extend,
    extension_fields,
    not_allowed_words,
)
from assignments.services.log import KeyTaken, Log, read_log, require_step
from assignments.services.requests import locked_execution, request_save
from assignments.services.telling import proposal_tell
from audit.services import audited
from common.errors import ImpossibleStep, NotAllowed
from common.scope import Scope
from common.versions import require_version

Decision = ExecutionEvent | ExecutionRequest
"""The event when it is in the log at once; the proposal while it waits for a second person."""


def needs_second_person() -> bool:
    """Whether the centre's own decisions wait for another person; False only where the centre is one person."""
    return bool(settings.SECOND_PERSON_FOR_OWN_DECISIONS)


def extension_decide(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    new_due: date,
    reason: str,
    requested_at: datetime | None = None,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> Decision:
    """Extend by the centre's own decision, or on a request that reached the centre outside the portal.

    Raises the refusals of `execution_extend`, and ImpossibleStep while the region's own request or another proposal
    of the kind waits.
    """
    if not needs_second_person():
        return execution_extend(
            actor=actor,
            execution_id=execution_id,
            version=version,
            new_due=new_due,
            reason=reason,
            requested_at=requested_at,
            submission_key=submission_key,
            corrects=corrects,
        )
    proposal = ExecutionRequest(
        kind=RequestKind.EXTENSION,
        execution_id=execution_id,
        proposed_due=new_due,
        requested_at=requested_at,
        reason=reason,
        submission_key=submission_key,
    )

    def fields_of(log: Log) -> Fields:
        return extension_fields(
            log, actor=actor, new_due=new_due, reason=reason, requested_at=requested_at, corrects=corrects
        )

    return _propose(actor=actor, version=version, proposal=proposal, fields_of=fields_of)


def cancellation_decide(
    *,
    actor: Scope,
    execution_id: int,
    version: int | None,
    reason: str,
    submission_key: str | None = None,
    corrects: str | None = None,
) -> Decision:
    """Cancel by the centre's own decision. Raises as `extension_decide` does."""
    if not needs_second_person():
        return execution_cancel(
            actor=actor,
            execution_id=execution_id,
            version=version,
            reason=reason,
            submission_key=submission_key,
            corrects=corrects,
        )
    proposal = ExecutionRequest(
        kind=RequestKind.CANCELLATION,
        execution_id=execution_id,
        reason=reason,
        submission_key=submission_key,
    )

    def fields_of(log: Log) -> Fields:
        return cancellation_fields(log, actor=actor, reason=reason, corrects=corrects)

    return _propose(actor=actor, version=version, proposal=proposal, fields_of=fields_of)


ASKED_FOR_AS = {
    RequestKind.EXTENSION: RequestKind.EXTENSION,
    RequestKind.CANCELLATION: RequestKind.NOT_APPLICABLE,
}
"""The kind under which a region asks for the same."""


@audited
@transaction.atomic
def _propose(
    *,
    actor: Scope,
    version: int | None,
    proposal: ExecutionRequest,
    fields_of: Callable[[Log], Fields],
) -> ExecutionRequest:
    """Write a proposal under the order of refusals of the act itself, and tell those who may confirm it."""
    kind = RequestKind(proposal.kind)
    execution = locked_execution(actor, proposal.execution_id)
    if not can_act(actor, GRANTING[kind], execution):
        raise NotAllowed(not_allowed_words(GRANTING[kind]))
    proposal.submission_key = clean_key(proposal.submission_key)
    earlier = _sent_before(actor, proposal)
    if earlier is not None:
        return earlier
    require_version(execution, version)
    log = read_log(execution)
    require_step(log, GRANTING[kind])
    _require_unasked(execution.pk, kind)
    fields = fields_of(log)
    proposal.execution = execution
    proposal.origin = RequestOrigin.CENTRE
    proposal.reason, proposal.corrects = fields["text"], fields["corrects"]
    proposal.asked_by_id, proposal.asked_at = actor.user_id, log.now
    request_save(proposal)
    proposal_tell(actor=actor, proposal=proposal)
    return proposal


def _sent_before(actor: Scope, proposal: ExecutionRequest) -> ExecutionRequest | None:
    """The proposal that this very form made earlier; a key that belongs to anything else is refused."""
    if proposal.submission_key is None:
        return None
    earlier = ExecutionRequest.objects.filter(submission_key=proposal.submission_key).first()
    if earlier is None:
        if ExecutionEvent.objects.filter(submission_key=proposal.submission_key).exists():
            raise KeyTaken
        return None
    said = clean_text(proposal.reason, field="reason", limit=MAX_REMARK_LENGTH)
    now = (proposal.execution_id, actor.user_id, proposal.kind, said, proposal.proposed_due)
    if now != (
        earlier.execution_id,
        earlier.asked_by_id,
        earlier.kind,
        earlier.reason,
        earlier.proposed_due,
    ):
        raise KeyTaken
    return earlier


def _require_unasked(execution_id: int, kind: RequestKind) -> None:
    """Refuse what the region itself asks for, and a second proposal while the first waits."""
    waiting = ExecutionRequest.objects.filter(execution=execution_id).open()
    if waiting.of_regions().filter(kind=ASKED_FOR_AS[kind]).exists():
        raise ImpossibleStep(_("The region has asked for it: answer its request."))
    if waiting.of_centre().filter(kind=kind).exists():
        raise ImpossibleStep(_("The same was already proposed and waits for a second person of the centre."))

"""Who of a region's coordinators works on what: outside the event log, kept by the audit trail."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.selectors import people_of_regions
from assignments.models import Execution
from assignments.policies import can_assign
from assignments.services.executions import MAX_BULK, BulkResult
from audit.services import audit_record
from common.errors import InvalidInput, Missing, NotAllowed, PortalError
from common.scope import Role, Scope


@transaction.atomic
def executions_assign(*, actor: Scope, execution_ids: Iterable[int], assignee_id: int | None) -> BulkResult:
    """Give executions of own regions to a coordinator of the same region, or to nobody (None).

    Each for itself: one that is not the actor's, or whose region the assignee does not coordinate today, is refused
    with its reason. Writes a row of the audit trail for each that changes hands. Raises NotAllowed, InvalidInput.
    """
    if not actor.coordinated:
        raise NotAllowed(_not_yours())
    ids = sorted(set(execution_ids))
    if not ids:
        raise InvalidInput({"execution_ids": _("Choose at least one execution.")})
    if len(ids) > MAX_BULK:
        message = _("At most %(limit)s executions are assigned at once.")
        raise InvalidInput({"execution_ids": message % {"limit": MAX_BULK}})
    regions = people_of_regions([Role.COORDINATOR], actor.coordinated).get(assignee_id or 0, [])
    if assignee_id is not None and not regions:
        raise InvalidInput({"assignee": _("Choose a coordinator of the region who is in office today.")})
    result = BulkResult()
    for execution_id in ids:
        try:
            _assign(actor, execution_id, assignee_id, regions)
            result.done.append(execution_id)
        except PortalError as error:
            result.refused.append((execution_id, str(error)))
    return result


def _assign(actor: Scope, execution_id: int, assignee_id: int | None, regions: list[str]) -> None:
    rows = Execution.objects.select_for_update(of=("self",)).select_related("assignment__protocol", "cluster")
    execution: Execution = rows.fetch(actor, pk=execution_id)
    if not can_assign(actor, execution):
        raise NotAllowed(_not_yours())
    if assignee_id is not None and execution.region_id not in regions:
        raise Missing(_("The person does not coordinate the region of this execution."))
    if execution.assignee_id == assignee_id:
        return
    was, execution.assignee_id = execution.assignee_id, assignee_id
    execution.save(update_fields=["assignee"])
    changes = {"assignee": (was or "", assignee_id or "")}
    audit_record(actor=actor, action="execution_assign", obj=execution, changes=changes)


def _not_yours() -> str:
    return _("Only the coordinators of a region share out its work.")

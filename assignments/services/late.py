"""Late addressees: clusters put on control for an item that was issued before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assignments.enums import AddresseeKind
from assignments.models import Assignment, Execution, ItemRecall
from assignments.policies import can_issue
from assignments.selectors import fold_rules
from assignments.selectors.late import late_addressees
from assignments.services.fanout import executions_insert, first_fold, issued_events_insert
from assignments.services.protocols import require_drafter
from assignments.services.telling import late_clusters_tell
from audit.services import audit_record
from clusters.models import Cluster
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.scope import Scope

MOST_AT_ONCE = 1_500
"""Clusters ticked on one page; the country has a third of it."""


@dataclass(frozen=True, slots=True)
class LateResult:
    """How many clusters were put on control now, and how many of the ticked ones were addressed already."""

    added: int
    before: int


@transaction.atomic
def late_cluster_add(
    *, actor: Scope, assignment_id: int, cluster_id: int, due: date | None = None
) -> Execution:
    """Put one more cluster on control for an item issued before; `due` is its own term, else the item's.

    Any cluster of the project, whether the rule of the item names it or not. Never overdue at birth: the term is at
    least today plus the lead of the control rules. Raises Missing, NotAllowed, ImpossibleStep (draft, recalled, or
    addressed to coordinators), InvalidInput.
    """
    item = _issued_item(actor, assignment_id)
    cluster: Cluster = Cluster.objects.fetch(actor, pk=cluster_id)
    if cluster.closed_on is not None:
        raise InvalidInput({"cluster": _("This cluster has left the project.")})
    _require_due(due)
    if item.executions.filter(cluster=cluster).exists():
        raise InvalidInput({"cluster": _("The item is already addressed to this cluster.")})
    return _put_on_control(actor, item, Cluster.objects.filter(pk=cluster.pk), due)[0]


@transaction.atomic
def late_clusters_add(
    *, actor: Scope, assignment_id: int, cluster_ids: Collection[int], due: date | None = None
) -> LateResult:
    """Put many clusters that the rule of an issued item names by now on control, all or none; one row of the trail.

    Those that the item is addressed to already are left as they are, so that a page sent twice adds once. Raises as
    `late_cluster_add`, and InvalidInput when somebody ticked is not named by the rule.
    """
    item = _issued_item(actor, assignment_id)
    chosen = set(cluster_ids)
    if not chosen:
        raise InvalidInput({"clusters": _("Tick at least one cluster.")})
    if len(chosen) > MOST_AT_ONCE:
        limit = _("At most %(limit)s clusters are added at once.")
        raise InvalidInput({"clusters": limit % {"limit": MOST_AT_ONCE}})
    _require_due(due)
    before = set(item.executions.filter(cluster__in=chosen).values_list("cluster", flat=True))
    fresh = late_addressees(item, clock.today()).filter(pk__in=chosen - before)
    if fresh.count() != len(chosen - before):
        raise InvalidInput(
            {"clusters": _("The rule of the item no longer names everybody ticked. Look anew.")}
        )
    if not chosen - before:
        return LateResult(0, len(before))
    added = _put_on_control(actor, item, fresh, due)
    audit_record(
        actor=actor,
        action="late_clusters_add",
        obj=item,
        changes={"clusters": ("", ", ".join(str(row.cluster.code) for row in added if row.cluster))},
        count=len(added),
    )
    return LateResult(len(added), len(before))


def _issued_item(actor: Scope, assignment_id: int) -> Assignment:
    """The locked item that clusters may join."""
    item: Assignment = Assignment.objects.select_for_update().fetch(actor, pk=assignment_id)
    require_drafter(can_issue(actor))
    require_open_for_clusters(item)
    return item


def require_open_for_clusters(item: Assignment) -> None:
    """Refuse an item that clusters cannot join, in words: a draft, of coordinators, recalled."""
    if item.protocol.is_draft:
        raise ImpossibleStep(_("The protocol is a draft: change the audience of the item instead."))
    if item.addressee != AddresseeKind.CLUSTERS:
        raise ImpossibleStep(_("This item is addressed to regional coordinators, not to clusters."))
    if ItemRecall.objects.in_force().filter(assignment=item).exists():
        raise ImpossibleStep(_("This item has been recalled: nobody is put on control by it any more."))


def _require_due(due: date | None) -> None:
    if due is not None and due < clock.today():
        raise InvalidInput(
            {"due": _("The due date cannot be before the issue: choose today or a later day.")}
        )


def _put_on_control(
    actor: Scope, item: Assignment, clusters: QuerySet[Cluster], due: date | None
) -> list[Execution]:
    """The executions with their first events; the coordinators are told."""
    now, last = clock.now(), item.executions.order_by("-pk").values_list("pk", flat=True).first() or 0
    executions_insert(item, clusters.order_by("code"), first_fold(item.due_on, due, now, fold_rules()))
    made = item.executions.filter(pk__gt=last)
    issued_events_insert(made, actor.user_id, now, due)
    added = list(made.select_related("cluster", "assignment__protocol").order_by("pk"))
    late_clusters_tell(actor=actor, executions=added)
    return added

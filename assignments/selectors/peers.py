"""Help to who is late: clusters of the same industry in other regions that have done the same item.

Which cluster has done it and when is told to whoever sees the late execution. The accepted report, its files and the
contact of the coordinator there are told while that region agrees (`regions.SharingConsent`), and by no other way.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.enums import Position
from accounts.models import Membership
from assignments.enums import EventKind
from assignments.models import Evidence, Execution, ExecutionEvent
from assignments.policies import can_be_helped
from assignments.querysets import ExecutionQuerySet
from common.errors import Missing
from common.scope import Role, Scope
from regions.selectors import sharing_regions

SHOWN = 3
CONSIDERED = 60
"""The best so many are looked through for those of different regions."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A cluster that has done the item; `report` and `contact` are empty where the reader may not know them.

    `report` are the accepted report and its supplements, oldest first.
    """

    execution: Execution
    days_late: int
    is_shared: bool
    report: Sequence[ExecutionEvent] = ()
    contact: Membership | None = None


def peers_of(scope: Scope, execution: Execution, day: date) -> list[Peer]:
    """The best examples for a late execution, one a region: in time first, then the earliest; four queries at most.

    Nothing for an execution that is not late, has no industry, or is not the reader's.
    """
    if not can_be_helped(scope, execution, day):
        return []
    found = _of_different_regions(_examples(execution)[:CONSIDERED])
    if not found:
        return []
    shared = sharing_regions(row.region_id for row in found)
    reports = _accepted_reports([row.pk for row in found if row.region_id in shared])
    contacts = _coordinators(scope, {row.region_id for row in found}, shared, day)
    return [
        Peer(
            execution=row,
            days_late=max(0, (row.reported_on - row.due_on).days) if row.reported_on else 0,
            is_shared=row.region_id in shared,
            report=reports.get(row.pk, ()),
            contact=contacts.get(row.region_id),
        )
        for row in found
    ]


def shared_evidence(
    scope: Scope, execution: Execution, peer_id: int, evidence_id: int, day: date
) -> Evidence:
    """A file of the accepted report of an example for a late execution.

    Missing for everything else: another item or industry, a report that was not accepted, a region that does not agree
    or agrees no more, an execution that is late no more.
    """
    peer = None
    if can_be_helped(scope, execution, day):
        peer = _examples(execution).filter(pk=peer_id).first()
    if peer is not None and peer.region_id in sharing_regions([peer.region_id]):
        reports = [event.pk for event in _accepted_reports([peer.pk]).get(peer.pk, ())]
        rows = Evidence.objects.select_related("file").filter(event__in=reports, pk=evidence_id)
        found: Evidence | None = rows.first()
        if found is not None:
            return found
    raise Missing(_("Not found: %(what)s.") % {"what": Evidence._meta.verbose_name})


def done_by_peers(executions: Iterable[Execution]) -> dict[int, int]:
    """By execution how many clusters of its industry in other regions have done its item; one query.

    For lists of late executions of one reader, which come with their clusters; where nobody has, nothing is said.
    """
    late = [row for row in executions if row.cluster and row.cluster.industry_id]
    if not late:
        return {}
    counts: dict[tuple[int, str | None], dict[str, int]] = defaultdict(dict)
    rows = Execution.objects.done_by_regions(
        {row.assignment_id for row in late}, {row.cluster.industry_id for row in late if row.cluster}
    )
    for item, industry, region, count in rows:
        counts[item, industry][region] = count
    found = {}
    for row in late:
        by_region = counts.get((row.assignment_id, row.cluster.industry_id if row.cluster else None), {})
        others = sum(count for region, count in by_region.items() if region != row.region_id)
        if others:
            found[row.pk] = others
    return found


def _examples(execution: Execution) -> ExecutionQuerySet:
    """Accepted executions of the same item by clusters of the same industry elsewhere, the best first."""
    rows: ExecutionQuerySet = Execution.objects.done_by_peers_of(execution)
    return rows.select_related("cluster", "region", "assignment")


def _of_different_regions(rows: Iterable[Execution]) -> list[Execution]:
    first: dict[str, Execution] = {}
    for row in rows:
        first.setdefault(row.region_id, row)
    return list(first.values())[:SHOWN]


def _accepted_reports(ids: Sequence[int]) -> dict[int, Sequence[ExecutionEvent]]:
    """By execution the reports that its acceptance took, with their files; what was returned before is left out."""
    if not ids:
        return {}
    events = (
        ExecutionEvent.objects.filter(execution__in=ids, annulments=None)
        .prefetch_related("evidence__file")
        .order_by("at", "id")
    )
    in_review: dict[int, list[ExecutionEvent]] = defaultdict(list)
    accepted: dict[int, Sequence[ExecutionEvent]] = {}
    for event in events:
        if event.execution_id in accepted:
            continue
        if event.kind == EventKind.SUBMITTED:
            in_review[event.execution_id].append(event)
        elif event.kind == EventKind.RETURNED:
            in_review[event.execution_id].clear()
        elif event.kind == EventKind.ACCEPTED:
            accepted[event.execution_id] = in_review[event.execution_id]
    return accepted


def _coordinators(
    scope: Scope, regions: Iterable[str], shared: frozenset[str], day: date
) -> dict[str, Membership]:
    """The main coordinators whom the reader may know: by his own rights, or because their region agrees."""
    known = [code for code in regions if scope.is_centre or code in scope.regions or code in shared]
    rows = Membership.objects.in_force(day).filter(
        region__in=known, role=Role.COORDINATOR, position=Position.MAIN
    )
    return {str(row.region_id): row for row in rows.select_related("user").order_by("-starts_on", "-pk")}

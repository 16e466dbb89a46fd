"""Help to who is late in the words of the page: who has done the same item, and which practices may help."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from assignments.models import Execution, ExecutionEvent
from assignments.policies import can_be_helped
from assignments.selectors.peers import Peer, peers_of
from associations.models import Practice
from associations.selectors.practices import practices_for
from common import clock
from common.formatting import date_short, days
from common.scope import Scope
from dashboard.selectors.execution import EvidenceFile


@dataclass(frozen=True, slots=True)
class Example:
    """One cluster that has done the item; `reports` and `contact` only where the reader may know them."""

    execution: Execution
    done: str
    is_shared: bool
    reports: Sequence[ExecutionEvent]
    files: Sequence[EvidenceFile]
    contact: Membership | None


@dataclass(frozen=True, slots=True)
class Help:
    """The panel of a late execution; without examples it says that nobody has done the item yet."""

    examples: Sequence[Example]
    industry: str
    practices: Sequence[Practice]


def help_for(scope: Scope, execution: Execution) -> Help | None:
    """The help for a late execution, in a fixed number of queries; None where none is due."""
    day = clock.today()
    if not can_be_helped(scope, execution, day):
        return None
    cluster = execution.cluster
    industry = cluster.industry.name if cluster and cluster.industry else ""
    practices = practices_for(
        scope, execution.assignment.process_id, cluster.industry_id if cluster else None
    )
    return Help([_example(execution, peer) for peer in peers_of(scope, execution, day)], industry, practices)


def _example(late: Execution, peer: Peer) -> Example:
    return Example(
        execution=peer.execution,
        done=_done(peer),
        is_shared=peer.is_shared,
        reports=peer.report,
        files=[
            EvidenceFile(
                name=row.file.original_name,
                url=reverse("dashboard:peer-evidence", args=[late.pk, peer.execution.pk, row.pk]),
                size=row.file.size,
                content_type=row.file.content_type,
            )
            for event in peer.report
            for row in event.evidence.all()
        ],
        contact=peer.contact,
    )


def _done(peer: Peer) -> str:
    day = {"day": date_short(peer.execution.reported_on)}
    if not peer.days_late:
        return _("done in time, handed in on %(day)s") % day
    return _("done, handed in on %(day)s, %(days)s late") % {**day, "days": days(peer.days_late)}

"""How the clusters do their assignments, in numbers alone: how many, never what a region wrote or sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum

from assignments.enums import OPEN_STATES, UNREPORTED_STATES, ExecutionState
from assignments.models import Execution
from common.scope import SYSTEM, Scope
from rating.models import ScoreLoss
from rating.selectors import latest_published


@dataclass(frozen=True, slots=True)
class Work:
    """Executions of some clusters: open, overdue, and of those that came due how many were reported in time."""

    open: int = 0
    late: int = 0
    due: int = 0
    in_time: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.open + other.open, self.late + other.late, self.due + other.due, self.in_time + other.in_time
        )

    @property
    def share(self) -> int | None:
        """Whole percents in time of those that came due; None where nothing did."""
        return round(100 * self.in_time / self.due) if self.due else None


def losses_of(clusters: Iterable[int]) -> tuple[str | None, Mapping[int, int]]:
    """What clusters cost their regions in the newest published month, in hundredths of a point by cluster (methodology
    §7), with the month; nothing before the first one. Two queries; who may read it, the caller says."""
    newest = latest_published(SYSTEM)
    if newest is None:
        return None, {}
    rows = ScoreLoss.objects.filter(region_score__slice=newest, execution__cluster__in=list(clusters))
    sums = rows.order_by().values("execution__cluster").annotate(lost=Sum("lost"))
    return newest.period, {row["execution__cluster"]: row["lost"] for row in sums}


def work_by_cluster(scope: Scope, day: date) -> Mapping[int, Work]:
    """Of every cluster whose executions this person may count, in one query; a cancelled execution counts nowhere."""
    rows = Execution.objects.countable_by(scope, day).rated().exclude(state=ExecutionState.CANCELLED)
    found: Any = (
        rows.order_by()
        .values("cluster")
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            late=Count("pk", filter=Q(state__in=UNREPORTED_STATES, due_on__lt=day)),
            due=Count("pk", filter=Q(due_on__lt=day) | Q(reported_on__isnull=False)),
            in_time=Count("pk", filter=Q(reported_on__lte=F("due_on"))),
        )
    )
    return {row.pop("cluster"): Work(**row) for row in found}

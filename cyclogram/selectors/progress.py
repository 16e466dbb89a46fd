"""How far clusters have come on their plans: counts of stages by what the day says of them, in one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from common.scope import Scope
from cyclogram.enums import CLOSED_STATES, StageSign, StageState
from cyclogram.models import ClusterStage
from cyclogram.querysets import ClusterStageQuerySet, ends_within

SOON_DAYS = 30
"""Days before its planned end in which an open stage is said to end soon."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Stages that apply, and of them: done, late on the day, waiting for acceptance, to end soon."""

    total: int = 0
    done: int = 0
    late: int = 0
    proposed: int = 0
    soon: int = 0

    @property
    def share(self) -> int | None:
        """Whole percent of the stages that are done; None when none applies."""
        return 100 * self.done // self.total if self.total else None

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(
            self.total + other.total,
            self.done + other.done,
            self.late + other.late,
            self.proposed + other.proposed,
            self.soon + other.soon,
        )


def counts_of(day: date) -> dict[str, Count]:
    """The counts of a progress, for rows `with_sign` of the same day."""
    return {
        "total": Count("pk", filter=~Q(state=StageState.NOT_APPLICABLE)),
        "done": Count("pk", filter=Q(state__in=CLOSED_STATES)),
        "late": Count("pk", filter=Q(sign=StageSign.LATE)),
        "proposed": Count("pk", filter=Q(state=StageState.PROPOSED)),
        "soon": Count("pk", filter=ends_within(day, SOON_DAYS)),
    }


def progress_by(rows: ClusterStageQuerySet, field: str, day: date) -> Mapping[Any, Progress]:
    """By a field of the stages ("cluster__region", "process", "cluster") how far they are on the day."""
    found = rows.with_sign(day).order_by().values(field).annotate(**counts_of(day))
    return {row.pop(field): Progress(**row) for row in found}


def progress_of_region(scope: Scope, region: str, day: date) -> Progress:
    """How far the clusters of a region are, as this person sees them."""
    rows = ClusterStage.objects.visible_to(scope).on_plan().filter(cluster__region=region)
    return progress_by(rows, "cluster__region", day).get(region, Progress())


def progress_of_regions(scope: Scope, day: date) -> Mapping[str, Progress]:
    """The same of every region that has clusters on a plan."""
    return progress_by(ClusterStage.objects.visible_to(scope).on_plan(), "cluster__region", day)

"""What the bars of stages are drawn from: those of a cluster, and those of the clusters of a cohort taken together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from clusters.models import Process
from common import clock
from common.scope import Scope
from cyclogram.enums import CLOSED_STATES, StageState
from cyclogram.laying import Window
from cyclogram.models import ClusterStage, PlanVersion
from cyclogram.selectors.progress import counts_of
from cyclogram.selectors.stages import StageRow


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart: what it is, its planned and its real days, its checkpoints; `is_late` reddens what is real.

    `actual` ends today while it goes on; it is None while nobody has begun.
    """

    name: str
    planned: Window
    actual: Window | None
    is_late: bool = False
    marks: Sequence[date] = ()
    words: str = ""


def bars_of_cluster(rows: Sequence[StageRow]) -> list[Bar]:
    """A bar for each stage of a cluster."""
    today = clock.today()
    return [
        Bar(
            name=row.stage.stage.name,
            planned=row.stage.planned,
            actual=_real(row.stage.actual_from, row.stage.actual_to or today),
            is_late=bool(row.days_late and row.days_late > 0),
            marks=[mark.day for mark in row.marks],
        )
        for row in rows
    ]


def bars_of_cohort(scope: Scope, cohort: int, region: str = "") -> list[Bar]:
    """A bar for each process: from the first to the last planned day of the clusters, and what they have come to.

    The real bar goes from the first beginning to the last end, to today while any of them goes on; it is late when the
    stages of some are.
    """
    today = clock.today()
    rows = ClusterStage.objects.visible_to(scope).on_plan().filter(stage__plan__cohort_year=cohort)
    if region:
        rows = rows.filter(cluster__region=region)
    rows = rows.exclude(state=StageState.NOT_APPLICABLE).with_sign(today).order_by()
    found = rows.values("process").annotate(
        first=Min("planned_from"), last=Max("planned_to"), began=Min("actual_from"), ended=Max("actual_to"),
        going=Count("pk", filter=~Q(state__in=CLOSED_STATES) & Q(actual_from__isnull=False)),
        **counts_of(today),
    )  # fmt: skip
    by_process: dict[str, dict[str, Any]] = {row["process"]: dict(row) for row in found}
    bars = []
    for process in Process.objects.filter(pk__in=by_process).order_by("order"):
        row = by_process[process.pk]
        ended = today if row["going"] else row["ended"]
        bars.append(
            Bar(
                name=process.name,
                planned=Window(row["first"], row["last"]),
                actual=_real(row["began"], ended),
                is_late=bool(row["late"]),
                words=_("done %(done)s of %(total)s, late %(late)s") % row,
            )
        )
    return bars


def _real(first: date | None, last: date | None) -> Window | None:
    return Window(first, max(first, last)) if first and last else None


def cohorts_in_force(scope: Scope) -> list[int]:
    """Cohorts whose plan is in force, the oldest first."""
    return list(PlanVersion.objects.visible_to(scope).in_force().values_list("cohort_year", flat=True))

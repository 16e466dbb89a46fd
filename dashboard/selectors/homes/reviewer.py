"""The first page of a controller: the queue by age, regions in trouble, the own speed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from assignments.models import Execution
from common import clock
from common.scope import Scope
from cyclogram.models import ClusterStage, IndicatorValue
from dashboard.selectors.review import (
    AgeBand,
    ReviewFilter,
    ReviewSpeed,
    own_review_speed,
    review_ages,
    review_rows,
)
from rating.enums import Zone
from rating.selectors.running import RunningMonth
from regions.models import Region

TOP = 5


@dataclass(frozen=True, slots=True)
class RegionTrouble:
    """A region with the figure that names its trouble: overdue executions, or the score in hundredths."""

    region: Region
    figure: int


@dataclass(frozen=True, slots=True)
class ReviewerHome:
    """The queue of the centre, the regions that lag behind, and the reader's own speed."""

    waiting: int
    ages: Sequence[AgeBand]
    oldest: Sequence[Execution]
    speed: ReviewSpeed
    late: int
    most_overdue: Sequence[RegionTrouble]
    red: int
    lowest: Sequence[RegionTrouble]
    period: str
    stages: int
    values: int
    """Stages of the cyclogram and values of indicators that wait for the centre."""


def reviewer_home(scope: Scope, month: RunningMonth | None) -> ReviewerHome:
    """Everything of a controller; a fixed number of queries."""
    ages = review_ages(scope)
    queue = review_rows(scope, ReviewFilter()).for_table().order_by("in_review_since", "id")
    late = Execution.objects.visible_to(scope).overdue(clock.today()).order_by()
    overdue = dict(late.values_list("region").annotate(n=Count("pk")))
    red = _red(month)
    most = sorted(overdue.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    lowest = sorted(red.items(), key=lambda pair: (pair[1], pair[0]))[:TOP]
    regions = Region.objects.visible_to(scope).in_bulk([code for code, _figure in (*most, *lowest)])
    return ReviewerHome(
        waiting=sum(band.count for band in ages),
        ages=ages,
        oldest=list(queue[:TOP]),
        speed=own_review_speed(scope),
        late=sum(overdue.values()),
        most_overdue=[RegionTrouble(regions[code], count) for code, count in most],
        red=len(red),
        lowest=[RegionTrouble(regions[code], score) for code, score in lowest],
        period=month.period if month else "",
        stages=ClusterStage.objects.visible_to(scope).on_plan().proposed().count(),
        values=IndicatorValue.objects.visible_to(scope).waiting().count(),
    )


def _red(month: RunningMonth | None) -> dict[str, int]:
    """Scores of the regions in the red zone of the running month, by code."""
    if month is None:
        return {}
    return {
        code: found.score
        for code, found in month.scores.regions.items()
        if found.zone == Zone.RED and found.score is not None
    }

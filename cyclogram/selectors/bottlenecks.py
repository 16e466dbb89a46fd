"""Where clusters get stuck: by stage the share of those that are late and the usual delay, by cohort and by region."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import NamedTuple

from clusters.models import Process
from common import clock
from common.scope import Scope
from cyclogram.enums import StageSign
from cyclogram.facts import days_late, sign_of
from cyclogram.models import ClusterStage


class Known(NamedTuple):
    """A stage of a cluster as these sums read it: whether it is late today, and its delay where it can be said."""

    cohort: int
    region: str
    is_late: bool
    delay: int | None


@dataclass(frozen=True, slots=True)
class Delay:
    """Stages that apply, those late today, and the median delay in days of the finished and the late ones.

    The median is a delay that occurred: of an even number the lower of the two in the middle. Negative is early.
    """

    total: int
    late: int
    median: int | None

    @property
    def share(self) -> int | None:
        """Whole percent of the stages that are late; None without any."""
        return 100 * self.late // self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A process with its delay in the country as the person sees it, by cohort, and in one region."""

    process: Process
    whole: Delay
    cohorts: dict[int, Delay]
    region: Delay | None

    @property
    def rank(self) -> tuple[int, int]:
        """Those with the greatest share of late ones first, then with the greatest delay."""
        return -(self.whole.share or 0), -(self.whole.median or 0)


def bottlenecks(scope: Scope, region: str = "") -> list[Bottleneck]:
    """Every process that clusters pass, the worst first, in two queries."""
    found: dict[str, list[Known]] = defaultdict(list)
    day = clock.today()
    rows = ClusterStage.objects.visible_to(scope).on_plan().exclude(state=StageSign.NOT_APPLICABLE)
    for process, cohort, place, state, planned_to, actual_to in rows.order_by().values_list(
        "process", "stage__plan__cohort_year", "cluster__region", "state", "planned_to", "actual_to"
    ):
        late = sign_of(state, planned_to, day) == StageSign.LATE
        found[process].append(Known(cohort, place, late, days_late(state, planned_to, actual_to, day)))
    shown = [
        Bottleneck(
            process,
            delay_of(found[process.pk]),
            _by_cohort(found[process.pk]),
            delay_of(one for one in found[process.pk] if one.region == region) if region else None,
        )
        for process in Process.objects.filter(pk__in=found).order_by("order")
    ]
    return sorted(shown, key=lambda row: row.rank)


def delay_of(stages: Iterable[Known]) -> Delay:
    """The sums of these stages."""
    known = list(stages)
    delays = [one.delay for one in known if one.delay is not None]
    return Delay(len(known), sum(one.is_late for one in known), median_low(delays) if delays else None)


def _by_cohort(stages: Sequence[Known]) -> dict[int, Delay]:
    years = sorted({one.cohort for one in stages})
    return {year: delay_of(one for one in stages if one.cohort == year) for year in years}


def cohorts_of(rows: Iterable[Bottleneck]) -> list[int]:
    """Cohorts that any of the rows knows, the oldest first."""
    return sorted({year for row in rows for year in row.cohorts})

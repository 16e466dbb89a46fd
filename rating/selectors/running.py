"""The running month («preliminary»): the formula over the current folds, without the event log (§3).

One query fetches what can be in scope or at stake; the score of a region rises on a page the moment its report is
in, because the columns of an execution are the fold of its log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from assignments.enums import ExecutionState
from assignments.fold import later
from assignments.models import Execution
from clusters.models import Cluster
from common import clock
from rating.formula.explanation import Gain, Losses, Stake, losses_of, outlook, what_if
from rating.formula.params import Params
from rating.formula.periods import period_bounds, shift_period
from rating.formula.scoring import MonthScores, RatedExecution, RegionScore, score_month
from rating.selectors.methodologies import current_period, required_methodology
from regions.models import Region

UNREPORTED = (ExecutionState.ISSUED, ExecutionState.RETURNED)
OUTSIDE = (ExecutionState.NOT_ISSUED, ExecutionState.CANCELLED)


@dataclass(frozen=True, slots=True)
class RunningMonth:
    """The scores of all regions now. `rows` are the executions behind them, also those not yet due;
    `keys` maps the code of an execution to its primary key."""

    scores: MonthScores
    rows: tuple[RatedExecution, ...]
    keys: Mapping[str, int]

    @property
    def period(self) -> str:
        return self.scores.period

    def region(self, code: str) -> "RunningRegion | None":
        """One region with its explanations; None for a region that is not counted."""
        score = self.scores.regions.get(code)
        if score is None:
            return None
        own = [row for row in self.rows if row.region == code]
        stakes = outlook(own, period=self.period, as_of=self.scores.as_of, params=self.scores.params)
        return RunningRegion(
            month=self,
            score=score,
            losses=losses_of(score),
            gains=what_if(self.scores, code),
            stakes=stakes.get(code, ()),
            losses_tomorrow=self._losses_tomorrow(code, own),
        )

    def _losses_tomorrow(self, code: str, own: list[RatedExecution]) -> Losses:
        """The losses of one region as the same formula finds them a day later, if nothing happens until then."""
        later_scores = score_month(
            own,
            period=self.period,
            as_of=self.scores.as_of + timedelta(days=1),
            params=self.scores.params,
            regions=[code],
            regions_with_clusters={code},
        )
        return losses_of(later_scores.regions[code])


@dataclass(frozen=True, slots=True)
class RunningRegion:
    """A region in the running month: its score, where points went and will have gone tomorrow, what would bring them
    back, what is at stake."""

    month: RunningMonth
    score: RegionScore
    losses: Losses
    gains: tuple[Gain, ...]
    stakes: tuple[Stake, ...]
    losses_tomorrow: Losses


def running_month() -> RunningMonth | None:
    """The running month of the whole country; None while no methodology has come into force."""
    period = current_period()
    if period is None:
        return None
    params = required_methodology(period).params()
    rows, keys = _rated_rows(period, params)
    scores = score_month(
        rows,
        period=period,
        as_of=clock.now(),
        params=params,
        regions=Region.objects.order_by("code").values_list("code", flat=True),
        regions_with_clusters=set(Cluster.objects.values_list("region_id", flat=True)),
    )
    return RunningMonth(scores, rows, keys)


def running_region(code: str) -> RunningRegion | None:
    """One region of the running month; places need the whole country, so all regions are scored."""
    month = running_month()
    return month.region(code) if month else None


def _rated_rows(period: str, params: Params) -> tuple[tuple[RatedExecution, ...], dict[str, int]]:
    """Executions that the month may count or that are at stake until the end of the next one."""
    start, _end = period_bounds(period)
    last_due = period_bounds(shift_period(period, 1))[1]
    matters = Q(due_on__gte=start) | Q(state__in=UNREPORTED)
    matters |= Q(reported_on__gte=later(start, params.grace_days))
    found = (
        Execution.objects.rated()
        .filter(matters, due_on__gte=params.count_due_from, due_on__lte=last_due)
        .exclude(state__in=OUTSIDE)
        .order_by("id")
        .values_list(
            "id", "code", "assignment__code", "cluster__code", "cluster__region_id", "region_id", "weight",
            "due_on", "reported_on", "returns", "extensions", "state",
        )
    )  # fmt: skip
    rows: list[RatedExecution] = []
    keys: dict[str, int] = {}
    due: date
    for (
        number,
        code,
        item,
        cluster,
        home,
        region,
        weight,
        due,
        completed,
        returns,
        extensions,
        state,
    ) in found:
        keys[code] = number
        rows.append(
            RatedExecution(
                execution=code,
                item=str(item),
                cluster=cluster if home == region else f"{cluster}@{region}",
                region=region,
                weight=weight,
                issued=True,
                cancelled=False,
                due=due,
                completed=completed,
                returns=returns,
                extensions=extensions,
                in_review=state == ExecutionState.IN_REVIEW,
            )
        )
    return tuple(rows), keys

"""A region in the running month as pages show it: score, what it loses now, what would lift it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from assignments.enums import ExecutionState
from assignments.models import Execution
from common.formatting import MINUS, NBSP, in_line, month_only, points_word, score
from rating.formula.params import Params
from rating.formula.scoring import RANKED
from rating.selectors.running import RunningMonth, RunningRegion, running_month
from regions.models import Region

UNREPORTED = (ExecutionState.ISSUED, ExecutionState.RETURNED)


@dataclass(frozen=True, slots=True)
class Lift:
    """One step of «what lifts the region»: the gain in hundredths over the step before, score and place after it.

    `reaches` is the better zone that this step is the first to reach.
    """

    execution_id: int
    gain: int
    score: int
    rank: int | None
    reaches: str = ""
    execution: Execution | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A region in the running month, always «preliminary»; points are hundredths, keys are execution ids."""

    region: Region
    period: str
    params: Params
    status: str
    score: int | None
    zone: str
    zone_certain: bool
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    interval_low: int | None
    interval_high: int | None
    ranked_regions: int
    lifts: tuple[Lift, ...] = ()
    lost: Mapping[int, int] = field(default_factory=dict)
    stakes: Mapping[int, int] = field(default_factory=dict)
    lost_tomorrow: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_rated(self) -> bool:
        return self.score is not None

    @property
    def has_place(self) -> bool:
        return self.status == RANKED

    @property
    def next_zone(self) -> Lift | None:
        """The step that is the first to reach a better zone."""
        return next((lift for lift in self.lifts if lift.reaches), None)

    @property
    def steps_to_next_zone(self) -> int:
        return next((number for number, lift in enumerate(self.lifts, 1) if lift.reaches), 0)


def standings(regions: Iterable[Region], month: RunningMonth | None = None) -> list[Standing]:
    """The running month of these regions, in their order; empty while no methodology is in force."""
    regions = list(regions)
    month = month or (running_month() if regions else None)
    if month is None:
        return []
    pairs = [(region, month.region(region.code)) for region in regions]
    return [_standing(region, running) for region, running in pairs if running is not None]


def _standing(region: Region, running: RunningRegion) -> Standing:
    found, keys = running.score, running.month.keys
    params = running.month.scores.params
    low, high = found.rank_range or (None, None)
    return Standing(
        region=region,
        period=running.month.period,
        params=params,
        status=found.status,
        score=found.score,
        zone=found.zone or "",
        zone_certain=bool(found.zone_certain),
        rank=found.rank,
        rank_low=low,
        rank_high=high,
        interval_low=found.reading.low if found.reading else None,
        interval_high=found.reading.high if found.reading else None,
        ranked_regions=running.month.scores.ranked_regions,
        lifts=_lifts(running, params),
        lost={keys[loss.cell.row.execution]: loss.lost for loss in running.losses.rows},
        stakes={keys[stake.execution]: stake.at_stake for stake in running.stakes},
        lost_tomorrow={keys[loss.cell.row.execution]: loss.lost for loss in running.losses_tomorrow.rows},
    )


def _lifts(running: RunningRegion, params: Params) -> tuple[Lift, ...]:
    before = running.score.score or 0
    zone, reached = running.score.zone, False
    lifts = []
    for gain in running.gains:
        better = params.zone(gain.score_cumulative)
        is_first = better != zone and not reached
        reached = reached or is_first
        lifts.append(
            Lift(
                execution_id=running.month.keys[gain.execution],
                gain=gain.score_cumulative - before,
                score=gain.score_cumulative,
                rank=gain.rank_cumulative,
                reaches=better if is_first else "",
            )
        )
        before = gain.score_cumulative
    return tuple(lifts)


def points_today(execution: Execution, params: Params | None, day: date) -> int | None:
    """Points that a report handed in on `day` would earn; None when nothing can be earned any more."""
    if params is None or execution.cluster_id is None or execution.state not in UNREPORTED:
        return None
    if execution.due_on < params.count_due_from:
        return None
    return params.points(max(0, (day - execution.due_on).days), execution.returns)


def points_earned(execution: Execution, params: Params | None) -> int | None:
    """Points of a report that was accepted or is being reviewed; None where nothing was earned."""
    if params is None or execution.cluster_id is None or execution.reported_on is None:
        return None
    late = max(0, (execution.reported_on - execution.due_on).days)
    return params.points(late, execution.returns)


def points_words(points: int) -> str:
    """«80 баллов»."""
    return f"{points}{NBSP}{points_word(str(points))}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an execution does to the score of its region now, in words: figure, its meaning, its tone.

    `tomorrow` is what it will do then when nothing is handed in today; empty where that is the same.
    """

    figure: str = ""
    meaning: str = ""
    tone: str = ""
    tomorrow: str = ""

    @property
    def note(self) -> str:
        """What the figure means, with tomorrow's."""
        return in_line(self.meaning, self.tomorrow)


def effect_of(execution: Execution, standing: Standing | None, params: Params | None) -> Effect:
    """The cost of an execution: lost in the running month, at stake, or already credited."""
    if execution.cluster_id is None:
        return Effect(meaning=_("not rated"))
    if execution.state == ExecutionState.IN_REVIEW:
        earned = points_earned(execution, params)
        return Effect() if earned is None else Effect(points_words(earned), _("credited"), "success")
    if standing is None:
        return Effect()
    lost = standing.lost.get(execution.pk)
    tomorrow = _tomorrow(lost or 0, standing.lost_tomorrow.get(execution.pk, 0))
    if lost:
        figure = f"{MINUS}{score(lost)}"
        words = {"points": points_word(figure), "month": month_only(standing.period)}
        return Effect(figure, _("%(points)s in %(month)s") % words, "danger", tomorrow)
    stake = standing.stakes.get(execution.pk)
    if not stake:
        return Effect(tomorrow=tomorrow)
    figure = score(stake)
    return Effect(figure, _("%(points)s at stake") % {"points": points_word(figure)}, tomorrow=tomorrow)


def _tomorrow(lost: int, lost_tomorrow: int) -> str:
    if lost_tomorrow == lost:
        return ""
    return _("tomorrow %(points)s") % {"points": f"{MINUS}{score(lost_tomorrow)}"}

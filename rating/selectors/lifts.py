"""What lifts a federal district or the country in the running month: open executions by gain, regions by distance to
the next zone (methodology §7, what-if)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from accounts.models import Membership
from assignments.models import Execution
from common import clock
from common.scope import Role, Scope
from rating.formula.explanation import Gain, what_if
from rating.formula.params import Params
from rating.formula.scoring import Pool, RegionScore, pool_of, score_of
from rating.selectors.running import RunningMonth
from regions.models import Region

NEXT_ZONE = {"red": "yellow", "yellow": "green"}


@dataclass(frozen=True, slots=True)
class Lift:
    """An open execution. `gain` in weighted points, scores in hundredths: of the region with this one alone, of all
    regions looked at with this one and every one before it."""

    region: Region
    gain: int
    score_alone: int
    rank_alone: int | None
    score_together: int
    execution_id: int


class NamedLift(NamedTuple):
    """A lift with what names its execution."""

    lift: Lift
    execution: Execution


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a region is from its next zone. `needed` is None when no number of executions reaches it."""

    region: Region
    score: RegionScore
    open: int
    next_zone: str
    needed: int | None
    score_then: int | None
    rank_then: int | None
    best: int
    coordinators: Sequence[Membership]


@dataclass(frozen=True, slots=True)
class LiftsPage:
    """The lifts of some regions in the running month. `pool` takes their executions together; None without any."""

    month: RunningMonth
    regions: Mapping[str, Region]
    gains: Mapping[str, Sequence[Gain]]
    pool: Pool | None

    @property
    def score_at_best(self) -> int | None:
        """The common score if everything open were handed in, in hundredths."""
        if self.pool is None:
            return None
        gained = sum(gain.gain_weighted_points for gains in self.gains.values() for gain in gains)
        return score_of(self.pool.points_sum + gained, self.pool.weight_sum)


def lifts_page(month: RunningMonth, district: str = "") -> LiftsPage:
    """The regions of a federal district, or all. Two queries at most beside those of the month."""
    rows = Region.objects.select_related("district").order_by("code")
    if district:
        rows = rows.filter(district=district)
    scores = month.scores.regions
    regions = {region.code: region for region in rows if region.code in scores}
    gains = {code: what_if(month.scores, code) for code in regions}
    return LiftsPage(month, regions, gains, pool_of(cell for code in regions for cell in scores[code].cells))


def lifts_of(page: LiftsPage) -> list[Lift]:
    """Open executions by gain: the first k lift the common score most (ties: region, cluster, item)."""
    if page.pool is None:
        return []
    ordered = sorted(
        ((gain, code) for code, gains in page.gains.items() for gain in gains),
        key=lambda pair: (-pair[0].gain_weighted_points, pair[1], pair[0].cluster, pair[0].item),
    )
    found, points = [], page.pool.points_sum
    for gain, code in ordered:
        points += gain.gain_weighted_points
        found.append(
            Lift(
                region=page.regions[code],
                gain=gain.gain_weighted_points,
                score_alone=gain.score_if_alone,
                rank_alone=gain.rank_if_alone,
                score_together=score_of(points, page.pool.weight_sum),
                execution_id=page.month.keys[gain.execution],
            )
        )
    return found


def distances(scope: Scope, page: LiftsPage) -> list[Distance]:
    """Regions with something open, the nearest to a better zone first; those that reach none after them."""
    called = _coordinators(scope, page.regions.keys())
    params = page.month.scores.params
    found = [
        _distance(page.regions[code], page.month.scores.regions[code], gains, params, called.get(code, ()))
        for code, gains in page.gains.items()
        if gains
    ]
    return sorted(found, key=lambda one: (one.needed is None, one.needed or 0, -one.best, one.region.code))


def _distance(
    region: Region, score: RegionScore, gains: Sequence[Gain], params: Params, called: Sequence[Membership]
) -> Distance:
    wanted = NEXT_ZONE.get(score.zone or "", "")
    bound = {"yellow": params.zone_yellow, "green": params.zone_green}.get(wanted, 0)
    steps = ((number, gain) for number, gain in enumerate(gains, 1) if gain.score_cumulative >= bound)
    needed, reached = next(steps, (None, None)) if wanted else (None, None)
    return Distance(
        region=region,
        score=score,
        open=len(gains),
        next_zone=wanted,
        needed=needed,
        score_then=reached.score_cumulative if reached else None,
        rank_then=reached.rank_cumulative if reached else None,
        best=gains[-1].score_cumulative,
        coordinators=called,
    )


def named(lifts: Sequence[Lift]) -> list[NamedLift]:
    """A portion of the lifts with their executions, in the same order: one query."""
    rows = Execution.objects.filter(pk__in=[lift.execution_id for lift in lifts]).for_table()
    found = {row.pk: row for row in rows}
    return [NamedLift(lift, found[lift.execution_id]) for lift in lifts]


def _coordinators(scope: Scope, regions: Collection[str]) -> dict[str, list[Membership]]:
    """Whom to call, by region, the main ones first."""
    rows = Membership.objects.visible_to(scope).in_force(clock.today())
    rows = rows.filter(role=Role.COORDINATOR, region__in=list(regions)).select_related("user")
    found: dict[str, list[Membership]] = {}
    for row in rows.order_by("-position", "user__name_key", "pk"):
        found.setdefault(row.region_id or "", []).append(row)
    return found

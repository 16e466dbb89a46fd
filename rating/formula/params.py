"""One version of the parameters of the rating (methodology §8): data, never code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from assignments.fold import FoldRules
from rating.formula import values
from rating.formula.values import CaseError

MAX_OFFSET_MINUTES = 24 * 60 - 1
MAX_DAYS = 32_767
GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True, slots=True)
class Params:
    """A version of the parameters. Zones are in hundredths of a point, z and icc exact fractions.

    `late_steps` are (days late up to, points); the last has no limit.
    """

    version: str
    effective_from: str
    tz_offset_minutes: int
    review_days: int
    grace_days: int
    count_due_from: date
    min_lead_days: int
    max_request_extensions: int
    late_steps: tuple[tuple[int | None, int], ...]
    return_penalty: int
    min_executed_points: int
    zone_green: int
    zone_yellow: int
    n_min: int
    z_interval: Fraction
    z_signal: Fraction
    icc: Fraction

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Params":
        """Read and check one version as it stands in the audit file; raises `CaseError`."""
        params = cls(
            version=values.text_of(row, "version"),
            effective_from=values.month_of(row, "effective_from"),
            tz_offset_minutes=values.integer_of(
                row, "tz_offset_minutes", -MAX_OFFSET_MINUTES, MAX_OFFSET_MINUTES
            ),
            review_days=values.integer_of(row, "review_days", 0, MAX_DAYS),
            grace_days=values.integer_of(row, "grace_days", 0, MAX_DAYS),
            count_due_from=values.day_of(row, "count_due_from"),
            min_lead_days=values.integer_of(row, "min_lead_days", 0),
            max_request_extensions=values.integer_of(row, "max_request_extensions", 0),
            late_steps=_late_steps(row),
            return_penalty=values.integer_of(row, "return_penalty", 0),
            min_executed_points=values.integer_of(row, "min_executed_points", 0),
            zone_green=values.hundredths_of(row, "zone_green"),
            zone_yellow=values.hundredths_of(row, "zone_yellow"),
            n_min=values.integer_of(row, "n_min", 0),
            z_interval=values.decimal_of(row, "z_interval"),
            z_signal=values.decimal_of(row, "z_signal"),
            icc=values.decimal_of(row, "icc"),
        )
        params._check_together()
        return params

    def _check_together(self) -> None:
        if self.grace_days > self.review_days:
            raise CaseError("grace_days", "must not be greater than review_days")
        if self.min_executed_points > min(points for _limit, points in self.late_steps):
            raise CaseError("min_executed_points", "must not be above the smallest points of late_steps")
        if self.zone_yellow > self.zone_green:
            raise CaseError("zone_yellow", "must not be above zone_green")
        if self.icc > 1:
            raise CaseError("icc", "must be at most 1")

    @property
    def fold_rules(self) -> FoldRules:
        """The parameters of the fold of an event log."""
        return FoldRules(
            tz_offset_minutes=self.tz_offset_minutes,
            min_lead_days=self.min_lead_days,
            max_request_extensions=self.max_request_extensions,
        )

    def step_points(self, days_late: int) -> int:
        """Points by lateness alone: t(d) of §4."""
        if days_late <= 0:
            return 100
        return next(points for limit, points in self.late_steps if limit is None or days_late <= limit)

    def points(self, days_late: int, returns: int) -> int:
        """Points of an executed one: q of §4."""
        return self.points_after_returns(self.step_points(days_late), returns)

    def points_after_returns(self, step_points: int, returns: int) -> int:
        """q of §4 where t(d) is already known."""
        return max(self.min_executed_points, step_points - self.return_penalty * returns)

    def zone(self, score: int) -> str:
        """The zone of a published number in hundredths (§5)."""
        if score >= self.zone_green:
            return GREEN
        return YELLOW if score >= self.zone_yellow else RED


def _late_steps(row: Mapping[str, Any]) -> tuple[tuple[int | None, int], ...]:
    """Steps with growing limits and points that never grow, the last one without a limit."""
    steps: list[tuple[int | None, int]] = []
    previous_limit, previous_points = -1, 100
    raw_steps = values.list_of(row, "late_steps")
    for number, raw in enumerate(raw_steps):
        name = f"late_steps[{number}]"
        if not isinstance(raw, list) or len(raw) != 2:
            raise CaseError(name, "must be a list of two: days late up to, points")
        points = values.integer(raw[1], name, 0, 100)
        if points > previous_points:
            raise CaseError(name, "must not give more points than the step before it")
        if number + 1 == len(raw_steps):
            if raw[0] is not None:
                raise CaseError("late_steps", "must end with [null, points]")
            steps.append((None, points))
            break
        limit = values.integer(raw[0], name, 0)
        if limit <= previous_limit:
            raise CaseError(name, "must end later than the step before it")
        steps.append((limit, points))
        previous_limit, previous_points = limit, points
    if not steps:
        raise CaseError("late_steps", "must end with [null, points]")
    return tuple(steps)


def in_force(versions: Iterable[Params], period: str) -> Params | None:
    """The version of a month: that with the greatest `effective_from` not after it (§8)."""
    started = [version for version in versions if version.effective_from <= period]
    return max(started, key=lambda version: version.effective_from, default=None)

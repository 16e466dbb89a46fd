"""Timing of pairs: ours and the floor in turn, so that a drifting machine drifts for both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians in milliseconds of one row of the budget, and the ratio that alone counts."""

    row: int
    name: str
    ours: float
    floor: float
    goal: float
    allowance: float = 0.0
    """Milliseconds that the goal grants on top of the ratio."""

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def is_met(self) -> bool:
        return self.ours <= self.goal * self.floor + self.allowance


def milliseconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def alternate(
    ours: Callable[[], object], floor: Callable[[], object], *, runs: int, warmup: int = 2
) -> tuple[float, float]:
    """Medians of both, measured in turn after a warm-up."""
    for _ in range(warmup):
        ours()
        floor()
    mine, theirs = [], []
    for _ in range(runs):
        mine.append(milliseconds(ours))
        theirs.append(milliseconds(floor))
    return statistics.median(mine), statistics.median(theirs)

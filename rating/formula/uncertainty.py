"""Intervals, place ranges and signals (methodology §6): integers and exact integer roots only.

Scores and bounds are published hundredths of a point, 0 to 10000.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

FULL = 100_00
ABOVE, BELOW, NO_SIGNAL = "above", "below", "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """A published score with its interval."""

    score: int
    low: int
    high: int


def effective_size(
    executions: int, weight_sum: int, weight_squares: int, cluster_squares: int, icc: Fraction
) -> Fraction:
    """The number of independent executions that would tell as much: n_eff of §6.

    `weight_squares` is the sum of squared weights, `cluster_squares` that of the executions of each cluster.
    """
    alike = icc.denominator * executions + icc.numerator * (cluster_squares - executions)
    return Fraction(weight_sum * weight_sum * executions * icc.denominator, weight_squares * alike)


def wilson(points_sum: int, weight_sum: int, size: Fraction, z: Fraction) -> tuple[int, int]:
    """The Wilson interval for the exact share P / 100·W in hundredths of a point, rounded outwards."""
    part, whole = points_sum, 100 * weight_sum
    n, per = size.numerator, size.denominator
    u, v = z.numerator, z.denominator
    # (n·p + z²/2 ± z·√(n·p(1−p) + z²/4)) / (n + z²), all multiplied by 2·per·whole·v².
    centre = FULL * (2 * n * part * v * v + u * u * per * whole)
    radicand = per * (4 * v * v * n * part * (whole - part) + u * u * per * whole * whole)
    divisor = 2 * whole * (v * v * n + u * u * per)
    spread = _root_up((FULL * u) ** 2 * radicand)
    low = (centre - spread) // divisor
    high = -((-centre - spread) // divisor)
    return max(0, low), min(FULL, high)


def _root_up(number: int) -> int:
    """The square root rounded up."""
    root = isqrt(number)
    return root if root * root == number else root + 1


def surely_above(upper: Reading, lower: Reading) -> bool:
    """Whether the first score is above the second by more than chance (Newcombe's combination)."""
    gap = upper.score - lower.score
    if gap <= 0:
        return False
    return gap * gap > (upper.score - upper.low) ** 2 + (lower.high - lower.score) ** 2


def distinguishable(one: Reading, other: Reading) -> bool:
    """Whether two scores differ by more than chance, in either direction."""
    return surely_above(one, other) or surely_above(other, one)


def places(scores: Mapping[str, int]) -> dict[str, int]:
    """Standard competition ranking: 1 + the number of higher scores."""
    place_of: dict[int, int] = {}
    for position, score in enumerate(sorted(scores.values(), reverse=True), start=1):
        place_of.setdefault(score, position)
    return {region: place_of[score] for region, score in scores.items()}


def place_ranges(readings: Iterable[Reading]) -> list[tuple[int, int]]:
    """For each reading the best and worst place that chance allows, in the given order."""
    rows = list(readings)
    above = [sum(surely_above(other, row) for other in rows) for row in rows]
    below = [sum(surely_above(row, other) for other in rows) for row in rows]
    return [(1 + more, len(rows) - less) for more, less in zip(above, below, strict=True)]


def signal(interval: tuple[int, int], national_score: int) -> str:
    """Whether an interval lies entirely over or under the national score (funnel)."""
    low, high = interval
    if low > national_score:
        return ABOVE
    return BELOW if high < national_score else NO_SIGNAL

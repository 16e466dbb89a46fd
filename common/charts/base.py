"""What all charts share: the borders of the zones, numbers as text, unbroken runs of months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.formatting import Number, hundredths

GREEN_FROM = 9000
YELLOW_FROM = 7000
FULL = 10000
ZONES = ("green", "yellow", "red")


def text_of(value: float) -> str:
    """A coordinate as text with at most two decimals, whatever the language of the page."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def percent(value: float) -> str:
    """A horizontal place in percent of the width."""
    return f"{text_of(value)}%"


def zone_is_certain(low: Number | None, high: Number | None) -> bool:
    """True when an interval lies within one zone, so that the zone is certain (methodology §5)."""
    if low is None or high is None:
        return True
    return zone_of(hundredths(low)) == zone_of(hundredths(high))


def zone_of(value: int) -> str:
    """The zone of a published score in hundredths (methodology §5)."""
    if value >= GREEN_FROM:
        return "green"
    return "yellow" if value >= YELLOW_FROM else "red"


def runs_of(values: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """Unbroken runs of (index, value); a month without a score parts two runs."""
    runs: list[list[tuple[int, int]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


@dataclass(frozen=True)
class Band:
    """A zone behind a drawing: name, top and height in pixels."""

    zone: str
    y: str
    height: str


@dataclass(frozen=True)
class ScoreAxis:
    """The vertical axis of scores: ``floor`` hundredths stand near the bottom, 100 points near the top."""

    floor: int
    height: int
    top: int = 12
    bottom: int = 8

    @classmethod
    def holding(cls, values: Iterable[Number | None], height: int) -> "ScoreAxis":
        """An axis from 50 points, or from the tens below the lowest of these values."""
        ends = [hundredths(value) // 1000 * 1000 for value in values if value is not None]
        return cls(min([5000, *ends]), height)

    def y(self, value: int) -> float:
        """How far a score lies under the upper edge, in pixels."""
        return self.top + (FULL - value) * (self.height - self.top - self.bottom) / (FULL - self.floor)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The zones from the top down."""
        borders = (
            (FULL, GREEN_FROM, "green"), (GREEN_FROM, YELLOW_FROM, "yellow"), (YELLOW_FROM, self.floor, "red"),
        )  # fmt: skip
        return tuple(
            Band(zone, text_of(self.y(upper)), text_of(self.y(lower) - self.y(upper)))
            for upper, lower, zone in borders
        )

    @property
    def ticks(self) -> tuple[tuple[str, str], ...]:
        """Whole points to write beside the axis, and where."""
        values = sorted({FULL, GREEN_FROM, YELLOW_FROM, 5000, self.floor}, reverse=True)
        return tuple((str(value // 100), text_of(self.y(value))) for value in values)

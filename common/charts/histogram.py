"""How the scores of all regions lie: columns of five points, the own region marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.charts.base import FULL, percent, text_of, zone_of
from common.formatting import Number, hundredths

STEP = 500
"""Width of a column in hundredths; the borders of the zones are borders of columns."""
COUNT_HEIGHT = 22
"""Pixels over a column that its count takes."""


@dataclass(frozen=True)
class Column:
    """The regions with a score from ``low`` to less than ``high`` (100 belongs to the last column)."""

    low: int
    high: int
    count: int
    zone: str
    own: bool
    x: str
    width: str
    middle: str
    y: str
    height: str


@dataclass(frozen=True)
class OwnMark:
    """Where the own region stands; ``side`` is the one to which its figure opens.

    The line ends at ``over``, above the count of its column, and goes on within the column from ``top``.
    """

    x: str
    value: int
    side: str
    over: str
    top: str


@dataclass(frozen=True)
class Histogram:
    """Everything the template of the distribution draws; ``ticks`` are whole points under the columns."""

    height: int
    base: int
    columns: tuple[Column, ...]
    ticks: tuple[tuple[str, str], ...]
    own: OwnMark | None
    total: int

    @property
    def filled(self) -> tuple[Column, ...]:
        """Columns with some region, from the highest scores down."""
        return tuple(column for column in reversed(self.columns) if column.count)


def histogram(scores: Iterable[Number], own: Number | None = None, *, height: int = 170) -> Histogram:
    """Columns from the tens below the lowest score (at most 50) to 100 points; ``own`` is one of the scores."""
    values = [hundredths(score) for score in scores]
    mine = None if own is None else hundredths(own)
    floor = min([5000, *(value // 1000 * 1000 for value in values)])
    counts = [0] * ((FULL - floor) // STEP)
    for value in values:
        counts[_place(value, floor)] += 1
    base, top = height - 4, 24 if mine is None else 52
    unit = (base - top) / max([1, *counts])

    def x_of(value: int) -> float:
        return (value - floor) * 100 / (FULL - floor)

    def column(place: int, count: int) -> Column:
        low = floor + place * STEP
        return Column(
            low=low, high=low + STEP, count=count, zone=zone_of(low),
            own=mine is not None and _place(mine, floor) == place,
            x=percent(x_of(low)), width=percent(x_of(low + STEP) - x_of(low)), middle=percent(x_of(low + STEP // 2)),
            y=text_of(base - count * unit), height=text_of(count * unit),
        )  # fmt: skip

    def own_mark(value: int) -> OwnMark:
        roof = base - counts[_place(value, floor)] * unit
        side = "end" if x_of(value) > 50 else "start"
        return OwnMark(percent(x_of(value)), value, side, text_of(roof - COUNT_HEIGHT), text_of(roof))

    return Histogram(
        height=height,
        base=base,
        columns=tuple(column(place, count) for place, count in enumerate(counts)),
        ticks=tuple((str(value // 100), percent(x_of(value))) for value in range(floor, FULL + 1, 1000)),
        own=None if mine is None else own_mark(mine),
        total=len(values),
    )


def _place(value: int, floor: int) -> int:
    return min(value, FULL - 1) // STEP - floor // STEP

"""Scores of all regions against the number of executions, with the limits that chance alone would draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.charts.base import Band, ScoreAxis, percent, text_of
from common.formatting import Number, hundredths

ROUND = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
"""Distances of figures on the axis of executions; at most six of them fit on a phone."""
MOST_TICKS = 6
NAME_HEIGHT = 30
"""Pixels over a point that its name takes."""


@dataclass(frozen=True)
class FunnelPoint:
    """A region: its executions, score in hundredths, zone, whether it is the reader's own, and the signal in words."""

    name: str
    url: str
    executions: int
    score: Number
    zone: str
    certain: bool = True
    signal: str = ""
    own: bool = False


@dataclass(frozen=True)
class Limit:
    """The scores between which chance keeps a region of so many executions; None where there is no such score."""

    executions: int
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Limits:
    """One pair of limits: its name for the key, its kind (inner or outer) and its points by growing executions."""

    name: str
    kind: str
    points: Sequence[Limit]


@dataclass(frozen=True)
class Dot:
    """A region in the drawing: horizontal place in percent, vertical in pixels, and how its name lies by it.

    `lean` is the tenth of the name that stands over the point, as far along the name as the point is along the drawing:
    so the name stays within it at any width. Near the upper edge the name stands `under` the point.
    """

    point: FunnelPoint
    x: str
    y: str
    lean: int
    under: bool


@dataclass(frozen=True)
class Curve:
    """A limit as paths in a box 100 wide."""

    name: str
    kind: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Funnel:
    """Everything the template of the funnel draws; dots go from few executions to many."""

    height: int
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str], ...]
    curves: tuple[Curve, ...]
    national: str
    national_score: int
    dots: tuple[Dot, ...]

    @property
    def own(self) -> tuple[Dot, ...]:
        """The reader's own regions: they are named beside the drawing, where nothing lies over the name."""
        return tuple(dot for dot in self.dots if dot.point.own)


def funnel(
    points: Iterable[FunnelPoint], limits: Sequence[Limits], national: Number, *, height: int = 340
) -> Funnel:
    """The drawing of these regions; ``national`` is the score of the country in hundredths.

    The axis of executions ends at the largest region, the axis of scores begins at the tens below the lowest one.
    """
    regions = sorted(points, key=lambda point: (point.executions, -hundredths(point.score), point.name))
    most = max([1, *(point.executions for point in regions)])
    axis = ScoreAxis.holding((point.score for point in regions), height)

    def x_of(executions: int) -> float:
        return 1.5 + executions * 96 / most

    return Funnel(
        height=height,
        bands=axis.bands,
        ticks=axis.ticks,
        counts=tuple((str(count), percent(x_of(count))) for count in _counts(most)),
        curves=tuple(
            _curve(one, axis, [(x_of(limit.executions), limit) for limit in one.points]) for one in limits
        ),
        national=text_of(axis.y(hundredths(national))),
        national_score=hundredths(national),
        dots=tuple(_dot(point, x_of(point.executions), axis.y(hundredths(point.score))) for point in regions),
    )


def _dot(point: FunnelPoint, x: float, y: float) -> Dot:
    return Dot(point, percent(x), text_of(y), lean=round(x / 10), under=y < NAME_HEIGHT)


def _counts(most: int) -> range:
    """Round numbers of executions to write under the axis."""
    step = next((step for step in ROUND if most // step < MOST_TICKS), ROUND[-1])
    return range(0, most + 1, step)


def _curve(limits: Limits, axis: ScoreAxis, spots: Sequence[tuple[float, Limit]]) -> Curve:
    """The upper and the lower limit, each as far as it lies within the drawing."""
    paths = []
    for end in ("high", "low"):
        corners = [
            f"{text_of(x)} {text_of(axis.y(value))}"
            for x, limit in spots
            if (value := getattr(limit, end)) is not None and value >= axis.floor
        ]
        if len(corners) > 1:
            paths.append("M" + "L".join(corners))
    return Curve(limits.name, limits.kind, tuple(paths))

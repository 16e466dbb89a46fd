"""Months of a score over the zones: the history of one region, and several regions on the same axis."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from common.charts.base import Band, ScoreAxis, percent, runs_of, text_of, zone_is_certain, zone_of
from common.formatting import Number, hundredths

MAX_SERIES = 3
"""Lines that can still be told apart without colour: three shapes of points, three kinds of stroke."""
LONG_GAP = 5
"""Months without a score before the first one from which the empty field says so."""


@dataclass(frozen=True)
class ChartPoint:
    """One month of the line chart: its axis label, full name, score and interval (None = not rated)."""

    label: str
    name: str
    value: Number | None
    low: Number | None = None
    high: Number | None = None

    @property
    def zone(self) -> str:
        """Zone of the score, empty when the month is not rated."""
        return "" if self.value is None else zone_of(hundredths(self.value))

    @property
    def certain(self) -> bool:
        """False when the interval crosses a border of zones."""
        return zone_is_certain(self.low, self.high)


@dataclass(frozen=True)
class Mark:
    """A month's point: horizontal place in percent, vertical in pixels; ``shift`` of its figure from it."""

    x: str
    y: str
    point: ChartPoint
    is_last: bool
    shift: str


@dataclass(frozen=True)
class LineChart:
    """Everything the template of the line chart draws; paths live in a box 100 wide and ``height`` high."""

    height: int
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    breaks: tuple[str, ...]
    points: tuple[ChartPoint, ...]
    first: ChartPoint | None
    last: ChartPoint | None

    @property
    def begins_late(self) -> bool:
        """Whether so many months stand empty before the first score that the field has to say it."""
        return _begins_late(self.points)


def line_chart(points: Sequence[ChartPoint], *, height: int = 220, breaks: Sequence[int] = ()) -> LineChart:
    """The history of a score over its zones.

    ``breaks`` are indexes of months from which a new methodology counts; a dashed line is drawn before them.
    A month without a score interrupts the line.
    """
    rated = [point for point in points if point.value is not None]
    axis = ScoreAxis.holding((end for point in rated for end in (point.low, point.value)), height)
    return LineChart(
        height=height,
        bands=axis.bands,
        ticks=axis.ticks,
        areas=tuple(_area(run, points, axis) for run in _runs(points) if len(run) > 1),
        lines=_lines(points, axis),
        marks=_marks(points, axis),
        breaks=tuple(percent(index * 100 / max(len(points), 1)) for index in breaks),
        points=tuple(points),
        first=rated[0] if rated else None,
        last=rated[-1] if rated else None,
    )


def _begins_late(points: Sequence[ChartPoint]) -> bool:
    rated = [place for place, point in enumerate(points) if point.value is not None]
    return bool(rated) and rated[0] >= LONG_GAP


def _runs(points: Sequence[ChartPoint]) -> list[list[tuple[int, int]]]:
    return runs_of([None if point.value is None else hundredths(point.value) for point in points])


def _x_of(points: Sequence[ChartPoint]) -> Callable[[int], float]:
    """Where a month stands, in percent of the width: in the middle of its column."""
    return lambda index: (index + 0.5) * 100 / max(len(points), 1)


def _lines(points: Sequence[ChartPoint], axis: ScoreAxis) -> tuple[str, ...]:
    x_of = _x_of(points)
    return tuple(
        "M" + "L".join(f"{text_of(x_of(index))} {text_of(axis.y(value))}" for index, value in run)
        for run in _runs(points)
        if len(run) > 1
    )


def _marks(points: Sequence[ChartPoint], axis: ScoreAxis) -> tuple[Mark, ...]:
    x_of, runs = _x_of(points), _runs(points)
    values = dict(spot for run in runs for spot in run)
    last = max(values, default=-1)
    return tuple(
        Mark(
            percent(x_of(index)),
            text_of(axis.y(value)),
            points[index],
            index == last,
            _shift(values.get(index - 1), value, axis.y(value), axis.height),
        )
        for index, value in values.items()
    )


def _shift(before: int | None, value: int, y: float, height: int) -> str:
    """Where a figure stands: over its point, or under it when the line comes down and there is room."""
    return "22" if before is not None and before > value and y < height - 30 else "-11"


def _area(run: list[tuple[int, int]], points: Sequence[ChartPoint], axis: ScoreAxis) -> str:
    """The interval of a run of months as a closed shape: along the upper ends, back along the lower ones."""
    x_of = _x_of(points)
    upper = [(index, points[index].high, value) for index, value in run]
    lower = [(index, points[index].low, value) for index, value in reversed(run)]
    corners = [
        f"{text_of(x_of(index))} {text_of(axis.y(value if end is None else hundredths(end)))}"
        for index, end, value in (*upper, *lower)
    ]
    return "M" + "L".join(corners) + "Z"


@dataclass(frozen=True)
class Series:
    """The months of one region among others; all series of a chart have the same months."""

    name: str
    points: Sequence[ChartPoint]


@dataclass(frozen=True)
class DrawnSeries:
    """A series ready to draw; ``kind`` 1–3 chooses stroke, shape of the points and colour."""

    name: str
    kind: int
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class SeriesChart:
    """Several lines over the zones; ``rows`` are the months with the score of every series."""

    height: int
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, str], ...]
    series: tuple[DrawnSeries, ...]
    rows: tuple[tuple[ChartPoint, ...], ...]

    @property
    def months(self) -> tuple[ChartPoint, ...]:
        """One point of each month, for its names."""
        return tuple(row[0] for row in self.rows)

    @property
    def begins_late(self) -> bool:
        """Whether all regions stand empty for so many months that the field has to say it."""
        return _begins_late([_any_rated(row) for row in self.rows])


def _any_rated(row: Sequence[ChartPoint]) -> ChartPoint:
    return next((point for point in row if point.value is not None), row[0])


def series_chart(series: Sequence[Series], *, height: int = 260) -> SeriesChart:
    """Up to three regions over the same months on one axis; raises ``ValueError`` for more, or for other months."""
    if len(series) > MAX_SERIES:
        raise ValueError("more lines than can be told apart")
    values: Iterable[Number | None] = [point.value for one in series for point in one.points]
    axis = ScoreAxis.holding(values, height)
    return SeriesChart(
        height=height,
        bands=axis.bands,
        ticks=axis.ticks,
        series=tuple(
            DrawnSeries(one.name, kind, _lines(one.points, axis), _marks(one.points, axis))
            for kind, one in enumerate(series, start=1)
        ),
        rows=tuple(zip(*(one.points for one in series), strict=True)),
    )

"""Geometry of the charts drawn on the server: pure functions from scores to the numbers of an SVG.

Scores come as whole hundredths or decimal points (see ``common.formatting``) and lie in 0–100. Vertical
distances are pixels, horizontal ones are percent of the width: the drawing then stretches with the page
while its text keeps its size. Every coordinate is a ready string, so no language setting can put a decimal
comma into it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from common.formatting import Number, hundredths

GREEN_FROM = 9000
YELLOW_FROM = 7000
FULL = 10000
ZONES = ("green", "yellow", "red")


def _text(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _percent(value: float) -> str:
    return f"{_text(value)}%"


def zone_is_certain(low: Number | None, high: Number | None) -> bool:
    """True when an interval lies within one zone, so that the zone is certain (methodology §5)."""
    if low is None or high is None:
        return True
    return _zone(hundredths(low)) == _zone(hundredths(high))


def _zone(value: int) -> str:
    if value >= GREEN_FROM:
        return "green"
    return "yellow" if value >= YELLOW_FROM else "red"


@dataclass(frozen=True)
class ScoreBar:
    """A score on the line 0–100: its mark, and the interval as a whisker, in percent of the width."""

    mark: str
    low: str | None
    width: str | None


def score_bar(value: Number | None, low: Number | None = None, high: Number | None = None) -> ScoreBar | None:
    """The bar of one score; None when there is no score to draw."""
    if value is None:
        return None
    mark = _percent(hundredths(value) / 100)
    if low is None or high is None:
        return ScoreBar(mark=mark, low=None, width=None)
    start, end = hundredths(low), hundredths(high)
    return ScoreBar(mark=mark, low=_percent(start / 100), width=_percent((end - start) / 100))


@dataclass(frozen=True)
class Sparkline:
    """A small line: one path for each unbroken run of months, single months as dots, and the last point."""

    paths: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    last: tuple[str, str] | None


def _runs(values: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """Unbroken runs of (index, value); a month without a score parts two runs."""
    runs: list[list[tuple[int, int]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def sparkline(
    values: Sequence[Number | None], *, width: int = 72, height: int = 20, floor: int = 5000, inset: int = 3
) -> Sparkline:
    """A line of months on the common scale ``floor``–100 (hundredths), so that regions can be compared.

    Values under the floor are drawn on it: the line shows direction, the table beside it the figure.
    """
    plain = [None if value is None else hundredths(value) for value in values]
    step = (width - 2 * inset) / max(len(plain) - 1, 1)
    scale = (height - 2 * inset) / (FULL - floor)

    def place(index: int, value: int) -> tuple[str, str]:
        return _text(inset + index * step), _text(height - inset - (max(value, floor) - floor) * scale)

    runs = [[place(*point) for point in run] for run in _runs(plain)]
    paths = tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)
    dots = tuple(run[0] for run in runs if len(run) == 1)
    return Sparkline(paths=paths, dots=dots, last=runs[-1][-1] if runs else None)


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
        return "" if self.value is None else _zone(hundredths(self.value))

    @property
    def certain(self) -> bool:
        """False when the interval crosses a border of zones."""
        return zone_is_certain(self.low, self.high)


@dataclass(frozen=True)
class Band:
    """A zone behind the line: name, top and height in pixels."""

    zone: str
    y: str
    height: str


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


def _floor_of(points: Iterable[ChartPoint]) -> int:
    """Lowest score on the axis: 50 points, or the tens below the lowest value or interval."""
    ends = [end for point in _rated(points) for end in (point.low, point.value) if end is not None]
    return min([5000, *(hundredths(end) // 1000 * 1000 for end in ends)])


def _rated(points: Iterable[ChartPoint]) -> list[ChartPoint]:
    return [point for point in points if point.value is not None]


def line_chart(points: Sequence[ChartPoint], *, height: int = 220, breaks: Sequence[int] = ()) -> LineChart:
    """The history of a score over its zones.

    ``breaks`` are indexes of months from which a new methodology counts; a dashed line is drawn before them.
    A month without a score interrupts the line.
    """
    floor = _floor_of(points)
    top = 12
    scale = (height - top - 8) / (FULL - floor)

    def y_of(value: int) -> float:
        return top + (FULL - value) * scale

    def x_of(index: int) -> float:
        return (index + 0.5) * 100 / max(len(points), 1)

    values = [None if point.value is None else hundredths(point.value) for point in points]
    runs = _runs(values)
    rated = _rated(points)
    last_index = runs[-1][-1][0] if runs else -1
    borders = [(FULL, GREEN_FROM, "green"), (GREEN_FROM, YELLOW_FROM, "yellow"), (YELLOW_FROM, floor, "red")]
    ticks = sorted({FULL, GREEN_FROM, YELLOW_FROM, 5000, floor}, reverse=True)
    return LineChart(
        height=height,
        bands=tuple(
            Band(zone, _text(y_of(upper)), _text(y_of(lower) - y_of(upper))) for upper, lower, zone in borders
        ),
        ticks=tuple((str(value // 100), _text(y_of(value))) for value in ticks),
        areas=tuple(_area(run, points, x_of, y_of) for run in runs if len(run) > 1),
        lines=tuple(
            "M" + "L".join(f"{_text(x_of(index))} {_text(y_of(value))}" for index, value in run)
            for run in runs
            if len(run) > 1
        ),
        marks=tuple(
            Mark(
                _percent(x_of(index)),
                _text(y_of(value)),
                points[index],
                index == last_index,
                _shift(values[index - 1] if index else None, value, y_of(value), height),
            )
            for run in runs
            for index, value in run
        ),
        breaks=tuple(_percent(index * 100 / max(len(points), 1)) for index in breaks),
        points=tuple(points),
        first=rated[0] if rated else None,
        last=rated[-1] if rated else None,
    )


def _shift(before: int | None, value: int, y: float, height: int) -> str:
    """Where a figure stands: over its point, or under it when the line comes down and there is room."""
    return "22" if before is not None and before > value and y < height - 30 else "-11"


def _area(
    run: list[tuple[int, int]],
    points: Sequence[ChartPoint],
    x_of: Callable[[int], float],
    y_of: Callable[[int], float],
) -> str:
    """The interval of a run of months as a closed shape: along the upper ends, back along the lower ones."""
    upper = [(index, points[index].high, value) for index, value in run]
    lower = [(index, points[index].low, value) for index, value in reversed(run)]
    corners = [
        f"{_text(x_of(index))} {_text(y_of(value if end is None else hundredths(end)))}"
        for index, end, value in (*upper, *lower)
    ]
    return "M" + "L".join(corners) + "Z"


@dataclass(frozen=True)
class Part:
    """One part of a sum: its name, its points and its tone (score, late, returned, missed, other)."""

    label: str
    value: Number
    tone: str


@dataclass(frozen=True)
class Segment:
    """A part as a piece of the bar: start and width in percent."""

    part: Part
    x: str
    width: str


def stacked_bar(parts: Sequence[Part]) -> tuple[Segment, ...]:
    """Parts one after another along a bar whose length is their sum; empty parts take no piece."""
    total = sum(hundredths(part.value) for part in parts)
    segments: list[Segment] = []
    start = 0
    for part in parts:
        size = hundredths(part.value)
        if size > 0:
            segments.append(Segment(part, _percent(start * 100 / total), _percent(size * 100 / total)))
            start += size
    return tuple(segments)


@dataclass(frozen=True)
class Tile:
    """A region on the tile map; ``column`` and ``row`` count from 0, ``score`` None means "not rated"."""

    code: str
    label: str
    name: str
    url: str
    column: int
    row: int
    score: Number | None
    zone: str
    certain: bool = True
    note: str = ""

    @property
    def side(self) -> str:
        """Which way the tile's explanation opens, so that it stays on the screen."""
        return "start" if self.column < TILE_COLUMNS // 2 else "end"


TILE_COLUMNS = 20
TILE_ROWS = 12


def tile_order(tiles: Iterable[Tile]) -> list[Tile]:
    """Tiles as a reader meets them, row by row; a tile outside the 20 × 12 field is an error.

    Raises ``ValueError`` for a place outside the field or taken twice.
    """
    ordered = sorted(tiles, key=lambda tile: (tile.row, tile.column))
    places = [(tile.row, tile.column) for tile in ordered]
    if len(set(places)) != len(places):
        raise ValueError("two tiles stand on one place")
    if any(not (0 <= row < TILE_ROWS and 0 <= column < TILE_COLUMNS) for row, column in places):
        raise ValueError("a tile stands outside the field")
    return ordered

"""Parts of a sum: one bar of a hundred, and bars under one another."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.base import percent
from common.formatting import Number, hundredths


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
            segments.append(Segment(part, percent(start * 100 / total), percent(size * 100 / total)))
            start += size
    return tuple(segments)


@dataclass(frozen=True)
class Bar:
    """One row of bars under one another: its name and where it leads, its points, a small note, its tone."""

    label: str
    value: Number
    tone: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its length in percent of the longest one."""

    bar: Bar
    width: str


def bars(rows: Sequence[Bar]) -> tuple[DrawnBar, ...]:
    """Bars in the given order; the longest takes the whole width."""
    longest = max([1, *(hundredths(row.value) for row in rows)])
    return tuple(DrawnBar(row, percent(hundredths(row.value) * 100 / longest)) for row in rows)

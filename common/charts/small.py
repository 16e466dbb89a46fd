"""Marks of a table row: a score on the line 0–100 and a small line of months."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.base import FULL, percent, runs_of, text_of
from common.formatting import Number, hundredths


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
    mark = percent(hundredths(value) / 100)
    if low is None or high is None:
        return ScoreBar(mark=mark, low=None, width=None)
    start, end = hundredths(low), hundredths(high)
    return ScoreBar(mark=mark, low=percent(start / 100), width=percent((end - start) / 100))


@dataclass(frozen=True)
class Sparkline:
    """A small line: one path for each unbroken run of months, single months as dots, the last point, and the places
    before which another methodology begins."""

    paths: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    last: tuple[str, str] | None
    breaks: tuple[str, ...] = ()


def sparkline(
    values: Sequence[Number | None],
    breaks: Sequence[int] = (),
    *,
    width: int = 72,
    height: int = 20,
    floor: int = 5000,
    inset: int = 3,
) -> Sparkline:
    """A line of months on the common scale ``floor``–100 (hundredths), so that regions can be compared.

    Values under the floor are drawn on it: the line shows direction, the table beside it the figure. ``breaks`` are
    indexes of months from which another methodology counts.
    """
    plain = [None if value is None else hundredths(value) for value in values]
    step = (width - 2 * inset) / max(len(plain) - 1, 1)
    scale = (height - 2 * inset) / (FULL - floor)

    def place(index: int, value: int) -> tuple[str, str]:
        return text_of(inset + index * step), text_of(height - inset - (max(value, floor) - floor) * scale)

    runs = [[place(*point) for point in run] for run in runs_of(plain)]
    paths = tuple("M" + "L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1)
    dots = tuple(run[0] for run in runs if len(run) == 1)
    between = tuple(text_of(inset + (index - 0.5) * step) for index in breaks)
    return Sparkline(paths=paths, dots=dots, last=runs[-1][-1] if runs else None, breaks=between)

"""Bars of stages as one SVG drawn by the server: few elements whatever the number of clusters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from common.formatting import date_short, month_short
from cyclogram.laying import Window
from cyclogram.selectors.gantt import Bar

NAMES, MONTH, ROW, HEAD, FOOT = 350, 44, 26, 42, 8
"""Widths of the names and of a month, heights of a row, of the months above and of the air below, in pixels."""
NAME_LENGTH = 44


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing with its size; nothing when there are no bars."""

    svg: SafeString
    width: int
    height: int


def gantt(bars: Sequence[Bar], today: date, title: str) -> Chart | None:
    """The bars over whole months, from the first day of any to the last."""
    if not bars:
        return None
    scale = _Scale.of(bars)
    width, height = NAMES + scale.width, HEAD + ROW * len(bars) + FOOT
    body = "".join(
        (
            f'<title id="gantt-name">{escape(title)}</title>',
            f'<desc id="gantt-about">{escape(_about(today))}</desc>',
            *_months(scale, height),
            *_names(bars),
            _path("gantt__plan", (_bar(scale, place, bar.planned, 5, 16) for place, bar in enumerate(bars))),
            _path("gantt__done", _actual(scale, bars, late=False)),
            _path("gantt__late", _actual(scale, bars, late=True)),
            _path(
                "gantt__mark",
                (_diamond(scale, place, day) for place, bar in enumerate(bars) for day in bar.marks),
            ),
            _today(scale, today, height),
        )
    )
    svg = (
        f'<svg class="gantt__svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="gantt-name gantt-about">{body}</svg>'
    )
    return Chart(mark_safe(svg), width, height)  # noqa: S308 -- joined from escaped parts


def _about(today: date) -> str:
    words = _(
        "Light bars are planned, dark ones real, red ones late; diamonds are checkpoints. Today is %(day)s."
    )
    return words % {"day": date_short(today)}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels: every month is as wide as every other."""

    year: int
    month: int
    months: int

    @classmethod
    def of(cls, bars: Iterable[Bar]) -> "_Scale":
        windows = [window for bar in bars for window in (bar.planned, bar.actual) if window]
        marks = [day for bar in bars for day in bar.marks]
        first = min([window.first for window in windows] + marks)
        last = max([window.last for window in windows] + marks)
        return cls(first.year, first.month, _number(last) - _number(first) + 1)

    @property
    def width(self) -> int:
        return self.months * MONTH

    def x(self, day: date) -> float:
        """Where a day begins."""
        index = _number(day) - (self.year * 12 + self.month)
        nearly_next = day.replace(day=28) + timedelta(days=4)
        length = (nearly_next - timedelta(days=nearly_next.day)).day
        return round(NAMES + MONTH * (index + (day.day - 1) / length), 1)

    def each(self) -> Iterator[date]:
        """The first day of every month."""
        for index in range(self.months):
            years, month = divmod(self.month - 1 + index, 12)
            yield date(self.year + years, month + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month


def _bar(scale: _Scale, place: int, window: Window, top: int, height: int) -> str:
    left, right = scale.x(window.first), scale.x(window.last + timedelta(days=1))
    y = HEAD + ROW * place + top
    return f"M{left} {y}H{max(right, left + 2)}v{height}H{left}z"


def _actual(scale: _Scale, bars: Sequence[Bar], *, late: bool) -> Iterator[str]:
    for place, bar in enumerate(bars):
        if bar.actual and bar.is_late == late:
            yield _bar(scale, place, bar.actual, 9, 8)


def _diamond(scale: _Scale, place: int, day: date) -> str:
    return f"M{scale.x(day)} {HEAD + ROW * place + 8}l5 5l-5 5l-5-5z"


def _path(name: str, parts: Iterable[str]) -> str:
    drawn = "".join(parts)
    return f'<path class="{name}" d="{drawn}"/>' if drawn else ""


def _months(scale: _Scale, height: int) -> Iterator[str]:
    """The names of the months, years over their first month, and the lines between them."""
    lines = "".join(f"M{scale.x(day)} {HEAD}V{height - FOOT}" for day in scale.each())
    yield f'<path class="gantt__grid" d="{lines}"/>'
    for number, day in enumerate(scale.each()):
        x, name = scale.x(day) + 3, escape(month_short(f"{day:%Y-%m}"))
        yield f'<text class="gantt__month" x="{x}" y="{HEAD - 8}">{name}</text>'
        if number == 0 or day.month == 1:
            yield f'<text class="gantt__name" x="{x}" y="{HEAD - 25}">{day.year}</text>'


def _names(bars: Sequence[Bar]) -> Iterator[str]:
    for place, bar in enumerate(bars):
        text = escape(Truncator(bar.name).chars(NAME_LENGTH))
        yield f'<text class="gantt__name" x="0" y="{HEAD + ROW * place + 18}">{text}</text>'


def _today(scale: _Scale, today: date, height: int) -> str:
    first, months = date(scale.year, scale.month, 1), scale.months
    if not 0 <= _number(today) - _number(first) < months:
        return ""
    x = scale.x(today)
    return f'<path class="gantt__today" d="M{x} {HEAD - 4}V{height - FOOT + 4}"/>'

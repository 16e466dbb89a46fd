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


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of a drawing in pixels.

    `names` is the width of the column of names, none where a name stands over its bar; `row` the height of a row,
    `bar` how deep in it the bar begins, `text` how deep the line of the name. Months share `room`, each as wide as
    every other between `least` and `most`; each `labels`-th is named.
    """

    key: str
    names: int
    row: int
    bar: int
    text: int
    room: int
    least: int
    most: int
    labels: int
    name_length: int

    def month(self, months: int) -> int:
        """How wide each of so many months is."""
        return min(max(self.room // months, self.least), self.most)


WIDE = Sheet("wide", names=380, row=26, bar=5, text=18, room=800, least=44, most=66, labels=1, name_length=44)
NARROW = Sheet(
    "narrow", names=0, row=44, bar=20, text=14, room=290, least=14, most=290, labels=3, name_length=34
)
"""For a phone: a year and a half fits without scrolling, and fewer months fill the width, so that a name fits."""
HEAD, FOOT = 42, 8
"""Heights of the months above and of the air below."""
BAR, ACTUAL = 16, 8
"""How thick the planned and the actual bar are; the thin one runs inside of the thick one."""


def gantt(bars: Sequence[Bar], today: date, title: str) -> SafeString:
    """The bars over whole months, from the first day of any to the last, twice: for wide windows and for phones.

    Style sheets show one of the two. Nothing when there are no bars.
    """
    if not bars:
        return SafeString()
    drawn = "".join(_drawing(sheet, bars, today, title) for sheet in (WIDE, NARROW))
    return mark_safe(drawn)  # noqa: S308 -- joined from escaped parts


def _drawing(sheet: Sheet, bars: Sequence[Bar], today: date, title: str) -> str:
    scale = _Scale.of(sheet, bars)
    width, height = scale.width, HEAD + sheet.row * len(bars) + FOOT
    body = "".join(
        (
            f'<title id="gantt-{sheet.key}-name">{escape(title)}</title>',
            f'<desc id="gantt-{sheet.key}-about">{escape(_about(today))}</desc>',
            *_months(scale, height),
            *_names(sheet, bars),
            _path("gantt__plan", (_bar(scale, place, bar.planned, BAR) for place, bar in enumerate(bars))),
            _path("gantt__done", _actual(scale, bars, late=False)),
            _path("gantt__late", _actual(scale, bars, late=True)),
            _path(
                "gantt__mark",
                (_diamond(scale, place, day) for place, bar in enumerate(bars) for day in bar.marks),
            ),
            _today(scale, today, height),
        )
    )
    return (
        f'<svg class="gantt__svg gantt__svg--{sheet.key}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="gantt-{sheet.key}-name gantt-{sheet.key}-about">{body}</svg>'
    )


def _about(today: date) -> str:
    words = _(
        "Light bars are planned, dark ones real, red ones late; diamonds are checkpoints. Today is %(day)s."
    )
    return words % {"day": date_short(today)}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels on a sheet."""

    sheet: Sheet
    year: int
    month: int
    months: int

    @classmethod
    def of(cls, sheet: Sheet, bars: Iterable[Bar]) -> "_Scale":
        windows = [window for bar in bars for window in (bar.planned, bar.actual) if window]
        marks = [day for bar in bars for day in bar.marks]
        first = min([window.first for window in windows] + marks)
        last = max([window.last for window in windows] + marks)
        return cls(sheet, first.year, first.month, _number(last) - _number(first) + 1)

    @property
    def width(self) -> int:
        return self.sheet.names + self.months * self.sheet.month(self.months)

    def x(self, day: date) -> float:
        """Where a day begins."""
        index = _number(day) - (self.year * 12 + self.month)
        nearly_next = day.replace(day=28) + timedelta(days=4)
        length = (nearly_next - timedelta(days=nearly_next.day)).day
        month = self.sheet.month(self.months)
        return round(self.sheet.names + month * (index + (day.day - 1) / length), 1)

    def y(self, place: int) -> int:
        """Where the planned bar of a row begins."""
        return HEAD + self.sheet.row * place + self.sheet.bar

    def each(self) -> Iterator[date]:
        """The first day of every month."""
        for index in range(self.months):
            years, month = divmod(self.month - 1 + index, 12)
            yield date(self.year + years, month + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month


def _bar(scale: _Scale, place: int, window: Window, height: int) -> str:
    left, right = scale.x(window.first), scale.x(window.last + timedelta(days=1))
    y = scale.y(place) + (BAR - height) // 2
    return f"M{left} {y}H{max(right, left + 2)}v{height}H{left}z"


def _actual(scale: _Scale, bars: Sequence[Bar], *, late: bool) -> Iterator[str]:
    for place, bar in enumerate(bars):
        if bar.actual and bar.is_late == late:
            yield _bar(scale, place, bar.actual, ACTUAL)


def _diamond(scale: _Scale, place: int, day: date) -> str:
    return f"M{scale.x(day)} {scale.y(place) + 3}l5 5l-5 5l-5-5z"


def _path(name: str, parts: Iterable[str]) -> str:
    drawn = "".join(parts)
    return f'<path class="{name}" d="{drawn}"/>' if drawn else ""


def _months(scale: _Scale, height: int) -> Iterator[str]:
    """The names of the months, years over their first month, and the lines between them."""
    lines = "".join(f"M{scale.x(day)} {HEAD}V{height - FOOT}" for day in scale.each())
    yield f'<path class="gantt__grid" d="{lines}"/>'
    for number, day in enumerate(scale.each()):
        x, name = scale.x(day) + 3, escape(month_short(f"{day:%Y-%m}"))
        if (day.month - 1) % scale.sheet.labels == 0:
            yield f'<text class="gantt__month" x="{x}" y="{HEAD - 8}">{name}</text>'
        if number == 0 or day.month == 1:
            yield f'<text class="gantt__name" x="{x}" y="{HEAD - 25}">{day.year}</text>'


def _names(sheet: Sheet, bars: Sequence[Bar]) -> Iterator[str]:
    for place, bar in enumerate(bars):
        text = escape(Truncator(bar.name).chars(sheet.name_length))
        yield f'<text class="gantt__name" x="0" y="{HEAD + sheet.row * place + sheet.text}">{text}</text>'


def _today(scale: _Scale, today: date, height: int) -> str:
    first, months = date(scale.year, scale.month, 1), scale.months
    if not 0 <= _number(today) - _number(first) < months:
        return ""
    x = scale.x(today)
    return f'<path class="gantt__today" d="M{x} {HEAD - 4}V{height - FOOT + 4}"/>'

"""The course of an indicator as a small line, drawn by the server."""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.formatting import date_short, number
from cyclogram.selectors.lanes import Course

WIDTH, HEIGHT, AIR = 120, 28, 4
LEAST = 2


def line(course: Course) -> SafeString | str:
    """What all places had come to, day by day; nothing with fewer than two days."""
    points = course.points
    if len(points) < LEAST:
        return ""
    days = [point.day.toordinal() for point in points]
    amounts = [point.actual for point in points]
    places = [(_x(day, days), _y(amount, amounts)) for day, amount in zip(days, amounts, strict=True)]
    drawn = " ".join(f"{'L' if index else 'M'}{x} {y}" for index, (x, y) in enumerate(places))
    label = _("from %(first)s on %(first_day)s to %(last)s on %(last_day)s") % {
        "first": number(amounts[0]), "first_day": date_short(points[0].day),
        "last": number(amounts[-1]), "last_day": date_short(points[-1].day),
    }  # fmt: skip
    x, y = places[-1]
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}">'
        '<path d="{3}"/><circle class="spark__last" cx="{4}" cy="{5}" r="2.5"/></svg>',
        WIDTH, HEIGHT, label, drawn, x, y,
    )  # fmt: skip


def _x(day: int, days: list[int]) -> float:
    return round(AIR + (WIDTH - 2 * AIR) * (day - days[0]) / (days[-1] - days[0]), 1)


def _y(amount: Decimal, amounts: list[Decimal]) -> float:
    """The largest amount stands at the top; when all are equal the line runs in the middle."""
    least, span = min(amounts), max(amounts) - min(amounts)
    part = float((amount - least) / span) if span else 0.5
    return round(HEIGHT - AIR - (HEIGHT - 2 * AIR) * part, 1)

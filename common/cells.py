"""Small marks that stand in every row of a long table: zone, movement, bar, 12-month line.

They are written as strings here, not as templates, because a page shows them several hundred times (the
rating table alone has 89 rows). Their words come from the catalogue, their colours from ``components.css``.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from common import charts, formatting
from common.formatting import Number

SIGNS = {"green": "●", "yellow": "▲", "red": "■"}
NO_SIGN = formatting.EN_DASH


def zone_word(zone: str | None) -> str:
    """The zone as one word beside its sign: «зелёная», «жёлтая», «красная», «не оценивается»."""
    words = {"green": gettext("green"), "yellow": gettext("yellow"), "red": gettext("red")}
    return words.get(zone or "", gettext("not rated"))


def zone_name(zone: str | None) -> str:
    """The zone in full: «зелёная зона»."""
    names = {"green": gettext("green zone"), "yellow": gettext("yellow zone"), "red": gettext("red zone")}
    return names.get(zone or "", gettext("not rated"))


@lru_cache(maxsize=64)
def _zone_tag(language: str, zone: str, certain: bool, full: bool) -> SafeString:
    known = zone if zone in SIGNS else "none"
    word = zone_name(zone) if full else zone_word(zone)
    on_border = not certain and known != "none"
    border = ", " + gettext("on the border") if on_border else ""
    return format_html(
        '<span class="zone zone--{}{}"><span class="zone__sign" aria-hidden="true">{}</span>{}</span>',
        known,
        " zone--border" if on_border else "",
        SIGNS.get(zone, NO_SIGN),
        word + border,
    )


def zone_tag(zone: str | None, certain: bool = True, full: bool = False) -> SafeString:
    """A zone as sign, word and tint, with «на границе» when the interval crosses a border of zones.

    ``zone`` is green, yellow, red or empty (not rated); ``full`` says «зелёная зона», not «зелёная».
    """
    return _zone_tag(translation.get_language() or "", zone or "", certain, full)


def zone_sign(zone: str | None) -> SafeString:
    """Only the sign, for places where the word stands beside it."""
    known = zone if zone in SIGNS else "none"
    sign = SIGNS.get(zone or "", NO_SIGN)
    return format_html('<span class="sign sign--{}" aria-hidden="true">{}</span>', known, sign)


def movement(change: Number | None, certain: bool = True) -> SafeString:
    """A change in points: ▲ 1,20, ▼ 7,33, = 0,00, or «–» when there is nothing to compare with.

    ``certain`` False draws it grey: the change lies within what chance alone does.
    """
    if change is None:
        return format_html(
            '<span class="move"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
            formatting.NO_VALUE,
            gettext("nothing to compare with"),
        )
    points = formatting.hundredths(change)
    direction = "up" if points > 0 else "down" if points < 0 else "same"
    sign = {"up": "▲", "down": "▼", "same": "="}[direction]
    word = {"up": gettext("up by"), "down": gettext("down by"), "same": gettext("no change")}[direction]
    return format_html(
        '<span class="move move--{}"><span aria-hidden="true">{}</span><span class="sr">{}</span>'
        "\u00a0{}</span>",
        direction if certain else "noise",
        sign,
        word,
        formatting.score(abs(points)),
    )


def score_bar(value: Number | None, low: Number | None = None, high: Number | None = None) -> SafeString:
    """A score on the line 0–100 over the three zones, its interval as a whisker; nothing when not rated."""
    bar = charts.score_bar(value, low, high)
    if bar is None:
        return mark_safe('<svg class="bar bar--none" aria-hidden="true"></svg>')
    label = f"{formatting.score(value)} / 100"
    whisker: SafeString | str = ""
    if bar.low is not None:
        label = f"{label}; " + gettext("interval") + f" {formatting.interval(low, high)}"
        whisker = format_html(
            '<rect class="bar__interval" x="{}" y="6" width="{}" height="4" rx="2"/>', bar.low, bar.width
        )
    return format_html(
        '<svg class="bar" role="img" aria-label="{}"><rect class="band-red" y="3" width="70%" height="10"/>'
        '<rect class="band-yellow" x="70%" y="3" width="20%" height="10"/>'
        '<rect class="band-green" x="90%" y="3" width="10%" height="10"/>{}'
        '<circle class="bar__mark" cx="{}" cy="8" r="5"/></svg>',
        label,
        whisker,
        bar.mark,
    )


def sparkline(values: Sequence[Number | None], breaks: Sequence[int] = ()) -> SafeString:
    """Twelve months as a small line on the common scale 50–100; its words are the first and last score.

    ``breaks`` are indexes of months from which another methodology counts.
    """
    rated = [value for value in values if value is not None]
    if not rated:
        return format_html('<span class="sr">{}</span>', gettext("no scores in these months"))
    drawing = charts.sparkline(values, breaks)
    label = gettext("from %(first)s to %(last)s") % {
        "first": formatting.score(rated[0]),
        "last": formatting.score(rated[-1]),
    }
    if breaks:
        label = formatting.in_line(label, gettext("the methodology changed between"))
    marks = "".join(f'<path class="spark__break" d="M{x} 0V20"/>' for x in drawing.breaks)
    dots = "".join(f'<circle class="spark__dot" cx="{x}" cy="{y}" r="1.5"/>' for x, y in drawing.dots)
    end = drawing.last or ("0", "0")
    return format_html(
        '<svg class="spark" width="72" height="20" viewBox="0 0 72 20" role="img" aria-label="{}">'
        '<path d="{}"/>{}<circle class="spark__last" cx="{}" cy="{}" r="2.5"/></svg>',
        label,
        "".join(drawing.paths),
        mark_safe(marks + dots),  # noqa: S308 -- numbers made in common.charts
        *end,
    )

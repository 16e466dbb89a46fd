"""The badge of a region: its score, zone and month as a small picture for other sites."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.cells import zone_name
from common.formatting import month_title, score
from rating.models import RegionScore
from rating.presentation.words import uncertainty_words

HEIGHT = 24
LETTER, MARGIN = 7.2, 10
"""Width of a letter and free room in units of the picture; every text is set to exactly the width that it is given."""
TINTS = {"green": "#14603a", "yellow": "#734900", "red": "#8c1d14", "": "#4a5563"}
"""Of the zones under white letters, each over 4.5:1."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its place and its width."""

    words: str
    x: float
    width: float


def badge_svg(row: RegionScore, period: str) -> str:
    """The picture; its title says in one sentence what it shows, and how sure that is."""
    left = Text(row.region.name, MARGIN, len(row.region.name) * LETTER)
    words = zone_name(row.zone)
    if row.zone and row.zone_certain is False:
        words = f"{words}, " + _("on the border")
    if row.score is not None:
        words = f"{score(row.score)} · {words}"
    if row.score is not None and row.rank is None:
        words = f"{words} · " + _("without a place")
    words = f"{words} · {month_title(period)}"
    border = left.x + left.width + MARGIN
    right = Text(words, border + MARGIN, len(words) * LETTER)
    title = _("Efficiency rating: %(region)s, %(words)s") % {"region": row.region.name, "words": words}
    context = {
        "title": "; ".join(filter(None, [title, uncertainty_words(row)])),
        "left": left,
        "right": right,
        "border": border,
        "height": HEIGHT,
        "width": right.x + right.width + MARGIN,
        "rest": right.width + 2 * MARGIN,
        "tint": TINTS[row.zone],
    }
    return render_to_string("rating/badge.svg", context)

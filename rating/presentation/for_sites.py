"""What another site copies to show the rating: the code of the frame and of the badge of a region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from common.formatting import month_name
from rating.presentation.addresses import address_of, permanent
from rating.presentation.badge import HEIGHT
from rating.presentation.frame import frame_context
from rating.selectors.pages import SliceEntry, SliceIndex

LINE_PIXELS, AROUND_PIXELS, MOST_PIXELS = 48, 180, 640
"""Height of a frame: of a region, of what stands around the table, and from where on the frame scrolls by itself."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A frame or a badge: its address on this portal, its height in pixels, the code that shows it on another site."""

    path: str
    height: int
    code: str


def snippets_of(index: SliceIndex, entry: SliceEntry, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The codes as they are asked for (`month`, `region`, `lang`, `theme`, `fixed`), and the page that the frame will
    show (`preview`). There is a badge of one region only."""
    with translation.override(asked["lang"]):
        region = {"region": asked["region"]} if asked["region"] else {}
        shown = frame_context(index, entry, QueryDict(urlencode({**region, "theme": asked["theme"]})))
        rows = [one["row"] for one in shown["rows"]]
        return {
            "preview": render_to_string("rating/embed.html", shown),
            "frame": _frame(
                entry, asked, {**region, "lang": asked["lang"], "theme": asked["theme"]}, len(rows)
            ),
            "badge": _badge(entry, asked, rows[0].name) if region else None,
        }


def _frame(entry: SliceEntry, asked: Mapping[str, Any], query: Mapping[str, str], rows: int) -> Snippet:
    path = f"{_address('embed', entry, asked)}?{urlencode(query)}"
    height = min(AROUND_PIXELS + LINE_PIXELS * rows, MOST_PIXELS)
    code = format_html(
        '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy" style="border:0"></iframe>',
        f"{settings.PORTAL_BASE_URL}{path}",
        _("Efficiency rating of the regions"),
        height,
    )
    return Snippet(path, height, code)


def _badge(entry: SliceEntry, asked: Mapping[str, Any], name: str) -> Snippet:
    """The badge leads to the scorecard of its month; one that is always of the newest month, to the rating."""
    path = f"{_address('badge', entry, asked, asked['region'])}?{urlencode({'lang': asked['lang']})}"
    words, target = _("Efficiency rating: %(region)s") % {"region": name}, reverse("rating:latest")
    if asked["month"] or asked["fixed"]:
        words = f"{words}, {month_name(entry.period)}"
        target = _address("scorecard", entry, {**asked, "month": entry.period}, asked["region"])
    code = format_html(
        '<a href="{}"><img src="{}" alt="{}" height="{}"></a>',
        f"{settings.PORTAL_BASE_URL}{target}",
        f"{settings.PORTAL_BASE_URL}{path}",
        words,
        HEIGHT,
    )
    return Snippet(path, HEIGHT, code)


def _address(name: str, entry: SliceEntry, asked: Mapping[str, Any], *parts: str) -> str:
    if asked["fixed"]:
        return permanent(name, entry, *parts)
    if asked["month"]:
        return address_of(name, entry, *parts)
    return reverse(f"rating:{name}-latest", args=parts)

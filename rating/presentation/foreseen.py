"""The heads of the list of letters before sending: by what it is put in order, and how it is now."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from rating.presentation.rows import Heading

PLACE = "#foreseen"
ORDERS = {1: "ascending", -1: "descending"}


def foreseen_headings(asked: Mapping[str, str]) -> dict[str, Heading]:
    """By the name of an order the head of its column; every address keeps the filters as they were asked."""
    labels = {
        "region": _("Region"),
        "place": _("Place"),
        "addressee": _("Addressee"),
        "zone": _("Zone"),
        "state": _("State"),
    }
    current = asked.get("sort") or "place"
    kept = {name: value for name, value in asked.items() if value and name not in ("sort", "page")}
    heads = {}
    for name, label in labels.items():
        direction = {name: 1, f"-{name}": -1}.get(current, 0)
        following = f"-{name}" if direction == 1 else name
        url = f"?{urlencode({**kept, 'sort': following})}{PLACE}"
        heads[name] = Heading(label, url, ORDERS.get(direction, ""))
    return heads

"""Reading the figures of a first page and the lists behind them, as a person would: follow the link and count."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client

from tests.dashboard.office import flat, shown

FIGURE = re.compile(
    r'<a class="(?:[^"]* )?figure(?:__only)?" href="(?P<url>[^"]+)">(?P<text>.*?)</a>', re.DOTALL
)


@dataclass(frozen=True)
class Figure:
    """A number of the page, the address behind it and what the page calls it."""

    count: int
    url: str
    label: str


def figures_of(client: Client, url: str = "/") -> list[Figure]:
    """Every figure of a page that leads somewhere, in the order of the page."""
    html = client.get(url).content.decode()
    found = []
    for match in FIGURE.finditer(html):
        number, _end, label = match["text"].partition("</span>")
        digits = re.sub(r"\D", "", shown(number))
        assert digits, match["text"]
        found.append(Figure(int(digits), unescape(match["url"]), shown(label).strip()))
    return found


def listed(client: Client, figure: Figure) -> int:
    """How many the list behind a figure holds."""
    if figure.url.startswith("#"):
        part = client.get("/").content.decode().partition(f'id="{figure.url[1:]}"')[2].partition("</ul>")[0]
        return part.count("<li")
    answer = client.get(figure.url)
    assert answer.status_code == 200, (figure, flat(answer.content.decode())[:500])
    return COUNTED[answer.resolver_match.view_name](answer.context)


def _last(contexts: Any, name: str) -> int:
    """The value that the page itself has: the ready-made table of the month is written before it, with its own."""
    found: list[int] = [context[name] for context in contexts if name in context]
    return found[-1]


COUNTED: dict[str, Any] = {
    "assignments:recalls": lambda context: context["page"].paginator.count,
    "dashboard:registry": lambda context: context["count"],
    "dashboard:review": lambda context: context["total"],
    "dashboard:regions": lambda context: len(context["rows"]),
    "dashboard:staff-tasks": lambda context: len(context["tasks"]),
    "dashboard:cluster": lambda context: len(context["page"].overdue),
    "accounts:people": lambda context: context["total"],
    "rating:letters": lambda context: context["page"].paginator.count,
    "rating:running": lambda context: _last(context, "shown"),
    "rating:month": lambda context: _last(context, "shown"),
    "rating:revision": lambda context: _last(context, "shown"),
}
"""How each page with a list says how many it holds."""

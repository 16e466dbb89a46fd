"""A walk over every page of the portal that links lead to, each as the first role that reaches it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tests.e2e.visitors import Sight, Visitor

PEOPLE = {
    "public": "",
    "minister": "head-74@regions.example",
    "coordinator": "coordinator-74@regions.example",
    "association": "chair-agriculture@associations.example",
    "controller": "controller@centre.example",
    "methodologist": "methodologist@centre.example",
    "administrator": "administrator@centre.example",
}
DOORS = ("/", "/rating/", "/rating/method/", "/design/", "/accounts/password/forgotten/")
"""Where everybody begins; the gallery of components and the forgotten password have no link inside."""
DIFFERENT_BY_ROLE = {
    "associations:association": {"minister", "coordinator", "methodologist"},
    "associations:associations": {"minister", "coordinator", "methodologist"},
    "associations:event": {"coordinator", "methodologist"},
    "associations:events": {"coordinator", "methodologist"},
    "associations:joinings": {"coordinator", "methodologist"},
    "associations:own-roadmap": {"minister", "methodologist"},
    "associations:peers": {"coordinator", "methodologist"},
    "associations:practice": {"coordinator", "methodologist"},
    "associations:practices": {"coordinator", "methodologist"},
    "associations:reports": {"minister", "methodologist"},
    "associations:roadmap": {"minister", "methodologist"},
    "associations:work": {"coordinator", "methodologist"},
    "cyclogram:board": {"controller"},
    "cyclogram:boards": {"coordinator", "controller"},
    "cyclogram:lanes": {"coordinator", "controller", "methodologist"},
    "cyclogram:matrix": {"coordinator", "controller", "methodologist"},
    "cyclogram:plan": {"methodologist"},
    "cyclogram:plans": {"coordinator", "methodologist"},
    "cyclogram:stages": {"coordinator", "methodologist"},
    "cyclogram:stage": {"coordinator", "association", "controller"},
    "cyclogram:values": {"coordinator", "controller"},
    "cyclogram:values-enter": {"coordinator", "methodologist"},
    "assignments:protocol": {"coordinator", "controller"},
    "assignments:protocols": {"minister", "controller"},
    "dashboard:execution": {"minister", "coordinator", "controller"},
    "dashboard:home": set(PEOPLE),
    "dashboard:inbox": {"coordinator"},
    "dashboard:matrix": {"coordinator", "controller"},
    "dashboard:region": {"minister", "association", "controller"},
    "dashboard:registry": {"coordinator", "controller"},
    "dashboard:requests": {"coordinator", "controller"},
    "meetings:item": {"coordinator", "controller"},
    "meetings:meeting": {"coordinator", "controller"},
    "meetings:meetings": {"coordinator", "controller"},
    "meetings:participants": {"coordinator", "controller"},
    "meetings:proposals": {"coordinator", "controller"},
    "rating:letters": {"minister", "methodologist"},
    "rating:method": {"public", "methodologist"},
    "rating:running": {"coordinator", "controller"},
    "rating:scorecard": {"public", "minister", "controller"},
}
"""Pages that say something else to another role, and the roles as which they are looked at; any other page is looked
at once, as the first role that reaches it."""
SEVERAL = {"assignments:protocol": 2, "meetings:meeting": 5}
"""Pages of one view that are different things: the list of protocols begins with the draft, an issued one follows;
meetings are open, cancelled, drafts, closed, with their protocol."""
DOWNLOADS = {
    "assignments:issue-list",
    "assignments:issue-list-csv",
    "assignments:item-table-template",
    "associations:calendar",
    "associations:event-file",
    "associations:practice-file",
    "associations:report-paper",
    "associations:roadmap-paper",
    "clusters:export",
    "cyclogram:board-act",
    "cyclogram:board-protocol",
    "cyclogram:evidence",
    "cyclogram:history-form",
    "cyclogram:matrix-export",
    "cyclogram:values-form",
    "dashboard:attendance-paper",
    "dashboard:coordinator-order-file",
    "dashboard:evidence",
    "dashboard:execution-card",
    "dashboard:list-table",
    "dashboard:long-task-file",
    "dashboard:matrix-export",
    "dashboard:overdue-paper",
    "dashboard:region-brief",
    "dashboard:peer-evidence",
    "dashboard:registry-paper",
    "dashboard:workbook-marked",
    "dashboard:workbook-register",
    "meetings:calendar-feed",
    "meetings:calendar-file",
    "meetings:protocol-docx",
    "meetings:protocol-pdf",
    "meetings:protocol-scan",
    "meetings:protocol-template-file",
    "meetings:protocol-template-shipped",
    "mfa_download_recovery_codes",
    "rating:audit",
    "rating:badge",
    "rating:badge-latest",
    "rating:badge-revision",
    "rating:changes-table",
    "rating:changes-table-revision",
    "rating:clusters-table",
    "rating:clusters-table-revision",
    "rating:columns-json",
    "rating:digest-paper",
    "rating:districts-table",
    "rating:districts-table-revision",
    "rating:feed",
    "rating:items-table",
    "rating:items-table-revision",
    "rating:letter-pdf",
    "rating:letter-xlsx",
    "rating:letters-preview-pdf",
    "rating:letters-preview-xlsx",
    "rating:audit-revision",
    "rating:export",
    "rating:export-revision",
    "rating:letter-eml",
    "rating:objection-paper",
}
STRANGE = {
    "rating:embed",
    "rating:embed-latest",
    "rating:embed-revision",
    "rating:letter-html",
    "rating:letters-preview-html",
    "api-docs",
}
"""A mail as a mail program shows it, what stands in frames of other sites, the reference of the API drawn by a foreign
program."""


@dataclass(slots=True)
class Seen:
    """A page at one width, with everything that is wrong with it."""

    view: str
    role: str
    path: str
    sight: Sight

    def __str__(self) -> str:
        return f"{self.view} as {self.role}, {self.sight.width} px ({self.path})"


@dataclass(slots=True)
class Walk:
    """What a walk has seen."""

    pages: list[Seen] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def views(self) -> set[str]:
        return {page.view for page in self.pages}

    def by_everybody(self, come: Callable[[str], Visitor]) -> Walk:
        """Let each role in turn follow the links; `come` makes the visitor of an e-mail."""
        for role, email in PEOPLE.items():
            visitor = come(email)
            self._by(role, visitor)
            self.problems += visitor.leave()
        return self

    def _by(self, role: str, visitor: Visitor) -> None:
        waiting, own = list(DOORS), defaultdict[str, set[str]](set)
        while waiting:
            path = waiting.pop(0)
            view = view_of(path)
            if not view or view in DOWNLOADS | STRANGE:
                continue
            if path in own[view] or len(own[view]) == SEVERAL.get(view, 1):
                continue
            is_new = role in DIFFERENT_BY_ROLE[view] if view in DIFFERENT_BY_ROLE else view not in self.views
            if not is_new and path not in DOORS:
                continue
            own[view].add(path)
            visitor.open(path)
            waiting += links_of(visitor)
            if is_new:
                self.pages += look(visitor, view, role, len(own[view]))


def look(visitor: Visitor, view: str, role: str, number: int) -> Iterator[Seen]:
    """Look at the open page, the first, second … of its view, at every width."""
    path = urlsplit(visitor.page.url).path
    name = f"{view.replace(':', '-')}-{role}" + (f"-{number}" if number > 1 else "")
    for sight in visitor.looks(name):
        yield Seen(view, role, path, sight)


def links_of(visitor: Visitor) -> list[str]:
    """Addresses of this portal that the open page links to, in the order of the page."""
    found: Iterable[str] = visitor.page.eval_on_selector_all(
        "a[href]", "links => links.map(link => link.href)"
    )
    here = visitor.page.url
    whole = dict.fromkeys(urljoin(here, address) for address in found)
    return [
        f"{parts.path}?{parts.query}" if parts.query else parts.path
        for parts in map(urlsplit, whole)
        if f"{parts.scheme}://{parts.netloc}" == visitor.base
    ]


def view_of(address: str) -> str:
    """The name of the view behind an address; empty for static files and the like."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def every_view() -> set[str]:
    """Names of all addresses of the portal but those of the API."""
    return {name for name, route in _routes(get_resolver(), "", "") if not route.startswith("api/")}


def _routes(resolver: URLResolver, space: str, route: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        where = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", where
        else:
            yield from _routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, where)

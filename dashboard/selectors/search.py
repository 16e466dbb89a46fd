"""The search over the portal: one function that every page of results comes from.

Words are all to be found, in any order, whatever their case and with «ё» as «е»; every kind is narrowed to what the
reader may see before it is searched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from assignments.models import Assignment, Protocol
from clusters.models import Cluster
from common import clock
from common.formatting import in_line, not_later
from common.scope import Role, Scope
from dashboard.wording import reference
from rating.selectors.tables import latest_published
from regions.models import Region
from regions.querysets import by_region_name

SHOWN = 10
PAGE_SIZE = 50
REGIONS, CLUSTERS, PROTOCOLS, ITEMS, PEOPLE = "regions", "clusters", "protocols", "items", "people"
TITLES: dict[str, str | Promise] = {
    REGIONS: gettext_lazy("Regions"),
    CLUSTERS: gettext_lazy("Clusters"),
    PROTOCOLS: gettext_lazy("Protocols"),
    ITEMS: gettext_lazy("Items of protocols"),
    PEOPLE: gettext_lazy("People"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; without an address when it has no page that this reader may open."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The first things of one kind, how many there are, and where all of them are listed (empty: they are shown)."""

    kind: str
    title: str
    count: int
    hits: Sequence[Hit]
    all_url: str


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of the things of one kind."""

    title: str
    hits: Sequence[Hit]
    page: Page[Any]


@dataclass(frozen=True, slots=True)
class _Source:
    """How things of a kind are found and shown; `register` lists them all by the same words where there is one."""

    rows: Callable[[str], QuerySet]
    hit: Callable[[Any], Hit]
    register: str = ""


def kinds_of(scope: Scope) -> list[tuple[str, str]]:
    """What this reader can search for: keys and titles in the order of the page."""
    if scope.is_public:
        kinds: tuple[str, ...] = (REGIONS,)
    elif scope.is_centre:
        kinds = (REGIONS, CLUSTERS, PROTOCOLS, ITEMS, PEOPLE)
    elif scope.regions:
        kinds = (REGIONS, CLUSTERS, PROTOCOLS, ITEMS)
    else:
        kinds = (REGIONS, CLUSTERS)
    return [(kind, str(TITLES[kind])) for kind in kinds]


def search(scope: Scope, words: str) -> list[Group]:
    """What the words find, by kind; kinds without a find are left out. Two queries a kind, however much there is."""
    groups = []
    for kind, title in kinds_of(scope):
        source = _source(scope, kind)
        rows = source.rows(words)
        count, first = rows.order_by().count(), list(rows[:SHOWN])
        if first:
            hits = [source.hit(row) for row in first]
            groups.append(Group(kind, title, count, hits, _all_url(source, kind, words, count)))
    return groups


def found_page(scope: Scope, words: str, kind: str, number: str | None) -> HitPage:
    """A page of one kind that `kinds_of` offers."""
    source = _source(scope, kind)
    page = Paginator(source.rows(words), PAGE_SIZE).get_page(number)
    return HitPage(str(TITLES[kind]), [source.hit(row) for row in page.object_list], page)


def _all_url(source: _Source, kind: str, words: str, count: int) -> str:
    if count <= SHOWN:
        return ""
    if source.register:
        return f"{reverse(source.register)}?{urlencode({'q': words})}"
    return f"{reverse('dashboard:search')}?{urlencode({'q': words, 'kind': kind})}"


def _source(scope: Scope, kind: str) -> _Source:
    if kind == REGIONS:
        return _regions_of_rating(scope) if scope.is_public else _regions(scope)
    makers = {CLUSTERS: _clusters, PROTOCOLS: _protocols, ITEMS: _items, PEOPLE: _people}
    return makers[kind](scope)


def _regions(scope: Scope) -> _Source:
    rows = Region.objects.visible_to(scope).for_list()
    return _Source(
        rows=rows.matching,
        hit=lambda region: Hit(region.name, region.get_absolute_url(), region.district.name),
        register="dashboard:regions",
    )


def _regions_of_rating(scope: Scope) -> _Source:
    """For readers without a role: the regions of the last published month, each with its scorecard."""
    latest = latest_published(scope)
    rows = Region.objects.visible_to(scope).for_list()
    rated = rows.filter(scores__slice=latest) if latest else rows.none()
    period = latest.period if latest else ""
    return _Source(rows=rated.matching, hit=partial(_rated_region, period))


def _rated_region(period: str, region: Region) -> Hit:
    return Hit(region.name, reverse("rating:scorecard", args=[period, region.code]), region.district.name)


def _clusters(scope: Scope) -> _Source:
    rows = (
        Cluster.objects.visible_to(scope).for_list().order_by(by_region_name("region__"), "name_key", "code")
    )
    return _Source(rows=rows.matching, hit=_cluster, register="dashboard:clusters")


def _cluster(cluster: Cluster) -> Hit:
    college = cluster.base_college.name if cluster.base_college and cluster.name else ""
    industry = cluster.industry.name if cluster.industry else ""
    return Hit(
        cluster.display_name,
        cluster.get_absolute_url(),
        in_line(cluster.code, cluster.region.brief, industry, college),
    )


def _protocols(scope: Scope) -> _Source:
    rows = Protocol.objects.visible_to(scope).order_by("-held_on", "-pk")
    return _Source(rows=rows.matching, hit=_protocol)


def _protocol(protocol: Protocol) -> Hit:
    state = protocol.get_status_display() if protocol.is_draft else ""
    return Hit(capfirst(str(protocol)), protocol.get_absolute_url(), in_line(protocol.meeting_title, state))


def _items(scope: Scope) -> _Source:
    rows = Assignment.objects.visible_to(scope).select_related("protocol").defer("text", "audience")
    return _Source(rows=rows.order_by("-protocol__held_on", "-protocol", "position").matching, hit=_item)


def _item(item: Assignment) -> Hit:
    due = not_later(item.due_on)
    return Hit(item.title, item.get_absolute_url(), in_line(reference(item), due))


def _people(scope: Scope) -> _Source:
    """Administrators find everybody; the rest of the centre those who hold a role today, whom they see as members."""
    held = Membership.objects.visible_to(scope).in_force(clock.today())
    keeps_people = scope.has(Role.ADMINISTRATOR)
    rows = (
        User.objects.visible_to(scope)
        if keeps_people
        else User.objects.filter(Exists(held.filter(user=OuterRef("pk")).order_by()))
    )
    shown = Prefetch("memberships", held.for_list().order_by("role", "pk"), to_attr="current_memberships")
    return _Source(
        rows=rows.order_by("name_key", "pk").prefetch_related(shown).search,
        hit=partial(_person, keeps_people),
        register="accounts:people" if keeps_people else "",
    )


def _person(keeps_people: bool, user: User) -> Hit:
    held: Sequence[Membership] = user.current_memberships  # type: ignore[attr-defined]
    roles = [
        in_line(capfirst(str(row.get_role_display())), row.region.brief if row.region else "") for row in held
    ]
    region = next((row.region for row in held if row.region), None)
    url = reverse("accounts:person", args=[user.pk]) if keeps_people else ""
    if region is not None and not url:
        url = region.get_absolute_url()
    return Hit(str(user), url, in_line(user.email, *roles))

"""The search over the portal: one function that every page of results, the suggestions and the API come from.

Words are all to be found, in any order, whatever their case and with «ё» as «е»; every kind is narrowed to what the
reader may see before it is searched. Where nothing is found at all, what looks like the words is searched for, if the
database can (`common.text_search`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, User
from assignments.models import Assignment, Execution, ExecutionEvent, Protocol
from assignments.references import read_reference
from associations.models import Practice
from clusters.models import Cluster, Organisation
from common import clock
from common.formatting import date_short, in_line, not_later
from common.marking import snippet
from common.names import clean_name, words_of
from common.querysets import NAMED
from common.scope import Role, Scope
from common.text_search import has_likeness
from dashboard.wording import addressee, reference
from rating.selectors.tables import latest_published
from regions.models import Region
from regions.querysets import by_region_name

SHOWN = 10
SUGGESTED = 3
PAGE_SIZE = 50
LEAST_SUGGESTED = 2
"""Letters typed before something is suggested."""
REGIONS, CLUSTERS, COLLEGES, PRACTICES, PROTOCOLS, ITEMS, EXECUTIONS, REPORTS, PEOPLE = (
    "regions", "clusters", "colleges", "practices", "protocols", "items", "executions", "reports", "people",
)  # fmt: skip
TITLES: dict[str, str | Promise] = {
    REGIONS: gettext_lazy("Regions"),
    CLUSTERS: gettext_lazy("Clusters"),
    COLLEGES: gettext_lazy("Colleges"),
    PRACTICES: gettext_lazy("Practices"),
    PROTOCOLS: gettext_lazy("Protocols"),
    ITEMS: gettext_lazy("Items of protocols"),
    EXECUTIONS: gettext_lazy("Executions"),
    REPORTS: gettext_lazy("Reports"),
    PEOPLE: gettext_lazy("People"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; without an address when it has no page that this reader may open.

    `excerpt` is the part of a long text that holds the words.
    """

    title: str
    url: str
    note: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The first things of one kind, how many there are, and where all of them are listed (empty: they are shown)."""

    kind: str
    title: str
    count: int
    hits: Sequence[Hit]
    all_url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the words find by kind. `alike`: nothing holds them, these look like them."""

    words: Sequence[str]
    groups: Sequence[Group]
    alike: bool = False


@dataclass(frozen=True, slots=True)
class HitPage:
    """A page of the things of one kind."""

    title: str
    words: Sequence[str]
    hits: Sequence[Hit]
    page: Page[Any]
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: the text, its words as keys, and whether likeness is enough."""

    text: str
    alike: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What is marked in the results: the words of the text, and without their signs the numbers of a reference."""
        asked = read_reference(self.text)
        numbers = [number for number in (asked.item, asked.protocol) if number]
        return (*asked.words, *numbers)


@dataclass(frozen=True, slots=True)
class _Source:
    """How things of a kind are found, the best first, and shown.

    `register` lists them all by the same words where there is one.
    """

    rows: Callable[[Asked], QuerySet]
    hit: Callable[[Any, Sequence[str]], Hit]
    register: str = ""


def is_searchable(text: str) -> bool:
    """Whether there is anything in a text that can be looked for: a letter or a figure."""
    return any(ch.isalnum() for ch in text)


def kinds_of(scope: Scope) -> list[tuple[str, str]]:
    """What this reader can search for: keys and titles in the order of the page."""
    if scope.is_public:
        kinds: tuple[str, ...] = (REGIONS,)
    elif scope.is_centre or scope.regions:
        kinds = (REGIONS, CLUSTERS, COLLEGES, PRACTICES, PROTOCOLS, ITEMS, EXECUTIONS, REPORTS, PEOPLE)
    else:
        kinds = (REGIONS, CLUSTERS, COLLEGES, PRACTICES)
    return [(kind, str(TITLES[kind])) for kind in kinds]


def search(scope: Scope, text: str) -> Found:
    """What the words find, by kind; kinds without a find are left out, those that are named by number come first.

    Two queries a kind, however much there is, and as many again where only likeness helps.
    """
    asked = Asked(clean_name(text))
    groups = _groups(scope, asked)
    if groups or not has_likeness(connection):
        return Found(asked.words, groups)
    alike = Asked(asked.text, alike=True)
    return Found(asked.words, _groups(scope, alike), alike=True)


def suggestions(scope: Scope, text: str) -> Found:
    """The first things of every kind for words that are still being typed, uncounted: one query a kind."""
    asked = Asked(clean_name(text))
    if len(asked.text) < LEAST_SUGGESTED or not is_searchable(asked.text):
        return Found((), ())
    groups = []
    for kind, title in kinds_of(scope):
        source = _source(scope, kind)
        rows = list(source.rows(asked)[:SUGGESTED])
        if rows:
            hits = [source.hit(row, asked.words) for row in rows]
            groups.append((_is_named(rows), Group(kind, title, len(hits), hits, "")))
    return Found(asked.words, _named_first(groups))


def found_page(scope: Scope, text: str, kind: str, number: str | None) -> HitPage:
    """A page of one kind that `kinds_of` offers."""
    asked = Asked(clean_name(text))
    page = _page(scope, asked, kind, number)
    if page.page.paginator.count or not has_likeness(connection):
        return page
    return _page(scope, Asked(asked.text, alike=True), kind, number)


def _page(scope: Scope, asked: Asked, kind: str, number: str | None) -> HitPage:
    source = _source(scope, kind)
    page = Paginator(source.rows(asked), PAGE_SIZE).get_page(number)
    hits = [source.hit(row, asked.words) for row in page.object_list]
    return HitPage(str(TITLES[kind]), asked.words, hits, page, asked.alike)


def _groups(scope: Scope, asked: Asked) -> list[Group]:
    groups = []
    for kind, title in kinds_of(scope):
        source = _source(scope, kind)
        rows = source.rows(asked)
        count, first = rows.order_by().count(), list(rows[:SHOWN])
        if first:
            hits = [source.hit(row, asked.words) for row in first]
            all_url = _all_url(source, kind, asked, count)
            groups.append((_is_named(first), Group(kind, title, count, hits, all_url)))
    return _named_first(groups)


def _is_named(rows: Sequence[Any]) -> bool:
    """Whether the best of the rows is what the words name by its number or code."""
    return bool(getattr(rows[0], "rank", None) == NAMED)


def _named_first(groups: Sequence[tuple[bool, Group]]) -> list[Group]:
    return [group for _named, group in sorted(groups, key=lambda pair: not pair[0])]


def _all_url(source: _Source, kind: str, asked: Asked, count: int) -> str:
    if count <= SHOWN:
        return ""
    if source.register and not asked.alike:
        return f"{reverse(source.register)}?{urlencode({'q': asked.text})}"
    return f"{reverse('dashboard:search')}?{urlencode({'q': asked.text, 'kind': kind})}"


def _source(scope: Scope, kind: str) -> _Source:
    if kind == REGIONS:
        return _regions_of_rating(scope) if scope.is_public else _regions(scope)
    makers = {
        CLUSTERS: _clusters,
        COLLEGES: _colleges,
        PRACTICES: _practices,
        PROTOCOLS: _protocols,
        ITEMS: _items,
        EXECUTIONS: _executions,
        REPORTS: _reports,
        PEOPLE: _people,
    }
    return makers[kind](scope)


def _best_first(rows: Any, asked: Asked, *columns: str, exact: Q | None = None) -> Any:
    """The rows that fit, the best first, equal ones in the order that they had."""
    usual = rows.query.order_by
    found = rows.matching(asked.text, alike=asked.alike)
    return found.ranked(asked.text, *columns, exact=exact, alike=asked.alike).order_by("rank", *usual)


def _regions(scope: Scope) -> _Source:
    rows = Region.objects.visible_to(scope).for_list()

    def found(asked: Asked) -> QuerySet:
        return _best_first(rows, asked, "search_key", exact=Q(code__iexact=asked.text))

    return _Source(
        rows=found,
        hit=lambda region, _words: Hit(region.name, region.get_absolute_url(), region.district.name),
        register="dashboard:regions",
    )


def _regions_of_rating(scope: Scope) -> _Source:
    """For readers without a role: the regions of the last published month, each with its scorecard."""
    latest = latest_published(scope)
    rows = Region.objects.visible_to(scope).for_list()
    rated = rows.filter(scores__slice=latest) if latest else rows.none()
    period = latest.period if latest else ""
    return _Source(
        rows=lambda asked: rated.matching(asked.text, alike=asked.alike), hit=partial(_rated_region, period)
    )


def _rated_region(period: str, region: Region, _words: Sequence[str]) -> Hit:
    return Hit(region.name, reverse("rating:scorecard", args=[period, region.code]), region.district.name)


def _clusters(scope: Scope) -> _Source:
    rows = (
        Cluster.objects.visible_to(scope).for_list().order_by(by_region_name("region__"), "name_key", "code")
    )

    def found(asked: Asked) -> QuerySet:
        return _best_first(rows, asked, "search_key", exact=Q(code__iexact=asked.text))

    return _Source(rows=found, hit=_cluster, register="dashboard:clusters")


def _cluster(cluster: Cluster, _words: Sequence[str]) -> Hit:
    college = cluster.base_college.name if cluster.base_college and cluster.name else ""
    industry = cluster.industry.name if cluster.industry else ""
    return Hit(
        cluster.display_name,
        cluster.get_absolute_url(),
        in_line(cluster.code, cluster.region.brief, industry, college),
    )


def _colleges(scope: Scope) -> _Source:
    """Colleges lead to their cluster: the one that they are the base of, else the first of whose network they are."""
    clusters = Cluster.objects.visible_to(scope).select_related("region").order_by("code")
    rows = (
        Organisation.objects.visible_to(scope)
        .colleges()
        .order_by("name_key")
        .prefetch_related(
            Prefetch("led_clusters", clusters, to_attr="leads"),
            Prefetch("network_clusters", clusters, to_attr="joins"),
        )
    )
    return _Source(rows=lambda asked: _best_first(rows, asked, "name_key"), hit=_college)


def _college(college: Any, _words: Sequence[str]) -> Hit:
    leads, joins = college.leads, college.joins
    places = [(_("base college of the cluster %(cluster)s"), cluster) for cluster in leads]
    places += [(_("network college of the cluster %(cluster)s"), cluster) for cluster in joins]
    if not places:
        return Hit(college.name, "")
    words = [sentence % {"cluster": cluster.display_name} for sentence, cluster in places[:SUGGESTED]]
    first = places[0][1]
    return Hit(college.name, first.get_absolute_url(), in_line(first.region.brief, *words))


def _practices(scope: Scope) -> _Source:
    rows = Practice.objects.visible_to(scope).select_related("region", "association")
    rows = rows.order_by("-published_on", "-pk")
    return _Source(
        rows=lambda asked: _best_first(rows, asked, "search_key"),
        hit=lambda practice, _words: Hit(
            practice.title,
            practice.get_absolute_url(),
            in_line(practice.association.name, practice.region.brief, str(practice.get_state_display())),
        ),
        register="associations:practices",
    )


def _protocols(scope: Scope) -> _Source:
    rows = Protocol.objects.visible_to(scope).order_by("-held_on", "-pk")

    def found(asked: Asked) -> QuerySet:
        return _best_first(rows, asked, "search_key", exact=_number_is("search_key", asked.text))

    return _Source(rows=found, hit=_protocol)


def _number_is(column: str, text: str) -> Q:
    """Keys that begin with the number that a text names: «№ 14», «п. 2.1», or nothing but a number."""
    asked = read_reference(text)
    number = asked.protocol or asked.item or " ".join(words_of(text))
    return Q(**{f"{column}__startswith": f"{number} "})


def _protocol(protocol: Protocol, _words: Sequence[str]) -> Hit:
    state = protocol.get_status_display() if protocol.is_draft else ""
    return Hit(capfirst(str(protocol)), protocol.get_absolute_url(), in_line(protocol.meeting_title, state))


def _items(scope: Scope) -> _Source:
    rows = Assignment.objects.visible_to(scope).select_related("protocol").defer("audience")
    rows = rows.order_by("-protocol__held_on", "-protocol", "position")

    def found(asked: Asked) -> QuerySet:
        return _best_first(rows, asked, "search_key", exact=_number_is("search_key", asked.text))

    return _Source(rows=found, hit=_item)


def _item(item: Assignment, words: Sequence[str]) -> Hit:
    note = in_line(reference(item), not_later(item.due_on))
    return Hit(item.title, item.get_absolute_url(), note, snippet(item.text, words))


def _executions(scope: Scope) -> _Source:
    """By their numbers alone: their words are those of items, clusters and reports."""
    rows = Execution.objects.visible_to(scope).for_list().order_by("-due_on", "-pk")
    return _Source(rows=lambda asked: rows.none() if asked.alike else rows.named(asked.text), hit=_execution)


def _execution(execution: Execution, _words: Sequence[str]) -> Hit:
    note = in_line(
        execution.region.brief,
        addressee(execution),
        not_later(execution.due_on),
        execution.get_state_display(),
    )
    return Hit(f"{execution.code}: {execution.assignment.title}", execution.get_absolute_url(), note)


def _reports(scope: Scope) -> _Source:
    """Reports and supplements by their text, the newest first."""
    rows = ExecutionEvent.objects.visible_to(scope).reports()
    rows = rows.select_related(
        "execution__assignment__protocol", "execution__cluster__industry", "execution__region"
    )
    return _Source(
        rows=lambda asked: _best_first(rows.order_by("-at", "-pk"), asked, "text_key"), hit=_report
    )


def _report(event: ExecutionEvent, words: Sequence[str]) -> Hit:
    execution = event.execution
    note = in_line(
        _("report of %(day)s") % {"day": date_short(event.at)},
        execution.region.brief,
        addressee(execution),
        reference(execution.assignment),
    )
    url = f"{execution.get_absolute_url()}#history"
    return Hit(execution.assignment.title, url, note, snippet(event.text, words))


def _people(scope: Scope) -> _Source:
    """Administrators find everybody; the rest of the centre those who hold a role today, whom they see as members;
    a region its own people."""
    held = Membership.objects.visible_to(scope).in_force(clock.today())
    keeps_people = scope.has(Role.ADMINISTRATOR)
    rows = (
        User.objects.visible_to(scope)
        if keeps_people
        else User.objects.filter(Exists(held.filter(user=OuterRef("pk")).order_by()))
    )
    shown = Prefetch("memberships", held.for_list().order_by("role", "pk"), to_attr="current_memberships")
    ordered = rows.order_by("name_key", "pk").prefetch_related(shown)

    def found(asked: Asked) -> QuerySet:
        matching = ordered.search(asked.text, alike=asked.alike)
        return matching.ranked(asked.text, "name_key", alike=asked.alike).order_by("rank", "name_key", "pk")

    return _Source(
        rows=found,
        hit=partial(_person, keeps_people),
        register="accounts:people" if keeps_people else "",
    )


def _person(keeps_people: bool, user: User, _words: Sequence[str]) -> Hit:
    held: Sequence[Membership] = user.current_memberships  # type: ignore[attr-defined]
    roles = [
        in_line(capfirst(str(row.get_role_display())), row.region.brief if row.region else "") for row in held
    ]
    region = next((row.region for row in held if row.region), None)
    url = reverse("accounts:person", args=[user.pk]) if keeps_people else ""
    if region is not None and not url:
        url = region.get_absolute_url()
    return Hit(str(user), url, in_line(user.email, *roles))

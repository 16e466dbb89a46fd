"""The registry of executions: one filter for the page, its export and the figures of other pages."""

from dataclasses import dataclass, field, fields
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from assignments.enums import ExecutionState, ProtocolStatus
from assignments.models import Assignment, Execution, Protocol
from assignments.policies import can_review
from assignments.querysets import ExecutionQuerySet
from clusters.models import Cluster, Process
from common import clock
from common.names import name_key
from common.scope import Scope
from dashboard.selectors.groups import BY_WORKING_DAYS, in_group
from dashboard.selectors.past import Moment
from dashboard.selectors.places import fact_choices, facts_fit
from dashboard.selectors.review import own_decisions
from rating.selectors.gathering import waiting_corrections
from regions.models import Region
from regions.selectors import calendar_for

PROTOCOLS_OFFERED = 200
OPEN = "open"
"""A state of the filter: every execution on control, whatever its own state."""
OWN = "me"
"""Who decided: the reader, within the days over which the speed of the review is measured."""


@dataclass(frozen=True, slots=True)
class RegistryFilter:
    """What the registry is narrowed to; empty fields narrow nothing. `item` and `protocol` are ids.

    `decided` is OWN for what the reader has decided lately, `corrects` a closed month whose corrections wait for its
    next revision. `as_of` asks for the states of a past moment, which all other fields then mean.
    """

    region: str = ""
    cluster: str = ""
    state: str = ""
    term: str = ""
    process: str = ""
    protocol: int | None = None
    item: int | None = None
    decided: str = ""
    corrects: str = ""
    due_from: date | None = None
    due_to: date | None = None
    words: str = ""
    cohort: str = ""
    kind: str = ""
    industry: str = ""
    oldest_first: bool = False
    as_of: Moment | None = None

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, spec.name) for spec in fields(self) if spec.name != "oldest_first")


def registry_rows(scope: Scope, narrowed: RegistryFilter) -> ExecutionQuerySet:
    """Executions of this person that fit the filter, unordered and without joins."""
    rows, day = Execution.objects.visible_to(scope), clock.today()
    if narrowed.as_of is not None:
        rows, day = rows.as_of(narrowed.as_of.instant), narrowed.as_of.day
    equal = {
        "region": narrowed.region,
        "cluster__code": narrowed.cluster,
        "assignment__process": narrowed.process,
        "assignment__protocol": narrowed.protocol,
        "assignment": narrowed.item,
        "due_on__gte": narrowed.due_from,
        "due_on__lte": narrowed.due_to,
    }
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    facts = facts_fit("cluster__", cohort=narrowed.cohort, kind=narrowed.kind, industry=narrowed.industry)
    if facts:
        rows = rows.rated().filter(facts)
    if narrowed.state == OPEN:
        rows = rows.open()
    elif narrowed.state:
        rows = rows.filter(state=narrowed.state)
    if narrowed.term:
        overrides = calendar_for(scope) if narrowed.term in BY_WORKING_DAYS else None
        rows = rows.filter(in_group(narrowed.term, day, overrides))
    if narrowed.decided == OWN:
        rows = rows.filter(pk__in=own_decisions(scope).order_by().values("execution"))
    if narrowed.corrects:
        waiting = waiting_corrections(scope, narrowed.corrects)
        rows = rows.filter(pk__in=waiting.order_by().values("execution"))
    key = name_key(narrowed.words)
    return rows.filter(_fits(scope, key)) if key else rows


def _fits(scope: Scope, key: str) -> Q:
    """Words of the item, of its protocol, or of the cluster; each looked up in its own small table."""
    items = Assignment.objects.visible_to(scope).filter(search_key__contains=key)
    protocols = Protocol.objects.visible_to(scope).filter(search_key__contains=key)
    clusters = Cluster.objects.visible_to(scope).filter(Q(name_key__contains=key) | Q(code__startswith=key))
    return (
        Q(assignment__in=items.order_by().values("pk"))
        | Q(assignment__protocol__in=protocols.order_by().values("pk"))
        | Q(cluster__in=clusters.order_by().values("pk"))
    )


@dataclass(frozen=True, slots=True)
class RegistryChoices:
    """What the filters of the registry offer to this person."""

    regions: list[tuple[str, str]]
    clusters: list[tuple[str, str]]
    processes: list[tuple[str, str]]
    protocols: list[tuple[int, str]]
    decided: list[tuple[str, str]]
    facts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def registry_choices(
    scope: Scope,
    *,
    region: str = "",
    cluster: str = "",
    protocol: int | None = None,
    with_facts: bool = False,
) -> RegistryChoices:
    """Own regions, or all for the centre; clusters only once the region is known: there are hundreds of them.

    What the address already names is offered too, so that a link to an old protocol keeps working. Cohorts, kinds
    and industries are read `with_facts` only.
    """
    regions = Region.objects.visible_to(scope).by_name()
    clusters = Cluster.objects.visible_to(scope).order_by("name_key", "code")
    if scope.is_centre:
        named = Q(region=region) | Q(code=cluster)
        clusters = clusters.filter(named) if region or cluster else clusters.none()
    else:
        regions = regions.filter(code__in=scope.regions)
        clusters = clusters.filter(region__in=scope.regions)
    issued = (
        Protocol.objects.visible_to(scope).filter(status=ProtocolStatus.ISSUED).order_by("-held_on", "-id")
    )
    issued = issued.only("number", "held_on")
    protocols = list(issued[:PROTOCOLS_OFFERED])
    if protocol and all(row.pk != protocol for row in protocols):
        protocols += list(issued.filter(pk=protocol))
    return RegistryChoices(
        regions=[(row.code, row.name) for row in regions.only("name_ru", "name_en")],
        clusters=[(row.code, row.display_name) for row in clusters.only("code", "title")],
        processes=[(row.slug, row.name) for row in Process.objects.all()],
        protocols=[(row.pk, str(row)) for row in protocols],
        decided=[(OWN, _("by me in the last 30 days"))] if can_review(scope) else [],
        facts=fact_choices(scope) if with_facts else {},
    )


def item_named(scope: Scope, pk: int | None) -> Assignment | None:
    """The item that the registry is narrowed to, for its heading."""
    if pk is None:
        return None
    found: Assignment | None = (
        Assignment.objects.visible_to(scope).select_related("protocol").filter(pk=pk).first()
    )
    return found


STATES_OFFERED = tuple(choice for choice in ExecutionState.choices if choice[0] != ExecutionState.NOT_ISSUED)

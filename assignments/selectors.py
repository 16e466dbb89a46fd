"""Who is addressed, what an issue would do, and the read models of the protocol pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from assignments.audience import Audience, AudienceNames, describe
from assignments.enums import AddresseeKind, ExecutionState, ProtocolStatus
from assignments.fold import FoldRules, later
from assignments.models import Assignment, ControlRules, Execution, Protocol
from clusters.models import Association, AssociationMember, Cluster, Industry
from common import clock
from common.calendar import is_working_day, preceding_working_day
from common.errors import ImpossibleStep
from common.formatting import date_short
from common.names import name_key
from common.scope import Scope
from regions.models import FederalDistrict, Region

SIMILAR_DAYS = 90
FOUND_LIMIT = 30


def fold_rules() -> FoldRules:
    """The rules of the fold that new events follow: the latest version. ImpossibleStep when there is none."""
    rules = ControlRules.objects.order_by("-id").first()
    if rules is None:
        raise ImpossibleStep(_("The portal has no control rules yet: load the reference data first."))
    return FoldRules(
        tz_offset_minutes=rules.tz_offset_minutes,
        min_lead_days=rules.min_lead_days,
        max_request_extensions=rules.max_request_extensions,
    )


def lead_days() -> int:
    """Least days between issue and due date, for warnings; 0 while no rules are loaded."""
    rules = ControlRules.objects.order_by("-id").first()
    return rules.min_lead_days if rules else 0


# Addressees


def audience_clusters(audience: Audience, day: date | None = None) -> QuerySet[Cluster]:
    """Clusters of the project that the rule addresses; memberships of associations as in force on `day`."""
    active = Cluster.objects.active()
    if audience.is_empty:
        return active.none()
    chosen = Q(code__in=audience.clusters) if audience.clusters else Q(pk__in=())
    if audience.has_conditions:
        chosen |= _fits(audience, day or clock.today())
    if not audience.everyone:
        active = active.filter(chosen)
    if audience.except_clusters:
        active = active.exclude(code__in=audience.except_clusters)
    if audience.except_regions:
        active = active.exclude(region__in=audience.except_regions)
    return active.order_by("code")


def _fits(audience: Audience, day: date) -> Q:
    condition = Q()
    if audience.cohorts:
        condition &= Q(cohort_year__in=audience.cohorts)
    if audience.kinds:
        condition &= Q(kind__in=audience.kinds)
    if audience.industries:
        condition &= Q(industry__in=audience.industries)
    if audience.regions or audience.districts:
        condition &= Q(region__in=audience.regions) | Q(region__district__in=audience.districts)
    if audience.associations:
        members = AssociationMember.objects.in_force(day).filter(association__slug__in=audience.associations)
        condition &= Q(pk__in=members.values("cluster"))
    return condition


def audience_regions(audience: Audience) -> QuerySet[Region]:
    """Regions whose coordinators the rule addresses; a region without clusters is addressed like any other."""
    regions = Region.objects.all()
    if not audience.everyone:
        regions = regions.filter(
            Q(code__in=audience.regions) | Q(district__in=audience.districts)
            if audience.regions or audience.districts
            else Q(pk__in=())
        )
    if audience.except_regions:
        regions = regions.exclude(code__in=audience.except_regions)
    return regions.order_by("code")


def audience_names(audiences: Sequence[Audience]) -> AudienceNames:
    """Names of everything that rules may mention, in a number of queries that the rules do not change."""
    codes = {code for audience in audiences for code in (*audience.clusters, *audience.except_clusters)}
    return AudienceNames(
        industries={row.slug: row.name for row in Industry.objects.all()},
        regions={row.code: row.name for row in Region.objects.all()},
        districts={row.code: row.name for row in FederalDistrict.objects.all()},
        associations={row.slug: row.name for row in Association.objects.all()},
        clusters={row.code: row.display_name for row in Cluster.objects.filter(code__in=codes)},
    )


def audience_strangers(audience: Audience) -> list[str]:
    """Keys of the rule that nothing in the portal has; a rule with such keys is a mistake."""
    known: list[tuple[tuple[str, ...], QuerySet]] = [
        (audience.industries, Industry.objects.values_list("slug", flat=True)),
        (audience.regions + audience.except_regions, Region.objects.values_list("code", flat=True)),
        (audience.districts, FederalDistrict.objects.values_list("code", flat=True)),
        (audience.associations, Association.objects.values_list("slug", flat=True)),
        (audience.clusters + audience.except_clusters, Cluster.objects.values_list("code", flat=True)),
    ]
    strange: set[str] = set()
    for keys, rows in known:
        if keys:
            strange |= set(keys).difference(rows)
    return sorted(strange)


def audience_of(item: Assignment) -> Audience:
    return Audience.from_json(item.audience, item.addressee)


@dataclass(frozen=True, slots=True)
class Addressee:
    """One line of a list of addressees: a cluster, or a region when the coordinator himself is addressed."""

    name: str
    region: str
    region_code: str
    cluster_id: int | None = None
    code: str = ""


def _cluster_lines(ids: Iterable[int]) -> dict[int, Addressee]:
    rows = Cluster.objects.filter(pk__in=set(ids)).select_related("region")
    ordered = sorted(rows, key=lambda row: (row.region.name_key, row.name_key, row.code))
    return {
        row.pk: Addressee(row.display_name, row.region.name, row.region_id, row.pk, row.code)
        for row in ordered
    }


def addressees(audience: Audience, addressee: str, day: date | None = None) -> list[Addressee]:
    """The exact list that an item with this rule would go to, by region and name."""
    if addressee == AddresseeKind.REGIONS:
        return _region_lines(audience_regions(audience))
    return list(_cluster_lines(audience_clusters(audience, day).values_list("pk", flat=True)).values())


def _region_lines(regions: QuerySet[Region]) -> list[Addressee]:
    return [Addressee(row.name, row.name, row.code) for row in regions.order_by("name_key")]


def items_addressees(items: Sequence[Assignment], day: date) -> dict[int, list[Addressee]]:
    """The lists of all items of a draft at once: one query for the rules, whatever the number of items."""
    of_clusters = [item for item in items if item.addressee == AddresseeKind.CLUSTERS]
    of_regions = [item for item in items if item.addressee == AddresseeKind.REGIONS]
    pairs = _pairs((item, audience_clusters(audience_of(item), day)) for item in of_clusters)
    found = _cluster_lines(pk for _item, pk in pairs)
    lists = _grouped(items, pairs, found)
    pairs = _pairs((item, audience_regions(audience_of(item))) for item in of_regions)
    if pairs:
        lines = {line.region_code: line for line in _region_lines(Region.objects.all())}
        lists |= _grouped(of_regions, pairs, lines)
    return lists


def _pairs(rules: Iterable[tuple[Assignment, QuerySet[Any]]]) -> list[tuple[int, Any]]:
    """(item, key of an addressee) of many rules by one UNION ALL."""
    parts = [rows.order_by().annotate(item=Value(item.pk)).values_list("item", "pk") for item, rows in rules]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def _grouped(
    items: Sequence[Assignment], pairs: list[tuple[int, Any]], lines: Mapping[Any, Addressee]
) -> dict[int, list[Addressee]]:
    """Lines by item, each list in the order of `lines`."""
    order = {key: index for index, key in enumerate(lines)}
    lists: dict[int, list[Addressee]] = {item.pk: [] for item in items}
    for item_pk, key in sorted(pairs, key=lambda pair: order[pair[1]]):
        lists[item_pk].append(lines[key])
    return lists


def clusters_found(scope: Scope, words: str, limit: int = FOUND_LIMIT) -> list[Cluster]:
    """Clusters whose name, code or region fits the words, for picking by hand."""
    key = name_key(words)
    if not key:
        return []
    fits = Q(name_key__contains=key) | Q(code__startswith=words.strip()) | Q(region__name_key__contains=key)
    rows = Cluster.objects.visible_to(scope).active().filter(fits).select_related("region")
    return list(rows.order_by("region__name_key", "name_key", "code")[:limit])


def clusters_by_code(scope: Scope, codes: Iterable[str]) -> list[Cluster]:
    rows = Cluster.objects.visible_to(scope).filter(code__in=set(codes)).select_related("region")
    return list(rows.order_by("region__name_key", "name_key", "code"))


# Due dates


@dataclass(frozen=True, slots=True)
class DueWarning:
    """A due date that is allowed but should be looked at; `offered` is the day that would be better."""

    text: str
    offered: date | None = None


def due_warnings(due_on: date, day: date, lead_days: int) -> list[DueWarning]:
    """Warnings about a due date if the item were issued on `day` (methodology §2: the date is used literally)."""
    found = []
    if not is_working_day(due_on):
        before = preceding_working_day(due_on)
        if before > day:
            text = _("%(due)s is a day off. The preceding working day is %(before)s.")
            found.append(DueWarning(text % {"due": date_short(due_on), "before": date_short(before)}, before))
        else:
            found.append(DueWarning(_("%(due)s is a day off.") % {"due": date_short(due_on)}))
    first = later(day, lead_days)
    if due_on < first:
        text = _("On issue the term becomes %(first)s: nobody is overdue on the day of issue.")
        found.append(DueWarning(text % {"first": date_short(first)}))
    return found


# Progress


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the executions of an item or a protocol have come. `open` counts all that are on control."""

    total: int = 0
    executed: int = 0
    in_review: int = 0
    overdue: int = 0
    open: int = 0
    cancelled: int = 0


def _progress(rows: QuerySet[Execution], by: str, day: date) -> dict[int, Progress]:
    late = Q(state__in=(ExecutionState.ISSUED, ExecutionState.RETURNED), due_on__lt=day)
    counted = (
        rows.order_by()
        .values(by)
        .annotate(
            total=Count("pk"),
            executed=Count("pk", filter=Q(state=ExecutionState.EXECUTED)),
            in_review=Count("pk", filter=Q(state=ExecutionState.IN_REVIEW)),
            overdue=Count("pk", filter=late),
            cancelled=Count("pk", filter=Q(state=ExecutionState.CANCELLED)),
        )
    )
    return {
        row.pop(by): Progress(**row, open=row["total"] - row["executed"] - row["cancelled"])
        for row in counted
    }


# Pages


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One line of the list of protocols, with the counts of what this reader sees."""

    protocol: Protocol
    items: int
    progress: Progress


def protocols_found(
    scope: Scope, *, year: int | None = None, status: str = "", words: str = ""
) -> QuerySet[Protocol]:
    """Protocols of this reader, newest first, by year, status and words of number, meeting or items."""
    rows = Protocol.objects.visible_to(scope)
    if year:
        rows = rows.filter(held_on__year=year)
    if status:
        rows = rows.filter(status=status)
    key = name_key(words)
    if key:
        items = Assignment.objects.visible_to(scope).filter(search_key__contains=key)
        rows = rows.filter(Q(search_key__contains=key) | Q(pk__in=items.values("protocol")))
    return rows


def protocol_years(scope: Scope) -> list[int]:
    days = Protocol.objects.visible_to(scope).dates("held_on", "year", order="DESC")
    return [day.year for day in days]


def protocol_rows(scope: Scope, protocols: Iterable[Protocol], day: date) -> list[ProtocolRow]:
    """Counts for the protocols of one page: two grouped queries, whatever their number."""
    shown = list(protocols)
    ids = [protocol.pk for protocol in shown]
    items = Assignment.objects.visible_to(scope).filter(protocol__in=ids).order_by().values("protocol")
    counts = {row["protocol"]: row["n"] for row in items.annotate(n=Count("pk"))}
    executions = Execution.objects.visible_to(scope).filter(assignment__protocol__in=ids)
    progress = _progress(executions, "assignment__protocol", day)
    return [
        ProtocolRow(protocol, counts.get(protocol.pk, 0), progress.get(protocol.pk, Progress()))
        for protocol in shown
    ]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item on the page of its protocol: the rule in words, and its count before or its course after issue."""

    item: Assignment
    wording: str
    count: int
    progress: Progress
    warnings: list[DueWarning]
    first: bool
    last: bool


def item_rows(scope: Scope, protocol: Protocol, day: date) -> list[ItemRow]:
    """Items that this reader sees, in the order of the protocol, in a fixed number of queries."""
    items = list(
        Assignment.objects.visible_to(scope).filter(protocol=protocol).select_related("process", "protocol")
    )
    rules = [audience_of(item) for item in items]
    names = audience_names(rules)
    draft = protocol.is_draft
    lists = items_addressees(items, day) if draft else {}
    lead = lead_days() if draft else 0
    executions = Execution.objects.visible_to(scope).filter(assignment__in=[item.pk for item in items])
    progress = {} if draft else _progress(executions, "assignment", day)
    rows = []
    for index, (item, rule) in enumerate(zip(items, rules, strict=True)):
        course = progress.get(item.pk, Progress())
        rows.append(
            ItemRow(
                item=item,
                wording=describe(rule, item.addressee, names),
                count=len(lists[item.pk]) if draft else course.total,
                progress=course,
                warnings=due_warnings(item.due_on, day, lead) if draft else [],
                first=index == 0,
                last=index == len(items) - 1,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Burden:
    """Open executions per addressed cluster, now and with this protocol on top."""

    most: int
    median: int
    most_after: int
    median_after: int


@dataclass(frozen=True, slots=True)
class IssueItem:
    """An item on the page of issue. `problem` forbids the issue; warnings do not."""

    item: Assignment
    wording: str
    addressees: list[Addressee]
    problem: str
    warnings: list[DueWarning]
    similar: int


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """Everything that issuing the protocol now would do."""

    items: list[IssueItem]
    problems: list[str]
    executions: int
    regions: int
    burden: Burden | None


def item_problem(item: Assignment, addressed: int, day: date) -> str:
    """Why this item cannot be issued on `day`; empty when it can."""
    if not addressed:
        return _("Item %(number)s is addressed to nobody: change its audience.") % {"number": item.number}
    if item.due_on < day:
        return _("Item %(number)s: the due date %(due)s is before the day of issue.") % {
            "number": item.number,
            "due": date_short(item.due_on),
        }
    return ""


def protocol_problems(protocol: Protocol, items: Sequence[Assignment], day: date) -> list[str]:
    """Why the protocol as a whole cannot be issued on `day`."""
    problems = []
    if not items:
        problems.append(_("The protocol has no items: add at least one."))
    if protocol.held_on > day:
        problems.append(_("The meeting has not taken place yet: a protocol is issued after it."))
    return problems


def issue_preview(scope: Scope, protocol: Protocol, day: date) -> IssuePreview:
    """What the page of issue shows, in a fixed number of queries."""
    items = list(Assignment.objects.visible_to(scope).filter(protocol=protocol).select_related("process"))
    rules = [audience_of(item) for item in items]
    names = audience_names(rules)
    lists = items_addressees(items, day)
    lead = lead_days()
    similar = _similar(scope, items, day)
    shown = [
        IssueItem(
            item=item,
            wording=describe(rule, item.addressee, names),
            addressees=lists[item.pk],
            problem=item_problem(item, len(lists[item.pk]), day),
            warnings=due_warnings(item.due_on, day, lead),
            similar=similar.get(item.process_id or "", 0),
        )
        for item, rule in zip(items, rules, strict=True)
    ]
    everyone = [line for lines in lists.values() for line in lines]
    return IssuePreview(
        items=shown,
        problems=[*protocol_problems(protocol, items, day), *(row.problem for row in shown if row.problem)],
        executions=len(everyone),
        regions=len({line.region_code for line in everyone}),
        burden=_burden(scope, everyone),
    )


def _similar(scope: Scope, items: Sequence[Assignment], day: date) -> dict[str, int]:
    """Items issued in the last 90 days, by process of the cyclogram."""
    processes = {item.process_id for item in items if item.process_id}
    rows = Assignment.objects.visible_to(scope).filter(
        process__in=processes,
        protocol__status=ProtocolStatus.ISSUED,
        protocol__issued_at__gte=clock.start_of(day - timedelta(days=SIMILAR_DAYS)),
    )
    return {row["process"]: row["n"] for row in rows.order_by().values("process").annotate(n=Count("pk"))}


def _burden(scope: Scope, lines: Sequence[Addressee]) -> Burden | None:
    added: dict[int, int] = {}
    for line in lines:
        if line.cluster_id is not None:
            added[line.cluster_id] = added.get(line.cluster_id, 0) + 1
    open_now = _open_by_cluster(scope)
    if not added:
        return None
    now = [open_now.get(pk, 0) for pk in added]
    after = [open_now.get(pk, 0) + more for pk, more in added.items()]
    return Burden(max(now), median_low(now), max(after), median_low(after))


def _open_by_cluster(scope: Scope) -> Mapping[int, int]:
    rows = Execution.objects.visible_to(scope).rated().open().order_by().values_list("cluster")
    return dict(rows.annotate(n=Count("pk")))


def late_candidates(scope: Scope, item: Assignment, words: str) -> list[Cluster]:
    """Clusters found by the words that the issued item is not addressed to yet."""
    taken = set(
        Execution.objects.filter(assignment=item, cluster__isnull=False).values_list("cluster", flat=True)
    )
    return [cluster for cluster in clusters_found(scope, words) if cluster.pk not in taken]

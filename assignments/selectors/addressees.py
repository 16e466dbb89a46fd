"""Who is addressed by the rule of an item: in SQL, in words and as a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Value

from assignments.audience import Audience, AudienceNames, describe
from assignments.enums import AddresseeKind
from assignments.models import Assignment, Execution, ItemSeries
from assignments.selectors import DueWarning, due_warnings, lead_days
from clusters.models import Association, AssociationMember, Cluster, Industry
from common import clock
from common.names import name_key
from common.scope import Scope
from regions.models import FederalDistrict, Region
from regions.querysets import RegionQuerySet, by_region_name
from regions.selectors import calendar_overrides

FOUND_LIMIT = 30


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


def audience_regions(audience: Audience) -> RegionQuerySet:
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


def audience_of(item: Assignment | ItemSeries) -> Audience:
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
    ordered = sorted(rows, key=lambda row: (name_key(row.region.name), row.name_key, row.code))
    return {
        row.pk: Addressee(row.display_name, row.region.name, row.region_id, row.pk, row.code)
        for row in ordered
    }


def addressees(audience: Audience, addressee: str, day: date | None = None) -> list[Addressee]:
    """The exact list that an item with this rule would go to, by region and name."""
    if addressee == AddresseeKind.REGIONS:
        return _region_lines(audience_regions(audience))
    return list(_cluster_lines(audience_clusters(audience, day).values_list("pk", flat=True)).values())


def _region_lines(regions: RegionQuerySet) -> list[Addressee]:
    return [Addressee(row.name, row.name, row.code) for row in regions.by_name()]


def items_addressees(
    items: Sequence[Assignment] | Sequence[ItemSeries], day: date
) -> dict[int, list[Addressee]]:
    """The lists of all items, or all recurring items, of a draft at once: one query for the rules, however many."""
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


def _pairs(rules: Iterable[tuple[Assignment | ItemSeries, QuerySet[Any]]]) -> list[tuple[int, Any]]:
    """(item, key of an addressee) of many rules by one UNION ALL."""
    parts = [rows.order_by().annotate(item=Value(item.pk)).values_list("item", "pk") for item, rows in rules]
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def _grouped(
    items: Sequence[Assignment | ItemSeries], pairs: list[tuple[int, Any]], lines: Mapping[Any, Addressee]
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
    return list(rows.order_by(by_region_name("region__"), "name_key", "code")[:limit])


def clusters_by_code(scope: Scope, codes: Iterable[str]) -> list[Cluster]:
    rows = Cluster.objects.visible_to(scope).filter(code__in=set(codes)).select_related("region")
    return list(rows.order_by(by_region_name("region__"), "name_key", "code"))


def late_candidates(scope: Scope, item: Assignment, words: str) -> list[Cluster]:
    """Clusters found by the words that the issued item is not addressed to yet."""
    taken = set(
        Execution.objects.filter(assignment=item, cluster__isnull=False).values_list("cluster", flat=True)
    )
    return [cluster for cluster in clusters_found(scope, words) if cluster.pk not in taken]


@dataclass(frozen=True, slots=True)
class AudiencePreview:
    """What the builder of an audience shows beside the form."""

    wording: str
    of_regions: bool
    lines: list[Addressee]
    regions: int
    warnings: list[DueWarning]


def audience_preview(audience: Audience, addressee: str, due_on: date | None, day: date) -> AudiencePreview:
    """The exact list of a rule that is still being written, and the warnings about its term."""
    lines = addressees(audience, addressee, day)
    return AudiencePreview(
        wording=describe(audience, addressee, audience_names([audience])),
        of_regions=addressee == AddresseeKind.REGIONS,
        lines=lines,
        regions=len({line.region_code for line in lines}),
        warnings=due_warnings(due_on, day, lead_days(), calendar_overrides()) if due_on else [],
    )

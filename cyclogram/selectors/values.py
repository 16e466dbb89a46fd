"""Values of indicators: the rows of a table to fill in, the list of what was entered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clusters.models import Cluster
from common.scope import Scope
from cyclogram.enums import Level
from cyclogram.facts import share_of_plan
from cyclogram.models import Indicator, IndicatorValue
from cyclogram.policies import can_do_value
from cyclogram.querysets import IndicatorValueQuerySet
from regions.models import Region

MOST_ROWS = 600
"""Rows of one table to fill in."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an indicator is counted for: a region, or a cluster by its code; the region that answers for it."""

    code: str
    name: str
    region: str
    cluster_id: int | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of the table of a day: the value that stands there, and the accepted one of the last day before."""

    indicator: Indicator
    place: Place
    value: IndicatorValue | None
    before: IndicatorValue | None

    @property
    def key(self) -> str:
        """Names the row on the page, in tables and in refusals."""
        return row_key(self.indicator.key, self.place.code)


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value in the list, with its share of the plan and whether this person may decide it now."""

    value: IndicatorValue
    share: Decimal | None
    can_decide: bool


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """What a list of values is narrowed to; empty asks nothing."""

    indicator: str = ""
    region: str = ""
    state: str = ""
    year: int | None = None


def row_key(indicator: str, place: str) -> str:
    return f"{indicator}:{place}"


def indicators_kept(process: str = "", key: str = "") -> list[Indicator]:
    """Indicators that are entered, all or those of a process."""
    rows = Indicator.objects.all().kept().select_related("process")
    if process:
        rows = rows.filter(process=process)
    return list(rows.filter(key=key) if key else rows)


def places_of(regions: Iterable[str]) -> dict[str, list[Place]]:
    """By level the places of these regions: themselves, and their clusters that are in the project."""
    codes = list(regions)
    named = Region.objects.filter(code__in=codes).by_name()
    clusters = Cluster.objects.filter(region__in=codes).active().order_by("region", "name_key", "code")
    return {
        Level.REGION: [Place(row.code, row.name, row.code) for row in named],
        Level.CLUSTER: [Place(row.code, row.display_name, row.region_id, row.pk) for row in clusters],
    }


def entry_rows(
    scope: Scope, day: date, regions: Iterable[str], indicators: Sequence[Indicator]
) -> list[EntryRow]:
    """The table of a day for these regions, indicator by indicator, in a fixed number of queries."""
    places = places_of(regions)
    values = IndicatorValue.objects.visible_to(scope).filter(indicator__in=indicators)
    on_day = {place_key(row): row for row in values.filter(counted_on=day).select_related("cluster")}
    earlier = values.accepted().filter(counted_on__lt=day).select_related("cluster")
    before = {place_key(row): row for row in earlier.order_by("counted_on", "pk")}
    return [
        EntryRow(indicator, place, on_day.get(key), before.get(key))
        for indicator in indicators
        for place in places[indicator.level]
        for key in [(indicator.pk, place.code)]
    ]


def place_key(value: IndicatorValue) -> tuple[int, str]:
    """The indicator and the code of the place of a value (with its cluster)."""
    return value.indicator_id, value.cluster.code if value.cluster else str(value.region_id)


def values_found(scope: Scope, narrowed: ValueFilter) -> IndicatorValueQuerySet:
    """Values that fit, those that wait first, then the newest."""
    rows = IndicatorValue.objects.visible_to(scope).for_list().select_related("entered_by", "decided_by")
    lookups: Mapping[str, str] = {"indicator__key": narrowed.indicator, "state": narrowed.state}
    rows = rows.filter(**{name: value for name, value in lookups.items() if value})
    if narrowed.region:
        rows = rows.of_region(narrowed.region)
    if narrowed.year:
        rows = rows.of_year(narrowed.year)
    return rows.order_by("-counted_on", "indicator__order", "region", "cluster__code", "pk")


def value_rows(scope: Scope, values: Iterable[IndicatorValue]) -> list[ValueRow]:
    """The rows of a list; their indicators, regions and clusters are read with them."""
    return [
        ValueRow(
            value,
            share_of_plan(value.planned, value.actual, value.indicator.direction),
            value.can_be("accept") and value.actual is not None and can_do_value(scope, "accept", value),
        )
        for value in values
    ]

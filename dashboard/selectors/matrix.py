"""Clusters × protocol items: what stands in each cell, and what each row and column comes to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import ExecutionState
from assignments.models import Assignment, Execution
from assignments.querysets import ExecutionQuerySet
from clusters.models import Cluster
from common import clock
from common.calendar import Overrides
from common.formatting import date_short
from common.scope import Scope
from dashboard.wording import soon_until
from regions.models import Region
from regions.selectors import calendar_for

ISSUED, SOON, OVERDUE, IN_REVIEW = "issued", "soon", "overdue", "review"
RETURNED, ON_TIME, LATE, CANCELLED = "returned", "done", "late", "cancelled"
NOTHING, BEYOND = "nothing", "outside"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell says: a sign for the eye, the words for everybody."""

    kind: str
    sign: str
    words: str | Promise


MARKS = {
    mark.kind: mark
    for mark in (
        Mark(ISSUED, "○", gettext_lazy("in progress, due later")),
        Mark(SOON, "▲", gettext_lazy("due within 3 working days")),
        Mark(OVERDUE, "■", gettext_lazy("overdue")),
        Mark(IN_REVIEW, "→", gettext_lazy("in review at the centre")),
        Mark(RETURNED, "←", gettext_lazy("returned for rework")),
        Mark(ON_TIME, "●", gettext_lazy("executed on time")),
        Mark(LATE, "◐", gettext_lazy("executed late")),
        Mark(CANCELLED, "×", gettext_lazy("cancelled without execution")),
    )
}
UNADDRESSED = Mark(NOTHING, "·", gettext_lazy("not addressed"))
OUTSIDE = Mark(BEYOND, "–", gettext_lazy("addressed, but outside the filter"))


class Cell(NamedTuple):
    """One execution in the matrix; read as plain values, for there are tens of thousands."""

    pk: int
    item: int
    cluster: int | None
    region: str
    state: str
    due_on: date
    reported_on: date | None


@dataclass(frozen=True, slots=True)
class Item:
    """A column: an item of an issued protocol."""

    pk: int
    number: str
    title: str
    protocol_id: int
    protocol: str
    held_on: date

    @property
    def reference(self) -> str:
        """«п. 2.1 протокола № 14 от 04.11.2026»."""
        return _("item %(item)s of protocol No. %(number)s of %(date)s") % {
            "item": self.number,
            "number": self.protocol,
            "date": date_short(self.held_on),
        }

    @property
    def protocol_words(self) -> str:
        """«№ 14 от 04.11.2026»."""
        return _("No. %(number)s of %(date)s") % {"number": self.protocol, "date": date_short(self.held_on)}


@dataclass(slots=True)
class Sums:
    """Of the executions of a row, a column or the whole: those that count, those executed, those overdue."""

    counted: int = 0
    done: int = 0
    overdue: int = 0

    def add(self, kind: str) -> None:
        """One more execution; a cancelled one counts nowhere."""
        if kind != CANCELLED:
            self.counted += 1
            self.done += kind in (ON_TIME, LATE)
            self.overdue += kind == OVERDUE


@dataclass(slots=True)
class Place:
    """A row: a cluster, or a region for what is addressed to its coordinator.

    `cells` stand under the items; `outside` holds the positions of those that are addressed outside the filter.
    """

    name: str
    region: str
    url: str
    cells: list[Cell | None]
    sums: Sums = field(default_factory=Sums)
    outside: set[int] = field(default_factory=set)

    def empty(self, position: int) -> Mark:
        """What a cell without an execution of the filter says."""
        return OUTSIDE if position in self.outside else UNADDRESSED


@dataclass(frozen=True, slots=True)
class Matrix:
    """The items of one page and all places that have something among them, by region and name."""

    items: Sequence[Item]
    places: Sequence[Place]
    columns: Sequence[Sums]
    whole: Sums
    counts: dict[str, int]
    kind_of: Callable[[Cell], str]


def items_of(rows: ExecutionQuerySet) -> QuerySet[Assignment, Any]:
    """Items of these executions, those of the newest protocol first."""
    items = Assignment.objects.filter(pk__in=rows.order_by().values("assignment"))
    return items.order_by("-protocol__held_on", "-protocol", "position", "pk").values(
        "pk", "number", "title", "protocol_id", "protocol__number", "protocol__held_on"
    )


def matrix_of(
    scope: Scope, rows: ExecutionQuerySet, items: Iterable[dict[str, Any]], *, is_narrowed: bool = False
) -> Matrix:
    """The cells of `rows` (the executions of a filter that this person sees) under these items, in three queries.

    A filter that narrows needs one more, for what is addressed outside it.
    """
    columns = [
        Item(row["pk"], row["number"], row["title"], row["protocol_id"], row["protocol__number"],
             row["protocol__held_on"])
        for row in items
    ]  # fmt: skip
    positions = {item.pk: number for number, item in enumerate(columns)}
    cells = (
        _of_items(rows, positions)
        .values_list("pk", "assignment", "cluster", "region", "state", "due_on", "reported_on")
        .iterator(chunk_size=5_000)
    )
    kind_of = _kinds(clock.today(), calendar_for(scope))
    by_place: dict[tuple[str, int | None], Place] = {}
    sums, whole, counts = [Sums() for _item in columns], Sums(), dict.fromkeys(MARKS, 0)
    for values in cells:
        cell = Cell(*values)
        kind, position = kind_of(cell), positions[cell.item]
        place = by_place.get((cell.region, cell.cluster))
        if place is None:
            place = by_place[cell.region, cell.cluster] = Place("", "", "", [None] * len(columns))
        place.cells[position] = cell
        counts[kind] += 1
        for one in (place.sums, sums[position], whole):
            one.add(kind)
    if is_narrowed and by_place:
        _mark_outside(_of_items(Execution.objects.visible_to(scope), positions), positions, by_place)
    return Matrix(columns, _named(scope, by_place), sums, whole, counts, kind_of)


def _of_items(rows: ExecutionQuerySet, positions: Mapping[int, int]) -> ExecutionQuerySet:
    return rows.filter(assignment__in=list(positions)).exclude(state=ExecutionState.NOT_ISSUED).order_by()


def _mark_outside(
    rows: ExecutionQuerySet, positions: Mapping[int, int], by_place: Mapping[tuple[str, int | None], Place]
) -> None:
    """Note in each place what is addressed to it but is none of its cells."""
    places = rows.values_list("region", "cluster", "assignment").iterator(chunk_size=5_000)
    for region, cluster, item in places:
        place, position = by_place.get((region, cluster)), positions[item]
        if place is not None and place.cells[position] is None:
            place.outside.add(position)


def _kinds(today: date, overrides: Overrides) -> Callable[[Cell], str]:
    """What a cell says today; the days of the same state repeat, so each is judged once."""
    soon = soon_until(today, overrides)
    final = {
        ExecutionState.CANCELLED: CANCELLED,
        ExecutionState.IN_REVIEW: IN_REVIEW,
    }

    @cache
    def judged(state: str, due_on: date, reported_on: date | None) -> str:
        if state == ExecutionState.EXECUTED:
            return LATE if reported_on and reported_on > due_on else ON_TIME
        if state in final:
            return final[ExecutionState(state)]
        if due_on < today:
            return OVERDUE
        if state == ExecutionState.RETURNED:
            return RETURNED
        return SOON if due_on <= soon else ISSUED

    return lambda cell: judged(cell.state, cell.due_on, cell.reported_on)


def _named(scope: Scope, by_place: dict[tuple[str, int | None], Place]) -> list[Place]:
    """The rows with their names: by region, first the coordinator himself, then the clusters by name."""
    regions = {
        row.code: (number, row) for number, row in enumerate(Region.objects.visible_to(scope).by_name())
    }
    ids = [cluster for _region, cluster in by_place if cluster]
    clusters = {
        row.pk: row
        for row in Cluster.objects.visible_to(scope).filter(pk__in=ids).only("code", "title", "name_key")
    }
    address, own_address = reverse("dashboard:cluster", args=["0"]), reverse("dashboard:region", args=["0"])
    order: list[tuple[tuple[int, str, str], Place]] = []
    for (code, cluster_id), place in by_place.items():
        number, region = regions[code]
        place.region = region.brief
        if cluster_id is None:
            place.name = _("the coordinator himself")
            place.url = own_address.replace("0", code)
            order.append(((number, "", ""), place))
            continue
        cluster = clusters[cluster_id]
        place.name, place.url = cluster.display_name, address.replace("0", cluster.code)
        order.append(((number, cluster.name_key, cluster.code), place))
    return [place for _key, place in sorted(order, key=lambda pair: pair[0])]

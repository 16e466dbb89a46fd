"""The lanes of a year: what runs through all clusters, with its days and with the course of its indicators."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from clusters.enums import ProcessKind
from clusters.models import Process
from common import clock
from common.scope import Scope
from cyclogram.enums import Unit
from cyclogram.facts import reached, share_of_plan
from cyclogram.laying import Window
from cyclogram.models import Checkpoint, Indicator, IndicatorValue, PlanStage
from cyclogram.selectors.gantt import Bar

CENT = Decimal("0.01")
Amounts = tuple[Decimal | None, Decimal | None]
"""The plan and the accepted fact of a place."""


@dataclass(frozen=True, slots=True)
class Point:
    """An indicator on a day that somebody counted, over all places asked for: sums, of percentages the mean.

    `planned` and `compared` go over the places that have both a plan and a fact, so that one may be held against the
    other; `actual` goes over all that counted. `places` is how many did.
    """

    day: date
    places: int
    actual: Decimal
    planned: Decimal | None
    compared: Decimal | None


@dataclass(frozen=True, slots=True)
class Course:
    """How an indicator went in a year, and how many values of it wait for the centre."""

    indicator: Indicator
    points: Sequence[Point]
    waiting: int

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def share(self) -> Decimal | None:
        """Percent of the plan on the last day."""
        last = self.last
        return share_of_plan(last.planned, last.compared, self.indicator.direction) if last else None

    @property
    def is_reached(self) -> bool:
        last = self.last
        return bool(last and reached(last.planned, last.compared, self.indicator.direction))

    @property
    def change(self) -> Decimal | None:
        """What the last day differs by from the one before; None with fewer than two."""
        return self.points[-1].actual - self.points[-2].actual if len(self.points) > 1 else None

    @property
    def is_mean(self) -> bool:
        return self.indicator.unit == Unit.PERCENT


@dataclass(frozen=True, slots=True)
class Lane:
    """A cross-cutting process in a year."""

    process: Process
    checkpoints: Sequence[Checkpoint]
    courses: Sequence[Course] = field(default_factory=tuple)

    @property
    def marks(self) -> list[tuple[str, list[Checkpoint]]]:
        """The days by name: one that repeats itself stands once, with all its days."""
        found: dict[str, list[Checkpoint]] = {}
        for row in self.checkpoints:
            found.setdefault(row.name, []).append(row)
        return list(found.items())


def lanes(scope: Scope, year: int, region: str = "") -> list[Lane]:
    """The lanes of a calendar year for the country or for one region, in a fixed number of queries."""
    days: dict[str, list[Checkpoint]] = {}
    for row in Checkpoint.objects.visible_to(scope).of_year(year):
        days.setdefault(row.process_id, []).append(row)
    courses: dict[str, list[Course]] = {}
    for course in courses_of(scope, year, region):
        courses.setdefault(course.indicator.process_id, []).append(course)
    processes = Process.objects.filter(kind=ProcessKind.CROSS_CUTTING).order_by("order")
    return [Lane(row, days.get(row.pk, ()), courses.get(row.pk, ())) for row in processes]


def courses_of(scope: Scope, year: int, region: str = "") -> list[Course]:
    """How every indicator that is kept, or has values, went in a year."""
    rows = IndicatorValue.objects.visible_to(scope).of_year(year).order_by("counted_on", "pk")
    if region:
        rows = rows.of_region(region)
    waiting: dict[int, int] = {}
    accepted: dict[int, list[tuple[date, str, Amounts]]] = {}
    columns = ("indicator_id", "counted_on", "region_id", "cluster_id", "state", "planned", "actual")
    for indicator, day, place, cluster, state, planned, actual in rows.values_list(*columns):
        fact = actual if state == "accepted" else None
        waiting[indicator] = waiting.get(indicator, 0) + (state == "entered" and actual is not None)
        accepted.setdefault(indicator, []).append((day, str(place or cluster), (planned, fact)))
    indicators = Indicator.objects.visible_to(scope).select_related("process")
    return [
        Course(row, list(_points(accepted.get(row.pk, ()), row.unit)), waiting.get(row.pk, 0))
        for row in indicators
        if not row.is_archived or row.pk in accepted
    ]


def _points(values: Iterable[tuple[date, str, Amounts]], unit: str) -> Iterator[Point]:
    """By day what all places had come to by then: of each the last fact, and the last plan."""
    known: dict[str, Amounts] = {}
    found: dict[date, Point] = {}
    for day, place, (planned, actual) in values:
        before = known.get(place, (None, None))
        known[place] = (before[0] if planned is None else planned, before[1] if actual is None else actual)
        if actual is not None or day in found:
            found[day] = _point(day, known, unit)
    yield from found.values()


def _point(day: date, known: Mapping[str, Amounts], unit: str) -> Point:
    facts = [actual for _planned, actual in known.values() if actual is not None]
    pairs = [(plan, fact) for plan, fact in known.values() if plan is not None and fact is not None]
    return Point(
        day, len(facts), _together(facts, unit) or Decimal(0),
        _together([plan for plan, _fact in pairs], unit), _together([fact for _plan, fact in pairs], unit),
    )  # fmt: skip


def _together(amounts: Sequence[Decimal], unit: str) -> Decimal | None:
    if not amounts:
        return None
    total = sum(amounts, Decimal(0))
    if unit != Unit.PERCENT:
        return total
    return (total / len(amounts)).quantize(CENT, ROUND_HALF_UP)


def bars_of_lanes(year: int, found: Sequence[Lane]) -> list[Bar]:
    """A bar for each lane: the months of the plan of the cohort of the year, else the whole year, with its days."""
    rows = PlanStage.objects.all().in_force().filter(plan__cohort_year=year).select_related("plan")
    windows = {row.process_id: row.window for row in rows}
    whole = Window(date(year, 1, 1), date(year, 12, 31))
    return [
        Bar(
            name=lane.process.name,
            planned=_within(windows.get(lane.process.pk, whole), whole),
            actual=None,
            marks=[row.held_on for row in lane.checkpoints if not row.is_cancelled],
        )
        for lane in found
    ]


def _within(window: Window, year: Window) -> Window:
    first, last = max(window.first, year.first), min(window.last, year.last)
    return Window(first, last) if first <= last else year


def years_of_lanes(scope: Scope) -> list[int]:
    """Years that have days or values, with the running one, the newest first."""
    days = Checkpoint.objects.visible_to(scope).order_by().values_list("year", flat=True).distinct()
    values = IndicatorValue.objects.visible_to(scope).order_by().dates("counted_on", "year")
    return sorted({*days, *(day.year for day in values), clock.today().year}, reverse=True)

"""The review queue of the centre: what lies with it, oldest first, and the neighbours of one report in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor
from statistics import median

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import EventKind
from assignments.models import Execution, ExecutionEvent
from assignments.querysets import ExecutionEventQuerySet, ExecutionQuerySet
from common import clock
from common.scope import Scope
from regions.models import Region

OLD, MIDDLE, FRESH = "old", "middle", "fresh"
AGES: dict[str, str | Promise] = {
    OLD: gettext_lazy("longer than 5 days"),
    MIDDLE: gettext_lazy("3 to 5 days"),
    FRESH: gettext_lazy("up to 2 days"),
}
"""Bands of the queue by age, the oldest first."""
REVIEW_DAYS = 30
DECISIONS_READ = 2000


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the queue is narrowed to: a region, an item (id), how long the reports have waited (a key of AGES)."""

    region: str = ""
    item: int | None = None
    age: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """What narrows, as the parameters of an address."""
        values = {"region": self.region, "item": str(self.item or ""), "age": self.age}
        return {name: value for name, value in values.items() if value}

    @property
    def query(self) -> str:
        """The filter as the query that pages of the queue hand on."""
        return urlencode({"queue": "1", **self.conditions})


def review_rows(scope: Scope, narrowed: ReviewFilter) -> ExecutionQuerySet:
    """Reports in review that fit the filter, unordered. The queue belongs to the centre."""
    rows = Execution.objects.visible_to(scope).in_review()
    if not scope.is_centre:
        return rows.none()
    if narrowed.region:
        rows = rows.filter(region=narrowed.region)
    if narrowed.age in AGES:
        rows = rows.filter(_has_age(narrowed.age))
    return rows.filter(assignment=narrowed.item) if narrowed.item else rows


def _has_age(age: str) -> Q:
    """The condition of a band of age; days are Moscow days."""
    today = clock.start_of(clock.today())
    recent, old = today - timedelta(days=2), today - timedelta(days=5)
    conditions = {
        OLD: Q(in_review_since__lt=old),
        MIDDLE: Q(in_review_since__lt=recent, in_review_since__gte=old),
        FRESH: Q(in_review_since__gte=recent),
    }
    return conditions[age]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The reports before and after one in the queue (None at its ends)."""

    previous: int | None
    following: int | None


def review_neighbours(scope: Scope, narrowed: ReviewFilter, execution: Execution) -> Neighbours:
    """Where to go next without returning to the list; the place is that of the report as it lay in the queue."""
    since = execution.in_review_since
    if since is None:
        first = (
            review_rows(scope, narrowed)
            .order_by("in_review_since", "id")
            .values_list("pk", flat=True)
            .first()
        )
        return Neighbours(previous=None, following=first)
    rows = review_rows(scope, narrowed)
    later = Q(in_review_since__gt=since) | Q(in_review_since=since, pk__gt=execution.pk)
    earlier = Q(in_review_since__lt=since) | Q(in_review_since=since, pk__lt=execution.pk)
    following = rows.filter(later).order_by("in_review_since", "id")
    previous = rows.filter(earlier).order_by("-in_review_since", "-id")
    return Neighbours(
        previous=previous.values_list("pk", flat=True).first(),
        following=following.values_list("pk", flat=True).first(),
    )


def review_choices(scope: Scope) -> dict[str, list[tuple[str, str]]]:
    """Regions and items that have something in the queue, with how many."""
    waiting = review_rows(scope, ReviewFilter()).order_by()
    by_region = dict(waiting.values_list("region").annotate(n=Count("pk")))
    regions = Region.objects.visible_to(scope).filter(code__in=by_region).by_name()
    by_item = waiting.values(
        "assignment", "assignment__number", "assignment__title", "assignment__protocol__number"
    )
    items = by_item.annotate(n=Count("pk")).order_by("-n", "assignment")
    return {
        "region": [(row.code, f"{row.name} ({by_region[row.code]})") for row in regions],
        "item": [
            (
                str(row["assignment"]),
                _("%(title)s, item %(item)s of No. %(number)s (%(count)s)")
                % {
                    "title": row["assignment__title"],
                    "item": row["assignment__number"],
                    "number": row["assignment__protocol__number"],
                    "count": row["n"],
                },
            )
            for row in items
        ],
    }


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Reports that have waited between so many days: how many, and the query that narrows the queue to them."""

    key: str
    count: int
    query: str

    @property
    def label(self) -> str:
        return str(AGES[self.key])

    @property
    def is_old(self) -> bool:
        return self.key == OLD


def review_ages(scope: Scope, narrowed: ReviewFilter | None = None) -> list[AgeBand]:
    """The queue by age in one query: longer than 5 days, 3 to 5, up to 2."""
    narrowed = narrowed or ReviewFilter()
    rows = review_rows(scope, narrowed).order_by()
    found = rows.aggregate(**{age: Count("pk", filter=_has_age(age)) for age in AGES})
    return [AgeBand(age, found[age], urlencode(replace(narrowed, age=age).conditions)) for age in AGES]


def waiting_days(execution: Execution, day: date) -> int:
    """Whole days that the centre has had the report."""
    since = execution.in_review_since
    return (day - clock.day_of(since)).days if since else 0


@dataclass(frozen=True, slots=True)
class ReviewSpeed:
    """A reviewer's decisions of the last 30 days: on how many executions, and the median days a report waited, half
    up; `before` is the median of the 30 days before that."""

    executions: int
    median_days: int | None
    before: int | None = None

    @property
    def change(self) -> int | None:
        """Days more (slower) or fewer (faster) than in the 30 days before; None when either is unknown."""
        if self.median_days is None or self.before is None:
            return None
        return self.median_days - self.before


def own_decisions(scope: Scope, months_back: int = 0) -> ExecutionEventQuerySet:
    """The person's decisions on reports that stand, of the last 30 days, or of the 30 days so many times earlier."""
    until = clock.now() - timedelta(days=REVIEW_DAYS * months_back)
    rows = ExecutionEvent.objects.visible_to(scope)
    if scope.user_id is None:
        return rows.none()
    found: ExecutionEventQuerySet = rows.filter(
        actor=scope.user_id,
        kind__in=(EventKind.ACCEPTED, EventKind.RETURNED),
        at__gt=until - timedelta(days=REVIEW_DAYS),
        at__lte=until,
        annulments=None,
    )
    return found


def own_review_speed(scope: Scope) -> ReviewSpeed:
    """Five queries, whatever the number of decisions; beyond 2,000 a median is that of the newest ones."""
    recent = own_decisions(scope)
    return ReviewSpeed(
        executions=recent.order_by().values("execution").distinct().count(),
        median_days=_median_days(scope, recent),
        before=_median_days(scope, own_decisions(scope, months_back=1)),
    )


def _median_days(scope: Scope, decisions: ExecutionEventQuerySet) -> int | None:
    """The median days that the reports behind these decisions had waited; None without one."""
    own = dict(decisions.order_by("-id").values_list("pk", "execution")[:DECISIONS_READ])
    events = (
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution__in=set(own.values()), annulments=None)
        .order_by("execution", "at", "id")
        .values_list("pk", "execution", "kind", "at")
    )
    waited = _days_waited(list(events), own)
    return floor(median(waited) + 0.5) if waited else None


def _days_waited(events: Sequence[tuple], own: dict[int, int]) -> list[int]:
    """Days between the report in review and its decision, for the decisions in `own`."""
    waited = []
    handed_in: dict[int, date] = {}
    for pk, execution, kind, at in events:
        day = clock.day_of(at)
        if kind == EventKind.SUBMITTED:
            handed_in.setdefault(execution, day)
        elif kind in (EventKind.ACCEPTED, EventKind.RETURNED):
            report = handed_in.pop(execution, None)
            if report is not None and pk in own:
                waited.append((day - report).days)
    return waited

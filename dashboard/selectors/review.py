"""The review queue of the centre: what lies with it, oldest first, and the neighbours of one report in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor
from statistics import median
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import EventKind
from assignments.models import CannedRemark, Execution, ExecutionEvent, ReviewClaim
from assignments.querysets import ExecutionEventQuerySet, ExecutionQuerySet
from common import clock
from common.calendar import working_days_until
from common.scope import Scope
from regions.models import Region
from regions.selectors import calendar_overrides

OLD, MIDDLE, FRESH = "old", "middle", "fresh"
AGES: dict[str, str | Promise] = {
    OLD: gettext_lazy("longer than 5 days"),
    MIDDLE: gettext_lazy("3 to 5 days"),
    FRESH: gettext_lazy("up to 2 days"),
}
"""Bands of the queue by age, the oldest first."""
REVIEW_DAYS = 30
DECISIONS_READ = 2000
Span = tuple[date, date]


GROUPINGS: dict[str, str | Promise] = {
    "item": gettext_lazy("by item"),
    "region": gettext_lazy("by region"),
}


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the queue is narrowed to: a region, an item (id), how long the reports have waited (a key of AGES).

    `by` shows the queue as groups (a key of GROUPINGS) instead of reports.
    """

    region: str = ""
    item: int | None = None
    age: str = ""
    by: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """What narrows and groups, as the parameters of an address."""
        values = {"region": self.region, "item": str(self.item or ""), "age": self.age, "by": self.by}
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


def review_queue(scope: Scope, narrowed: ReviewFilter, after: Execution | None = None) -> ExecutionQuerySet:
    """The queue oldest first; behind the place that a report has or had in it, when one is given."""
    rows = review_rows(scope, narrowed).order_by("in_review_since", "id")
    since = after.in_review_since if after is not None else None
    if after is None or since is None:
        return rows
    found: ExecutionQuerySet = rows.filter(
        Q(in_review_since__gt=since) | Q(in_review_since=since, pk__gt=after.pk)
    )
    return found


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Reports of one item or region: how many, how long the oldest waits, the query that narrows to them."""

    title: str
    count: int
    oldest_days: int
    query: str


def review_groups(scope: Scope, narrowed: ReviewFilter) -> list[ReviewGroup]:
    """The queue as groups, the group with the oldest report first; two queries."""
    rows = review_rows(scope, narrowed).order_by()
    column = "assignment" if narrowed.by == "item" else "region"
    names = ("assignment__number", "assignment__title", "assignment__protocol__number")
    found = rows.values(column, *(names if column == "assignment" else ())).annotate(
        n=Count("pk"), oldest=Min("in_review_since")
    )
    groups = list(found.order_by("oldest", column))
    regions = Region.objects.visible_to(scope).in_bulk() if column == "region" else {}
    today = clock.today()
    return [
        ReviewGroup(
            title=regions[row["region"]].name if column == "region" else _item_words(row),
            count=row["n"],
            oldest_days=(today - clock.day_of(row["oldest"])).days,
            query=urlencode(replace(narrowed, by="", **{narrowed.by: row[column]}).conditions),
        )
        for row in groups
    ]


def _item_words(row: Mapping[str, Any]) -> str:
    return _("%(title)s, item %(item)s of No. %(number)s") % {
        "title": row["assignment__title"],
        "item": row["assignment__number"],
        "number": row["assignment__protocol__number"],
    }


def offered_remarks(scope: Scope) -> list[CannedRemark]:
    """The canned remarks that may be put into a return, in their order."""
    return list(CannedRemark.objects.visible_to(scope).offered())


def claims_in_force(scope: Scope, executions: Iterable[int]) -> dict[int, ReviewClaim]:
    """Who of the centre has which of these reports before him now, by execution."""
    rows = ReviewClaim.objects.visible_to(scope).in_force(clock.now()).filter(execution__in=list(executions))
    return {claim.execution_id: claim for claim in rows.select_related("person")}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The reports before and after one in the queue (None at its ends)."""

    previous: int | None
    following: int | None


def review_neighbours(scope: Scope, narrowed: ReviewFilter, execution: Execution) -> Neighbours:
    """Where to go next without returning to the list; the place is that of the report as it lay in the queue."""
    since = execution.in_review_since
    following = review_queue(scope, narrowed, execution).values_list("pk", flat=True).first()
    if since is None:
        return Neighbours(previous=None, following=following)
    earlier = Q(in_review_since__lt=since) | Q(in_review_since=since, pk__lt=execution.pk)
    previous = review_rows(scope, narrowed).filter(earlier).order_by("-in_review_since", "-id")
    return Neighbours(previous=previous.values_list("pk", flat=True).first(), following=following)


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


def _decisions(scope: Scope) -> ExecutionEventQuerySet:
    """Decisions on reports that stand."""
    found: ExecutionEventQuerySet = ExecutionEvent.objects.visible_to(scope).filter(
        kind__in=(EventKind.ACCEPTED, EventKind.RETURNED), annulments=None
    )
    return found


def own_decisions(scope: Scope, months_back: int = 0) -> ExecutionEventQuerySet:
    """The person's decisions on reports that stand, of the last 30 days, or of the 30 days so many times earlier."""
    until = clock.now() - timedelta(days=REVIEW_DAYS * months_back)
    rows = _decisions(scope)
    if scope.user_id is None:
        return rows.none()
    found: ExecutionEventQuerySet = rows.filter(
        actor=scope.user_id, at__gt=until - timedelta(days=REVIEW_DAYS), at__lte=until
    )
    return found


def own_review_speed(scope: Scope) -> ReviewSpeed:
    """Five queries, whatever the number of decisions; beyond 2,000 a median is that of the newest ones."""
    recent = own_decisions(scope)
    before = _spans(scope, own_decisions(scope, months_back=1))
    return ReviewSpeed(
        executions=recent.order_by().values("execution").distinct().count(),
        median_days=_median(_days(span) for span in _spans(scope, recent).values()),
        before=_median(_days(span) for span in before.values()),
    )


@dataclass(frozen=True, slots=True)
class ReviewPace:
    """Median working days that a report waited for its decision this month: of the whole centre, of the reader."""

    centre: int | None
    own: int | None


def review_pace(scope: Scope) -> ReviewPace:
    """Four queries; beyond 2,000 decisions of a month a median is that of the newest ones."""
    month = _decisions(scope).filter(at__gte=clock.start_of(clock.today().replace(day=1)))
    spans = _spans(scope, month)
    overrides = calendar_overrides()
    own = set(month.filter(actor=scope.user_id).values_list("pk", flat=True)) if scope.user_id else set()
    return ReviewPace(
        centre=_median(working_days_until(*span, overrides) for span in spans.values()),
        own=_median(working_days_until(*span, overrides) for pk, span in spans.items() if pk in own),
    )


def _days(span: Span) -> int:
    report, decision = span
    return (decision - report).days


def _median(waited: Iterable[int]) -> int | None:
    """Half up; None without a number."""
    found = list(waited)
    return floor(median(found) + 0.5) if found else None


def _spans(scope: Scope, decisions: ExecutionEventQuerySet) -> dict[int, Span]:
    """The days of the report and of its decision, by event, for the newest of these decisions; two queries."""
    own = dict(decisions.order_by("-id").values_list("pk", "execution")[:DECISIONS_READ])
    events = (
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution__in=set(own.values()), annulments=None)
        .order_by("execution", "at", "id")
        .values_list("pk", "execution", "kind", "at")
    )
    spans: dict[int, Span] = {}
    handed_in: dict[int, date] = {}
    for pk, execution, kind, at in events:
        day = clock.day_of(at)
        if kind == EventKind.SUBMITTED:
            handed_in.setdefault(execution, day)
        elif kind in (EventKind.ACCEPTED, EventKind.RETURNED):
            report = handed_in.pop(execution, None)
            if report is not None and pk in own:
                spans[pk] = (report, day)
    return spans

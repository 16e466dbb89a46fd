"""The review queue of the centre: what lies with it, oldest first, and the neighbours of one report in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from statistics import median

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from assignments.enums import EventKind
from assignments.models import Execution, ExecutionEvent
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.scope import Scope
from regions.models import Region

REVIEW_DAYS = 30
DECISIONS_READ = 2000


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the queue is narrowed to: a region, an item (id)."""

    region: str = ""
    item: int | None = None


def review_rows(scope: Scope, narrowed: ReviewFilter) -> ExecutionQuerySet:
    """Reports in review that fit the filter, unordered. The queue belongs to the centre."""
    rows = Execution.objects.visible_to(scope).in_review()
    if not scope.is_centre:
        return rows.none()
    if narrowed.region:
        rows = rows.filter(region=narrowed.region)
    return rows.filter(assignment=narrowed.item) if narrowed.item else rows


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
    regions = Region.objects.visible_to(scope).filter(code__in=by_region).order_by("name_key")
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
    """Reports that have waited between so many days, with how many they are."""

    label: str
    count: int
    is_old: bool = False


def review_ages(scope: Scope, narrowed: ReviewFilter | None = None) -> list[AgeBand]:
    """The queue by age in one query: up to 2 days, 3 to 5, longer."""
    today = clock.start_of(clock.today())
    recent, old = today - timedelta(days=2), today - timedelta(days=5)
    found = (
        review_rows(scope, narrowed or ReviewFilter())
        .order_by()
        .aggregate(
            fresh=Count("pk", filter=Q(in_review_since__gte=recent)),
            middle=Count("pk", filter=Q(in_review_since__lt=recent, in_review_since__gte=old)),
            old=Count("pk", filter=Q(in_review_since__lt=old)),
        )
    )
    return [
        AgeBand(_("longer than 5 days"), found["old"], is_old=True),
        AgeBand(_("3 to 5 days"), found["middle"]),
        AgeBand(_("up to 2 days"), found["fresh"]),
    ]


def waiting_days(execution: Execution, day: date) -> int:
    """Whole days that the centre has had the report."""
    since = execution.in_review_since
    return (day - clock.day_of(since)).days if since else 0


@dataclass(frozen=True, slots=True)
class ReviewSpeed:
    """A reviewer's decisions of the last 30 days: how many, and the median days a report waited, half up."""

    decisions: int
    median_days: int | None


def own_review_speed(scope: Scope) -> ReviewSpeed:
    """Two queries, whatever the number of decisions; beyond 2,000 the newest ones count."""
    if scope.user_id is None:
        return ReviewSpeed(0, None)
    since = clock.now() - timedelta(days=REVIEW_DAYS)
    decided = (
        ExecutionEvent.objects.visible_to(scope)
        .filter(actor=scope.user_id, kind__in=(EventKind.ACCEPTED, EventKind.RETURNED), at__gte=since)
        .order_by("-id")
        .values_list("pk", "execution")[:DECISIONS_READ]
    )
    own = dict(decided)
    events = (
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution__in=set(own.values()), annulments=None)
        .order_by("execution", "at", "id")
        .values_list("pk", "execution", "kind", "at")
    )
    waited = _days_waited(list(events), own)
    middle = floor(median(waited) + 0.5) if waited else None
    return ReviewSpeed(len(own), middle)


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

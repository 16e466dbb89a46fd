"""The first page of each role: what waits for the reader today, every figure with its own list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from assignments.enums import REVIEWERS
from assignments.models import Execution
from clusters.models import AssociationMember
from common import clock
from common.scope import Role, Scope
from dashboard.selectors.groups import LATE, OPEN, RETURNED, REVIEW, SOON, in_group
from dashboard.selectors.inbox import lifts_shown
from dashboard.selectors.places import association_clusters
from dashboard.selectors.review import AgeBand, ReviewSpeed, own_review_speed, review_ages, review_rows
from dashboard.selectors.review import ReviewFilter as WholeQueue
from dashboard.selectors.standing import Lift, Standing, standings
from notifications.enums import MailState
from notifications.models import StaffTask
from rating.models import RatingLetter, RegionScore, Slice
from rating.policies import can_publish
from rating.selectors.running import RunningMonth, running_month
from rating.selectors.tables import drafts_to_publish, latest_published
from regions.models import Region

TOP = 5
LIFTS = 3


@dataclass(frozen=True, slots=True)
class CoordinatorHome:
    """What burns in a region, what the centre has, what lifts it."""

    region: Region
    late: int
    soon: int
    returned: int
    in_review: int
    standing: Standing | None
    lifts: Sequence[Lift]

    @property
    def is_calm(self) -> bool:
        return not (self.late or self.soon or self.returned)


@dataclass(frozen=True, slots=True)
class RegionLate:
    """A region with its overdue executions."""

    region: Region
    late: int


@dataclass(frozen=True, slots=True)
class ReviewerHome:
    """The queue of the centre and the reader's own speed."""

    waiting: int
    ages: Sequence[AgeBand]
    oldest: Sequence[Execution]
    speed: ReviewSpeed
    worst: Sequence[RegionLate]
    late: int


@dataclass(frozen=True, slots=True)
class MonthHome:
    """The state of the months: the running one, drafts that wait, the last published one and its letters."""

    running: RunningMonth | None
    drafts: Sequence[Slice]
    latest: Slice | None
    letters: dict[str, int]
    may_publish: bool

    @property
    def letters_total(self) -> int:
        return sum(self.letters.values())

    @property
    def letters_troubled(self) -> int:
        troubled = (MailState.FAILED, MailState.BOUNCED, MailState.UNCERTAIN)
        return sum(self.letters.get(state, 0) for state in troubled)

    @property
    def letters_taken(self) -> int:
        return sum(self.letters.get(state, 0) for state in (MailState.ACCEPTED, MailState.DELIVERED))


@dataclass(frozen=True, slots=True)
class MinisterHome:
    """The last published month of the own region, and the letter about it."""

    region: Region
    score: RegionScore | None
    letter: RatingLetter | None
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Home:
    """The parts of the first page that the reader's roles open; None and empty parts are not shown."""

    regions: Sequence[CoordinatorHome] = ()
    reviewer: ReviewerHome | None = None
    month: MonthHome | None = None
    staff_tasks: int | None = None
    ministers: Sequence[MinisterHome] = ()
    clusters: Sequence[AssociationMember] | None = None


def home(scope: Scope) -> Home:
    """Everything for this reader; a fixed number of queries for a set of roles."""
    return Home(
        regions=_coordinator(scope) if scope.coordinated else (),
        reviewer=_reviewer(scope) if scope.has(*REVIEWERS) else None,
        month=_month(scope) if scope.is_centre else None,
        staff_tasks=StaffTask.objects.visible_to(scope).open().count() if scope.is_centre else None,
        ministers=_minister(scope) if scope.overseen else (),
        clusters=association_clusters(scope) if scope.has(Role.ASSOCIATION) else None,
    )


def _coordinator(scope: Scope) -> list[CoordinatorHome]:
    day = clock.today()
    regions = list(Region.objects.visible_to(scope).filter(code__in=scope.coordinated).order_by("name_key"))
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.coordinated).open()
    found: dict[str, Any] = {
        row["region"]: row
        for row in rows.order_by()
        .values("region")
        .annotate(
            late=Count("pk", filter=in_group(LATE, day)),
            soon=Count("pk", filter=in_group(SOON, day)),
            returned=Count("pk", filter=in_group(RETURNED, day)),
            in_review=Count("pk", filter=in_group(REVIEW, day)),
        )
    }
    running = {row.region.code: row for row in standings(regions)}
    lifts = lifts_shown(scope, running.values(), LIFTS)
    nothing = {"late": 0, "soon": 0, "returned": 0, "in_review": 0}
    cards = []
    for region in regions:
        counts = found.get(region.code, nothing)
        cards.append(
            CoordinatorHome(
                region=region,
                standing=running.get(region.code),
                lifts=lifts.get(region.code, []),
                **{name: counts[name] for name in nothing},
            )
        )
    return cards


def _reviewer(scope: Scope) -> ReviewerHome:
    day = clock.today()
    ages = review_ages(scope)
    queue = review_rows(scope, WholeQueue()).for_table().order_by("in_review_since", "id")
    late = Execution.objects.visible_to(scope).overdue(day).order_by()
    by_region = dict(late.values_list("region").annotate(n=Count("pk")))
    worst = sorted(by_region.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    regions = Region.objects.visible_to(scope).in_bulk([code for code, _late in worst])
    return ReviewerHome(
        waiting=sum(band.count for band in ages),
        ages=ages,
        oldest=list(queue[:TOP]),
        speed=own_review_speed(scope),
        worst=[RegionLate(regions[code], count) for code, count in worst],
        late=sum(by_region.values()),
    )


def _month(scope: Scope) -> MonthHome:
    latest = latest_published(scope)
    letters: dict[str, int] = {}
    if latest is not None:
        rows = RatingLetter.objects.visible_to(scope).filter(slice=latest).order_by()
        letters = dict(rows.values_list("mail__state").annotate(n=Count("pk")))
    return MonthHome(
        running=running_month(),
        drafts=drafts_to_publish(),
        latest=latest,
        letters=letters,
        may_publish=can_publish(scope),
    )


def _minister(scope: Scope) -> list[MinisterHome]:
    latest = latest_published(scope)
    regions = Region.objects.visible_to(scope).filter(code__in=scope.overseen).order_by("name_key")
    scores = {
        row.region_id: row
        for row in RegionScore.objects.visible_to(scope)
        .filter(slice=latest, region__in=scope.overseen)
        .select_related("slice")
    }
    letters: dict[str, RatingLetter] = {}
    for letter in RatingLetter.objects.visible_to(scope).filter(slice=latest, region__in=scope.overseen):
        letters[letter.region_id] = letter
    day = clock.today()
    own = Execution.objects.visible_to(scope).filter(region__in=scope.overseen).order_by()
    counts = own.values("region").annotate(
        open=Count("pk", filter=in_group(OPEN, day)), late=Count("pk", filter=in_group(LATE, day))
    )
    work: dict[str, Any] = {row["region"]: row for row in counts}
    nothing = {"open": 0, "late": 0}
    return [
        MinisterHome(
            region=region,
            score=scores.get(region.code),
            letter=letters.get(region.code),
            open=work.get(region.code, nothing)["open"],
            late=work.get(region.code, nothing)["late"],
        )
        for region in regions
    ]

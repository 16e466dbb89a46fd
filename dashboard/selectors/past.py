"""Pages of a past date: what had been recorded before an instant, under the names and texts of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.models import Membership
from assignments.enums import UNREPORTED_STATES, ExecutionState
from assignments.models import Execution, ExecutionEvent, ExecutionNote, ExecutionRequest, Protocol
from audit.past import as_recorded
from clusters.models import Cluster
from common import clock
from common.errors import InvalidInput
from common.formatting import date_long, date_time
from common.scope import Role, Scope
from dashboard.selectors.execution import STATE_TONES, HistoryEntry, history_of, rating_words
from dashboard.selectors.places import RegionPage, local_time, month_lines, region_found, work_of
from dashboard.selectors.requests import RequestEntry, request_entries
from dashboard.wording import distance_words
from rating.models import RegionScore
from rating.selectors.methodologies import current_params
from rating.selectors.tables import published_before
from regions.models import AuthorityHead, Region, RegionalAuthority


@dataclass(frozen=True, slots=True)
class Moment:
    """A past instant that a page is asked for; what was recorded before it is shown."""

    instant: datetime

    @property
    def day(self) -> date:
        """The Moscow day that lateness is counted on."""
        return clock.day_of(self.instant)

    @property
    def is_midnight(self) -> bool:
        return self.instant.astimezone(clock.MOSCOW).time() == time.min

    @property
    def value(self) -> str:
        """As an address writes it: «2026-03-10» for the beginning of a day, else the instant in UTC."""
        if self.is_midnight:
            return self.day.isoformat()
        return self.instant.astimezone(UTC).isoformat().replace("+00:00", "Z")

    @property
    def query(self) -> str:
        """The parameter that keeps an address in the past."""
        return urlencode({"as_of": self.value})

    @property
    def title(self) -> str:
        """«10 марта 2026 г., 00:00 МСК»."""
        return date_time(self.instant)

    @property
    def day_title(self) -> str:
        """The day alone where the moment is its beginning."""
        return date_long(self.day) if self.is_midnight else self.title


def first_record() -> datetime | None:
    """When the first protocol was issued: nothing is recorded of executions before."""
    first: datetime | None = Protocol.objects.aggregate(first=Min("issued_at"))["first"]
    return first


def moment_checked(instant: datetime) -> Moment:
    """The moment, or InvalidInput (`as_of`) for one that has not come yet or lies before the first record."""
    if instant > clock.now():
        raise InvalidInput({"as_of": _("This moment has not come yet: choose today or a day before it.")})
    first = first_record()
    if first is None:
        raise InvalidInput({"as_of": _("Nothing is recorded yet: the first protocol has not been issued.")})
    if instant <= first:
        raise InvalidInput(
            {"as_of": _("The records begin on %(first)s: choose a later day.") % {"first": date_time(first)}}
        )
    return Moment(instant)


def coordinators_then(scope: Scope, region: Region, moment: Moment) -> list[Membership]:
    """The coordinators in office on the day of the moment, as it was recorded by then, the main one first."""
    rows = Membership.objects.visible_to(scope).filter(region=region, role=Role.COORDINATOR)
    found = as_recorded(rows.select_related("user"), moment.instant)
    held = [row for row in found if is_in_office(row.starts_on, row.ends_on, moment.day)]
    return sorted(held, key=lambda row: (row.position != "main", row.user.name_key))


def is_in_office(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Whether a time of office holds the day."""
    return starts_on <= day and (ends_on is None or ends_on >= day)


def head_then(scope: Scope, region: Region, moment: Moment) -> AuthorityHead | None:
    """The head in office on the day of the moment, as it was recorded by then."""
    rows = AuthorityHead.objects.visible_to(scope).filter(authority__region=region)
    held = [
        row
        for row in as_recorded(rows, moment.instant)
        if is_in_office(row.starts_on, row.ends_on, moment.day)
    ]
    return max(held, key=lambda row: row.starts_on, default=None)


def score_then(scope: Scope, region: Region, moment: Moment) -> RegionScore | None:
    """The score of the region in the newest month that was published at the moment, by the revision current then."""
    slice_ = published_before(scope, moment.instant)
    if slice_ is None:
        return None
    found: RegionScore | None = (
        RegionScore.objects.visible_to(scope)
        .filter(slice=slice_, region=region)
        .select_related("slice")
        .first()
    )
    return found


# One execution


@dataclass(frozen=True, slots=True)
class ExecutionThen:
    """The page of an execution at a moment; `execution` is None when it was not on control yet."""

    moment: Moment
    execution: Execution | None
    state: str = ""
    state_tone: str = ""
    term: str = ""
    rating: str = ""
    story: Sequence[HistoryEntry | RequestEntry] = ()
    attempts: int = 0
    note: ExecutionNote | None = None
    coordinators: Sequence[Membership] = ()
    score: RegionScore | None = None


def execution_then(scope: Scope, found: Execution, moment: Moment) -> ExecutionThen:
    """The execution as recorded before the moment, in a fixed number of queries."""
    rows = Execution.objects.visible_to(scope).as_of(moment.instant).for_list()
    execution: Execution | None = rows.select_related("region__district").filter(pk=found.pk).first()
    if execution is None:
        return ExecutionThen(moment, None)
    events = list(
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution=execution, recorded_at__lt=moment.instant)
        .select_related("actor", "target", "granted_request__asked_by")
        .prefetch_related("evidence__file")
        .order_by("id")
    )
    history = history_of(scope, execution, events)
    waits, day = execution.state in UNREPORTED_STATES, moment.day
    is_late = waits and execution.due_on < day
    notes = ExecutionNote.objects.visible_to(scope).filter(execution=execution, at__lt=moment.instant)
    return ExecutionThen(
        moment=moment,
        execution=execution,
        state=str(execution.get_state_display()),
        state_tone="danger" if is_late else STATE_TONES.get(ExecutionState(execution.state), "neutral"),
        term=distance_words(execution.due_on, day) if waits else "",
        rating=rating_words(execution, current_params(), day),
        story=_story(history, _asked(scope, execution, moment)),
        attempts=max((entry.number for entry in history), default=0),
        note=notes.select_related("author").order_by("-number").first(),
        coordinators=coordinators_then(scope, execution.region, moment),
        score=score_then(scope, execution.region, moment),
    )


def _asked(scope: Scope, execution: Execution, moment: Moment) -> Sequence[RequestEntry]:
    """What had been asked by then, and answered by then."""
    rows = ExecutionRequest.objects.visible_to(scope).filter(execution=execution, asked_at__lt=moment.instant)
    found = list(rows.select_related("asked_by", "answered_by").order_by("asked_at", "id"))
    for request in found:
        request.execution = execution
    return [entry for entry in request_entries(scope, found) if entry.at < moment.instant]


def _story(
    history: Sequence[HistoryEntry], asked: Sequence[RequestEntry]
) -> list[HistoryEntry | RequestEntry]:
    steps: list[HistoryEntry | RequestEntry] = [*reversed(history), *asked]
    return sorted(steps, key=lambda step: step.at)[::-1]


# A region


def region_then(scope: Scope, code: str, moment: Moment) -> RegionPage:
    """The standing page of a region at a moment, in a fixed number of queries; Missing for no such region.

    The running score of a month is not recorded and so not told of a past moment.
    """
    region = region_found(scope, code)
    is_insider = scope.is_centre or code in scope.regions
    latest = published_before(scope, moment.instant)
    months, breaks = month_lines([code], latest, before=moment.instant)[code]
    local, from_moscow = local_time(region)
    executions = Execution.objects.visible_to(scope).as_of(moment.instant).filter(region=region)
    return RegionPage(
        region=region,
        local_time=local,
        from_moscow=from_moscow,
        is_insider=is_insider,
        coordinators=coordinators_then(scope, region, moment),
        authority=RegionalAuthority.objects.visible_to(scope).filter(region=region).first(),
        head=head_then(scope, region, moment),
        standing=None,
        latest=latest,
        score=score_then(scope, region, moment),
        months=months,
        breaks=breaks,
        clusters=list(
            Cluster.objects.visible_to(scope).filter(region=region).for_list().order_by("name_key", "code")
        ),
        work=work_of(executions, moment.day) if is_insider else None,
        as_of=moment.query,
    )

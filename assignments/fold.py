"""The pure fold of an execution's event log (methodology §2): no tables, no framework, no clock.

The same code tells the portal the current state after each append and the rating what was known at the
instant of a slice. Instants are aware, days are calendar days of the rating clock (a fixed offset from UTC).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

# Values of `assignments.enums`, which this module may not import: it must run where there is no framework.
NOT_ISSUED, ISSUED, IN_REVIEW, RETURNED = "not_issued", "issued", "in_review", "returned"
EXECUTED, CANCELLED = "executed", "cancelled"
SUBMITTED, ACCEPTED, EXTENDED, ANNULLED = "submitted", "accepted", "extended", "annulled"
KINDS = (ISSUED, SUBMITTED, RETURNED, ACCEPTED, EXTENDED, CANCELLED, ANNULLED)

NOT_LATER, REQUESTS_USED_UP, ASKED_LATE = "not_later", "requests_used_up", "asked_late"
"""Why an extension moves nothing."""

_ORDER = attrgetter("at", "id")


@dataclass(frozen=True, slots=True)
class FoldRules:
    """The parameters of the fold; they come from the version of the methodology in force."""

    tz_offset_minutes: int
    min_lead_days: int
    max_request_extensions: int


class Event(NamedTuple):
    """One event of the log. `id` is the order of appending, `recorded_at` is never before `at`.

    `due` belongs to an issue, `empty` to a return, `new_due` and `requested_at` to an extension (without
    `requested_at` it is the centre's own decision), `target` (an event id) to an annulment. `corrects` is the
    first month ("YYYY-MM") whose slice the event corrects (§8).
    """

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    corrects: str | None = None
    due: date | None = None
    empty: bool = False
    new_due: date | None = None
    requested_at: datetime | None = None
    target: int | None = None


class Folded(NamedTuple):
    """What a log says of an execution.

    Before issue `first_due` and `due` are the due date of the item. `completed` is the day on which the
    accepted or still unreviewed report was handed in: the only date that counts for points (§3).
    `extensions` counts those of either kind that moved the due, `request_extensions` those on request among
    them. `reviews` are the finished reviews as (day handed in, day decided). `closed_at` is the instant of
    acceptance or cancellation.
    """

    state: str
    first_due: date
    due: date
    issued_on: date | None = None
    issued_at: datetime | None = None
    completed: date | None = None
    review_since: datetime | None = None
    returns: int = 0
    extensions: int = 0
    request_extensions: int = 0
    closed_at: datetime | None = None
    reviews: tuple[tuple[date, date], ...] = ()

    @property
    def issued(self) -> bool:
        """Whether control has started."""
        return self.state != NOT_ISSUED

    @property
    def cancelled(self) -> bool:
        return self.state == CANCELLED

    @property
    def in_review(self) -> bool:
        """Whether a report lies with the centre."""
        return self.state == IN_REVIEW


@lru_cache
def rating_zone(offset_minutes: int) -> tzinfo:
    """The rating clock: a fixed offset, never a political time zone."""
    return timezone(timedelta(minutes=offset_minutes))


def later(day: date, days: int) -> date:
    """`day` plus `days`; the last day of the calendar when there is no such day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def known_events(
    events: Iterable[Event],
    as_of: datetime,
    corrections_as_of: datetime | None = None,
    period: str | None = None,
) -> list[Event]:
    """The events that a slice of `period` with these instants sees (§2 and §8).

    Seen is what was recorded before `as_of`, and what corrects `period` or an earlier month and was recorded
    before `corrections_as_of`.
    """
    if corrections_as_of is None or period is None:
        return [event for event in events if event.recorded_at < as_of]
    return [
        event
        for event in events
        if event.recorded_at < as_of
        or (event.corrects is not None and event.corrects <= period and event.recorded_at < corrections_as_of)
    ]


def fold(events: Sequence[Event], item_due: date, rules: FoldRules) -> Folded:
    """The state of one execution after its known events, given in any order.

    Annulled events count as never made, the rest go by (`at`, `id`); what does not fit the state is ignored.
    """
    annulled = {event.target for event in events if event.kind == ANNULLED}
    course = _Course(item_due, rules)
    for event in sorted(events, key=_ORDER):
        if event.id not in annulled:
            step = _STEPS.get(event.kind)
            if step is not None:
                step(course, event)
    return course.folded()


def replaced_states(
    events: Sequence[Event], item_due: date, rules: FoldRules
) -> list[tuple[datetime, datetime, Folded]]:
    """What the log said after each of its instants of recording, and until which later one; oldest first.

    At an instant A the log says what the entry with `since` < A <= `until` holds (§2: seen is what was recorded before
    A); after the last record it says what `fold` says of all events.
    """
    instants = sorted({event.recorded_at for event in events})
    return [
        (since, until, fold([event for event in events if event.recorded_at <= since], item_due, rules))
        for since, until in pairwise(instants)
    ]


def extension_refusal(event: Event, due: date, moved_by_requests: int, rules: FoldRules) -> str:
    """Why an extension of an open execution does not move its due (§2, extended); empty when it does.

    `moved_by_requests` counts the earlier requests that have moved the due.
    """
    if event.new_due is None or event.new_due <= due:
        return NOT_LATER
    if event.requested_at is None:
        return ""
    if moved_by_requests >= rules.max_request_extensions:
        return REQUESTS_USED_UP
    if event.requested_at.astimezone(rating_zone(rules.tz_offset_minutes)).date() > due:
        return ASKED_LATE
    return ""


class _Course:
    """The running state of one fold."""

    __slots__ = (
        "closed_at",
        "completed",
        "due",
        "due_at_report",
        "extensions",
        "first_due",
        "issued_at",
        "issued_on",
        "open",
        "report_day",
        "request_extensions",
        "returns",
        "review_since",
        "reviews",
        "rules",
        "state",
        "zone",
    )

    def __init__(self, item_due: date, rules: FoldRules) -> None:
        self.rules = rules
        self.zone = rating_zone(rules.tz_offset_minutes)
        self.state = NOT_ISSUED
        self.open = False
        self.first_due = self.due = self.due_at_report = item_due
        self.issued_on: date | None = None
        self.issued_at: datetime | None = None
        self.report_day: date | None = None
        self.completed: date | None = None
        self.review_since: datetime | None = None
        self.returns = self.extensions = self.request_extensions = 0
        self.closed_at: datetime | None = None
        self.reviews: list[tuple[date, date]] = []

    def day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def issue(self, event: Event) -> None:
        """Starts control; never overdue at birth, because the lead runs from the day of recording."""
        if self.state != NOT_ISSUED:
            return
        issued_on = self.day(event.recorded_at)
        self.due = max(event.due or self.due, later(issued_on, self.rules.min_lead_days))
        self.first_due, self.issued_on, self.issued_at = self.due, issued_on, event.recorded_at
        self.state, self.open = ISSUED, True

    def submit(self, event: Event) -> None:
        """Hands in a report; while one is in review it is a supplement and changes nothing."""
        if self.open and self.report_day is None:
            self.report_day, self.review_since = self.day(event.at), event.at
            self.due_at_report = self.due
            self.state = IN_REVIEW

    def send_back(self, event: Event) -> None:
        """Returns the report: the days it was held are added to the due it had when handed in.

        An extension granted meanwhile is thereby not added on top.
        """
        if not self.open or self.report_day is None:
            return
        decided_on = self.day(event.at)
        self.returns += 1
        if not event.empty:
            held = (decided_on - self.report_day).days
            self.due = max(self.due, later(self.due_at_report, held))
        self.reviews.append((self.report_day, decided_on))
        self.report_day = self.review_since = None
        self.state = RETURNED

    def accept(self, event: Event) -> None:
        """Takes off control; dated by the report in review, without one by the acceptance itself."""
        if not self.open:
            return
        decided_on = self.day(event.at)
        if self.report_day is not None:
            self.reviews.append((self.report_day, decided_on))
        self.completed = self.report_day or decided_on
        self.close(EXECUTED, event)

    def extend(self, event: Event) -> None:
        """Moves the due forward: the centre's own decision, or a request made in time within the limit."""
        if not self.open or event.new_due is None:
            return
        if extension_refusal(event, self.due, self.request_extensions, self.rules):
            return
        if event.requested_at is not None:
            self.request_extensions += 1
        self.due = event.new_due
        self.extensions += 1

    def cancel(self, event: Event) -> None:
        """Takes off control without execution: the execution leaves every window."""
        if self.open:
            self.close(CANCELLED, event)

    def close(self, state: str, event: Event) -> None:
        self.state, self.open = state, False
        self.report_day = self.review_since = None
        self.closed_at = event.at

    def folded(self) -> Folded:
        return Folded(
            state=self.state,
            first_due=self.first_due,
            due=self.due,
            issued_on=self.issued_on,
            issued_at=self.issued_at,
            completed=self.completed or self.report_day,
            review_since=self.review_since,
            returns=self.returns,
            extensions=self.extensions,
            request_extensions=self.request_extensions,
            closed_at=self.closed_at,
            reviews=tuple(self.reviews),
        )


_STEPS: dict[str, Callable[[_Course, Event], None]] = {
    ISSUED: _Course.issue,
    SUBMITTED: _Course.submit,
    RETURNED: _Course.send_back,
    ACCEPTED: _Course.accept,
    EXTENDED: _Course.extend,
    CANCELLED: _Course.cancel,
}

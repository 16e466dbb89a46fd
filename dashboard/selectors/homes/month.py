"""The first page of a methodologist: how far each month has come, what a draft says, how the letters went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment
from common import clock
from common.formatting import date_day, date_long
from common.scope import Scope
from rating.enums import Zone
from rating.formula.periods import period_bounds
from rating.models import ItemShare, RatingLetter, Slice
from rating.policies import can_close, can_publish
from rating.selectors.ledger import StateCount, state_counts
from rating.selectors.methodologies import closes_at
from rating.selectors.pages import KeptMonth, kept_months
from rating.selectors.running import RunningMonth
from rating.selectors.tables import latest_published, zone_counts

WEAK_PERCENT = 30
"""An item done in time by fewer than so many percent is looked at by the centre (methodology §7)."""
DONE, CURRENT, AHEAD = "done", "current", "ahead"


# The steps of a month


@dataclass(frozen=True, slots=True)
class MonthAtWork:
    """A month on its way to publication: its newest revision, if it is closed, and when it can be closed."""

    period: str
    newest: Slice | None
    closes_at: datetime

    @property
    def last_day(self) -> date:
        return period_bounds(self.period)[1]


class StepRule(NamedTuple):
    """A step of a month: its name, whether the month has come so far by an instant, and the date that belongs to it."""

    title: str | Promise
    reached: Callable[[MonthAtWork, datetime], bool]
    note: Callable[[MonthAtWork], str]


def _closed_words(month: MonthAtWork) -> str:
    if month.newest is None:
        return _("after the closing")
    return _("computed on %(day)s") % {"day": date_long(month.newest.created_at)}


def _published_words(month: MonthAtWork) -> str:
    published = month.newest.published_at if month.newest else None
    return date_long(published) if published else _("by decision of a person")


STEPS = (
    StepRule(
        gettext_lazy("Running"),
        lambda month, now: True,
        lambda month: _("until %(day)s inclusive") % {"day": date_day(month.last_day)},
    ),
    StepRule(
        gettext_lazy("Closing"),
        lambda month, now: clock.day_of(now) > month.last_day,
        lambda month: (
            (_("as of %(day)s") if month.newest else _("on %(day)s")) % {"day": date_day(month.closes_at)}
        ),
    ),
    StepRule(gettext_lazy("Draft"), lambda month, now: month.newest is not None, _closed_words),
    StepRule(
        gettext_lazy("Published"),
        lambda month, now: month.newest is not None and not month.newest.is_draft,
        _published_words,
    ),
)
"""The way of a month in its order. A step more is a rule more at its place: nothing else knows their number."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the page shows it; `state` is done, current or ahead."""

    title: str
    note: str
    state: str


def month_steps(month: MonthAtWork, now: datetime, rules: Sequence[StepRule] = STEPS) -> list[Step]:
    """The steps with their dates; the last one reached is the current one, what lies before it is done."""
    here = max(index for index, rule in enumerate(rules) if rule.reached(month, now))
    states = [DONE if index < here else CURRENT if index == here else AHEAD for index in range(len(rules))]
    return [Step(str(rule.title), rule.note(month), state) for rule, state in zip(rules, states, strict=True)]


# What a draft says


@dataclass(frozen=True, slots=True)
class WeakItem:
    """An item that few clusters of the country did in time."""

    item: Assignment
    on_time: int
    executions: int


@dataclass(frozen=True, slots=True)
class DraftHome:
    """A draft in figures: regions with a place, in the red zone, not rated; items done in time by under 30 %."""

    slice: Slice
    red: int
    unrated: int
    weak: Sequence[WeakItem]

    @property
    def minimum(self) -> str:
        """The least executions of a region with a place, as the filter of the table takes it."""
        return str(self.slice.methodology.n_min)


@dataclass(frozen=True, slots=True)
class MonthProgress:
    """A month with its steps; a closed one that waits also with its figures."""

    period: str
    steps: Sequence[Step]
    draft: DraftHome | None


@dataclass(frozen=True, slots=True)
class MonthHome:
    """The months at work, the last published one with its letters, and corrections that wait for a revision."""

    running: RunningMonth | None
    months: Sequence[MonthProgress]
    days_to_closing: int | None
    latest: Slice | None
    letters: Sequence[StateCount]
    corrections: Sequence[KeptMonth]
    may_publish: bool
    may_close: bool

    @property
    def letters_total(self) -> int:
        return sum(count.count for count in self.letters)

    @property
    def has_draft(self) -> bool:
        return any(month.draft for month in self.months)


def month_home(scope: Scope, running: RunningMonth | None) -> MonthHome:
    """The state of the months; queries grow only with the drafts that wait, of which there is one or none."""
    kept, now = kept_months(), clock.now()
    drafts = [month.newest for month in reversed(kept) if month.newest.is_draft]
    at_work = [MonthAtWork(slice_.period, slice_, slice_.as_of) for slice_ in drafts]
    closing = closes_at(running.period) if running else None
    if running and closing and all(month.newest.period != running.period for month in kept):
        at_work.append(MonthAtWork(running.period, None, closing))
    latest = latest_published(scope)
    letters = RatingLetter.objects.visible_to(scope).filter(slice__period=latest.period) if latest else None
    return MonthHome(
        running=running,
        months=[
            MonthProgress(
                month.period, month_steps(month, now), _draft(scope, month.newest) if month.newest else None
            )
            for month in at_work
        ],
        days_to_closing=_days_until(closing) if closing else None,
        latest=latest,
        letters=state_counts(letters) if letters is not None else (),
        corrections=[month for month in kept if month.corrections],
        may_publish=can_publish(scope),
        may_close=can_close(scope),
    )


def _days_until(instant: datetime) -> int:
    """Whole Moscow days from today; 0 on the day itself and afterwards."""
    return max(timedelta(0), clock.day_of(instant) - clock.today()).days


def _draft(scope: Scope, slice_: Slice) -> DraftHome:
    zones = zone_counts(slice_)
    shares = ItemShare.objects.visible_to(scope).filter(slice=slice_)
    shares = shares.select_related("assignment__protocol").order_by("assignment")
    weak = [
        WeakItem(share.assignment, share.on_time, share.executions)
        for share in shares
        if share.on_time * 100 < WEAK_PERCENT * share.executions
    ]
    return DraftHome(slice=slice_, red=zones[Zone.RED], unrated=zones[""], weak=weak)

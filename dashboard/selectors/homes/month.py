"""The first page of a methodologist: how far each month has come, what a draft says, how the letters went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assignments.models import Assignment
from common import clock
from common.scope import Scope
from rating.enums import Zone
from rating.models import ItemShare, RatingLetter, Slice
from rating.policies import can_close, can_publish
from rating.selectors.ledger import StateCount, state_counts
from rating.selectors.methodologies import closes_at
from rating.selectors.month_steps import MonthStep, month_steps
from rating.selectors.pages import KeptMonth, kept_months
from rating.selectors.running import RunningMonth
from rating.selectors.tables import latest_published, zone_counts

WEAK_PERCENT = 30
"""An item done in time by fewer than so many percent is looked at by the centre (methodology §7)."""


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
    steps: Sequence[MonthStep]
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
    kept = kept_months()
    drafts = {month.newest.period: month.newest for month in reversed(kept) if month.newest.is_draft}
    at_work = list(drafts)
    closing = closes_at(running.period) if running else None
    if running and all(month.newest.period != running.period for month in kept):
        at_work.append(running.period)
    latest = latest_published(scope)
    own = RatingLetter.objects.visible_to(scope).originals()
    letters = own.filter(slice__period=latest.period) if latest else None
    return MonthHome(
        running=running,
        months=[
            MonthProgress(
                period,
                month_steps(scope, period),
                _draft(scope, drafts[period]) if period in drafts else None,
            )
            for period in at_work
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

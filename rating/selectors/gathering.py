"""Corrections on their way into the next revision: the set day, and what it gathers (methodology §3 and §8)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from assignments.models import ExecutionEvent
from assignments.querysets import ExecutionEventQuerySet
from common.scope import Scope
from rating.enums import SliceStatus
from rating.models import Slice
from rating.selectors.tables import newest_revision


def gathering_day(today: date) -> date | None:
    """The last set day not after today; None when nothing is gathered by itself."""
    if not settings.RATING_GATHER_DAY:
        return None
    this_month = today.replace(day=settings.RATING_GATHER_DAY)
    if this_month <= today:
        return this_month
    return (today.replace(day=1) - timedelta(days=1)).replace(day=settings.RATING_GATHER_DAY)


def next_gathering(today: date) -> date | None:
    """The first set day after today; None when nothing is gathered by itself."""
    last = gathering_day(today)
    return (last.replace(day=1) + timedelta(days=32)).replace(day=last.day) if last else None


def seen_until(slice_: Slice) -> datetime:
    """Corrections recorded before this instant are in the revision."""
    return slice_.corrections_as_of or slice_.as_of


def corrections_between(period: str, since: datetime, until: datetime) -> ExecutionEventQuerySet:
    """Events that correct the month or one before it, recorded in [since, until): a revision sees both (§8)."""
    rows: ExecutionEventQuerySet = ExecutionEvent.objects.filter(
        corrects__gt="", corrects__lte=period, recorded_at__gte=since, recorded_at__lt=until
    )
    return rows


def corrections_in(slice_: Slice) -> ExecutionEventQuerySet:
    """What this revision has seen and the one before it had not; empty for the first one."""
    before = Slice.objects.filter(period=slice_.period, revision=slice_.revision - 1).first()
    if before is None or slice_.corrections_as_of is None:
        return ExecutionEvent.objects.none()
    return corrections_between(slice_.period, seen_until(before), slice_.corrections_as_of)


def waiting_corrections(scope: Scope, period: str) -> ExecutionEventQuerySet:
    """Events that correct exactly this closed month and are not in its newest revision; none while it is not closed."""
    rows = ExecutionEvent.objects.visible_to(scope)
    newest = newest_revision(period)
    if newest is None:
        return rows.none()
    found: ExecutionEventQuerySet = rows.filter(corrects=period, recorded_at__gte=seen_until(newest))
    return found


class Recorded(NamedTuple):
    """A correction as the counts need it."""

    period: str
    execution: int
    at: datetime


def recorded_corrections() -> list[Recorded]:
    """All corrections in one query, oldest first."""
    rows = ExecutionEvent.objects.exclude(corrects="").order_by("id")
    return [Recorded(*row) for row in rows.values_list("corrects", "execution", "recorded_at")]


def waiting_in(newest: Slice, corrections: Sequence[Recorded]) -> int:
    """Executions with a correction of exactly this month that its newest revision has not seen."""
    seen = seen_until(newest)
    return len({one.execution for one in corrections if one.period == newest.period and seen <= one.at})


def months_to_gather(until: datetime) -> Sequence[tuple[Slice, bool]]:
    """Newest revisions of published months that lack corrections recorded before this instant, oldest month first.

    With each whether one of them names this very month; if not, all of them name months before it.
    """
    published = Slice.objects.filter(status=SliceStatus.PUBLISHED).order_by()
    periods = set(published.values_list("period", flat=True))
    newest = {row.period: row for row in Slice.objects.filter(period__in=periods).order_by("revision")}
    corrections = [one for one in recorded_corrections() if one.at < until]
    found = []
    for period, slice_ in sorted(newest.items()):
        seen = seen_until(slice_)
        lacking = {one.period for one in corrections if one.period <= period and seen <= one.at}
        if lacking:
            found.append((slice_, period in lacking))
    return found

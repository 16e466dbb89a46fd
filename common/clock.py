"""The one clock of the portal.

Every service asks `now()` instead of the operating system, so that a past can be lived again: the demo
history and `--as-of` replays run the production services inside `at(instant)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

from django.utils import timezone as django_timezone

MOSCOW = timezone(timedelta(hours=3), "MSK")
"""The rating clock (methodology §2): a fixed offset, never a political time zone."""

_pinned: ContextVar[datetime | None] = ContextVar("pinned_clock", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _pinned.get() or django_timezone.now()


def today() -> date:
    """The current Moscow day, the day that every due date is compared with."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The Moscow calendar day of an aware instant (methodology §2: one clock, calendar days only)."""
    return instant.astimezone(MOSCOW).date()


def start_of(day: date) -> datetime:
    """00:00 Moscow of a day, as an aware instant in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=MOSCOW).astimezone(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Run the block as if it were `instant` (aware). Nested blocks restore the outer time."""
    if instant.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    token = _pinned.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)

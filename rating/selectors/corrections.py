"""Which published month an event belongs to, and which months a decision may correct (methodology §3 and §8)."""

from datetime import date, datetime

from rating.formula.periods import running_period
from rating.models import Slice
from rating.selectors.methodologies import current_params


def month_of_instant(instant: datetime, due_on: date | None = None) -> str:
    """The published month that an event of this instant would have counted in; empty while none is published for it."""
    params = current_params()
    if params is None:
        return ""
    period = running_period(instant, params)
    if due_on is not None:
        period = max(period, f"{due_on:%Y-%m}")
    return period if Slice.objects.published().filter(period=period).exists() else ""


def correctable_months(limit: int = 12) -> list[str]:
    """Published months, newest first, that a decision may correct."""
    published = Slice.objects.published().order_by("-period")
    return list(published.values_list("period", flat=True).distinct()[:limit])

"""Which version of the methodology is in force for a month, and the instants that follow from it."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput
from rating.formula.params import Params
from rating.formula.periods import default_as_of, running_period, shift_period
from rating.models import Methodology

_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")


def checked_period(period: str) -> str:
    """The month as written, when it is one; raises InvalidInput for anything else."""
    if not isinstance(period, str) or not _MONTH.fullmatch(period):
        raise InvalidInput({"period": _("A month is written as YYYY-MM, for example 2023-11.")})
    return period


def methodology_in_force(period: str) -> Methodology | None:
    """The version with the greatest `effective_from` not after the month (§8)."""
    versions = Methodology.objects.filter(effective_from__lte=period).select_related("control_rules")
    return versions.order_by("-effective_from").first()


def required_methodology(period: str) -> Methodology:
    """The version in force; raises InvalidInput for no month, ImpossibleStep when there is no version."""
    methodology = methodology_in_force(checked_period(period))
    if methodology is None:
        raise ImpossibleStep(_("No methodology is in force for %(month)s.") % {"month": period})
    return methodology


def closes_at(period: str) -> datetime:
    """The instant at which a month can be closed: the default `as_of` of its version (§2)."""
    return default_as_of(period, required_methodology(period).params())


def current_period() -> str | None:
    """The running month (§3): until its grace days are over it is still the month before.

    None while no version has come into force.
    """
    now = clock.now()
    latest: str | None = None
    for methodology in Methodology.objects.select_related("control_rules").order_by("effective_from"):
        period = running_period(now, methodology.params())
        if methodology.effective_from <= period:
            latest = period
    return latest


def current_params() -> Params | None:
    """The parameters of the running month; None while no methodology is in force."""
    period = current_period()
    methodology = methodology_in_force(period) if period else None
    return methodology.params() if methodology else None


def months_since(first: str, last: str) -> list[str]:
    """All months from `first` to `last`, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = shift_period(first, 1)
    return months

"""«How it is counted»: the parameters of a version in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assignments.models import ControlRules
from common.formatting import EN_DASH, date_day, days, month_title, number
from rating.formula import Params
from rating.models import Methodology

RULES = ("tz_offset_minutes", "min_lead_days", "max_request_extensions")
"""Parameters that are rules of control: those of the fold of a log."""


def limits(methodology: Methodology) -> dict[str, str]:
    """What each zone means in points."""
    params = methodology.params()
    green, yellow = _points(params.zone_green), _points(params.zone_yellow)
    return {
        "green": _("from %(points)s points") % {"points": green},
        "yellow": _("from %(low)s to %(high)s") % {"low": yellow, "high": green},
        "red": _("below %(points)s") % {"points": yellow},
        "n_min": str(params.n_min),
    }


def _points(hundredths: int) -> str:
    """Points without needless decimals: «90», «72,5»."""
    return number(Decimal(hundredths) / 100) if hundredths % 100 else number(hundredths // 100)


class Step(NamedTuple):
    """A line of the point table."""

    lateness: str
    points: int


def point_table(params: Params) -> list[Step]:
    """Points by lateness, from «on time» to «not handed in»."""
    steps = [Step(_("on time"), 100)]
    start = 1
    for limit, points in params.late_steps:
        if limit is None:
            steps.append(Step(_("later than that"), points))
            break
        words = days(limit) if limit == start else f"{start}{EN_DASH}{days(limit)}"
        steps.append(Step(_("late by %(days)s") % {"days": words}, points))
        start = limit + 1
    steps.append(Step(_("not handed in by the last day that counts"), 0))
    return steps


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of the methodology with its name and unit."""

    label: str
    value: str


def parameters(methodology: Methodology) -> list[Parameter]:
    """The values in force that the page shows as a list."""
    params = methodology.params()
    found = (
        (_("Points lost by each return"), str(params.return_penalty)),
        (_("Least points of an executed one"), str(params.min_executed_points)),
        (_("Days of the next month whose reports still count"), days(params.grace_days)),
        (_("Days of the next month whose decisions of the centre are seen"), days(params.review_days)),
        (_("Least executions for a place"), str(params.n_min)),
        (_("Least days between issue and due date"), days(params.min_lead_days)),
        (_("Extensions on request that count"), str(params.max_request_extensions)),
        (_("Interval: number of standard errors (z)"), _decimal(methodology.z_interval)),
        (_("Signal against the country: number of standard errors (z)"), _decimal(methodology.z_signal)),
        (_("Alikeness of the executions of one cluster (icc)"), _decimal(methodology.icc)),
    )
    return [Parameter(label, value) for label, value in found]


def _decimal(written: str) -> str:
    return number(Decimal(written))


class Difference(NamedTuple):
    """A parameter that two versions have differently, in words."""

    label: str
    before: str
    after: str


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What one version (as the audit file writes it) changes against another."""
    found = []
    for name in before:
        if name == "version" or before[name] == after[name]:
            continue
        found.append(Difference(label_of(name), _value(name, before[name]), _value(name, after[name])))
    return found


def label_of(name: str) -> str:
    """What a parameter is called, with a capital letter."""
    model = ControlRules if name in RULES else Methodology
    field: Any = model._meta.get_field(name)
    return capfirst(str(field.verbose_name))


@dataclass(frozen=True, slots=True)
class Announcement:
    """An approved version that does not count yet, with what it changes."""

    version: str
    effective_from: str
    reason: str
    changes: tuple[Difference, ...]


def announcements(now: Methodology, versions: Iterable[Methodology]) -> list[Announcement]:
    """The announced versions against the one in force."""
    return [
        Announcement(
            version.version,
            version.effective_from,
            getattr(getattr(version, "draft", None), "reason", ""),
            tuple(compared(now.to_params(), version.to_params())),
        )
        for version in versions
    ]


def _value(name: str, value: Any) -> str:
    if name == "late_steps":
        return "; ".join(f"{limit if limit is not None else '…'} – {points}" for limit, points in value)
    if name == "effective_from":
        return month_title(value)
    if name == "count_due_from":
        return date_day(date.fromisoformat(value))
    return _decimal(value) if isinstance(value, str) else str(value)

"""What a draft of the methodology may say, and what stands in the way of its approval (methodology §8)."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from common import clock
from common.errors import ImpossibleStep, InvalidInput, PortalError
from common.formatting import month_full
from rating.enums import SliceStatus
from rating.formula import CaseError, Params, shift_period
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, Slice
from rating.selectors.methodologies import methodology_in_force

CONTROL = ("tz_offset_minutes", "min_lead_days", "max_request_extensions")
COLUMN_LIMITS = {
    "review_days": 2**15 - 1,
    "grace_days": 2**15 - 1,
    "return_penalty": 2**15 - 1,
    "min_executed_points": 2**15 - 1,
    "n_min": 2**31 - 1,
}
TEXT_LIMIT = 20
TEXTS = ("version", "zone_green", "zone_yellow", "z_interval", "z_signal", "icc")


def earliest_month(today: date) -> str:
    """The first month that a version approved today may begin with: it is announced one month ahead (§8)."""
    return shift_period(f"{today:%Y-%m}", 1 if today.day == 1 else 2)


def checked_parameters(row: Mapping[str, Any]) -> dict[str, Any]:
    """One version as the audit file writes it, when the portal may bring it into force.

    Stricter than the format: late days begin at 1, points fall with every step, z is above 0. Raises InvalidInput
    naming the field.
    """
    try:
        params = Params.from_dict(row)
    except (CaseError, TypeError, AttributeError) as error:
        raise InvalidInput(_field_of(error)) from error
    errors: dict[str, list[str]] = {}
    for field, sentence in _problems(params, row):
        errors.setdefault(field, []).append(sentence)
    if errors:
        raise InvalidInput(errors)
    return {name: row[name] for name in Methodology.PARAMETERS}


def _field_of(error: Exception) -> dict[str, str]:
    """The field that the format names, without the number of a step."""
    if not isinstance(error, CaseError):
        return {"parameters": _("The parameters cannot be read.")}
    return {error.path.partition("[")[0] or "parameters": f"{error.path}: {error.rule}."}


def _problems(params: Params, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    limits = [limit for limit, _points in params.late_steps if limit is not None]
    points = [100, *(points for _limit, points in params.late_steps)]
    if limits and limits[0] < 1:
        found.append(("late_steps", _("The first step must end on the first day late or later.")))
    if any(later >= earlier for earlier, later in pairwise(points)):
        found.append(("late_steps", _("Each step must give fewer points than the step before it.")))
    for name in ("z_interval", "z_signal"):
        if getattr(params, name) <= 0:
            found.append((name, _("The number of standard errors must be above 0.")))
    if params.zone_yellow >= params.zone_green:
        found.append(("zone_yellow", _("The yellow zone must begin below the green one.")))
    found.extend(
        (name, _("At most %(limit)s.") % {"limit": limit})
        for name, limit in COLUMN_LIMITS.items()
        if row[name] > limit
    )
    found.extend(
        (name, _("At most %(limit)s characters.") % {"limit": TEXT_LIMIT})
        for name in TEXTS
        if len(row[name]) > TEXT_LIMIT
    )
    return [*found, *_clashes(params, row)]


def _clashes(params: Params, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the versions and months that are already there forbid."""
    found = []
    earliest = earliest_month(clock.today())
    if params.effective_from < earliest:
        sentence = _("A version is announced one month ahead: the first possible month is %(month)s.")
        found.append(("effective_from", sentence % {"month": month_full(earliest)}))
    elif Slice.objects.filter(period__gte=params.effective_from).exists():
        found.append(("effective_from", _("This month or a later one is closed already.")))
    if Methodology.objects.filter(version=params.version).exists():
        found.append(("version", _("There is a version with this name already.")))
    if Methodology.objects.filter(effective_from=params.effective_from).exists():
        found.append(("effective_from", _("Another version begins with this month already.")))
    current = methodology_in_force(params.effective_from)
    if current is not None:
        written = current.to_params()
        # The log of every execution is folded by one set of rules at a time, whatever month it belongs to.
        found.extend(
            (name, _("The rules of control cannot be changed by a version of the rating; they are %(value)s.")
             % {"value": written[name]})
            for name in CONTROL
            if row[name] != written[name]
        )  # fmt: skip
    return found


def trial_periods() -> list[str]:
    """Months whose published numbers a draft can be tried on, newest first."""
    rows = Slice.objects.filter(status=SliceStatus.PUBLISHED).order_by("-period")
    return list(rows.values_list("period", flat=True))


def fresh_trials(draft: MethodologyDraft) -> list[MethodologyTrial]:
    """Trials of exactly what the draft says now, newest first."""
    return [trial for trial in draft.trials.all() if trial.parameters == draft.parameters]


def trial_refusal(draft: MethodologyDraft) -> PortalError | None:
    """Why the trials of a draft do not allow its approval; None when they do, or when no month is published yet."""
    published = trial_periods()
    if not published:
        return None
    if any(published[0] in trial.periods for trial in fresh_trials(draft)):
        return None
    sentence = _(
        "Before the approval the draft as it stands is tried on the last published month, %(month)s."
    )
    return ImpossibleStep(sentence % {"month": month_full(published[0])})

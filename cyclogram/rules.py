"""Rules of single fields that forms, the API, imports and services share. Each raises InvalidInput for its field."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import chain

from django.utils.translation import gettext as _

from clusters.models import Cluster
from common.errors import InvalidInput
from common.formatting import date_short
from common.names import clean_name
from cyclogram.enums import WHOLE_UNITS, Rhythm, Unit
from cyclogram.laying import (
    EVERY_MONTHS,
    FIRST_MONTH,
    LAST_MONTH,
    Window,
    after_the_year,
    days_of,
    horizon_of,
)
from cyclogram.models import Indicator, PlanCheckpoint

DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days that each month has in every year."""
MOST_PERCENT = 100
LARGEST_VALUE = Decimal("999999999999.99")
PLACES = 2


def clean_line(text: str, *, field: str, limit: int, required: str = "") -> str:
    """A text of one line; `required` is the sentence for an empty one."""
    cleaned = clean_name(text)
    if required and not cleaned:
        raise InvalidInput({field: required})
    if len(cleaned) > limit:
        raise InvalidInput({field: _("At most %(limit)s characters.") % {"limit": limit}})
    return cleaned


def cohort_of(cluster: Cluster) -> int:
    """The cohort whose plan the cluster stands on. Refuses a cluster without one (field `cohort_year`)."""
    if cluster.cohort_year is None:
        raise InvalidInput(
            {
                "cohort_year": _(
                    "The cohort of %(cluster)s is unknown. Enter it in the register of clusters."
                )
                % {"cluster": cluster.display_name}
            }
        )
    return cluster.cohort_year


def clean_months(from_month: int, to_month: int) -> tuple[int, int]:
    """Months of a stage of the plan, counted from January of the first year (`cyclogram.laying`)."""
    for field, month in (("from_month", from_month), ("to_month", to_month)):
        if not FIRST_MONTH <= month <= LAST_MONTH:
            raise InvalidInput(
                {
                    field: _("A month from %(first)s to %(last)s, counted from January of the first year.")
                    % {"first": FIRST_MONTH, "last": LAST_MONTH}
                }
            )
    if to_month < from_month:
        raise InvalidInput({"to_month": _("The stage would end before it begins.")})
    return from_month, to_month


def clean_checkpoint(rhythm: str, month: int, day: int) -> tuple[int, int]:
    """Month of the plan and day of a checkpoint. Every year has the day; one that repeats itself, every month."""
    clean_months(month, month)
    most = 28 if EVERY_MONTHS.get(rhythm) else DAYS_OF_MONTHS[(month - 1) % 12]
    if 1 <= day <= most:
        return month, day
    if rhythm == Rhythm.ONCE:
        raise InvalidInput({"day": _("This month has the days from 1 to %(most)s.") % {"most": most}})
    raise InvalidInput({"day": _("A day that every month has: from 1 to %(most)s.") % {"most": most}})


def clean_actual(actual_from: date, actual_to: date | None, today: date) -> tuple[date, date | None]:
    """Actual days of a stage: in order, and none that has not come yet."""
    for field, day in (("actual_from", actual_from), ("actual_to", actual_to)):
        if day is not None and day > today:
            raise InvalidInput({field: _("This day has not come yet.")})
    if actual_to is not None and actual_to < actual_from:
        raise InvalidInput({"actual_to": _("The stage cannot be finished before it began.")})
    return actual_from, actual_to


def clean_planned(
    cohort: int, laid: Window, planned: Window, checkpoints: Iterable[PlanCheckpoint]
) -> Window:
    """New planned days of a stage. Its checkpoints move with its end, and all stays in the plan of the cohort."""
    if planned.last < planned.first:
        raise InvalidInput({"planned_to": _("The stage would end before it begins.")})
    shift = planned.last - laid.last
    for checkpoint in checkpoints:
        days = [day + shift for day in days_of(cohort, checkpoint.rhythm, checkpoint.month, checkpoint.day)]
        for day in after_the_year(cohort, days):
            raise InvalidInput(
                {
                    "planned_to": _("The checkpoint “%(name)s” would fall on %(day)s: the plan of the cohort of "
                                    "%(year)s goes from %(first)s to %(last)s.")
                    % {"name": checkpoint.name, "day": date_short(day), **_limits(cohort)}
                }
            )  # fmt: skip
    outside = after_the_year(cohort, chain(planned))
    if outside:
        raise InvalidInput(
            {
                "planned_to": _("%(day)s lies outside the plan of the cohort of %(year)s: it goes from %(first)s "
                                "to %(last)s.")
                % {"day": date_short(outside[0]), **_limits(cohort)}
            }
        )  # fmt: skip
    return planned


def _limits(cohort: int) -> dict[str, object]:
    first, last = horizon_of(cohort)
    return {"year": cohort, "first": date_short(first), "last": date_short(last)}


def clean_checkpoint_day(year: int, day: date) -> date:
    """The day of a checkpoint of a year lies in that year."""
    if day.year != year:
        raise InvalidInput({"held_on": _("The checkpoint must stay in %(year)s.") % {"year": year}})
    return day


def clean_unit(indicator: Indicator, written: str) -> None:
    """A table that names a unit names that of the indicator, by its word or by its key; an empty cell names none."""
    unit = Unit(indicator.unit)
    if written.strip().lower() not in {"", unit.value, str(unit.label).lower()}:
        raise InvalidInput(
            {
                "unit": _("“%(indicator)s” is counted in the unit “%(unit)s”, not “%(written)s”.")
                % {"indicator": indicator.name, "unit": unit.label, "written": written.strip()}
            }
        )


def clean_amount(unit: str, amount: Decimal, *, field: str) -> Decimal:
    """A value in its unit: not below zero, whole where the unit has no parts, at most 100 of percent."""
    if not amount.is_finite() or not 0 <= amount <= LARGEST_VALUE:
        raise InvalidInput({field: _("A number from 0 to %(most)s.") % {"most": LARGEST_VALUE}})
    if unit in WHOLE_UNITS and amount != amount.to_integral_value():
        raise InvalidInput({field: _("This unit has no parts: enter a whole number.")})
    if amount != round(amount, PLACES):
        raise InvalidInput({field: _("At most two decimal places.")})
    if unit == Unit.PERCENT and amount > MOST_PERCENT:
        raise InvalidInput({field: _("A percentage from 0 to 100.")})
    return amount

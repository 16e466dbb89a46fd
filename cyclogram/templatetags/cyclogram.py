"""What a stage of a cluster shows of itself: ``{% load cyclogram %}``."""

from decimal import Decimal
from typing import Any

from django import template

from common.formatting import NO_VALUE, number, percent
from cyclogram.enums import PlanState, StageSign, ValueState

register = template.Library()

TONES = {
    StageSign.GOING: "info",
    StageSign.LATE: "danger",
    StageSign.PROPOSED: "warning",
    StageSign.DONE: "success",
    StageSign.DONE_WITH_REMARKS: "warning",
}
"""The word carries the meaning, the tint repeats it; what is not here is neutral."""


@register.inclusion_tag("components/tag.html")
def stage_sign(sign: str) -> dict[str, Any]:
    """What the day says of a stage, as a tag."""
    shown = StageSign(sign)
    return {"label": shown.label, "tone": TONES.get(shown, "neutral")}


@register.filter
def amount(value: Decimal | None) -> str:
    """A value of an indicator: thousands apart, decimals only where it has them, a dash for none."""
    if value is None:
        return NO_VALUE
    return number(value, 0 if value == value.to_integral_value() else 2)


@register.inclusion_tag("components/tag.html")
def value_state(state: str) -> dict[str, Any]:
    """Where a value stands between the region and the centre, as a tag."""
    shown = ValueState(state)
    tones = {
        ValueState.ENTERED: "warning",
        ValueState.ACCEPTED: "success",
        ValueState.RETURNED: "danger",
    }
    return {"label": shown.label, "tone": tones[shown]}


@register.simple_tag
def percent_of(share: Decimal) -> str:
    """A share of the plan with one decimal, as «97,5 %»."""
    return percent(share, 0 if share == share.to_integral_value() else 1)


@register.inclusion_tag("components/tag.html")
def plan_state(state: str) -> dict[str, Any]:
    """Where a version of a plan stands, as a tag."""
    shown = PlanState(state)
    tones = {PlanState.DRAFT: "warning", PlanState.IN_FORCE: "success", PlanState.REPLACED: "neutral"}
    return {"label": shown.label, "tone": tones[shown]}

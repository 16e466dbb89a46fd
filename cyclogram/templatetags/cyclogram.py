"""What a stage of a cluster shows of itself: ``{% load cyclogram %}``."""

from typing import Any

from django import template

from cyclogram.enums import StageSign

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

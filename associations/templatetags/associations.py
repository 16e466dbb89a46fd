"""What a practice shows of itself: ``{% load associations %}``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.translation import pgettext

from associations.enums import PracticeState, ReplicationState
from associations.models import Practice
from associations.selectors.clusters import industry_support as found_support
from clusters.models import Cluster
from common import clock

register = template.Library()

TONES = {
    PracticeState.SUBMITTED: "info",
    PracticeState.SELECTION: "info",
    PracticeState.REVIEW: "info",
    PracticeState.PUBLISHED: "success",
    PracticeState.RETURNED: "warning",
    PracticeState.REJECTED: "danger",
}
"""The word carries the meaning, the tint repeats it; what is not here is neutral."""


@register.inclusion_tag("components/tag.html")
def practice_state(practice: Practice, today: date) -> dict[str, Any]:
    """Where a practice stands on the day, as a tag."""
    if practice.is_outdated(today):
        return {"label": pgettext("practice", "out of date"), "tone": "warning"}
    shown = PracticeState(practice.state)
    return {"label": shown.label, "tone": TONES.get(shown, "neutral")}


@register.inclusion_tag("components/tag.html")
def replication_state(state: str) -> dict[str, Any]:
    """How a cluster carries a practice out, as a tag."""
    shown = ReplicationState(state)
    tones = {ReplicationState.GOING: "info", ReplicationState.DONE: "success"}
    return {"label": shown.label, "tone": tones.get(shown, "neutral")}


@register.inclusion_tag("associations/industry_support.html", takes_context=True)
def industry_support(context: Mapping[str, Any], cluster: Cluster) -> dict[str, Any]:
    """Who supports a cluster in its industry, its practices and what it repeats, as the reader may know it."""
    return {"support": found_support(context["scope"], cluster), "today": clock.today()}


@register.simple_tag
def practice_author(practice: Practice) -> str:
    """Who worked it out: the most exact of what is named."""
    named = practice.enterprise or practice.college
    if named:
        return named.name
    return practice.cluster.display_name if practice.cluster else practice.region.name

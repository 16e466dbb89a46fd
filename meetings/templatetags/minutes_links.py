"""From the assignments of a protocol to the meeting that gave them: ``{% load minutes_links %}``."""

from dataclasses import dataclass, field

from django import template
from django.urls import reverse

from assignments.models import Protocol
from common.scope import Scope
from meetings.models import Decision, Meeting, MeetingProtocol
from meetings.selectors.minutes import approvals_waiting

register = template.Library()


@dataclass(frozen=True, slots=True)
class MeetingBehind:
    """The meeting of a protocol, the page of its minutes, and by item the place of its decision on that page."""

    meeting: Meeting
    url: str
    places: dict[int, str] = field(default_factory=dict)


@register.simple_tag
def meeting_behind(scope: Scope, protocol: Protocol) -> MeetingBehind | None:
    """The meeting behind a protocol, for whoever sees its minutes; None for a protocol without a meeting."""
    rows = MeetingProtocol.objects.visible_to(scope).select_related("meeting")
    minutes = rows.filter(protocol=protocol).first()
    if minutes is None:
        return None
    url = reverse("meetings:protocol", args=[minutes.meeting_id])
    made = (
        Decision.objects.visible_to(scope)
        .filter(assignment__protocol=protocol)
        .values_list("assignment", "assignment__number")
    )
    return MeetingBehind(minutes.meeting, url, {item: f"{url}#decision-{number}" for item, number in made})


@register.simple_tag
def approvals_to_answer(scope: Scope) -> int:
    """How many protocols wait for the approval of this person."""
    return approvals_waiting(scope).count()


@register.filter
def place_of(behind: MeetingBehind | None, item: int) -> str:
    """Where the decision of an item stands; empty without one."""
    return behind.places.get(item, "") if behind else ""

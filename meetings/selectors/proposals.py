"""Questions that coordinators and associations propose for an agenda."""

from typing import Any

from common.scope import Scope
from meetings.enums import AgendaSource
from meetings.models import AgendaItem, Meeting
from meetings.querysets import AgendaItemQuerySet
from meetings.selectors.invited import regions_of


def proposals_for(meeting: Meeting) -> AgendaItemQuerySet:
    """Proposals without a meeting that concern this one: of its regions, of its association, of any for all."""
    rows: AgendaItemQuerySet = AgendaItem.objects.proposals().filter(meeting=None)
    if meeting.association_id:
        return rows.filter(association=meeting.association_id)
    return rows.filter(region__in=regions_of(meeting)) | rows.filter(association__isnull=False)


def proposals_of(scope: Scope) -> AgendaItemQuerySet:
    """All proposals that a person sees: the centre every one, a place its own; the newest first."""
    rows: Any = AgendaItem.objects.visible_to(scope).filter(source=AgendaSource.PROPOSAL)
    return rows.select_related("region", "association", "meeting", "proposed_by").order_by(
        "-proposed_at", "-pk"
    )

"""Meetings of one association that were held, for the room of the associations, which stands below this one."""

from collections.abc import Sequence
from datetime import date, timedelta

from associations.meetings_held import Held
from common import clock
from common.scope import Scope
from meetings.models import Meeting


def held_by_association(scope: Scope, association_id: int, first: date, last: date) -> Sequence[Held]:
    """From a day to a day, the oldest first, as far as this person sees them. One query."""
    rows = Meeting.objects.visible_to(scope).held().filter(association=association_id)
    rows = rows.filter(
        starts_at__gte=clock.start_of(first), starts_at__lt=clock.start_of(last + timedelta(days=1))
    )
    return [
        Held(clock.day_of(row.starts_at), row.title, row.get_absolute_url())
        for row in rows.order_by("starts_at", "pk")
    ]

"""What a personal calendar shows, and whose an address is."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from accounts.models import User
from accounts.querysets import digest_of
from accounts.selectors import scope_for
from common import clock
from common.scope import Scope
from meetings.calendars import Entry
from meetings.models import AgendaItem, CalendarKey, Meeting

PAST = timedelta(days=366)
"""So far back a subscription reaches."""


class Subscriber(NamedTuple):
    """The owner of an address with his rights of today."""

    user: User
    scope: Scope


def calendar_key_of(secret: str) -> CalendarKey | None:
    """The key with this secret, in force or taken back; None for what never was one."""
    return CalendarKey.objects.filter(digest=digest_of(secret)).select_related("person").first()


def own_calendar_key(scope: Scope) -> CalendarKey | None:
    """The address of the person that is in force."""
    return CalendarKey.objects.visible_to(scope).in_force().first()


def subscriber(key: CalendarKey) -> Subscriber | None:
    """Who reads at this address; None when it is taken back, or its owner is blocked or has no role any more."""
    if not key.is_in_force or not key.person.is_active:
        return None
    scope = scope_for(key.person)
    return None if scope.is_public else Subscriber(key.person, scope)


def entries_for(scope: Scope) -> list[Entry]:
    """Meetings of the last year and to come that the person sees; a draft is silent. Two queries."""
    meetings = list(
        Meeting.objects.visible_to(scope)
        .shown()
        .filter(starts_at__gte=clock.now() - PAST)
        .order_by("starts_at", "pk")
    )
    agendas: dict[int, list[str]] = defaultdict(list)
    items = AgendaItem.objects.visible_to(scope).filter(meeting__in=[one.pk for one in meetings]).on_agenda()
    for meeting, title in items.values_list("meeting", "title"):
        agendas[meeting].append(title)
    return [Entry(one, agendas[one.pk]) for one in meetings]

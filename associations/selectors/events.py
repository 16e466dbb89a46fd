"""Events and publicity of an association for the pages, and what its public page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from associations.enums import EventState
from associations.models import (
    AssociationEvent,
    EventFile,
    EventParticipant,
    Practice,
    Publicity,
)
from associations.policies import can_keep
from associations.querysets import EventQuerySet
from clusters.models import Association, AssociationMember
from common import clock
from common.errors import Missing
from common.scope import SYSTEM, Scope


@dataclass(frozen=True, slots=True)
class EventsPage:
    """The events of an association, those to come first; what is published of the project."""

    association: Association
    coming: Sequence[AssociationEvent]
    past: Sequence[AssociationEvent]
    publicity: Sequence[Publicity]
    today: date


@dataclass(frozen=True, slots=True)
class EventPage:
    """One event with its materials; `participants` are None for whoever may not read them."""

    event: AssociationEvent
    files: Sequence[EventFile]
    participants: Sequence[EventParticipant] | None
    taken: int
    own: EventParticipant | None
    can_keep: bool
    is_open: bool

    @property
    def left(self) -> int | None:
        """Free seats; None where they are not limited."""
        return None if self.event.seats is None else max(0, self.event.seats - self.taken)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What everybody may read of an association."""

    association: Association
    members: int
    practices: Sequence[Practice]
    events: Sequence[AssociationEvent]


def events_page(scope: Scope, pk: int) -> EventsPage:
    """In a fixed number of queries; Missing for no association."""
    association: Association = Association.objects.fetch(scope, pk=pk)
    now = clock.now()
    rows = list(AssociationEvent.objects.visible_to(scope).filter(association=pk).order_by("starts_at", "pk"))
    return EventsPage(
        association=association,
        coming=[row for row in rows if _is_coming(row, now)],
        past=[row for row in reversed(rows) if not _is_coming(row, now)],
        publicity=list(Publicity.objects.visible_to(scope).filter(association=pk)),
        today=clock.today(),
    )


def _is_coming(row: AssociationEvent, now: datetime) -> bool:
    return row.ends_at >= now and row.state in (EventState.PLANNED, EventState.ANNOUNCED)


def event_page(scope: Scope, pk: int) -> EventPage:
    """One event; Missing for whoever does not read it."""
    event: AssociationEvent = AssociationEvent.objects.select_related("association").fetch(scope, pk=pk)
    rows = EventParticipant.objects.visible_to(scope).filter(event=event, left_at=None)
    people = list(rows.select_related("person"))
    keeps = can_keep(scope, event.association_id)
    return EventPage(
        event=event,
        files=list(EventFile.objects.visible_to(scope).filter(event=event).select_related("file")),
        participants=people if keeps or scope.is_centre else None,
        taken=EventParticipant.objects.filter(event=event, left_at=None).count(),
        own=next((one for one in people if one.person_id == scope.user_id), None),
        can_keep=keeps,
        is_open=event.state == EventState.ANNOUNCED and event.starts_at > clock.now(),
    )


def event_file(scope: Scope, event: int, pk: int) -> EventFile:
    """A material of an event that this person reads; Missing for none."""
    AssociationEvent.objects.fetch(scope, pk=event)
    found: EventFile = EventFile.objects.select_related("file").fetch(scope, pk=pk, event=event)
    return found


def public_page(slug: str) -> PublicPage:
    """By the permanent key of an association, the same for everybody; Missing for none."""
    association = Association.objects.prefetch_related("industries").filter(slug=slug).first()
    if association is None:
        raise Missing(_("Not found: %(what)s.") % {"what": Association._meta.verbose_name})
    day = clock.today()
    members = AssociationMember.objects.in_force(day).filter(association=association, cluster__closed_on=None)
    practices = Practice.objects.visible_to(SYSTEM).in_force(day).filter(association=association)
    return PublicPage(
        association=association,
        members=members.count(),
        practices=list(practices.for_list()),
        events=list(AssociationEvent.objects.public().filter(association=association)),
    )


def calendar_events(scope: Scope, pk: int) -> EventQuerySet:
    """Announced and held events of an association for a calendar, the oldest first."""
    rows = AssociationEvent.objects.visible_to(scope).filter(association=pk, announced_at__isnull=False)
    found: EventQuerySet = rows.order_by("starts_at", "pk")
    return found

"""Events and projects of an association: planned, announced, registered for, held with an outcome, or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import EventState
from associations.models import AssociationEvent, EventFile, EventParticipant
from associations.notices import event_tell
from associations.services.keeping import LINE, require_keeper
from audit.services import audited
from clusters.models import Association
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.rules import clean_line
from files.services import files_counted, files_store, stored_or_nothing

PLACE = 300
"""Characters of a place or an address."""
GOES_TO = {
    EventState.PLANNED: (EventState.PLANNED, EventState.ANNOUNCED, EventState.CANCELLED),
    EventState.ANNOUNCED: (EventState.ANNOUNCED, EventState.HELD, EventState.CANCELLED),
    EventState.HELD: (EventState.HELD,),
    EventState.CANCELLED: (EventState.CANCELLED,),
}
"""Where an event may stand after it has stood somewhere: an announced one is never merely planned again."""
SAID = ("association", "name", "starts_at")


@audited
def event_save(
    *,
    actor: Scope,
    association_id: int,
    event_id: int | None,
    version: int | None,
    name: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    state: str,
    about: str = "",
    place: str = "",
    seats: int | None = None,
    outcome: str = "",
    reach: int | None = None,
    files: Sequence[UploadedFile] = (),
) -> AssociationEvent:
    """Enter an event, or change one; the same again is entered once. Announced, the members' regions are told.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    with stored_or_nothing(), transaction.atomic():
        association: Association = Association.objects.fetch(actor, pk=association_id)
        require_keeper(actor, association.pk)
        hold(f"associations-events-{association.pk}")
        row = _event(actor, association, event_id, version)
        before = row.state
        row.kind = kind
        row.name = clean_line(name, field="name", limit=LINE, required=_("Name the event."))
        row.about = clean_text(about, field="about", limit=MAX_REMARK_LENGTH)
        row.place = clean_line(place, field="place", limit=PLACE)
        row.starts_at, row.ends_at, row.seats = starts_at, ends_at, seats
        if ends_at <= starts_at:
            raise InvalidInput({"ends_at": _("It would end before it begins.")})
        _state(row, state, outcome, reach)
        if event_id is None:
            again = AssociationEvent.objects.filter(**{key: getattr(row, key) for key in SAID}).first()
            if again:
                return again
        row.save()
        _attach(actor, row, files)
        if row.state != before:
            event_tell(actor=actor, event=row)
        return row


def _event(actor: Scope, association: Association, pk: int | None, version: int | None) -> AssociationEvent:
    if pk is None:
        return AssociationEvent(association=association)
    rows = AssociationEvent.objects.select_for_update(of=("self",))
    row: AssociationEvent = rows.fetch(actor, pk=pk, association=association)
    require_version(row, version)
    row.version += 1
    return row


def _state(row: AssociationEvent, state: str, outcome: str, reach: int | None) -> None:
    """What is held has an outcome, and lies behind; what was announced is told to be cancelled, never forgotten."""
    if state not in GOES_TO[EventState(row.state)]:
        words = _("An event that is “%(state)s” cannot become that.")
        raise InvalidInput({"state": words % {"state": row.get_state_display()}})
    row.outcome = clean_text(outcome, field="outcome", limit=MAX_REMARK_LENGTH)
    row.reach = reach
    if state == EventState.HELD:
        if row.starts_at > clock.now():
            raise InvalidInput({"state": _("The event has not begun yet.")})
        if not row.outcome:
            raise InvalidInput({"outcome": _("Say what came of it.")})
    if state == EventState.ANNOUNCED and row.announced_at is None:
        row.announced_at = clock.now()
    row.state = state


def _attach(actor: Scope, row: AssociationEvent, files: Sequence[UploadedFile]) -> None:
    for stored in files_store(actor=actor, uploads=files_counted(files, row.files.count())):
        EventFile.objects.create(event=row, file=stored)


@audited
@transaction.atomic
def event_register(*, actor: Scope, event_id: int) -> EventParticipant:
    """Register for an announced event while there are seats; a second press changes nothing.

    Raises Missing, ImpossibleStep.
    """
    row = _open_event(actor, event_id)
    person: dict[str, Any] = {"event": row, "person_id": actor.user_id}
    known = EventParticipant.objects.filter(**person).first()
    if known and known.left_at is None:
        return known
    taken = EventParticipant.objects.filter(event=row, left_at=None).count()
    if row.seats is not None and taken >= row.seats:
        raise ImpossibleStep(_("All seats are taken (%(seats)s).") % {"seats": row.seats})
    found, _created = EventParticipant.objects.update_or_create(
        **person, defaults={"registered_at": clock.now(), "left_at": None}
    )
    return found


@audited
@transaction.atomic
def event_leave(*, actor: Scope, event_id: int) -> EventParticipant | None:
    """Take back the own registration before the event begins. Raises Missing, ImpossibleStep."""
    row = _open_event(actor, event_id)
    known = EventParticipant.objects.filter(event=row, person=actor.user_id, left_at=None).first()
    if known:
        known.left_at = clock.now()
        known.save()
    return known


def _open_event(actor: Scope, pk: int) -> AssociationEvent:
    row: AssociationEvent = AssociationEvent.objects.select_for_update(of=("self",)).fetch(actor, pk=pk)
    if row.state != EventState.ANNOUNCED or row.starts_at <= clock.now():
        raise ImpossibleStep(_("Registration is open from the announcement to the beginning."))
    return row

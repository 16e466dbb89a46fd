"""Handing a region over: the rights by dated memberships, the personal work in the same act or on its day."""

from datetime import date

import structlog
from django.db import transaction
from django.urls import reverse

from accounts.models import Handover
from accounts.notices import REGION_GIVEN, REGION_TAKEN, region_data
from accounts.services.appointing import Appointee, Order, coordinator_replace
from assignments.models import SavedView
from assignments.selectors.handover import (
    assigned_work,
    lines_about,
    movable_drafts,
    views_to_copy,
    work_to_move,
)
from audit.services import audit_record
from common import clock
from common.scope import SYSTEM, Scope
from files.services import stored_or_nothing
from notifications.models import DigestLine
from notifications.services import LineToWrite, Word, digest_lines_write, notices_write

log = structlog.get_logger(__name__)


def region_hand_over(
    *,
    actor: Scope,
    membership_id: int,
    version: int | None,
    appointee: Appointee,
    on: date,
    order: Order,
) -> Handover:
    """Put another coordinator in the place of one, with the work in his hands; one transaction, one row of the trail.

    On a day that has come, the work follows at once; for a day ahead it follows on that day (`handovers_complete`),
    while the rights change by the dates of the memberships. Sent twice it is one. Raises Missing, NotAllowed,
    ImpossibleStep, StaleVersion, InvalidInput by field, TooLarge.
    """
    with stored_or_nothing(), transaction.atomic():
        replaced = coordinator_replace(
            actor=actor,
            membership_id=membership_id,
            version=version,
            appointee=appointee,
            on=on,
            order=order,
        )
        handover = replaced.handover
        if replaced.is_repeated:
            return handover
        if on <= clock.today():
            _move(handover)
        _record(actor, handover, "coordinator_handover")
        _tell(actor, handover)
        return handover


def handovers_complete() -> int:
    """Let the work follow every handover whose day has come; how many there were. A second run does nothing."""
    done = 0
    for pk in list(Handover.objects.due(clock.today()).order_by("on", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = Handover.objects.select_for_update(of=("self",)).due(clock.today())
            handover = rows.select_related("old__region", "new").filter(pk=pk).first()
            if handover is None:
                continue
            _move(handover)
            _record(SYSTEM, handover, "coordinator_work_moved")
            done += 1
    if done:
        log.info("handovers_completed", count=done)
    return done


def _move(handover: Handover) -> None:
    """Give everything that the old coordinator has in his hands in the region to the new one, and note how much."""
    old, new, region = handover.old.user_id, handover.new.user_id, handover.old.region_id or ""
    work = work_to_move(old, region, new)
    assigned_work(old, region).update(assignee=new)
    movable_drafts(old, region, new).update(person=new)
    SavedView.objects.bulk_create(
        [
            SavedView(person_id=new, page=view.page, name=view.name, query=view.query)
            for view in views_to_copy(old, new)
        ]
    )
    _move_lines(old, new, region)
    handover.moved_at, handover.moved = clock.now(), work.counts()
    handover.save(update_fields=["moved_at", "moved"])


def _move_lines(old: int, new: int, region: str) -> None:
    """What waits for the next mail of the old one goes into that of the new one, unless it waits there already."""
    waiting = lines_about([old], region)
    kinds = {line.row.kind for line in waiting}
    known = [
        (row.kind, row.data) for row in DigestLine.objects.filter(person=new, digest=None, kind__in=kinds)
    ]
    for line in waiting:
        if (line.row.kind, line.data) in known:
            continue
        if line.is_whole:
            line.row.person_id = new
            line.row.save(update_fields=["person"])
        else:
            row = line.row
            DigestLine.objects.create(
                person_id=new,
                kind=row.kind,
                data=line.data,
                is_urgent=row.is_urgent,
                created_at=row.created_at,
            )


def _record(actor: Scope, handover: Handover, action: str) -> None:
    """One row of the trail for the whole act."""
    old, new = handover.old, handover.new
    changes: dict[str, tuple[object, object]] = {
        "coordinator": (old.user.get_full_name(), new.user.get_full_name()),
        "on": ("", handover.on),
    }
    changes |= {name: ("", count) for name, count in handover.moved.items()}
    audit_record(
        actor=actor, action=action, obj=old.region, changes=changes, count=handover.moved.get("assigned", 0)
    )


def _tell(actor: Scope, handover: Handover) -> None:
    """Both are told under the bell; the new one also in his next mail."""
    region = handover.old.region
    if region is None:
        return
    data = {**region_data(region), "on": handover.on.isoformat()}
    taken = data | {"count": handover.moved.get("assigned", 0)}
    page = region.get_absolute_url()
    notices_write(actor=actor, kind=REGION_TAKEN, words=[Word(handover.new.user_id, page, taken)])
    home = reverse("dashboard:home")
    notices_write(actor=actor, kind=REGION_GIVEN, words=[Word(handover.old.user_id, home, data)])
    line = LineToWrite(handover.new.user_id, {"handover": handover.pk})
    digest_lines_write(actor=actor, kind=REGION_TAKEN, lines=[line])

"""The days of the lanes: laid from the plan of the cohort of their year, moved, cancelled and added by hand."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from clusters.enums import ProcessKind
from clusters.models import Process
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.locks import hold
from common.scope import Scope
from common.versions import require_version
from cyclogram.models import Checkpoint, PlanCheckpoint
from cyclogram.policies import can_keep_checkpoints, can_lay
from cyclogram.rules import clean_checkpoint_day, clean_line

NAME_LENGTH, NOTE_LENGTH = 200, 300
Ruled = tuple[str, str, date]
"""Process, name in Russian and day by the plan: what makes a laid day the only one."""


@transaction.atomic
def checkpoints_lay(*, actor: Scope) -> int:
    """Give the lanes the days of the plans in force; how many are new.

    A day that nobody touched and that its plan no longer has goes; whatever people moved or cancelled stays theirs.
    Raises NotAllowed.
    """
    if not can_lay(actor):
        raise NotAllowed(_("Days are laid by methodologists and administrators."))
    hold("cyclogram-lanes")
    ruled = _ruled()
    there = {_ruled_of(row): row for row in Checkpoint.objects.exclude(ruled_on=None)}
    for key, row in there.items():
        if key not in ruled and _is_untouched(row):
            row.delete()
    new = [
        Checkpoint(
            process_id=key[0], year=key[2].year, rule=rule, ruled_on=key[2], held_on=key[2], name_ru=rule.name_ru,
            name_en=rule.name_en, is_assumption=rule.is_assumption, note=rule.basis[:NOTE_LENGTH],
        )
        for key, rule in ruled.items()
        if key not in there
    ]  # fmt: skip
    Checkpoint.objects.bulk_create(new)
    return len(new)


def _ruled() -> dict[Ruled, PlanCheckpoint]:
    """The days of the first year of every plan in force that belong to its lanes."""
    rows = PlanCheckpoint.objects.filter(
        stage__plan__state="in_force", stage__archived_at=None, stage__kind=ProcessKind.CROSS_CUTTING
    ).select_related("stage__plan")
    found: dict[Ruled, PlanCheckpoint] = {}
    for rule in rows.order_by("pk"):
        cohort = rule.stage.plan.cohort_year
        days: Iterable[date] = (day for day in rule.days(cohort) if day.year == cohort)
        found |= {(rule.stage.process_id, rule.name_ru, day): rule for day in days}
    return found


def _ruled_of(row: Checkpoint) -> Ruled:
    return row.process_id, row.name_ru, row.ruled_on or row.held_on


def _is_untouched(row: Checkpoint) -> bool:
    return row.version == 1 and row.held_on == row.ruled_on and not row.is_cancelled


def _require_right(actor: Scope) -> None:
    if not can_keep_checkpoints(actor):
        raise NotAllowed(_("The days of the lanes are kept by methodologists and administrators."))


@audited
@transaction.atomic
def checkpoint_save(
    *,
    actor: Scope,
    checkpoint_id: int | None,
    version: int | None,
    process: str,
    year: int,
    name_ru: str,
    name_en: str,
    held_on: date,
    note: str = "",
) -> Checkpoint:
    """Add a day to a lane (without an id; the same day once), or change one; its year stays.

    Raises Missing, NotAllowed, StaleVersion, InvalidInput by field.
    """
    _require_right(actor)
    hold("cyclogram-lanes")
    if checkpoint_id is None:
        row = Checkpoint(process=_lane(process), year=year)
    else:
        row = Checkpoint.objects.select_for_update().fetch(actor, pk=checkpoint_id)
        require_version(row, version)
        row.version += 1
    row.held_on = clean_checkpoint_day(row.year, held_on)
    required = _("Give the name.")
    row.name_ru = clean_line(name_ru, field="name_ru", limit=NAME_LENGTH, required=required)
    row.name_en = clean_line(name_en, field="name_en", limit=NAME_LENGTH, required=required)
    row.note, row.is_assumption = clean_line(note, field="note", limit=NOTE_LENGTH), False
    same = Checkpoint.objects.filter(process=row.process, name_ru=row.name_ru, held_on=row.held_on)
    again: Checkpoint | None = same.kept().first() if row.pk is None else None
    if again:
        return again
    row.save()
    return row


def _lane(process: str) -> Process:
    found = Process.objects.filter(pk=process, kind=ProcessKind.CROSS_CUTTING).first()
    if found is None:
        raise InvalidInput({"process": _("Choose a cross-cutting process.")})
    return found


@audited
@transaction.atomic
def checkpoint_cancel(*, actor: Scope, checkpoint_id: int, version: int | None, note: str) -> Checkpoint:
    """Say that a day will not be held, and why. Raises Missing, NotAllowed, ImpossibleStep, InvalidInput (`note`)."""
    _require_right(actor)
    row: Checkpoint = Checkpoint.objects.select_for_update().fetch(actor, pk=checkpoint_id)
    if row.is_cancelled:
        raise ImpossibleStep(_("This day is cancelled already."))
    require_version(row, version)
    row.note = clean_line(note, field="note", limit=NOTE_LENGTH, required=_("Say why it is not held."))
    row.cancelled_at, row.version = clock.now(), row.version + 1
    row.save()
    return row


@audited
@transaction.atomic
def checkpoint_restore(*, actor: Scope, checkpoint_id: int, version: int | None) -> Checkpoint:
    """Take a cancellation back. Raises Missing, NotAllowed, ImpossibleStep, StaleVersion."""
    _require_right(actor)
    row: Checkpoint = Checkpoint.objects.select_for_update().fetch(actor, pk=checkpoint_id)
    if not row.is_cancelled:
        raise ImpossibleStep(_("This day is not cancelled."))
    require_version(row, version)
    row.cancelled_at, row.version = None, row.version + 1
    row.save()
    return row

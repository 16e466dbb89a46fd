"""Notes of a region on how its work goes: the newest one is in force, the earlier ones stay."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import OPEN_STATES
from assignments.models import Execution, ExecutionNote
from assignments.policies import can_note
from assignments.rules import MAX_NOTE_LENGTH, clean_text
from assignments.services.executions import BulkResult
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, PortalError, StaleVersion
from common.scope import Scope
from common.versions import require_version


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """What somebody writes about an execution, having read its note of this number (0: there was none).

    With `execution_version` the execution itself must be as he read it, too.
    """

    execution_id: int
    version: int | None
    text: str
    execution_version: int | None = None


@transaction.atomic
def execution_note_write(
    *, actor: Scope, execution_id: int, version: int | None, text: str
) -> ExecutionNote | None:
    """Write how the work on one execution goes; the note in force is given back, None where there is none.

    `version` is the number of the note that the person has read, 0 for none; an empty text takes it away. The text
    in force sent again changes nothing. Raises Missing, NotAllowed, InvalidInput, StaleVersion, ImpossibleStep.
    """
    execution: Execution = Execution.objects.select_for_update(of=("self",)).fetch(actor, pk=execution_id)
    current = ExecutionNote.objects.filter(execution=execution).order_by("-number").first()
    entry = NoteEntry(execution_id, version, text)
    return _save(_note(actor, entry, execution, current), current)


def _save(note: ExecutionNote | None, current: ExecutionNote | None) -> ExecutionNote | None:
    if note is not None and note is not current:
        note.save()
    return note


def _note(
    actor: Scope, entry: NoteEntry, execution: Execution, current: ExecutionNote | None
) -> ExecutionNote | None:
    """The note that is to be written, or the one in force when it says the same; refuses as the services do."""
    if not can_note(actor, execution):
        raise NotAllowed(_("Only the coordinator of the region writes how the work goes."))
    text = clean_text(entry.text, field="text", limit=MAX_NOTE_LENGTH)
    if text == (current.text if current else ""):
        return current
    number = current.number if current else 0
    if entry.version is None:
        raise InvalidInput({"version": _("Say which version of the record you saw.")})
    if entry.version != number:
        message = _("Somebody has written another note meanwhile. Your text is kept: compare and repeat.")
        raise StaleVersion(message, current=number)
    if entry.execution_version is not None:
        require_version(execution, entry.execution_version)
    if execution.state not in OPEN_STATES:
        raise ImpossibleStep(_("The execution is off control: there is no work left to write about."))
    return ExecutionNote(
        execution=execution, number=number + 1, text=text, author_id=actor.user_id, at=clock.now()
    )


@transaction.atomic
def notes_write(*, actor: Scope, entries: Iterable[NoteEntry]) -> BulkResult:
    """Write many notes, each for itself: what is refused names its reason and stops no other."""
    wanted = {entry.execution_id: entry for entry in entries}
    locked = Execution.objects.visible_to(actor).select_for_update(of=("self",)).order_by("pk")
    executions = {row.pk: row for row in locked.filter(pk__in=list(wanted))}
    newest = ExecutionNote.objects.filter(execution__in=list(executions)).order_by("execution", "number")
    current = {note.execution_id: note for note in newest}
    result, made = BulkResult(), list[ExecutionNote]()
    for pk, entry in wanted.items():
        try:
            if pk not in executions:
                raise Missing(_("Not found: %(what)s.") % {"what": Execution._meta.verbose_name})
            note = _note(actor, entry, executions[pk], current.get(pk))
        except PortalError as error:
            result.refused.append((pk, str(error)))
            continue
        if note is not None and note is not current.get(pk):
            made.append(note)
        result.done.append(pk)
    ExecutionNote.objects.bulk_create(made)
    return result

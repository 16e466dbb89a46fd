"""A register edited in a spreadsheet, in three steps: upload and check, look at the differences, apply.

The check reads the workbook alone for what was edited and the database for what may be done; it keeps the edited rows
and the problems. Applying writes row by row, each for itself and once: what changed meanwhile is refused by its row.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import OPEN_STATES
from assignments.models import Execution, WorkbookUpload
from assignments.policies import can_edit_workbook
from assignments.rules import MAX_NOTE_LENGTH, MAX_REPORT_LENGTH, clean_text
from assignments.selectors.changes import last_changes
from assignments.services.executions import BulkResult, execution_submit
from assignments.services.notes import NoteEntry, execution_note_write, notes_write
from assignments.workbook import COLUMNS, LOCKED, changed_columns, column_keys, read_version
from audit.services import audit_record
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed, PortalError, TooLarge
from common.formatting import file_size
from common.scope import Scope
from common.tabular import HEADER_ROW, Row, parse_xlsx, xlsx_head
from common.workbooks import formula_cells
from files.enums import Accepted
from files.names import clean_file_name
from files.services import file_forget, file_made, stored_or_nothing
from files.storage import path_of
from notifications.long_work import Watch
from notifications.models import LongTask
from notifications.services import long_task_start

CHECK, APPLY = "assignments.workbook-check", "assignments.workbook-apply"
"""The kinds of long work that check and apply a large workbook."""
KEPT = timedelta(days=7)
"""For how long an uploaded workbook waits to be applied, or to be downloaded with its mistakes."""
CHUNK = 200
ROWS_PER_NOTE = 500
_LOCKED = frozenset(column.key for column in LOCKED)
MISTAKE, STALE = "mistake", "stale"


@dataclass(frozen=True, slots=True)
class Edit:
    """A row that says something new; None where a cell was left alone. `before` is the note in force."""

    row: int
    id: int
    version: int
    note_version: int
    note: str | None
    report: str | None
    before: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not taken: a mistake, of which nothing is applied, or a stale row, which alone is left out."""

    row: int
    column: str
    reason: str
    kind: str = MISTAKE


def edits_of(upload: WorkbookUpload) -> list[Edit]:
    """The rows of a checked workbook that say something new."""
    return [Edit(**one) for one in upload.edits or ()]


def problems_of(upload: WorkbookUpload, kind: str) -> list[Problem]:
    """The problems of a checked workbook of one kind, by row."""
    found = [Problem(**one) for one in upload.problems or ()]
    return [one for one in found if one.kind == kind]


def content_of(upload: WorkbookUpload) -> bytes:
    """The bytes of the uploaded workbook. Raises ImpossibleStep when they are no longer kept."""
    if upload.file is None:
        raise ImpossibleStep(_("The workbook was kept for a week and is gone: upload it again."))
    return path_of(upload.file.key).read_bytes()


def _require_right(actor: Scope) -> None:
    if not can_edit_workbook(actor):
        raise NotAllowed(_("The register is edited in a spreadsheet by the coordinators of the regions."))


def workbook_upload(*, actor: Scope, name: str, content: bytes) -> WorkbookUpload:
    """Keep an uploaded workbook; a small one is checked at once, a large one waits for `workbook_check`.

    Raises NotAllowed, TooLarge, or InvalidInput for the field `file`.
    """
    _require_right(actor)
    if len(content) > settings.MAX_FILE_BYTES:
        limit = file_size(settings.MAX_FILE_BYTES)
        raise TooLarge(_("“%(name)s” is larger than %(limit)s.") % {"name": name, "limit": limit})
    name = clean_file_name(name)
    if not name.lower().endswith(".xlsx"):
        raise InvalidInput({"file": _("Choose the XLSX workbook that you downloaded here.")})
    rows = parse_xlsx(content, max_rows=settings.MAX_WORKBOOK_ROWS)
    if not rows:
        raise InvalidInput({"file": _("The workbook has no rows under its headings.")})
    with stored_or_nothing(), transaction.atomic():
        owner = actor.user_id or 0
        stored = file_made(owner_id=owner, name=name, content=io.BytesIO(content), kind=Accepted.XLSX)
        upload = WorkbookUpload(
            file_name=name, file=stored, created_by_id=owner, created_at=clock.now(), rows=len(rows)
        )
        if len(rows) <= settings.LONG_IMPORT_ROWS:
            _check(actor, upload, rows, content)
        upload.save()
    return upload


def workbook_check_start(*, actor: Scope, upload_id: int) -> LongTask:
    """Queue the check of a large workbook; who asks twice watches the same work."""
    upload: WorkbookUpload = WorkbookUpload.objects.fetch(actor, pk=upload_id)
    return long_task_start(actor=actor, kind=CHECK, key=str(upload.pk), arguments={"upload": upload.pk})


def workbook_check(*, actor: Scope, upload_id: int, watch: Watch | None = None) -> WorkbookUpload:
    """Read a kept workbook and find what was edited and what cannot be taken; checked once.

    `watch` hears of the stages "reading" and "checking" (counted). Raises Missing, NotAllowed, ImpossibleStep when
    the file is no longer kept.
    """
    _require_right(actor)
    upload: WorkbookUpload = WorkbookUpload.objects.select_related("file").fetch(actor, pk=upload_id)
    if upload.edits is not None or upload.applied_at:
        return upload
    if watch:
        watch("reading", 0, 0)
    content = content_of(upload)
    rows = parse_xlsx(content, max_rows=settings.MAX_WORKBOOK_ROWS)
    _check(actor, upload, rows, content, watch)
    upload.save(update_fields=["edits", "problems"])
    return upload


def _check(
    actor: Scope, upload: WorkbookUpload, rows: Sequence[Row], content: bytes, watch: Watch | None = None
) -> None:
    formulas = formula_cells(content)
    check = _Check(actor, rows, formulas, xlsx_head(content) if formulas else ())
    check.run(watch)
    upload.edits = [asdict(edit) for edit in check.edits]
    upload.problems = [asdict(problem) for problem in sorted(check.problems, key=lambda one: one.row)]


class _Check:
    """One pass over the rows of a workbook."""

    def __init__(
        self, actor: Scope, rows: Sequence[Row], formulas: Iterable[tuple[int, int]], head: Sequence[str]
    ) -> None:
        self.actor, self.rows = actor, rows
        self.edits: list[Edit] = []
        self.problems: list[Problem] = []
        self._stale: list[tuple[int, int]] = []
        self._seen: dict[int, int] = {}
        headings = list(dict.fromkeys(name for row in rows for name in row.values))
        self._keys, self._strange = column_keys(headings)
        self._head = head
        self._formulas: dict[int, list[int]] = {}
        for row, column in formulas:
            self._formulas.setdefault(row, []).append(column)

    def run(self, watch: Watch | None) -> None:
        """Fill `edits` and `problems`."""
        if not self._columns_fit():
            return
        own: Any = Execution.objects.visible_to(self.actor).filter(region__in=self.actor.coordinated)
        columns = ("pk", "version", "note_number", "state", "note")
        present = {pk: rest for pk, *rest in own.with_note().values_list(*columns).iterator(chunk_size=5_000)}
        for done, row in enumerate(self.rows, 1):
            values = {self._keys[name]: text for name, text in row.values.items() if name in self._keys}
            self._row(row.number, values, present)
            if watch and (done % ROWS_PER_NOTE == 0 or done == len(self.rows)):
                watch("checking", done, len(self.rows))
        self._tell_stale()

    def _refuse(self, row: int, column: str, reason: str) -> None:
        self.problems.append(Problem(row, column, reason))

    def _columns_fit(self) -> bool:
        """Whether the rows can be read at all; every strange or missing column is a problem of the heading."""
        for name in self._strange:
            self._refuse(HEADER_ROW, name, _("this column is not known"))
        known = set(self._keys.values())
        missing = [column.key for column in COLUMNS if column.key not in known]
        for key in missing:
            self._refuse(HEADER_ROW, key, _("this column is missing: download the register again"))
        return not missing

    def _row(self, number: int, values: Mapping[str, str], present: Mapping[int, Sequence[Any]]) -> None:
        before = len(self.problems)
        for column in self._formulas.get(number, ()):
            name = self._head[column - 1] if column <= len(self._head) else ""
            self._refuse(
                number, self._keys.get(name, name), _("a formula is not taken: write the text itself")
            )
        found, seen = values.get("id", ""), read_version(values.get("version", ""))
        if not found.isdecimal() or len(found) > 18 or seen is None:
            reason = _("the hidden cells of this row are empty or damaged; rows cannot be added here")
            self._refuse(number, "id", reason)
            return
        pk = int(found)
        changed = changed_columns(pk, seen, values)
        if set(changed) >= _LOCKED:
            self._refuse(number, "id", _("the hidden cells belong to another row"))
            return
        if pk in self._seen:
            reason = _("the same execution stands in row %(row)s") % {"row": self._seen[pk]}
            self._refuse(number, "id", reason)
            return
        self._seen[pk] = number
        for key in _LOCKED.intersection(changed):
            self._refuse(number, key, _("this column is not edited here: put back what stood in it"))
        if pk not in present:
            self._refuse(number, "id", _("there is no such execution among those of your regions"))
            return
        version, note_version, state, note = present[pk]
        edit = Edit(
            row=number, id=pk, version=seen.version, note_version=seen.note_version, before=note,
            note=self._text(number, "note", values, MAX_NOTE_LENGTH) if "note" in changed else None,
            report=self._text(number, "report", values, MAX_REPORT_LENGTH) or None if "report" in changed else None,
        )  # fmt: skip
        if len(self.problems) > before or not self._says_something(edit):
            return
        if (version, note_version) != (seen.version, seen.note_version):
            self._stale.append((number, pk))
        elif state not in OPEN_STATES:
            for key in {"note", "report"}.intersection(changed):
                self._refuse(number, key, _("the execution is off control: nothing is written any more"))
        else:
            self.edits.append(edit)

    def _text(self, number: int, key: str, values: Mapping[str, str], limit: int) -> str:
        try:
            return clean_text(values.get(key, ""), field=key, limit=limit)
        except InvalidInput as error:
            self._refuse(number, key, str(error))
            return ""

    @staticmethod
    def _says_something(edit: Edit) -> bool:
        """What is in force already, as in a workbook uploaded twice, says nothing new."""
        return edit.report is not None or edit.note not in (None, edit.before)

    def _tell_stale(self) -> None:
        told = last_changes([pk for _row, pk in self._stale])
        for row, pk in self._stale:
            self.problems.append(Problem(row, "", told.get(pk, ""), STALE))


def workbook_apply_start(*, actor: Scope, upload_id: int, with_reports: bool) -> LongTask:
    """Queue the applying of a large workbook; who presses twice watches the same work. Raises as `workbook_apply`."""
    upload = _applicable(actor, upload_id)
    arguments = {"upload": upload.pk, "reports": with_reports}
    return long_task_start(actor=actor, kind=APPLY, key=str(upload.pk), arguments=arguments)


def _applicable(actor: Scope, upload_id: int) -> WorkbookUpload:
    _require_right(actor)
    upload: WorkbookUpload = WorkbookUpload.objects.fetch(actor, pk=upload_id)
    if upload.applied_at is None and upload.edits is None:
        raise ImpossibleStep(_("The workbook was kept for a week and is gone: upload it again."))
    if upload.applied_at is None and problems_of(upload, MISTAKE):
        raise ImpossibleStep(
            _("The workbook has mistakes: mend them and upload it again. Nothing was changed.")
        )
    return upload


def workbook_apply(
    *, actor: Scope, upload_id: int, with_reports: bool, watch: Watch | None = None
) -> WorkbookUpload:
    """Write the notes of a checked workbook and, `with_reports`, hand in its reports without files.

    Each row is written for itself: one that somebody has changed since the check is refused, with the reason in
    `refused`. A second press finds it applied; a run that was cut off goes on where it stood, for a note in force is
    not written again and a report carries the key of its row. Raises Missing, NotAllowed, ImpossibleStep.
    """
    upload = _applicable(actor, upload_id)
    if upload.applied_at:
        return upload
    edits, notes, reports = edits_of(upload), 0, 0
    refused: list[tuple[int, str]] = []
    for start in range(0, len(edits), CHUNK):
        chunk = edits[start : start + CHUNK]
        result = _write(actor, upload, chunk, with_reports)
        done = set(result.done)
        notes += sum(1 for edit in chunk if edit.id in done and edit.note is not None)
        reports += sum(1 for edit in chunk if edit.id in done and edit.report is not None and with_reports)
        rows = {edit.id: edit.row for edit in chunk}
        refused += [(rows[pk], reason) for pk, reason in result.refused]
        if watch:
            watch("writing", start + len(chunk), len(edits))
    return _applied(actor, upload, notes=notes, reports=reports, refused=refused)


def _write(actor: Scope, upload: WorkbookUpload, edits: Sequence[Edit], with_reports: bool) -> BulkResult:
    """One piece of the workbook: notes alone together, a row with a report by itself, note and report or neither."""
    alone = [edit for edit in edits if edit.note is not None and not (edit.report and with_reports)]
    entries = [NoteEntry(edit.id, edit.note_version, edit.note or "", edit.version) for edit in alone]
    result = notes_write(actor=actor, entries=entries)
    for edit in edits:
        if not (edit.report and with_reports):
            continue
        try:
            with transaction.atomic():
                if edit.note is not None:
                    execution_note_write(
                        actor=actor, execution_id=edit.id, version=edit.note_version, text=edit.note
                    )
                execution_submit(
                    actor=actor,
                    execution_id=edit.id,
                    version=edit.version,
                    text=edit.report,
                    submission_key=f"workbook-{upload.pk}-{edit.id}",
                    is_own_form=False,
                )
            result.done.append(edit.id)
        except PortalError as error:
            result.refused.append((edit.id, str(error)))
    return result


@transaction.atomic
def _applied(
    actor: Scope, upload: WorkbookUpload, *, notes: int, reports: int, refused: list[tuple[int, str]]
) -> WorkbookUpload:
    """The first of two presses says what was done."""
    locked: WorkbookUpload = WorkbookUpload.objects.select_for_update().get(pk=upload.pk)
    if locked.applied_at:
        return locked
    locked.applied_at = clock.now()
    locked.notes_written, locked.reports_handed_in, locked.refused = notes, reports, refused
    locked.save()
    audit_record(actor=actor, action="register applied from a workbook", obj=locked, count=notes + reports)
    return locked


def workbooks_forget(now: datetime | None = None) -> int:
    """Remove the files and rows of workbooks uploaded a week ago; how many they were."""
    limit = (now or clock.now()) - KEPT
    old = WorkbookUpload.objects.filter(created_at__lte=limit, file__isnull=False).select_related("file")
    forgotten = list(old)
    for upload in forgotten:
        with transaction.atomic():
            stored, upload.file = upload.file, None
            upload.edits, upload.problems = None, None
            upload.save(update_fields=["file", "edits", "problems"])
            if stored is not None:
                file_forget(stored)
    return len(forgotten)

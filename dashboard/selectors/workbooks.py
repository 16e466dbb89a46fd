"""What an uploaded register would change, in the words of the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assignments.models import Execution, WorkbookUpload
from assignments.services.workbooks import MISTAKE, STALE, Edit, Problem, edits_of, problems_of
from assignments.workbook import heading_of
from common import clock
from common.scope import Scope
from dashboard.selectors.execution import rating_words
from rating.selectors.methodologies import current_params

ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edited row with its execution; `rating` says what handing in its report would mean for the score."""

    edit: Edit
    execution: Execution
    rating: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Counts of everything, and the first rows of each kind."""

    unchanged: int
    notes: int
    reports: int
    note_rows: Sequence[EditRow]
    report_rows: Sequence[EditRow]
    mistakes: Sequence[Problem]
    stale: Sequence[Problem]

    @property
    def says_nothing(self) -> bool:
        return not (self.notes or self.reports or self.mistakes or self.stale)

    @property
    def mistakes_shown(self) -> list[tuple[int, str, str]]:
        return [(one.row, heading_of(one.column), one.reason) for one in self.mistakes[:ROWS_SHOWN]]

    @property
    def stale_shown(self) -> Sequence[Problem]:
        return self.stale[:ROWS_SHOWN]


def difference(scope: Scope, upload: WorkbookUpload) -> Difference:
    """What a checked workbook says, in a fixed number of queries."""
    edits = edits_of(upload)
    noted = [edit for edit in edits if edit.note is not None and edit.note != edit.before]
    reported = [edit for edit in edits if edit.report]
    mistakes, stale = problems_of(upload, MISTAKE), problems_of(upload, STALE)
    shown = {edit.id for edit in (*noted[:ROWS_SHOWN], *reported[:ROWS_SHOWN])}
    rows = Execution.objects.visible_to(scope).select_related("assignment__protocol", "cluster", "region")
    executions = {row.pk: row for row in rows.filter(pk__in=shown)}
    told = {one.row for one in (*mistakes, *stale)}
    return Difference(
        unchanged=max(0, upload.rows - len(edits) - len(told)),
        notes=len(noted),
        reports=len(reported),
        note_rows=_rows(noted, executions, with_rating=False),
        report_rows=_rows(reported, executions, with_rating=True),
        mistakes=mistakes,
        stale=stale,
    )


def _rows(edits: Iterable[Edit], executions: Mapping[int, Execution], *, with_rating: bool) -> list[EditRow]:
    params, day = (current_params() if with_rating else None), clock.today()
    return [
        EditRow(edit, execution, rating_words(execution, params, day) if with_rating else "")
        for edit in edits
        if (execution := executions.get(edit.id))
    ]


def reasons_by_row(upload: WorkbookUpload) -> dict[int, dict[str, str]]:
    """What is wrong with each row, by column: for the workbook that is given back."""
    found: dict[int, dict[str, str]] = {}
    for one in (*problems_of(upload, MISTAKE), *problems_of(upload, STALE)):
        found.setdefault(one.row, {})[one.column] = one.reason
    for row, reason in upload.refused:
        found.setdefault(row, {})[""] = reason
    return found

"""Two presses and two people at one register at the same moment, on PostgreSQL: written once, nobody overwritten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from assignments.models import Execution, ExecutionEvent, ExecutionNote, WorkbookUpload
from assignments.services.notes import execution_note_write
from assignments.services.workbooks import workbook_apply
from common import clock
from common.errors import StaleVersion
from tests.assignments.builders import put_on_control
from tests.assignments.desk import NOW
from tests.assignments.sheets import downloaded, edited, uploaded
from tests.assignments.test_execution_concurrency import consistent, together
from tests.cast import Cast

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def _march(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW):
        yield


def test_two_presses_apply_a_workbook_once(emptied_after: None, cast: Cast) -> None:
    rows = put_on_control([cast.tomsk_machines, cast.tomsk_farming])
    scope = cast.scope("tomsk_coordinator")
    changes = {row.pk: {"note": "Идёт.", "report": "Сделано."} for row in rows}
    upload = uploaded(scope, edited(downloaded(scope), changes))

    def press() -> WorkbookUpload:
        return workbook_apply(actor=scope, upload_id=upload.pk, with_reports=True)

    answers = together(*[press] * 6)

    assert {answer.applied_at for answer in answers} == {WorkbookUpload.objects.get().applied_at}
    assert ExecutionNote.objects.count() == 2
    assert ExecutionEvent.objects.filter(kind="submitted").count() == 2
    for row in rows:
        consistent(row)


def test_two_registers_of_one_region_never_overwrite_each_other(emptied_after: None, cast: Cast) -> None:
    rows = put_on_control([cast.tomsk_machines, cast.tomsk_farming])
    people = [cast.scope(name) for name in ("tomsk_coordinator", "tomsk_deputy")]
    uploads = [
        uploaded(
            scope, edited(downloaded(scope), {row.pk: {"note": f"Пишет {scope.user_id}"} for row in rows})
        )
        for scope in people
    ]
    answers = together(
        *(
            lambda scope=scope, upload=upload: workbook_apply(
                actor=scope, upload_id=upload.pk, with_reports=False
            )
            for scope, upload in zip(people, uploads, strict=True)
        )
    )

    assert sum(answer.notes_written for answer in answers) == 2
    assert sum(len(answer.refused) for answer in answers) == 2
    assert set(ExecutionNote.objects.values_list("number", flat=True)) == {1}
    assert ExecutionNote.objects.count() == 2


def test_of_two_notes_at_one_moment_one_is_refused(emptied_after: None, cast: Cast) -> None:
    execution: Execution = put_on_control([cast.tomsk_machines])[0]
    people = [cast.scope(name) for name in ("tomsk_coordinator", "tomsk_deputy")]
    answers = together(
        *(
            lambda scope=scope: execution_note_write(
                actor=scope, execution_id=execution.pk, version=0, text=f"Пишет {scope.user_id}"
            )
            for scope in people
        )
    )

    assert {type(answer) for answer in answers} == {ExecutionNote, StaleVersion}
    assert ExecutionNote.objects.count() == 1

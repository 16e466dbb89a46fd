"""The register in a spreadsheet: what was edited is found, checked, applied once, and nothing else."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from assignments.exports import marked_workbook
from assignments.models import Execution, ExecutionEvent, ExecutionNote, ReportDraft, WorkbookUpload
from assignments.rules import MAX_NOTE_LENGTH, clean_text
from assignments.services.handing import report_draft_save
from assignments.services.notes import execution_note_write
from assignments.services.workbooks import (
    KEPT,
    MISTAKE,
    STALE,
    edits_of,
    problems_of,
    workbook_apply,
    workbook_check,
    workbook_upload,
    workbooks_forget,
)
from assignments.workbook import EDITABLE, LOCKED, changed_columns, column_keys, read_version, version_cell
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, TooLarge
from common.scope import Scope
from common.tabular import _text
from dashboard.selectors.workbooks import reasons_by_row
from files.models import StoredFile
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk
from tests.assignments.sheets import downloaded, edited, lines_of, saved, table_of, uploaded
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.fixture
def coordinator(cast: Cast) -> Scope:
    return cast.scope("tomsk_coordinator")


@pytest.fixture
def rows(cast: Cast) -> list[Execution]:
    """Two executions of Tomsk and one of Omsk, one item."""
    return put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines])


def applied(scope: Scope, upload: WorkbookUpload, *, with_reports: bool = True) -> WorkbookUpload:
    return workbook_apply(actor=scope, upload_id=upload.pk, with_reports=with_reports)


def note_of(execution: Execution) -> str:
    last = ExecutionNote.objects.filter(execution=execution).last()
    return last.text if last else ""


def mistakes(upload: WorkbookUpload) -> list[tuple[int, str]]:
    return [(one.row, one.column) for one in problems_of(upload, MISTAKE)]


# Round trip


def test_the_register_holds_the_own_executions_only(coordinator: Scope, rows: list[Execution]) -> None:
    table = table_of(downloaded(coordinator))

    assert [row["id"] for row in table] == [rows[0].pk, rows[1].pk]
    assert table[0]["cluster_code"] == "70-001"
    assert table[0]["due_on"] == rows[0].due_on


def test_a_workbook_that_nobody_edited_changes_nothing(coordinator: Scope, rows: list[Execution]) -> None:
    for content in (downloaded(coordinator), edited(downloaded(coordinator), {})):
        upload = uploaded(coordinator, content)

        assert (upload.edits, upload.problems, upload.rows) == ([], [], 2)
        applied(coordinator, upload)
    assert not ExecutionNote.objects.exists()
    assert ExecutionEvent.objects.filter(kind="submitted").count() == 0


def test_nobody_is_told_to_have_edited_what_changed_in_the_portal(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    content = downloaded(coordinator)
    Desk(cast, rows[0]).do("extend")
    upload = uploaded(coordinator, content)

    assert (upload.edits, upload.problems) == ([], [])


def test_nothing_is_saved_before_it_is_applied(coordinator: Scope, rows: list[Execution]) -> None:
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": "Приказ готов."}}))

    assert [(edit.id, edit.note, edit.report) for edit in edits_of(upload)] == [
        (rows[0].pk, "Приказ готов.", None)
    ]
    assert not ExecutionNote.objects.exists()


def test_notes_and_reports_are_applied_once(coordinator: Scope, rows: list[Execution]) -> None:
    first, second = rows[:2]
    changes = {first.pk: {"note": "Идёт.", "report": "Набор завершён."}, second.pk: {"note": "Ждём подписи."}}
    upload = uploaded(coordinator, edited(downloaded(coordinator), changes))
    done = applied(coordinator, upload)
    again = applied(coordinator, upload)

    assert (done.notes_written, done.reports_handed_in, done.refused) == (2, 1, [])
    assert again.applied_at == done.applied_at
    assert (note_of(first), note_of(second)) == ("Идёт.", "Ждём подписи.")
    assert ExecutionNote.objects.count() == 2
    report = ExecutionEvent.objects.get(kind="submitted")
    assert (report.execution_id, report.text, report.actor_id) == (
        first.pk,
        "Набор завершён.",
        coordinator.user_id,
    )
    assert Execution.objects.get(pk=first.pk).state == "in_review"


def test_a_report_of_a_workbook_takes_away_a_draft_of_its_own_text_alone(
    coordinator: Scope, rows: list[Execution]
) -> None:
    first, second = rows[:2]
    report_draft_save(actor=coordinator, execution_id=first.pk, text="Набор завершён.\n")
    report_draft_save(actor=coordinator, execution_id=second.pk, text="Начато другое")
    changes = {row.pk: {"report": "Набор завершён."} for row in (first, second)}
    applied(coordinator, uploaded(coordinator, edited(downloaded(coordinator), changes)))

    assert ReportDraft.objects.get().text == "Начато другое"


def test_reports_stay_in_the_workbook_unless_they_are_asked_for(
    coordinator: Scope, rows: list[Execution]
) -> None:
    changes = {rows[0].pk: {"note": "Идёт.", "report": "Набор завершён."}}
    upload = uploaded(coordinator, edited(downloaded(coordinator), changes))
    done = applied(coordinator, upload, with_reports=False)

    assert (done.notes_written, done.reports_handed_in) == (1, 0)
    assert note_of(rows[0]) == "Идёт."
    assert not ExecutionEvent.objects.filter(kind="submitted").exists()


def test_an_applied_workbook_uploaded_again_says_nothing_new(
    coordinator: Scope, rows: list[Execution]
) -> None:
    content = edited(downloaded(coordinator), {rows[0].pk: {"note": "Идёт."}})
    applied(coordinator, uploaded(coordinator, content))
    again = uploaded(coordinator, content)

    assert (again.edits, again.problems) == ([], [])


def test_a_note_is_taken_away_by_an_empty_cell(coordinator: Scope, rows: list[Execution]) -> None:
    execution_note_write(actor=coordinator, execution_id=rows[0].pk, version=0, text="Идёт.")
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": ""}}))
    applied(coordinator, upload)

    assert note_of(rows[0]) == ""
    assert ExecutionNote.objects.count() == 2


def test_rows_may_be_sorted_and_deleted(coordinator: Scope, rows: list[Execution]) -> None:
    head, first, second = lines_of(edited(downloaded(coordinator), {rows[1].pk: {"note": "Второй."}}))
    upload = uploaded(coordinator, saved([head, second, first]))
    assert [(edit.row, edit.id) for edit in edits_of(upload)] == [(2, rows[1].pk)]

    assert uploaded(coordinator, saved([head, second])).rows == 1


def test_a_text_like_a_formula_stays_a_text(coordinator: Scope, rows: list[Execution]) -> None:
    content = downloaded(coordinator)
    lines = lines_of(content)
    place = lines[0].index("How the work goes")
    lines[1][place] = "=1+1"
    applied(coordinator, uploaded(coordinator, saved(lines)))

    assert note_of(rows[0]) == "=1+1"
    assert table_of(downloaded(coordinator))[0]["note"] == "=1+1"


TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufffe\uffff"), max_size=60
).filter(lambda text: not text.startswith("{="))


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notes=st.tuples(TEXTS, TEXTS), reports=st.tuples(TEXTS, TEXTS))
def test_what_is_applied_is_what_was_edited(
    coordinator: Scope, rows: list[Execution], notes: tuple[str, str], reports: tuple[str, str]
) -> None:
    """Edit, see the differences, apply, export again: the notes of the new export are those that were typed."""
    item = issued_item(str(Execution.objects.count()))
    fresh = put_on_control([execution.cluster for execution in rows[:2]], item)
    changes = {
        one.pk: {"note": note, "report": report}
        for one, note, report in zip(fresh, notes, reports, strict=True)
    }
    upload = uploaded(coordinator, edited(downloaded(coordinator), changes))
    meant = {pk: {key: clean_text(text.strip(), field=key, limit=9_999) for key, text in cells.items()}
             for pk, cells in changes.items()}  # fmt: skip

    assert {edit.id for edit in edits_of(upload)} == {
        pk for pk, cells in meant.items() if any(cells.values())
    }
    applied(coordinator, upload)
    table = {row["id"]: row for row in table_of(downloaded(coordinator))}
    for pk, cells in meant.items():
        assert clean_text(str(table[pk]["note"]), field="note", limit=9_999) == cells["note"]
        handed_in = ExecutionEvent.objects.filter(execution=pk, kind="submitted").values_list(
            "text", flat=True
        )
        assert list(handed_in) == ([cells["report"]] if cells["report"] else [])


# Mistakes


def vanished(line: list[Any], head: list[Any]) -> list[Any]:
    """The row as it would be if its execution had an id that no row has."""
    values = dict(zip([column_keys([name])[0][name] for name in head], line, strict=True))
    values["id"] = 999_999
    seen = read_version(str(values["version"]))
    assert seen is not None
    texts = {key: "" if value is None else _text(value) for key, value in values.items()}
    values["version"] = version_cell(999_999, seen.version, seen.note_version, texts)
    return list(values.values())


def test_every_mistake_is_named_at_once_by_row_and_column(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    """Another region's row, an unknown id, a damaged row, a locked cell, a text too long: all in one answer."""
    head, first, second = lines_of(downloaded(coordinator))
    foreign = lines_of(downloaded(cast.scope("omsk_coordinator")))[1]
    places = {name: place for place, name in enumerate(head)}
    first[places["Due date"]] = "31.12.2026"
    second[places["How the work goes"]] = "я" * (MAX_NOTE_LENGTH + 1)
    bare = ["Новая строка", *[""] * (len(head) - 1)]
    unknown = list(foreign)
    unknown[places["Id"]] = 999_999
    upload = uploaded(coordinator, saved([head, first, second, foreign, bare, unknown, first]))

    assert mistakes(upload) == [
        (2, "due_on"), (3, "note"), (4, "id"), (5, "id"), (6, "id"), (7, "id"),
    ]  # fmt: skip
    assert edits_of(upload) == []
    with pytest.raises(ImpossibleStep, match="mistakes"):
        applied(coordinator, upload)
    assert not ExecutionNote.objects.exists()


def test_a_foreign_row_and_no_row_are_refused_in_the_same_words(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    head, foreign = lines_of(downloaded(cast.scope("omsk_coordinator")))
    upload = uploaded(coordinator, saved([head, foreign]))
    with_foreign = problems_of(upload, MISTAKE)
    with_nothing = problems_of(uploaded(coordinator, saved([head, vanished(foreign, head)])), MISTAKE)

    assert with_foreign == with_nothing


def test_hidden_cells_of_another_row_are_noticed(coordinator: Scope, rows: list[Execution]) -> None:
    head, first, second = lines_of(downloaded(coordinator))
    version = head.index("Version")
    first[version], second[version] = second[version], first[version]
    upload = uploaded(coordinator, saved([head, first, second]))

    assert mistakes(upload) == [(2, "id"), (3, "id")]


def test_a_formula_is_refused_by_its_row_and_column(coordinator: Scope, rows: list[Execution]) -> None:
    lines = lines_of(downloaded(coordinator))
    place = lines[0].index("Text of the report")

    upload = uploaded(coordinator, saved(lines, {(1, place): "=CONCATENATE(1,2)"}))

    assert mistakes(upload) == [(2, "report")]
    assert "formula" in problems_of(upload, MISTAKE)[0].reason


def test_strange_and_missing_columns_are_named(coordinator: Scope, rows: list[Execution]) -> None:
    head, *body = lines_of(downloaded(coordinator))
    head[head.index("How the work goes")] = "Мои мысли"
    upload = uploaded(coordinator, saved([head, *body]))

    assert mistakes(upload) == [(1, "Мои мысли"), (1, "note")]


@pytest.mark.parametrize("above", [0, 1])
def test_a_workbook_with_wrong_headings_is_given_back_with_its_headings_whole(
    coordinator: Scope, rows: list[Execution], above: int
) -> None:
    head, *body = lines_of(downloaded(coordinator))
    head[head.index("How the work goes")] = "Мои мысли"
    content = saved([*([[""]] * above), head, *body])
    upload = uploaded(coordinator, content)
    with marked_workbook(content, reasons_by_row(upload)) as marked:
        lines = lines_of(marked.read())

    assert lines[0] == [*head, "What is wrong"]
    assert "Мои мысли: this column is not known" in lines[1][-1]
    assert [line[-1] for line in lines[2:]] == [""] * (len(body) - 1)


def test_the_workbook_of_the_other_language_is_taken(coordinator: Scope, rows: list[Execution]) -> None:
    with translation.override("ru"):
        content = downloaded(coordinator)
    upload = uploaded(coordinator, edited(content, {rows[0].pk: {"note": "Идёт."}}))

    assert mistakes(upload) == []
    assert len(edits_of(upload)) == 1


def test_nothing_is_written_about_what_is_off_control(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    Desk(cast, rows[0]).do("cancel")
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": "Идёт."}}))

    assert mistakes(upload) == [(2, "note")]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("register.xlsx", b"PK\x03\x04 no workbook", InvalidInput),
        ("register.csv", b"id,version\n1,2\n", InvalidInput),
        ("register.xlsx", saved([["Id", "Version"]]), InvalidInput),
        ("register.xlsx", saved([["Id"], *([""] for _row in range(150)), ["x"]]), TooLarge),
    ],
    ids=["no workbook", "csv", "no rows", "too far down"],
)
def test_what_is_no_register_is_refused_and_nothing_is_kept(
    coordinator: Scope, settings: Settings, name: str, content: bytes, error: type[Exception]
) -> None:
    settings.MAX_WORKBOOK_ROWS = 50
    with pytest.raises(error):
        workbook_upload(actor=coordinator, name=name, content=content)
    assert not WorkbookUpload.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("who", ["controller", "tomsk_minister", "chair", "newcomer", "public"])
def test_only_a_coordinator_uploads(cast: Cast, rows: list[Execution], who: str) -> None:
    content = downloaded(cast.scope("tomsk_coordinator"))
    with pytest.raises(NotAllowed):
        workbook_upload(actor=cast.scope(who), name="register.xlsx", content=content)


def test_an_upload_is_its_owners_alone(cast: Cast, coordinator: Scope, rows: list[Execution]) -> None:
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": "Идёт."}}))
    for who in ("tomsk_deputy", "omsk_coordinator"):
        with pytest.raises(Missing):
            applied(cast.scope(who), upload)


# Two people


def test_a_row_that_somebody_changed_is_left_out_with_his_name_and_the_time(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    changes = {one.pk: {"note": "Моё."} for one in rows[:2]}
    content = edited(downloaded(coordinator), changes)
    with clock.at(datetime(2026, 3, 10, 9, 40, tzinfo=UTC)):
        deputy = cast.scope("tomsk_deputy")
        execution_note_write(actor=deputy, execution_id=rows[0].pk, version=0, text="Чужое.")
    upload = uploaded(coordinator, content)
    stale = problems_of(upload, STALE)

    assert [(one.row, one.column) for one in stale] == [(2, "")]
    assert cast.tomsk_deputy.get_short_name() in stale[0].reason
    assert "12:40" in stale[0].reason
    applied(coordinator, upload)
    assert (note_of(rows[0]), note_of(rows[1])) == ("Чужое.", "Моё.")


def test_a_decision_of_the_centre_makes_a_row_stale_under_its_office(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    content = edited(downloaded(coordinator), {rows[0].pk: {"report": "Сделано."}})
    Desk(cast, rows[0]).do("extend")
    reason = problems_of(uploaded(coordinator, content), STALE)[0].reason

    assert "the centre" in reason
    assert cast.controller.get_short_name() not in reason


def test_what_changed_between_the_check_and_the_button_is_refused_row_by_row(
    cast: Cast, coordinator: Scope, rows: list[Execution]
) -> None:
    changes = {rows[0].pk: {"note": "Моё.", "report": "Сделано."}, rows[1].pk: {"note": "Моё."}}
    upload = uploaded(coordinator, edited(downloaded(coordinator), changes))
    Desk(cast, rows[0]).do("submit", "tomsk_deputy", text="Раньше.")
    done = applied(coordinator, upload)

    assert (done.notes_written, done.reports_handed_in) == (1, 0)
    assert [row for row, _reason in done.refused] == [2]
    assert (note_of(rows[0]), note_of(rows[1])) == ("", "Моё.")
    assert ExecutionEvent.objects.filter(kind="submitted").count() == 1


# Large ones, and their end


def test_a_large_workbook_waits_for_its_check(
    coordinator: Scope, rows: list[Execution], settings: Settings
) -> None:
    settings.LONG_IMPORT_ROWS = 1
    heard: list[tuple[str, int, int]] = []
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": "Идёт."}}))
    assert upload.edits is None

    checked = workbook_check(actor=coordinator, upload_id=upload.pk, watch=lambda *step: heard.append(step))
    assert len(edits_of(checked)) == 1
    assert heard == [("reading", 0, 0), ("checking", 2, 2)]


def test_an_old_upload_loses_its_file_and_stays_as_a_trace(coordinator: Scope, rows: list[Execution]) -> None:
    upload = uploaded(coordinator, edited(downloaded(coordinator), {rows[0].pk: {"note": "Идёт."}}))
    assert workbooks_forget() == 0
    with clock.at(NOW + KEPT):
        assert workbooks_forget() == 1
    upload.refresh_from_db()
    assert (upload.file, upload.edits, upload.rows) == (None, None, 2)
    assert not StoredFile.objects.exists()
    with pytest.raises(ImpossibleStep, match="gone"):
        applied(coordinator, upload)


def test_fifty_thousand_rows_are_read_in_bounded_memory(coordinator: Scope, rows: list[Execution]) -> None:
    """A child process with a limited address space reads the largest workbook that is taken."""
    import resource
    import subprocess
    import sys

    head, first, _second = lines_of(downloaded(coordinator))
    place = head.index("Id")
    lines = [head, *([*first[:place], number, *first[place + 1 :]] for number in range(50_000))]
    script = (
        "import sys; from common.tabular import parse_xlsx; from common.workbooks import formula_cells\n"
        "content = sys.stdin.buffer.read()\n"
        "print(len(parse_xlsx(content, max_rows=50_000)), len(formula_cells(content)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=saved(lines),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1024**3, 1024**3)),
        env={"DJANGO_SETTINGS_MODULE": "profportal.settings.dev"},
    )
    assert done.stdout.split() == [b"50000", b"0"], done.stderr.decode()[-500:]


def test_the_file_is_bytes_of_a_workbook(coordinator: Scope, rows: list[Execution]) -> None:
    assert io.BytesIO(downloaded(coordinator)).read(4) == b"PK\x03\x04"


def test_no_text_of_a_report_is_taken_for_an_untouched_cell() -> None:
    texts = dict.fromkeys((column.key for column in (*LOCKED, *EDITABLE)), "")
    for number in (390_160, *range(2_000)):
        execution = 1 + number % 7
        seen = read_version(version_cell(execution, 2, 0, texts))
        assert seen is not None
        edited_row = texts | {"report": f"Приказ № {number} подписан."}
        assert changed_columns(execution, seen, edited_row) == ["report"]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_given_back_as_a_text(number: float) -> None:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Вес", "Пункт"])
        sheet.write_number(1, 0, number)
        sheet.write_string(1, 1, "2.1")
    with marked_workbook(buffer.getvalue(), {2: {"weight": "не число"}}) as marked:
        assert marked.read(2) == b"PK"

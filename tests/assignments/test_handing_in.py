"""One report for several executions: each for itself, with files of its own, and once however often it is sent."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from assignments.models import Evidence, Execution, ExecutionEvent, ReportDraft
from assignments.services.handing import (
    MAX_TOGETHER,
    executions_submit,
    report_draft_discard,
    report_draft_save,
)
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, TooLarge
from files.models import StoredFile
from files.storage import path_of
from tests.assignments.builders import issued_item, put_on_control
from tests.assignments.desk import NOW, Desk, refuse
from tests.cast import Cast
from tests.files.samples import PDF

pytestmark = pytest.mark.usefixtures("march")
TEXT = "Во исполнение п. 1 протокола сообщаем: набор завершён."


@pytest.fixture
def works(cast: Cast) -> list[Execution]:
    """Two executions of Tomsk and one of Omsk."""
    return put_on_control([cast.tomsk_machines, cast.tomsk_farming, cast.omsk_machines], issued_item())


def versions(*rows: Execution) -> dict[int, int]:
    return {row.pk: row.version for row in rows}


def paper(name: str = "Приказ.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def texts() -> list[str]:
    return list(ExecutionEvent.objects.filter(kind="submitted").values_list("text", flat=True))


def test_one_report_is_handed_in_for_each_with_its_own_files(cast: Cast, works: list[Execution]) -> None:
    actor = cast.scope("tomsk_coordinator")
    result = executions_submit(
        actor=actor, versions=versions(*works[:2]), text=TEXT, files=[paper(), paper("Справка.pdf")]
    )
    assert result.done == [works[0].pk, works[1].pk]
    assert result.refused == []
    assert texts() == [TEXT, TEXT]
    assert set(Execution.objects.filter(pk__in=result.done).values_list("state", flat=True)) == {"in_review"}
    files = list(StoredFile.objects.all())
    assert len({file.key for file in files}) == Evidence.objects.count() == 4
    assert all(path_of(file.key).read_bytes() == PDF for file in files)


def test_what_was_changed_closed_or_is_foreign_is_refused_and_stops_no_other(
    cast: Cast, works: list[Execution]
) -> None:
    seen = versions(*works)
    closed = put_on_control([cast.tomsk_machines], issued_item("2"))[0]
    seen |= versions(closed)
    Desk(cast, works[0]).do("extend", new_due=date(2026, 4, 1))
    Desk(cast, closed).do("cancel")
    seen[closed.pk] += 1
    result = executions_submit(actor=cast.scope("tomsk_coordinator"), versions=seen, text=TEXT)
    assert result.done == [works[1].pk]
    assert {pk for pk, _reason in result.refused} == {works[0].pk, works[2].pk, closed.pk}
    assert all(reason for _pk, reason in result.refused)
    assert texts() == [TEXT]


def test_the_same_form_twice_hands_in_nothing_twice(cast: Cast, works: list[Execution]) -> None:
    key, seen = uuid.uuid4().hex, versions(*works[:2])
    for _time in range(2):
        result = executions_submit(
            actor=cast.scope("tomsk_coordinator"),
            versions=seen,
            text=TEXT,
            files=[paper()],
            submission_key=key,
        )
        assert result.done == [works[0].pk, works[1].pk]
    assert len(texts()) == 2
    assert StoredFile.objects.count() == 2
    assert LogEntry.objects.get(additional_data__action="executions_submit").additional_data["count"] == 2


def test_a_report_in_review_is_supplemented(cast: Cast, works: list[Execution]) -> None:
    Desk(cast, works[0]).at(9, "submit")
    before = Execution.objects.get(pk=works[0].pk)
    executions_submit(actor=cast.scope("tomsk_coordinator"), versions=versions(before, works[1]), text=TEXT)
    after = Execution.objects.get(pk=works[0].pk)
    assert (after.state, after.reported_on, after.in_review_since) == (
        "in_review",
        before.reported_on,
        before.in_review_since,
    )
    assert ExecutionEvent.objects.filter(execution=after, kind="submitted").count() == 2


@pytest.mark.parametrize("who", ["controller", "tomsk_minister", "chair", "public"])
def test_others_hand_in_nothing(cast: Cast, works: list[Execution], who: str) -> None:
    refuse(NotAllowed, lambda: executions_submit(actor=cast.scope(who), versions=versions(*works), text=TEXT))


WRONG: dict[str, tuple[type[Exception], Callable[[Execution], dict[str, Any]]]] = {
    "no execution": (InvalidInput, lambda _row: {"versions": {}}),
    "too many": (InvalidInput, lambda row: {"versions": dict.fromkeys(range(1, MAX_TOGETHER + 2), 1)}),
    "no text": (InvalidInput, lambda _row: {"text": " \n"}),
    "a lying file": (InvalidInput, lambda _row: {"files": [paper(), paper("О.pdf", b"MZ")]}),
    "too many files": (InvalidInput, lambda _row: {"files": [paper() for _file in range(99)]}),
    "a wrong key": (InvalidInput, lambda _row: {"submission_key": "не ключ"}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_no_execution_could_take_is_refused_as_a_whole(
    cast: Cast, works: list[Execution], wrong: str, march: Path
) -> None:
    error, changes = WRONG[wrong]
    values = {"versions": versions(*works[:2]), "text": TEXT} | changes(works[0])
    refuse(error, lambda: executions_submit(actor=cast.scope("tomsk_coordinator"), **values))
    assert [path for path in march.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_refused_as_a_whole(
    cast: Cast, works: list[Execution], settings: Settings
) -> None:
    settings.MAX_FILE_BYTES = 10
    refuse(
        TooLarge,
        lambda: executions_submit(
            actor=cast.scope("tomsk_coordinator"),
            versions=versions(*works[:2]),
            text=TEXT,
            files=[paper()],
        ),
    )


# Drafts


def test_a_draft_is_kept_for_its_person_alone_and_only_the_newest(cast: Cast, works: list[Execution]) -> None:
    actor, colleague = cast.scope("tomsk_coordinator"), cast.scope("tomsk_deputy")
    report_draft_save(actor=actor, execution_id=works[0].pk, text="Начато\r\nи")
    report_draft_save(actor=colleague, execution_id=works[0].pk, text="Моё")
    saved = report_draft_save(actor=actor, execution_id=works[0].pk, text="Начато\r\nи продолжено ")
    assert saved is not None
    assert (saved.text, saved.updated_at) == ("Начато\nи продолжено ", NOW)
    assert ReportDraft.objects.visible_to(actor).get().text == saved.text
    assert ReportDraft.objects.visible_to(colleague).get().text == "Моё"
    assert not ReportDraft.objects.visible_to(cast.scope("controller")).exists()


def test_handing_in_removes_the_own_draft_and_leaves_that_of_a_colleague(
    cast: Cast, works: list[Execution]
) -> None:
    report_draft_save(actor=cast.scope("tomsk_coordinator"), execution_id=works[0].pk, text="Начато")
    report_draft_save(actor=cast.scope("tomsk_deputy"), execution_id=works[0].pk, text="Моё")
    Desk(cast, works[0]).do("submit")
    assert ReportDraft.objects.get().text == "Моё"


def test_one_report_for_several_takes_away_drafts_of_its_own_text_alone(
    cast: Cast, works: list[Execution]
) -> None:
    actor = cast.scope("tomsk_coordinator")
    report_draft_save(actor=actor, execution_id=works[0].pk, text=f"{TEXT}\r\n")
    report_draft_save(actor=actor, execution_id=works[1].pk, text="Начато другое")
    executions_submit(actor=actor, versions=versions(*works[:2]), text=TEXT)
    assert ReportDraft.objects.get().text == "Начато другое"


def test_what_comes_late_from_a_form_that_was_handed_in_is_no_draft(
    cast: Cast, works: list[Execution]
) -> None:
    key = uuid.uuid4().hex
    Desk(cast, works[0]).do("submit", submission_key=key)
    actor = cast.scope("tomsk_coordinator")
    assert report_draft_save(actor=actor, execution_id=works[0].pk, text="Начато", submission_key=key) is None
    assert not ReportDraft.objects.exists()
    assert report_draft_save(actor=actor, execution_id=works[0].pk, text="Дополнение") is not None


def test_a_draft_of_the_night_is_named_by_the_day_of_moscow(cast: Cast, works: list[Execution]) -> None:
    with clock.at(datetime(2026, 3, 10, 22, 30, tzinfo=UTC)):
        draft = report_draft_save(
            actor=cast.scope("tomsk_coordinator"), execution_id=works[0].pk, text="Начато"
        )
    assert "11.03.2026" in str(draft)


def test_an_empty_text_and_a_word_of_the_person_take_the_draft_away(
    cast: Cast, works: list[Execution]
) -> None:
    actor = cast.scope("tomsk_coordinator")
    for take_away in (
        lambda: report_draft_save(actor=actor, execution_id=works[0].pk, text=" \n"),
        lambda: report_draft_discard(actor=actor, execution_id=works[0].pk),
    ):
        report_draft_save(actor=actor, execution_id=works[0].pk, text="Начато")
        take_away()
        assert not ReportDraft.objects.exists()


def test_nobody_else_keeps_drafts_and_none_is_kept_of_what_is_closed(
    cast: Cast, works: list[Execution]
) -> None:
    def save(who: str, text: str = "Начато") -> object:
        return report_draft_save(actor=cast.scope(who), execution_id=works[0].pk, text=text)

    refuse(NotAllowed, lambda: save("controller"))
    refuse(NotAllowed, lambda: save("tomsk_minister"))
    refuse(Missing, lambda: save("omsk_coordinator"))
    refuse(InvalidInput, lambda: save("tomsk_coordinator", "х" * 20_001))
    Desk(cast, works[0]).do("cancel")
    refuse(ImpossibleStep, lambda: save("tomsk_coordinator"))
    assert not ReportDraft.objects.exists()

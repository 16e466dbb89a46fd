"""Notes on how the work goes: written by the region, read by the centre, none lost, no event of the log."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from assignments.models import Execution, ExecutionEvent, ExecutionNote
from assignments.rules import MAX_NOTE_LENGTH
from assignments.services.notes import NoteEntry, execution_note_write, notes_write
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from tests.assignments.builders import put_on_control
from tests.assignments.desk import NOW, Desk
from tests.cast import Cast

pytestmark = pytest.mark.django_db
People = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _march() -> Iterator[None]:
    with clock.at(NOW), translation.override("en"):
        yield


@pytest.fixture
def execution(cast: Cast) -> Execution:
    return put_on_control([cast.tomsk_machines])[0]


@pytest.fixture
def coordinator(cast: Cast) -> Scope:
    return cast.scope("tomsk_coordinator")


def write(scope: Scope, execution: Execution, text: str, version: int | None = 0) -> ExecutionNote | None:
    return execution_note_write(actor=scope, execution_id=execution.pk, version=version, text=text)


def test_the_newest_note_is_in_force_and_the_earlier_ones_stay(
    coordinator: Scope, execution: Execution
) -> None:
    write(coordinator, execution, "Идёт.")
    write(coordinator, execution, "Почти готово.", 1)

    assert [note.text for note in execution.notes.order_by("number")] == ["Идёт.", "Почти готово."]
    row = Execution.objects.with_note().get(pk=execution.pk)
    assert (row.note, row.note_number) == ("Почти готово.", 2)
    assert execution.notes.latest("number").author_id == coordinator.user_id


def test_a_note_is_no_event_and_moves_no_version(coordinator: Scope, execution: Execution) -> None:
    before = (ExecutionEvent.objects.count(), execution.version)
    write(coordinator, execution, "Идёт.")
    execution.refresh_from_db()

    assert (ExecutionEvent.objects.count(), execution.version) == before


def test_the_same_text_sent_twice_is_one_note(coordinator: Scope, execution: Execution) -> None:
    first, again = (write(coordinator, execution, text) for text in ("Идёт.", " Идёт.\r\n"))

    assert first == again
    assert execution.notes.count() == 1


def test_a_note_over_one_that_was_not_read_is_refused(
    cast: Cast, coordinator: Scope, execution: Execution
) -> None:
    write(cast.scope("tomsk_deputy"), execution, "Чужая.")
    with pytest.raises(StaleVersion) as caught:
        write(coordinator, execution, "Моя.")
    assert caught.value.current == 1
    with pytest.raises(InvalidInput):
        write(coordinator, execution, "Моя.", None)
    assert execution.notes.get().text == "Чужая."


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("controller", NotAllowed),
        ("tomsk_minister", NotAllowed),
        ("omsk_coordinator", Missing),
        ("chair", Missing),
    ],
)
def test_only_the_coordinators_of_the_region_write(
    cast: Cast, execution: Execution, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        write(cast.scope(who), execution, "Идёт.")
    assert not ExecutionNote.objects.exists()


def test_a_text_that_breaks_a_rule_is_refused_by_its_field(coordinator: Scope, execution: Execution) -> None:
    for text in ("я" * (MAX_NOTE_LENGTH + 1), "a\x00b"):
        with pytest.raises(InvalidInput) as caught:
            write(coordinator, execution, text)
        assert list(caught.value.errors) == ["text"]


def test_nothing_is_written_about_what_is_off_control(
    cast: Cast, coordinator: Scope, execution: Execution
) -> None:
    Desk(cast, execution).do("cancel")
    with pytest.raises(ImpossibleStep):
        write(coordinator, execution, "Идёт.")


def test_many_notes_are_written_each_for_itself(cast: Cast, coordinator: Scope, execution: Execution) -> None:
    other, foreign = put_on_control([cast.tomsk_farming, cast.omsk_machines], execution.assignment)
    write(cast.scope("tomsk_deputy"), other, "Чужая.")
    entries = [NoteEntry(one.pk, 0, "Моя.") for one in (execution, other, foreign)]
    result = notes_write(actor=coordinator, entries=entries)

    assert result.done == [execution.pk]
    assert [pk for pk, _reason in result.refused] == [other.pk, foreign.pk]
    assert execution.notes.get().text == "Моя."


# Page and API


def test_the_page_shows_the_note_with_its_author_and_the_earlier_ones(
    as_person: People, coordinator: Scope, execution: Execution
) -> None:
    write(coordinator, execution, "<b>Идёт</b>")
    write(coordinator, execution, "Почти.", 1)
    html = as_person("controller").get(execution.get_absolute_url()).content.decode()

    assert "Почти." in html
    assert "&lt;b&gt;Идёт&lt;/b&gt;" in html
    assert f"/executions/{execution.pk}/note/" not in html


def test_a_note_from_the_page_is_written_and_one_on_an_old_page_is_not_lost(
    as_person: People, coordinator: Scope, execution: Execution
) -> None:
    client: Client = as_person("tomsk_deputy")
    address = f"/executions/{execution.pk}/note/"
    assert client.post(address, {"version": 0, "text": "Идёт."})["Location"].endswith("#note")
    write(coordinator, execution, "Другая.", 1)
    answer = client.post(address, {"version": 1, "text": "Моя правка."})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Моя правка." in html
    assert '<input type="hidden" name="version" value="2"' in html
    assert client.post(address, {"version": 2, "text": "Моя правка."}).status_code == 302
    assert client.post(address, {"version": "x", "text": "Ещё."}).status_code == 400
    assert client.post(address, {"version": 3, "text": "я" * 1001}).status_code == 400


def test_the_api_writes_and_shows_the_note(as_person: People, execution: Execution) -> None:
    client: Client = as_person("tomsk_coordinator")
    address = f"/api/v1/executions/{execution.pk}/note/"
    answer = client.post(address, {"version": 0, "text": "Идёт."}, content_type="application/json")

    assert answer.status_code == 200
    assert (answer.json()["note"], answer.json()["note_version"]) == ("Идёт.", 1)
    stale = client.post(address, {"version": 0, "text": "Ещё."}, content_type="application/json")
    assert stale.status_code == 409
    assert stale.json()["errors"][0]["current_version"] == 1
    listed = client.get("/api/v1/executions/").json()["results"]
    assert listed[0]["note"] == "Идёт."

"""While a meeting runs: what the screens show, notes that nobody overwrites, decisions by the rules of assignments."""

from datetime import date, timedelta

import pytest

from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.models import AgendaNote, Decision, MeetingEvent
from meetings.services import running
from meetings.services.life import meeting_close
from tests.assignments import drafts
from tests.cast import Cast
from tests.meetings.acts import NOW, begun, closed, decided, draft, opened, question

pytestmark = pytest.mark.usefixtures("thursday")


def show(actor: Scope, meeting: int, item: int | None) -> None:
    running.item_show(actor=actor, meeting_id=meeting, item_id=item)


# The screen


def test_an_item_is_shown_and_its_clock_runs_until_the_next_one(keeper: Scope) -> None:
    meeting = begun(keeper)
    first, second = question(keeper, meeting, "А"), question(keeper, meeting, "Б")
    show(keeper, meeting.pk, first.pk)
    with clock.at(NOW + timedelta(seconds=90)):
        show(keeper, meeting.pk, first.pk)
        show(keeper, meeting.pk, second.pk)
    with clock.at(NOW + timedelta(seconds=100)):
        show(keeper, meeting.pk, first.pk)
    with clock.at(NOW + timedelta(seconds=130)):
        meeting_close(actor=keeper, meeting_id=meeting.pk, version=3)

    first.refresh_from_db()
    second.refresh_from_db()
    meeting.refresh_from_db()
    assert (first.spent_seconds, second.spent_seconds) == (120, 10)
    assert (meeting.current_item, meeting.current_since) == (None, None)


def test_nothing_is_shown_before_the_beginning_nor_from_another_agenda(keeper: Scope) -> None:
    meeting = opened(keeper)
    item = question(keeper, meeting)
    with pytest.raises(ImpossibleStep):
        show(keeper, meeting.pk, item.pk)
    other = begun(keeper, title="Иное")
    with pytest.raises(Missing):
        show(keeper, other.pk, item.pk)


def test_a_region_watches_and_shows_nothing(keeper: Scope, cast: Cast) -> None:
    meeting = begun(keeper)
    with pytest.raises(NotAllowed):
        show(cast.scope("tomsk_coordinator"), meeting.pk, None)


# Notes


def test_several_people_take_notes_on_one_item_each_in_a_row_of_his_own(keeper: Scope, cast: Cast) -> None:
    item = question(keeper, begun(keeper))
    other = cast.scope("methodologist")
    running.note_write(actor=keeper, item_id=item.pk, version=0, text="Первая запись.")
    running.note_write(actor=other, item_id=item.pk, version=0, text="Вторая запись.")

    assert sorted(AgendaNote.objects.values_list("text", flat=True)) == ["Вторая запись.", "Первая запись."]


def test_two_windows_of_one_person_lose_neither_text(keeper: Scope) -> None:
    item = question(keeper, begun(keeper))
    running.note_write(actor=keeper, item_id=item.pk, version=0, text="Из одного окна.")
    with pytest.raises(running.StaleNote) as caught:
        running.note_write(actor=keeper, item_id=item.pk, version=0, text="Из другого окна.")

    assert (caught.value.text, caught.value.current) == ("Из одного окна.", 1)
    assert AgendaNote.objects.get().text == "Из одного окна."


def test_the_same_note_sent_twice_is_one_and_an_empty_one_makes_no_row(keeper: Scope) -> None:
    item = question(keeper, begun(keeper))
    running.note_write(actor=keeper, item_id=item.pk, version=0, text="")
    assert not AgendaNote.objects.exists()
    for _press in range(2):
        assert running.note_write(actor=keeper, item_id=item.pk, version=0, text="Раз.").version == 1


def test_notes_are_of_the_centre_and_from_the_opening_on(keeper: Scope, cast: Cast) -> None:
    item = question(keeper, opened(keeper))
    with pytest.raises(NotAllowed):
        running.note_write(actor=cast.scope("tomsk_coordinator"), item_id=item.pk, version=0, text="Нет.")
    silent = question(keeper, draft(keeper, title="Иное"))
    with pytest.raises(ImpossibleStep):
        running.note_write(actor=keeper, item_id=silent.pk, version=0, text="Рано.")


# Decisions


def test_a_decision_sent_twice_is_one(keeper: Scope) -> None:
    item = question(keeper, begun(keeper))
    assert decided(keeper, item) == decided(keeper, item)
    assert Decision.objects.count() == 1


def test_an_assignment_has_the_fields_of_an_item_of_a_protocol(keeper: Scope, cast: Cast) -> None:
    item = question(keeper, begun(keeper))
    made = decided(
        keeper, item, DecisionKind.ASSIGNMENT, text="Представить сведения о наборе.", weight=2,
        audience={"regions": ["70"]}, process=cast.headcount.pk,
    )  # fmt: skip

    assert (made.due_on, made.weight, made.process, made.title) == (
        drafts.DUE, 2, cast.headcount, "Представить сведения о наборе",
    )  # fmt: skip
    assert made.audience == {"regions": ["70"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": {}}, "audience"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2026, 2, 20)}, "due_on"),
        ({"due_on": date(2026, 3, 3)}, "due_on"),
        ({"weight": 4}, "weight"),
        ({"text": ""}, "text"),
        ({"audience": {"regions": ["99"]}}, "audience"),
        ({"process": "nothing"}, "process"),
    ],
)
def test_an_assignment_that_no_protocol_would_take_is_refused_by_its_field(
    keeper: Scope, changes: dict, field: str
) -> None:
    item = question(keeper, begun(keeper))
    with pytest.raises(InvalidInput) as caught:
        decided(keeper, item, DecisionKind.ASSIGNMENT, **changes)
    assert list(caught.value.errors) == [field]
    assert not Decision.objects.exists()


def test_two_secretaries_on_one_decision_do_not_overwrite_each_other(keeper: Scope, cast: Cast) -> None:
    item = question(keeper, begun(keeper))
    made = decided(keeper, item)
    first, second = keeper, cast.scope("administrator")

    def change(actor: Scope, text: str) -> Decision:
        content = running.DecisionContent(DecisionKind.NOTED, text)
        return running.decision_save(
            actor=actor, item_id=item.pk, content=content, decision_id=made.pk, version=1
        )

    change(first, "Первая правка.")
    with pytest.raises(StaleVersion) as caught:
        change(second, "Вторая правка.")
    assert caught.value.current == 2
    assert Decision.objects.get().text == "Первая правка."


def test_a_decision_that_becomes_another_kind_loses_what_was_of_the_old_one(keeper: Scope) -> None:
    item = question(keeper, begun(keeper))
    made = decided(keeper, item, DecisionKind.ASSIGNMENT, text="Представить.")
    content = running.DecisionContent(DecisionKind.NOTED, "Принять к сведению.")
    saved = running.decision_save(
        actor=keeper, item_id=item.pk, content=content, decision_id=made.pk, version=1
    )
    assert (saved.due_on, saved.audience, saved.title) == (None, {}, "")


def test_nothing_is_decided_in_a_draft_and_a_closed_meeting_takes_a_reason(keeper: Scope) -> None:
    with pytest.raises(ImpossibleStep):
        decided(keeper, question(keeper, draft(keeper, title="Иное")))
    meeting = closed(keeper)
    item = question(keeper, meeting, reason="Пропущено.")
    with pytest.raises(InvalidInput) as caught:
        decided(keeper, item)
    assert list(caught.value.errors) == ["reason"]
    made = decided(keeper, item, reason="Решение было, его не записали.")
    running.decision_delete(actor=keeper, decision_id=made.pk, version=1, reason="Записано дважды.")
    assert MeetingEvent.objects.filter(kind="mended").count() == 3


def test_a_question_is_answered_later_and_nothing_else_is(keeper: Scope) -> None:
    meeting = begun(keeper)
    item = question(keeper, meeting)
    asked = decided(keeper, item, DecisionKind.QUESTION, text="Когда?")
    noted = decided(keeper, item)
    meeting_close(actor=keeper, meeting_id=meeting.pk, version=3)

    answered = running.question_answer(actor=keeper, decision_id=asked.pk, version=1, answer="В марте.")
    assert not answered.waits_for_answer
    with pytest.raises(StaleVersion):
        running.question_answer(actor=keeper, decision_id=asked.pk, version=1, answer="В мае.")
    with pytest.raises(ImpossibleStep):
        running.question_answer(actor=keeper, decision_id=noted.pk, version=1, answer="В мае.")
    with pytest.raises(InvalidInput):
        running.question_answer(actor=keeper, decision_id=asked.pk, version=2, answer=" ")

"""The protocol of a meeting from its making to its issue."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from assignments.enums import ProtocolStatus
from assignments.models import Assignment, Execution, Protocol
from assignments.selectors.protocols import issue_preview
from assignments.services.protocols import item_save, protocol_create, protocol_delete, protocol_issue
from assignments.services.schedules import issue_schedule
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from files.models import StoredFile
from files.storage import path_of
from meetings.enums import DecisionKind, MeetingState
from meetings.models import AgendaItem, Decision, MeetingEvent, MeetingProtocol
from meetings.papers.content import paper_of
from meetings.selectors.minutes import approvals_waiting, standing_of
from meetings.services.approvals import approval_agree, approval_remark, approvals_withdraw, minutes_send
from meetings.services.issuing import minutes_issue, minutes_scan, minutes_sign
from meetings.services.minutes import minutes_change, minutes_make, minutes_reopen
from notifications.models import Notice
from tests.files.samples import PDF
from tests.meetings.builders import decision, item, meeting
from tests.meetings.minutes import AFTER, Minutes, assigned

pytestmark = pytest.mark.usefixtures("after_the_meeting")


def kinds(minutes: Minutes) -> list[str]:
    return list(
        MeetingEvent.objects.filter(meeting=minutes.meeting).order_by("id").values_list("kind", flat=True)
    )


# Making


def test_every_assignment_of_the_meeting_becomes_an_item_of_one_draft(minutes: Minutes) -> None:
    made = minutes.make()

    assert (made.number_words, made.state) == ("1-пр", "draft")
    protocol = made.protocol
    assert protocol is not None
    assert (protocol.number, protocol.held_on) == ("1-пр", date(2026, 3, 4))
    items = list(protocol.assignments.order_by("position"))
    assert [row.number for row in items] == ["1.2", "2.1"]
    assert [row.decision.text for row in items] == [row.text for row in items]
    assert items[1].audience == {"regions": ["70"]}
    assert kinds(minutes) == ["protocol_made"]


def test_made_twice_it_is_made_once(minutes: Minutes) -> None:
    first = minutes.make()
    again = minutes.make()

    assert (again.pk, again.version, again.protocol) == (first.pk, first.version, first.protocol)
    assert Protocol.objects.count() == 1
    assert kinds(minutes) == ["protocol_made"]


def test_what_was_mended_in_the_meeting_comes_into_the_draft(minutes: Minutes) -> None:
    made = minutes.make()
    minutes.send()
    first = AgendaItem.objects.get(meeting=minutes.meeting, position=1)
    Decision.objects.filter(item=first, position=1).delete()
    Decision.objects.filter(item__position=2).update(text="Проверить все закупки.")
    assigned(first, text="Представить отчёт.", position=3)

    again = minutes.make()

    items = Assignment.objects.filter(protocol=again.protocol).order_by("position")
    assert [(row.number, row.text) for row in items] == [
        ("1.1", "Представить сведения о наборе."),
        ("1.2", "Представить отчёт."),
        ("2.1", "Проверить все закупки."),
    ]
    assert again.protocol == made.protocol
    assert minutes.asked("administrator").state == "withdrawn"


def test_an_item_whose_decision_is_gone_goes(minutes: Minutes) -> None:
    minutes.make()
    Decision.objects.filter(kind="assignment", item__position=2).delete()

    made = minutes.make()

    assert [row.number for row in Assignment.objects.filter(protocol=made.protocol)] == ["1.2"]


def test_a_draft_that_was_thrown_away_is_made_again(minutes: Minutes) -> None:
    first = minutes.make()
    assert first.protocol
    protocol_delete(actor=minutes.controller, protocol_id=first.protocol.pk, version=first.protocol.version)
    assert standing_of(minutes.row).problems

    again = minutes.make()

    assert again.protocol
    assert again.protocol.assignments.count() == 2
    assert standing_of(minutes.row).problems == []


def test_a_meeting_without_assignments_has_no_draft_and_is_issued_all_the_same(minutes: Minutes) -> None:
    minutes.make()
    Decision.objects.filter(kind="assignment").delete()

    assert minutes.make().protocol is None
    assert not Protocol.objects.exists()
    minutes.send()
    minutes.agree()
    minutes.sign()
    assert minutes.issue().executions == 0
    assert minutes.row.is_issued


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"audience": {}}, "адресаты: Выберите, кому адресован пункт."),
        ({"addressee": "clusters", "audience": {"cohorts": [2099]}}, "адресаты: сейчас никто не подходит."),
        ({"due_on": date(2026, 3, 1)}, "срок: "),
        ({"weight": 7}, "вес: Вес может быть равен 1, 2\xa0или 3."),
    ],
)
def test_an_assignment_that_cannot_be_one_is_named_and_nothing_is_made(
    minutes: Minutes, broken: dict[str, object], told: str
) -> None:
    Decision.objects.filter(kind="assignment", item__position=2).update(**broken)

    with pytest.raises(InvalidInput) as refused:
        minutes.make()

    assert "Вопрос 2 «О закупках», решение 2.1, " in str(refused.value)
    assert told in str(refused.value)
    assert not MeetingProtocol.objects.exists()
    assert not Protocol.objects.exists()
    assert kinds(minutes) == []


def test_all_that_is_wrong_is_told_at_once(minutes: Minutes) -> None:
    Decision.objects.filter(kind="assignment").update(audience={}, weight=9)

    with pytest.raises(InvalidInput) as refused:
        minutes.make()

    assert len(refused.value.errors["__all__"]) == 4


def test_the_protocol_is_made_of_a_closed_meeting_in_its_version(minutes: Minutes) -> None:
    going_on = meeting(MeetingState.IN_PROGRESS, minutes.cast.tomsk)
    with pytest.raises(ImpossibleStep):
        minutes_make(actor=minutes.controller, meeting_id=going_on.pk, version=1)
    with pytest.raises(StaleVersion):
        minutes_make(actor=minutes.controller, meeting_id=minutes.meeting.pk, version=7)
    with pytest.raises(NotAllowed):
        minutes_make(actor=minutes.cast.scope("methodologist"), meeting_id=minutes.meeting.pk, version=1)
    with pytest.raises(Missing):
        minutes_make(actor=minutes.cast.scope("chair"), meeting_id=minutes.meeting.pk, version=1)


def test_a_number_goes_on_after_those_of_the_year_that_were_drafted_by_hand(minutes: Minutes) -> None:
    for number, day in (("14-пр", date(2026, 2, 4)), ("900", date(2026, 2, 5)), ("70-пр", date(2025, 2, 5))):
        protocol_create(actor=minutes.controller, number=number, held_on=day, meeting_title="Совещание")

    assert minutes.make().number_words == "15-пр"


def test_the_number_is_written_as_the_portal_is_set_up(minutes: Minutes, settings: Settings) -> None:
    settings.MEETING_PROTOCOL_NUMBER = "05-{number}/{year}"
    protocol_create(
        actor=minutes.controller, number="05-3/2026", held_on=date(2026, 1, 14), meeting_title="Совещание"
    )

    assert minutes.make().number_words == "05-4/2026"


def test_an_empty_agenda_and_a_meeting_without_attendance_make_a_protocol_that_says_so(
    minutes: Minutes,
) -> None:
    empty = meeting(MeetingState.CLOSED)
    made = minutes_make(actor=minutes.controller, meeting_id=empty.pk, version=1)

    standing = standing_of(made)
    assert standing.problems == []
    assert standing.warnings == [
        "В совещании не указан председательствующий: строка подписи останется пустой.",
        "Повестка пуста.",
        "Никто не отмечен как присутствовавший.",
    ]
    assert standing.paper.attendance == "Присутствие не отмечалось."
    assert standing.paper.items == ()


# What a person writes


def change(minutes: Minutes, **values: object) -> MeetingProtocol:
    row = minutes.row
    plain = {"number": row.number, "control_clause": row.control_clause, "with_notes": row.with_notes}
    return minutes_change(
        actor=minutes.controller, meeting_id=minutes.meeting.pk, **{"version": row.version, **plain, **values}
    )


def test_number_control_and_notes_of_a_draft_are_changed_and_approvals_taken_back(minutes: Minutes) -> None:
    minutes.make()
    minutes.send()

    changed = change(minutes, number=8, control_clause="Контроль возложить на методиста.", with_notes=True)

    assert changed.number_words == "8-пр"
    assert changed.protocol
    assert changed.protocol.number == "8-пр"
    paper = paper_of(minutes.row)
    assert paper.control == "Контроль возложить на методиста."
    assert paper.items[0].notes == ("Заметка секретаря.",)
    assert minutes.asked("administrator").state == "withdrawn"
    assert change(minutes).version == changed.version


def test_a_number_that_is_taken_and_a_clause_that_is_too_long_are_refused(minutes: Minutes) -> None:
    minutes.make()
    other = meeting(MeetingState.CLOSED, minutes.cast.tomsk)
    minutes_make(actor=minutes.controller, meeting_id=other.pk, version=1)

    with pytest.raises(InvalidInput) as refused:
        change(minutes, number=2, control_clause="я" * 1001)

    assert set(refused.value.errors) == {"number", "control_clause"}
    with pytest.raises(InvalidInput):
        change(minutes, number=0)
    with pytest.raises(StaleVersion):
        change(minutes, version=99)


# Approval


def test_all_approvers_agree_and_the_files_are_frozen(minutes: Minutes) -> None:
    minutes.make()
    minutes.send("administrator", "methodologist")
    assert [row.minutes_id for row in approvals_waiting(minutes.cast.scope("methodologist"))]
    minutes.agree("methodologist")
    assert minutes.row.is_draft

    minutes.agree("administrator")

    row = minutes.row
    assert row.is_agreed
    assert row.template
    assert row.template.number == 1
    frozen = [path_of(stored.key).read_bytes() for stored in (row.docx, row.pdf) if stored]
    assert frozen[0].startswith(b"PK")
    assert frozen[1].startswith(b"%PDF")
    assert row.docx
    assert row.docx.original_name == "Протокол № 1-пр от 04.03.2026.docx"
    assert kinds(minutes) == ["protocol_made", "protocol_sent", "protocol_agreed"]
    assert set(Notice.objects.values_list("kind", "person")) == {
        ("minutes_approval_asked", minutes.cast.administrator.pk),
        ("minutes_approval_asked", minutes.cast.methodologist.pk),
        ("minutes_agreed", minutes.cast.controller.pk),
    }
    assert minutes.agree("administrator").state == "agreed"


def test_a_remark_returns_the_protocol_and_the_others_are_asked_no_more(minutes: Minutes) -> None:
    minutes.make()
    minutes.send("administrator", "methodologist")
    question = AgendaItem.objects.get(meeting=minutes.meeting, position=2)

    minutes.remark("methodologist", "Нет приложений.", at_items={question.pk: "Уточните срок."})

    told = minutes.asked("methodologist").remarks.values_list("item", "text")
    assert list(told) == [(None, "Нет приложений."), (question.pk, "Уточните срок.")]
    assert minutes.asked("administrator").state == "withdrawn"
    assert MeetingEvent.objects.get(kind="protocol_remarked").text == "Нет приложений.\nУточните срок."
    with pytest.raises(ImpossibleStep):
        minutes.agree("administrator")
    minutes.send("methodologist")
    assert minutes.asked("methodologist").round == 2


@pytest.mark.parametrize("remark", [{"remark": " "}, {"remark": "я" * 4001}, {"at_items": {999: "Чужой."}}])
def test_an_empty_remark_a_long_one_and_one_on_a_foreign_question_are_refused(
    minutes: Minutes, remark: dict[str, object]
) -> None:
    minutes.make()
    minutes.send()
    with pytest.raises(InvalidInput):
        approval_remark(
            actor=minutes.cast.scope("administrator"), approval_id=minutes.asked("administrator").pk,
            version=minutes.row.version, **remark,
        )  # fmt: skip
    assert minutes.asked("administrator").waits


def test_nobody_answers_for_another(minutes: Minutes) -> None:
    minutes.make()
    minutes.send()
    asked = minutes.asked("administrator")

    with pytest.raises(NotAllowed):
        approval_agree(actor=minutes.controller, approval_id=asked.pk, version=minutes.row.version)
    with pytest.raises(Missing):
        approval_agree(
            actor=minutes.cast.scope("tomsk_coordinator"), approval_id=asked.pk, version=minutes.row.version
        )


def test_nobody_agrees_to_a_text_that_has_changed_since_it_was_sent(minutes: Minutes) -> None:
    made = minutes.make()
    minutes.send()
    add_item(minutes, made)
    with pytest.raises(ImpossibleStep, match="отправить"):
        minutes.agree()
    assert standing_of(minutes.row).is_changed

    Assignment.objects.filter(number="9").delete()
    minutes.make()
    minutes.send()
    minutes.meeting.also_present = "Другой гость"
    minutes.meeting.save()
    with pytest.raises(ImpossibleStep, match="отправить"):
        minutes.agree()


def add_item(minutes: Minutes, made: MeetingProtocol) -> None:
    assert made.protocol
    item_save(
        actor=minutes.controller, protocol_id=made.protocol.pk, number="9", text="Лишнее.",
        due_on=date(2026, 3, 20), audience={"everyone": True},
    )  # fmt: skip


def test_an_item_that_nobody_decided_holds_the_sending_up(minutes: Minutes) -> None:
    add_item(minutes, minutes.make())

    with pytest.raises(InvalidInput, match="Пункт 9"):
        minutes.send()


def test_a_sending_needs_people_who_may_be_asked_and_a_text_that_is_new(minutes: Minutes) -> None:
    minutes.make()
    version = minutes.row.version
    ask = {"actor": minutes.controller, "meeting_id": minutes.meeting.pk, "version": version}
    for people in ([], [minutes.cast.tomsk_coordinator.pk], [999_999], range(1, 30)):
        with pytest.raises(InvalidInput):
            minutes_send(**ask, approvers=people)
    minutes.send()
    with pytest.raises(ImpossibleStep, match="уже"):
        minutes.send()


def test_a_sending_is_taken_back(minutes: Minutes) -> None:
    minutes.make()
    minutes.send()
    act = {"actor": minutes.controller, "meeting_id": minutes.meeting.pk}
    approvals_withdraw(**act, version=minutes.row.version)

    assert not approvals_waiting(minutes.cast.scope("administrator")).exists()
    with pytest.raises(ImpossibleStep):
        approvals_withdraw(**act, version=minutes.row.version)


def test_what_was_agreed_returns_to_its_draft_with_a_reason(minutes: Minutes) -> None:
    minutes.signed()
    row = minutes.row
    act = {"actor": minutes.controller, "meeting_id": minutes.meeting.pk, "version": row.version}
    with pytest.raises(InvalidInput):
        minutes_reopen(**act, reason=" ")

    reopened = minutes_reopen(**act, reason="Ошибка в сроке.")

    assert reopened.is_draft
    assert (reopened.docx, reopened.pdf, reopened.signed_on, reopened.agreed_at) == (None, None, None, None)
    assert StoredFile.objects.count() == 1  # the template
    assert kinds(minutes)[-1] == "protocol_reopened"
    with pytest.raises(ImpossibleStep):
        minutes_reopen(**{**act, "version": reopened.version}, reason="Ещё раз.")


def test_what_is_agreed_is_not_changed(minutes: Minutes) -> None:
    minutes.agreed()

    for act in (minutes.make, lambda: change(minutes, number=5), minutes.send):
        with pytest.raises(ImpossibleStep):
            act()


# Signature, issue, scan


def test_the_issue_puts_the_assignments_on_control_and_ends_the_meeting(minutes: Minutes) -> None:
    minutes.signed()

    issued = minutes.issue()

    row = minutes.row
    minutes.meeting.refresh_from_db()
    assert issued.executions == Execution.objects.count() == 5  # four clusters and one coordinator
    assert row.is_issued
    assert row.protocol
    assert row.protocol.status == ProtocolStatus.ISSUED
    assert minutes.meeting.state == MeetingState.PROTOCOL_ISSUED
    assert kinds(minutes)[-2:] == ["protocol_signed", "protocol_issued"]
    told = Notice.objects.filter(kind="meeting_protocol_issued").values_list("person__email", flat=True)
    assert minutes.cast.tomsk_coordinator.email in told


def test_a_second_press_of_the_issue_does_nothing(minutes: Minutes) -> None:
    version = minutes.signed().version
    minutes.issue(version)

    assert minutes.issue(version).repeated
    assert Execution.objects.count() == 5
    with pytest.raises(ImpossibleStep, match="уже"):
        minutes.issue()


def test_the_draft_is_issued_with_its_protocol_and_by_nothing_else(minutes: Minutes) -> None:
    protocol = minutes.signed().protocol
    assert protocol

    for act in (
        lambda: protocol_issue(actor=minutes.controller, protocol_id=protocol.pk, version=protocol.version),
        lambda: issue_schedule(
            actor=minutes.controller,
            protocol_id=protocol.pk,
            version=protocol.version,
            at=AFTER + timedelta(1),
        ),
    ):
        with pytest.raises(InvalidInput, match="вместе с протоколом совещания"):
            act()
    assert "вместе с протоколом" in issue_preview(minutes.controller, protocol, clock.today()).problems[0]
    assert not Execution.objects.exists()


def test_assignments_that_changed_after_the_agreement_need_it_anew(minutes: Minutes) -> None:
    row = minutes.agreed()
    assert row.protocol
    shown = row.protocol.assignments.get(number="2.1")
    item_save(
        actor=minutes.controller, protocol_id=row.protocol.pk, item_id=shown.pk, version=shown.version, number="2.1",
        text=shown.text, due_on=date(2026, 3, 25), audience=shown.audience, addressee=shown.addressee,
    )  # fmt: skip

    with pytest.raises(ImpossibleStep, match="согласован"):
        minutes.sign()
    assert standing_of(minutes.row).is_changed
    minutes_reopen(
        actor=minutes.controller, meeting_id=minutes.meeting.pk, version=minutes.row.version, reason="Срок."
    )
    assert "2.1" in standing_of(minutes.row).warnings[0]
    minutes.send()
    minutes.agree()
    minutes.sign()
    assert minutes.issue().executions == 5


def test_an_item_that_cannot_be_issued_any_more_stops_the_issue_whole(minutes: Minutes) -> None:
    minutes.signed()

    with clock.at(AFTER + timedelta(days=30)), pytest.raises(InvalidInput, match=r"1\.2"):
        minutes.issue()

    assert minutes.row.is_signed
    assert not Execution.objects.exists()


def test_steps_come_in_their_order(minutes: Minutes) -> None:
    minutes.make()
    with pytest.raises(ImpossibleStep):
        minutes.sign()
    with pytest.raises(ImpossibleStep):
        minutes.issue()
    minutes.send()
    minutes.agree()
    with pytest.raises(ImpossibleStep):
        minutes.issue()
    with pytest.raises(InvalidInput):
        minutes.sign(date(2026, 3, 6))
    with pytest.raises(InvalidInput):
        minutes.sign(date(2026, 3, 3))


def attach(minutes: Minutes, name: str = "скан.pdf", content: bytes = PDF) -> MeetingProtocol:
    return minutes_scan(
        actor=minutes.controller, meeting_id=minutes.meeting.pk, version=minutes.row.version,
        upload=SimpleUploadedFile(name, content),
    )  # fmt: skip


def test_the_scan_of_the_signed_paper_is_attached_and_replaced(
    minutes: Minutes, after_the_meeting: Path
) -> None:
    minutes.agreed()
    with pytest.raises(ImpossibleStep):
        attach(minutes)
    minutes.sign()
    first = attach(minutes).scan
    minutes.issue()

    second = attach(minutes, "скан лучше.pdf").scan

    assert first
    assert second
    assert not StoredFile.objects.filter(pk=first.pk).exists()
    assert second.original_name == "скан лучше.pdf"
    with pytest.raises(InvalidInput):
        attach(minutes, "скан.txt", "текст".encode())
    assert minutes.row.scan == second


def test_an_issued_protocol_stands_still(minutes: Minutes) -> None:
    minutes.signed()
    minutes.issue()

    for act in (
        minutes.make,
        minutes.sign,
        lambda: minutes_reopen(
            actor=minutes.controller,
            meeting_id=minutes.meeting.pk,
            version=minutes.row.version,
            reason="Ошибка.",
        ),
    ):
        with pytest.raises(ImpossibleStep):
            act()


def test_whoever_does_not_make_protocols_does_none_of_its_acts(minutes: Minutes) -> None:
    minutes.agreed()
    reader = {"actor": minutes.cast.scope("methodologist"), "meeting_id": minutes.meeting.pk}
    version = minutes.row.version

    for act in (
        lambda: minutes_change(**reader, version=version, number=1, control_clause="", with_notes=False),
        lambda: minutes_send(**reader, version=version, approvers=[1]),
        lambda: minutes_sign(**reader, version=version, signed_on=date(2026, 3, 5)),
        lambda: minutes_issue(**reader, version=version),
        lambda: minutes_reopen(**reader, version=version, reason="Так."),
    ):
        with pytest.raises(NotAllowed):
            act()


# What is left for the next meeting


def test_what_was_carried_over_and_asked_stays_with_its_question(minutes: Minutes) -> None:
    minutes.signed()
    minutes.issue()

    left = Decision.objects.filter(item__meeting=minutes.meeting).exclude(kind__in=["noted", "assignment"])
    assert [(row.kind, row.item.title, row.waits_for_answer) for row in left] == [
        (DecisionKind.CARRIED_OVER, "О кадрах", False),
        (DecisionKind.QUESTION, "О кадрах", True),
    ]


def test_a_protocol_of_an_empty_question_says_that_nothing_was_decided(minutes: Minutes) -> None:
    held = meeting(MeetingState.CLOSED, minutes.cast.tomsk)
    decision(item(held, title="Второй", position=2))
    item(held, title="Первый", position=1)
    made = minutes_make(actor=minutes.controller, meeting_id=held.pk, version=1)

    first, second = paper_of(made).items
    assert [row.text for row in first.decisions] == ["Решение по вопросу не принималось."]
    assert [row.number for row in second.decisions] == ["2.1"]

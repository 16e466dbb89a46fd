"""Pages of the protocol: what each person sees of it and may do with it, step by step."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from assignments.models import Execution
from meetings.enums import MeetingState
from meetings.models import AgendaItem, MeetingProtocol, ProtocolTemplate
from meetings.papers.proving import text_of
from meetings.papers.shipped import shipped_template
from tests.files.samples import PDF
from tests.meetings.builders import item, meeting
from tests.meetings.minutes import Minutes, assigned
from tests.queries import queries_now

Sign = Callable[[str], Client]


def address(minutes: Minutes, name: str = "protocol") -> str:
    return reverse(f"meetings:{name}", args=[minutes.meeting.pk])


def page(client: Client, minutes: Minutes, name: str = "protocol") -> str:
    return client.get(address(minutes, name)).content.decode()


def press(client: Client, minutes: Minutes, act: str, status: int = 302, **data: Any) -> str:
    """Post an act with the version in force."""
    row = MeetingProtocol.objects.filter(meeting=minutes.meeting).first()
    version = row.version if row else minutes.meeting.version
    answer = client.post(address(minutes, f"protocol-{act}"), {"version": version, **data})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_controller_takes_the_protocol_through_all_its_steps(as_person: Sign, minutes: Minutes) -> None:
    controller, administrator = as_person("controller"), as_person("administrator")
    assert "Протокол ещё не составлен" in page(controller, minutes)

    press(controller, minutes, "make")
    shown = page(controller, minutes)
    assert "СЛУШАЛИ:" in shown
    assert "Совещание &lt;о наборе&gt; &amp; «ёлках»" in shown
    assert "Ответственные: все кластеры." in shown
    press(controller, minutes, "send", approvers=[minutes.cast.administrator.pk])
    assert "на согласовании" in page(controller, minutes)

    waiting = administrator.get(reverse("meetings:approvals")).content.decode()
    assert "№\xa01-пр от 04.03.2026" in waiting
    assert "Вас просят согласовать" in page(administrator, minutes)
    assert "1 протокол ждёт вашего согласования" in administrator.get("/").content.decode()
    asked = minutes.asked("administrator")
    administrator.post(reverse("meetings:approval-agree", args=[asked.pk]), {"version": minutes.row.version})

    press(controller, minutes, "sign", signed_on="05.03.2026")
    assert "Подписан 5" in page(controller, minutes)
    controller.post(
        address(minutes, "protocol-scan-attach"),
        {"version": minutes.row.version, "file": SimpleUploadedFile("скан.pdf", PDF)},
    )
    assert controller.get(address(minutes, "protocol-scan")).content == PDF
    assert "Выпустить протокол" in page(controller, minutes, "protocol-issue")
    press(controller, minutes, "issue")

    assert Execution.objects.count() == 5
    shown = page(controller, minutes)
    assert "Протокол выпущен" in shown
    assert minutes.row.protocol
    assert f'href="{minutes.row.protocol.get_absolute_url()}"' in shown


def test_remarks_stand_at_their_places_until_the_next_sending(as_person: Sign, minutes: Minutes) -> None:
    controller, administrator = as_person("controller"), as_person("administrator")
    minutes.make()
    minutes.send()
    question = AgendaItem.objects.get(meeting=minutes.meeting, position=2)
    remark = reverse("meetings:approval-remark", args=[minutes.asked("administrator").pk])
    assert "Замечание к вопросу II" in administrator.get(remark).content.decode()
    version = minutes.row.version

    empty = administrator.post(remark, {"version": version})
    assert empty.status_code == 400
    assert "Напишите, что нужно изменить." in empty.content.decode()
    stale = administrator.post(remark, {"version": 99, "remark": "Общее замечание."})
    assert stale.status_code == 409
    assert "Общее замечание." in stale.content.decode()
    assert f'name="version" value="{version}"' in stale.content.decode()
    done = administrator.post(
        remark, {"version": version, "remark": "Общее.", f"item_{question.pk}": "Уточните срок."}
    )
    assert done.status_code == 302

    shown = page(controller, minutes)
    place = shown.index(f'id="question-{question.pk}"')
    assert "Уточните срок." in shown[place : shown.index("</section>", place)]
    assert shown.index("Общее.") < place
    assert administrator.get(remark).status_code == 409
    minutes.send()
    assert "minutes__remark" not in page(controller, minutes)
    assert "Уточните срок." in page(controller, minutes)


def test_what_is_refused_stands_on_the_page_with_everything_typed(as_person: Sign, minutes: Minutes) -> None:
    controller = as_person("controller")
    going_on = meeting(MeetingState.IN_PROGRESS)
    early = controller.post(reverse("meetings:protocol-make", args=[going_on.pk]), {"version": 1})
    assert early.status_code == 409
    assert "Протокол составляют после закрытия совещания." in early.content.decode()

    assigned(item(minutes.meeting, title="Пустой вопрос", position=9), audience={})
    refused = press(controller, minutes, "make", 400)
    assert "Вопрос 5 «Пустой вопрос», решение 5.1, адресаты: " in refused
    AgendaItem.objects.filter(title="Пустой вопрос").delete()
    press(controller, minutes, "make")

    assert "Выберите согласующих." in press(controller, minutes, "send", 400)
    stale = controller.post(
        address(minutes, "protocol-send"), {"version": 99, "approvers": [minutes.cast.administrator.pk]}
    )
    assert stale.status_code == 409
    assert f'value="{minutes.cast.administrator.pk}" id="id_approvers_' in stale.content.decode()
    assert "checked" in stale.content.decode()
    minutes.send()
    minutes.agree()
    assert "03.03.2026" in press(controller, minutes, "sign", 400, signed_on="03.03.2026")
    assert "обязательное поле" in press(controller, minutes, "reopen", 400).lower()
    press(controller, minutes, "issue", 409)


def test_number_control_and_notes_are_edited_on_their_page(as_person: Sign, minutes: Minutes) -> None:
    controller = as_person("controller")
    minutes.make()
    assert 'value="1"' in page(controller, minutes, "protocol-edit")

    wrong = press(controller, minutes, "edit", 400, number=0, control_clause="Контроль — методисту.")
    assert "Контроль — методисту." in wrong
    press(controller, minutes, "edit", number=3, control_clause="Контроль — методисту.", with_notes="on")

    shown = page(controller, minutes)
    assert "Протокол №\xa03-пр" in shown
    assert "Заметка секретаря." in shown
    minutes.send()
    minutes.agree()
    assert controller.get(address(minutes, "protocol-edit")).status_code == 409


def test_a_draft_is_downloaded_as_it_stands_and_what_is_agreed_always_the_same(
    as_person: Sign, minutes: Minutes
) -> None:
    controller = as_person("controller")
    minutes.make()
    draft = controller.get(address(minutes, "protocol-docx"))
    assert "О ходе набора" in text_of(Document(io.BytesIO(draft.content)))
    assert "filename*=utf-8''%D0%9F" in draft["Content-Disposition"]
    assert controller.get(address(minutes, "protocol-pdf")).content.startswith(b"%PDF")
    minutes.send()
    minutes.agree()

    for name in ("protocol-docx", "protocol-pdf"):
        first = controller.get(address(minutes, name)).content
        AgendaItem.objects.filter(position=1).update(title=f"Другое {name}")
        assert controller.get(address(minutes, name)).content == first


def test_a_region_reads_the_protocol_when_it_is_issued_and_nothing_before(
    as_person: Sign, minutes: Minutes
) -> None:
    coordinator, stranger = as_person("tomsk_coordinator"), as_person("chair")
    minutes.signed()

    before = page(coordinator, minutes)
    assert "Протокол ещё не выпущен" in before
    assert "О ходе набора" not in before
    for name in ("protocol-docx", "protocol-pdf", "protocol-scan", "protocol-issue", "protocol-edit"):
        assert coordinator.get(address(minutes, name)).status_code == 404
    assert stranger.get(address(minutes)).status_code == 404
    minutes.issue()

    after = page(coordinator, minutes)
    assert "О ходе набора" in after
    assert "Согласование" not in after
    assert minutes.cast.controller.last_name not in after
    assert coordinator.get(address(minutes, "protocol-pdf")).content.startswith(b"%PDF")
    assert coordinator.post(address(minutes, "protocol-make"), {"version": 1}).status_code == 403


def test_a_chair_outside_the_centre_approves_what_he_is_asked(as_person: Sign, minutes: Minutes) -> None:
    minutes.meeting.secretary = minutes.cast.chair
    minutes.meeting.save()
    chair = as_person("chair")
    assert chair.get(address(minutes)).status_code == 404
    minutes.make()
    minutes.send("chair")

    shown = page(chair, minutes)
    assert "О ходе набора" in shown
    assert "Направить на согласование" not in shown
    done = chair.post(
        reverse("meetings:approval-agree", args=[minutes.asked("chair").pk]), {"version": minutes.row.version}
    )
    assert done.status_code == 302
    assert minutes.row.is_agreed


def test_the_protocol_and_its_assignments_lead_to_each_other(as_person: Sign, minutes: Minutes) -> None:
    controller, coordinator = as_person("controller"), as_person("tomsk_coordinator")
    minutes.signed()
    protocol = minutes.row.protocol
    assert protocol
    link = f'href="{address(minutes)}"'

    draft = controller.get(protocol.get_absolute_url()).content.decode()
    assert link in draft
    assert f'href="{address(minutes)}#decision-2.1"' in draft
    minutes.issue()

    issued = coordinator.get(protocol.get_absolute_url()).content.decode()
    assert link in issued
    assert f'href="{address(minutes)}#decision-1.2"' in issued
    assert 'id="decision-2.1"' in page(controller, minutes)
    farmers = as_person("chair").get(protocol.get_absolute_url())
    assert link not in farmers.content.decode()


def test_the_template_is_downloaded_changed_and_refused_in_words(as_person: Sign, minutes: Minutes) -> None:
    controller, coordinator = as_person("controller"), as_person("tomsk_coordinator")
    place = reverse("meetings:protocol-template")
    assert "действует шаблон портала" in controller.get(place).content.decode()
    shipped = controller.get(reverse("meetings:protocol-template-shipped")).content
    assert shipped == shipped_template()

    bad = controller.post(
        place, {"file": SimpleUploadedFile("x.docx", PDF), "note": "Иной шрифт.", "based_on": 0}
    )
    assert bad.status_code == 400
    assert "Иной шрифт." in bad.content.decode()
    assert not ProtocolTemplate.objects.exists()
    good = {"file": SimpleUploadedFile("x.docx", shipped), "note": "Иной шрифт.", "based_on": 0}
    assert controller.post(place, good).status_code == 302
    assert "Иной шрифт." in controller.get(place).content.decode()
    stored = controller.get(reverse("meetings:protocol-template-file", args=[1]))
    assert stored.content == shipped
    assert coordinator.get(place).status_code == 403
    assert coordinator.get(reverse("meetings:protocol-template-file", args=[1])).status_code == 404
    assert "Новая версия" not in as_person("methodologist").get(place).content.decode()


def test_the_queries_of_the_page_do_not_grow_with_questions_and_approvers(
    as_person: Sign, minutes: Minutes
) -> None:
    controller = as_person("controller")
    minutes.make()
    minutes.send()
    few = len(queries_now(controller, address(minutes)))
    for place in range(5, 15):
        assigned(item(minutes.meeting, position=place), due_on=date(2026, 4, 1))
    minutes.make()
    minutes.send("administrator", "methodologist", "controller")

    assert len(queries_now(controller, address(minutes))) == few


@pytest.mark.parametrize("person", ["methodologist", "tomsk_minister"])
def test_a_reader_sees_no_buttons(as_person: Sign, minutes: Minutes, person: str) -> None:
    minutes.signed()
    minutes.issue()

    shown = page(as_person(person), minutes)
    assert "О ходе набора" in shown
    assert 'action="/meetings/' not in shown

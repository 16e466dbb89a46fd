"""The protocol on paper: what it says, how the DOCX and the PDF are made, which templates are refused."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from clusters.models import Cluster
from common.errors import InvalidInput, NotAllowed
from common.names import clean_name
from meetings.enums import MeetingKind, MeetingState
from meetings.models import Meeting, MeetingProtocol, ProtocolTemplate
from meetings.papers.content import Paper, paper_of, roman
from meetings.papers.docx import TemplateFailed, docx_of, template_bytes
from meetings.papers.pdf import pdf_of
from meetings.papers.proving import template_proved, text_of
from meetings.papers.samples import STRANGE, long_paper, short_paper
from meetings.papers.shipped import shipped_built, shipped_template
from meetings.services.minutes import minutes_make
from meetings.services.templates import template_upload
from regions.models import Region
from tests.cast import Cast
from tests.files.samples import PDF
from tests.meetings.builders import OPENED, item, meeting
from tests.meetings.minutes import Minutes, assigned

DAY = date(2026, 3, 4)


# What it says


def test_the_text_says_who_met_what_was_heard_and_what_was_decided(minutes: Minutes) -> None:
    minutes.make()

    paper = paper_of(minutes.row)

    assert (paper.number, paper.date, paper.kind) == (
        "1-пр",
        "4\xa0марта\xa02026\xa0г.",
        "внеочередного совещания",
    )
    assert paper.title == "Совещание <о наборе> & «ёлках»"
    assert paper.chair.words == "А.\xa0Б.\xa0Председателева, Руководитель центра"
    assert [(row.region, row.person) for row in paper.attendees] == [
        ("Томская область", "Т.\xa0Т.\xa0Томская")
    ]
    assert paper.also_present == ("И. И. Гость, министерство",)
    assert [row.number for row in paper.items] == ["I", "II", "III", "IV"]
    first, second, third, fourth = paper.items
    assert [(row.number, row.text, row.executors, row.term) for row in first.decisions] == [
        ("1.1", "Принять информацию к сведению.", "", ""),
        ("1.2", "Представить сведения о наборе.", "все кластеры", "не позднее 20.03.2026 включительно"),
    ]
    assert second.decisions[0].executors == "региональные координаторы: регион: Томская область"
    assert [row.text for row in third.decisions] == [
        "Перенести на следующее совещание: Вернуться к вопросу.",
        "Вопрос: Сколько педагогов?\nОтвет будет дан дополнительно.",
    ]
    assert fourth.decisions[0].text == "Решение по вопросу не принималось."
    assert first.notes == ()
    assert paper.distribution[0] == "региональным координаторам: Омская область, Томская область"


def test_the_figures_of_the_agenda_stand_in_the_protocol_only_with_the_notes(minutes: Minutes) -> None:
    minutes.meeting.agenda.filter(position=1).update(source="overdue", figures={"open": 7, "overdue": 2})
    minutes.make()

    plain = paper_of(minutes.row)
    MeetingProtocol.objects.filter(pk=minutes.row.pk).update(with_notes=True)
    with_notes = paper_of(minutes.row)

    assert plain.items[0].text == "Набор идёт."
    assert with_notes.items[0].text == "Набор идёт.\nПоказатели: на контроле 7, просрочено 2."


def test_more_than_fifteen_who_attended_stand_in_an_annex(minutes: Minutes) -> None:
    minutes.meeting.also_present = "\n".join(f"Гость {number}" for number in range(15))
    minutes.meeting.save()
    minutes.make()

    paper = paper_of(minutes.row)

    assert paper.attendance_annex == 1
    assert paper.attendance == "1 регион, приглашённых: 15; список прилагается (приложение 1)."


def test_clusters_and_the_absent_are_named_with_their_regions(minutes: Minutes) -> None:
    tomsk, omsk = minutes.meeting.invitations.order_by("-region")
    tomsk.clusters.update(present=True, marked_at=OPENED, marked_way="list")
    tomsk.clusters.filter(cluster=minutes.cast.tomsk_farming).update(attendee="Ф. Ф. Фермер")
    omsk.present, omsk.marked_at, omsk.marked_way = False, OPENED, "hand"
    omsk.answer, omsk.answer_reason, omsk.answered_at = "excused", "Болезнь", OPENED
    omsk.save()
    minutes.make()

    paper = paper_of(minutes.row)

    assert "(Ф.\xa0Ф.\xa0Фермер)" in paper.attendees[0].clusters
    assert paper.absent == ("Омская область (по уважительной причине)",)
    assert "Болезнь" not in str(paper)


def test_sixty_clusters_by_hand_stand_by_name_in_an_annex(minutes: Minutes) -> None:
    clusters = [
        Cluster.objects.create(code=f"70-9{number:02d}", region=minutes.cast.tomsk, name=f"Кластер {number}")
        for number in range(60)
    ]
    held = meeting(MeetingState.CLOSED)
    assigned(item(held), audience={"clusters": [row.code for row in clusters]})

    paper = paper_of(minutes_make(actor=minutes.controller, meeting_id=held.pk, version=1))

    assert paper.items[0].decisions[0].executors.endswith("60\xa0кластеров (приложение 1)")
    assert [(row.annex, row.item, len(row.rows)) for row in paper.lists] == [(1, "1.1", 60)]
    assert paper.lists[0].rows[0][2] == "Томская область"


def test_the_kind_is_not_said_twice_and_that_of_an_association_names_it(cast: Cast, minutes: Minutes) -> None:
    def kind(**values: Any) -> Paper:
        held = meeting(MeetingState.CLOSED, **values)
        return paper_of(minutes_make(actor=minutes.controller, meeting_id=held.pk, version=1))

    of_farmers = kind(kind=MeetingKind.ASSOCIATION, association=cast.farmers, title="О посевной")
    assert (of_farmers.kind, of_farmers.title) == (
        "совещания отраслевой ассоциации «Сельское хозяйство»",
        "О посевной",
    )
    of_winners = kind(kind=MeetingKind.HISTORIC, cohort_year=2022)
    assert of_winners.kind == "совещания победителей отбора 2022 года"


def test_every_printed_word_is_in_the_digest(minutes: Minutes) -> None:
    minutes.make()
    before = paper_of(minutes.row).digest
    assert paper_of(minutes.row).digest == before

    Meeting.objects.filter(pk=minutes.meeting.pk).update(place="Томск")

    assert paper_of(minutes.row).digest != before


def test_the_number_of_queries_does_not_grow_with_the_meeting(minutes: Minutes) -> None:
    minutes.make()
    row = minutes.row
    with CaptureQueriesContext(connection) as few:
        paper_of(row)
    for place in range(5, 20):
        assigned(item(minutes.meeting, position=place))
    for region in Region.objects.exclude(pk__in=minutes.meeting.invitations.values("region")):
        minutes.meeting.invitations.create(region=region, invited_at=OPENED)
    minutes.make()

    row = minutes.row
    with CaptureQueriesContext(connection) as many:
        paper_of(row)
    assert len(many) == len(few)


def test_roman_numbers() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 40, 89)] == ["I", "IV", "IX", "XIV", "XL", "LXXXIX"]


# DOCX


def words(content: bytes) -> str:
    return text_of(Document(io.BytesIO(content)))


def test_the_docx_says_it_all_in_its_order(minutes: Minutes) -> None:
    minutes.make()
    paper = paper_of(minutes.row)

    said = words(docx_of(paper, shipped_template()))

    place = 0
    for part in (
            *paper.body, "ПРОТОКОЛ", paper.kind, paper.title, paper.date, "№ 1-пр", "Москва, зал № 1",
            "Председательствующий: А. Б. Председателева", "Присутствовали:", "1. Томская область — Т. Т. Томская",
            "I. О ходе набора", "СЛУШАЛИ:", "В. В. Докладчик — О ходе набора", "РЕШИЛИ:", "1.1. Принять",
            "1.2. Представить", "Ответственные: все кластеры.", "Срок: не позднее 20.03.2026 включительно.",
            "II. О закупках", "2.1. Проверить", "III. О кадрах", "IV. Разное", "Контроль за исполнением",
            "Руководитель центра", "С. С. Секретарь", "Разослано:", "— региональным координаторам",
    ):  # fmt: skip
        place = said.index(clean_name(part), place)
    assert "{" not in said
    assert "Приложение" not in said


def test_the_docx_has_real_headings_repeated_heads_and_annexes_on_their_own_pages() -> None:
    document = Document(io.BytesIO(docx_of(long_paper(), shipped_template())))

    styles = [line.style.name for line in document.paragraphs if line.text.startswith(("ПРОТОКОЛ", "№40."))]
    assert styles == ["Heading 1", "Heading 2"]
    attendance, executors = document.tables[-2:]
    assert (len(attendance.rows), len(executors.rows)) == (90, 61)
    for table in (attendance, executors):
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert "w:cantSplit" in table.rows[1]._tr.xml
    assert executors.rows[60].cells[1].text == "Кластер-исполнитель 60"
    annexes = [line for line in document.paragraphs if line.text.startswith("Приложение ")]
    assert [line.paragraph_format.page_break_before for line in annexes] == [True, True]


def test_signs_of_markup_stand_in_the_docx_as_they_were_typed() -> None:
    evil = f"{STRANGE} {{{{ номер }}}} {{% if %}} ]]> \x07 ё " + "Ы" * 300
    paper = replace(short_paper(), title=evil, control="Первая строка.\nВторая <b>строка</b>.")

    content = docx_of(paper, shipped_template())

    said = words(content)
    assert clean_name(f"{STRANGE} {{{{ номер }}}} {{% if %}} ]]>") in said
    assert "Вторая <b>строка</b>." in said
    assert "Ы" * 300 in said
    with ZipFile(io.BytesIO(content)) as archive:
        assert "<w:br/>" in archive.read("word/document.xml").decode()


def test_the_shipped_template_is_the_one_that_is_built() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    assert parts(shipped_template()) == parts(shipped_built())
    template_proved(shipped_template())


# PDF


def test_the_pdf_is_tagged_for_the_archive_and_the_same_every_time() -> None:
    content = pdf_of(long_paper(), DAY)

    assert content.startswith(b"%PDF-1.7")
    assert content == pdf_of(long_paper(), DAY)
    assert b"pdfuaid:part" in content
    assert b"pdfaid:part" in content
    assert pdf_of(short_paper(), DAY) != content


def test_words_that_no_line_holds_do_not_stop_the_pdf() -> None:
    paper = replace(short_paper(), title="Ы" * 3000, place="https://portal.example/" + "a/b?c=" * 200)

    assert pdf_of(paper, DAY).startswith(b"%PDF")
    assert pdf_of(replace(short_paper(), title='#panic() "\\ $x$ @a <b>'), DAY).startswith(b"%PDF")


# Templates that are refused


def edited(change: Callable[[Any], None]) -> bytes:
    """The shipped template after a change by hand."""
    document = Document(io.BytesIO(shipped_template()))
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def lines_of(document: Any) -> list[Any]:
    """Paragraphs of the body, then those in tables."""
    cells = [cell for table in document.tables for cell in table._cells]
    return [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]


def replaced(was: str, becomes: str) -> bytes:
    """The shipped template with other words in the first paragraph that has these."""

    def change(document: Any) -> None:
        lines = [
            *document.paragraphs,
            *(line for table in document.tables for cell in table._cells for line in cell.paragraphs),
        ]
        line = next(line for line in lines if was in line.text)
        line.runs[0].text = line.text.replace(was, becomes)
        for run in line.runs[1:]:
            run.text = ""

    return edited(change)


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("{%p for вопрос in вопросы %}", "", "Метка «endfor» ничего не закрывает."),
        ("{%p for строка in орган %}", "{%p for строка in орган", "У скобки метки нет пары."),
        ("{%p endfor %}", "", "Метка «for» не закрыта: нет «endfor»."),
        ("{%p if название %}", "{%p macro название %}", "Такой метки нет: «{% macro название %}»."),
        ("{{ вид }}", "{{ вид. }}", "Метка не читается."),
        ("{{ вид }}", "{{ видд }}", "Портал не знает имени «видд»."),
        ("{{ вид }}", "{{ председатель.пост }}", "Портал не знает имени «председатель.пост»."),
        ("{{ вид }}", "{{ вид.__class__ }}", "Портал не знает имени «вид.__class__»."),
        ("{{ вид }}", "{{ вид['__class__'] }}", "Портал не знает имени"),
        ("{{ вид }}", "{{ вид.upper() }}", "вычисления и вызовы не разрешены."),
        ("{{ вид }}", "{{ вид * 1000000000 }}", "вычисления и вызовы не разрешены."),
        ("{{ вид }}", "{{ cycler }}", "Портал не знает имени «cycler»."),
        ("{{ вид }}", "{{ вид | safe }}", "Такого фильтра нет: «safe»."),
        ("{{ вид }}", "{% include 'x' %}{{ вид }}", "Такой метки нет: «{% include 'x' %}»."),
        ("{%p for строка in орган %}", "{%p for строка in вид %}", "Это не список"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_with_its_tag_and_place(
    was: str, becomes: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        template_proved(replaced(was, becomes))

    sentence = next(str(line) for line in refused.value.errors["file"] if told in str(line))
    assert re.search(r"Место: «.+»\.$", sentence)


@pytest.mark.parametrize(
    ("was", "requisite"),
    [
        ("№ {{ номер }}", "номер"),
        ("{{ дата }}", "дата"),
        ("Срок: {{ решение.срок }}.", "решение.срок"),
        ("Ответственные: {{ решение.ответственные }}.", "решение.ответственные"),
        ("{{ контроль }}", "контроль"),
        ("{{ строка.кластер }}", "перечни"),
    ],
)
def test_a_template_without_a_requisite_is_refused_by_its_name(was: str, requisite: str) -> None:
    def without(document: Any) -> None:
        for line in lines_of(document):
            if was in line.text:
                line.runs[0].text = line.text.replace(was, "…")

    with pytest.raises(InvalidInput, match=f"нет реквизита «{requisite}»"):
        template_proved(edited(without))


def test_loops_too_deep_in_one_another_are_refused() -> None:
    inside = "{% for а in вопросы %}" * 4 + "{{ вид }}" + "{% endfor %}" * 4
    with pytest.raises(InvalidInput, match="Слишком много повторений"):
        template_proved(replaced("{{ вид }}", inside))


def test_a_tag_that_word_has_torn_into_runs_is_read_whole() -> None:
    def tear(document: Any) -> None:
        line = next(line for line in document.paragraphs if line.text == "{{ вид }}")
        line.runs[0].text = "{{ "
        for piece in ("ви", "д }", "}"):
            line.add_run(piece).bold = True

    template_proved(edited(tear))


def test_what_is_no_document_or_takes_from_elsewhere_is_refused() -> None:
    with pytest.raises(InvalidInput, match="не открывается"):
        template_proved(PDF)

    def attach(document: Any) -> None:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
        document.part.relate_to("http://evil.example/t.dotm", kind, is_external=True)

    with pytest.raises(InvalidInput, match=r"evil\.example"):
        template_proved(edited(attach))


def upload(cast: Cast, content: bytes, **values: Any) -> ProtocolTemplate:
    given = {
        "note": "Другой шрифт.",
        "based_on": 0,
        "upload": SimpleUploadedFile("шаблон.docx", content),
        **values,
    }
    return template_upload(actor=cast.scope("controller"), **given)


def test_a_proved_template_holds_from_now_on(after_the_meeting: Path, cast: Cast) -> None:
    content = replaced("РЕШИЛИ:", "ПОСТАНОВИЛИ:")

    assert upload(cast, content).number == 1

    assert template_bytes() == content
    assert "ПОСТАНОВИЛИ:" in words(docx_of(short_paper(), template_bytes()))


def test_the_last_good_template_stays_when_another_is_refused(after_the_meeting: Path, cast: Cast) -> None:
    upload(cast, shipped_template())

    refused: list[dict[str, Any]] = [
        {"content": replaced("{{ вид }}", "{{ видд }}"), "based_on": 1},
        {"content": shipped_template(), "based_on": 0},
        {"content": shipped_template(), "based_on": 1, "note": " "},
        {"content": shipped_template(), "based_on": 1, "note": "я" * 301},
        {"content": PDF, "based_on": 1, "upload": SimpleUploadedFile("шаблон.pdf", PDF)},
        {"content": b"", "based_on": 1},
    ]
    for values in refused:
        with pytest.raises(InvalidInput):
            upload(cast, **values)
    with pytest.raises(NotAllowed):
        template_upload(
            actor=cast.scope("methodologist"), note="Так.", based_on=1,
            upload=SimpleUploadedFile("шаблон.docx", shipped_template()),
        )  # fmt: skip
    assert ProtocolTemplate.objects.count() == 1
    assert len(list(after_the_meeting.rglob("*"))) == 3  # the folder of parts, one folder, one file


def test_a_template_that_breaks_on_a_paper_is_an_error_of_its_own() -> None:
    with pytest.raises(TemplateFailed):
        docx_of(short_paper(), replaced("{{ вид }}", "{{ видд }}"))

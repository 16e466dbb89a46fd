"""Printed forms: one model, drawn as PDF and as DOCX."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from django.utils import translation

from common.documents import (
    RIGHT,
    Document,
    Facts,
    Heading,
    Paragraph,
    Table,
    TableColumn,
    printable,
)
from common.documents.docx import docx_of
from common.documents.pdf import pdf_of

LONG = "Кластер «Электроэнергетика и высокоавтоматизированное машиностроение» Ханты-Мансийского автономного округа"
ROWS = [(str(number), f"{LONG} {number}", "строка\nи ещё одна") for number in range(1, 61)]
TABLE = Table((TableColumn("№", 4, RIGHT), TableColumn("Кластер", 30), TableColumn("Сказано", 20)), ROWS)
FORM = Document(
    title="Реестр поручений",
    about=["Отбор: Регион: Томская область"],
    blocks=[
        Heading("Часть"),
        Facts([("Срок", "не позднее 28.05.2026 включительно")]),
        Paragraph("мелко", True),
        TABLE,
    ],
    portal="Профпортал",
    as_of="По состоянию на 10 марта 2026 г., 12:00 МСК",
    mark="Реестр",
    made_at=datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
    language="ru",
)
EVIL = 'text #read("/etc/passwd") *a* $x$ <b>&\x00\x0b\ufffe\ud800'


@pytest.fixture(autouse=True)
def _russian() -> Any:
    with translation.override("ru"):
        yield


def paper(document: Document) -> Any:
    return docx.Document(io.BytesIO(docx_of(document)))


def test_the_same_form_is_the_same_pdf_byte_for_byte() -> None:
    first = pdf_of(FORM)

    assert first.startswith(b"%PDF-1.7")
    assert first == pdf_of(FORM)
    assert first != pdf_of(replace(FORM, title="Другой"))


def test_the_pdf_is_tagged_and_says_its_language_and_its_standards() -> None:
    content = pdf_of(FORM)

    assert b"/StructTreeRoot" in content
    assert b"/Lang(ru)" in content
    assert b"<pdfuaid:part>1<" in content
    assert b"<pdfaid:part>2<" in content


def test_the_docx_says_the_same_in_the_same_order() -> None:
    found = paper(FORM)

    words = [line.text for line in found.paragraphs if line.text]
    assert words == ["Реестр поручений", "Отбор: Регион: Томская область", "Часть", "мелко"]
    assert [line.style.name for line in found.paragraphs[:1]] == ["Heading 1"]
    facts, table = found.tables
    assert [cell.text for cell in facts.rows[0].cells] == ["Срок", "не позднее 28.05.2026 включительно"]
    assert [cell.text for cell in table.rows[0].cells] == ["№", "Кластер", "Сказано"]
    assert [cell.text for cell in table.rows[1].cells] == ["1", f"{LONG} 1", "строка\nи ещё одна"]
    assert len(table.rows) == 61


def test_headings_of_a_docx_table_stand_on_every_page_and_rows_are_not_parted() -> None:
    table = paper(FORM).tables[1]

    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)


def test_the_docx_is_a_page_of_ours_with_header_and_numbers() -> None:
    found = paper(replace(FORM, landscape=True))
    section = found.sections[0]

    assert section.header.paragraphs[0].text == "Профпортал\tПо состоянию на 10 марта 2026 г., 12:00 МСК"
    fields = section.footer.paragraphs[0]._p.xpath("w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    about = found.core_properties
    assert (about.title, about.author, about.comments) == ("Реестр поручений", "Профпортал", "")
    assert about.created.replace(tzinfo=UTC) == FORM.made_at


def test_words_of_people_are_words_on_paper() -> None:
    evil = replace(
        FORM, title=EVIL, about=[EVIL], blocks=[Facts([(EVIL, EVIL)]), Table(TABLE.columns, [(EVIL,) * 3])]
    )

    assert pdf_of(evil).startswith(b"%PDF")
    assert paper(evil).tables[0].rows[0].cells[1].text == 'text #read("/etc/passwd") *a* $x$ <b>&'
    with zipfile.ZipFile(io.BytesIO(docx_of(evil))) as parts:
        assert b"<b>" not in parts.read("word/document.xml").replace(b"&lt;b&gt;", b"")


def test_a_text_keeps_its_lines_and_loses_what_no_paper_knows() -> None:
    assert printable("a\r\nb\rc\td\x07") == "a\nb\nc d"

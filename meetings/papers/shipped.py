"""The template that the portal ships: built here, kept in `meetings/data`, edited by the centre in Word.

`manage.py protocol_template` writes the file anew after a change of this module.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "protocol.docx"
FONT = "Times New Roman"
BODY, SMALL = 14, 12
"""Sizes of letters in points, as official papers have them."""
LEFT, RIGHT, TOP, BOTTOM = 30, 15, 20, 20
"""Margins in millimetres."""
WIDTH = 210 - LEFT - RIGHT
SIGNATURE = 95
"""Millimetres that the post of a signature takes."""


@lru_cache(maxsize=1)
def shipped_template() -> bytes:
    """The bytes of the file."""
    return FILE.read_bytes()


def shipped_built() -> bytes:
    """The same, built anew."""
    from docx import Document  # costly import, only for a document

    paper = Document()
    _sheet(paper)
    _styles(paper)
    _head(paper)
    _attendance(paper)
    _questions(paper)
    _foot(paper)
    _annexes(paper)
    about = paper.core_properties
    about.title, about.author, about.comments, about.language = "Протокол совещания", "", "", "ru-RU"
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _sheet(paper: Any) -> None:
    """A4 by the state standard: the number of the page in the middle above, from the second page on."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>')
    )


def _styles(paper: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Mm, Pt, RGBColor

    looks = (
        ("Normal", BODY, False),
        ("Heading 1", 16, True),
        ("Heading 2", BODY, True),
        ("Heading 3", BODY, True),
    )
    for name, size, bold in looks:
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(6)
    for name, before in (("Heading 2", 14), ("Heading 3", 8)):
        spacing = paper.styles[name].paragraph_format
        spacing.space_before, spacing.keep_with_next = Pt(before), True
    normal = paper.styles["Normal"]
    normal.paragraph_format.line_spacing = 1.0
    normal.element.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="ru-RU"/>'))
    indent = paper.styles["Body Text"]
    indent.base_style = normal
    indent.paragraph_format.first_line_indent = Mm(12.5)


def _line(paper: Any, text: str, *, style: str = "Normal", align: str = "left", bold: bool = False) -> Any:
    """A paragraph; a tag in it is typed in one piece, as a person would leave it in Word."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line = paper.add_paragraph(style=style)
    line.add_run(text).bold = bold or None
    line.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    return line


def _tags(paper: Any, *tags: str) -> None:
    """Tags that stand alone in their paragraphs and leave none behind."""
    for tag in tags:
        _line(paper, f"{{%p {tag} %}}")


def _head(paper: Any) -> None:
    _tags(paper, "for строка in орган")
    _line(paper, "{{ строка }}", align="center", bold=True)
    _tags(paper, "endfor")
    _line(paper, "ПРОТОКОЛ", style="Heading 1", align="center").paragraph_format.space_before = _points(18)
    _line(paper, "{{ вид }}", align="center")
    _tags(paper, "if название")
    _line(paper, "{{ название }}", align="center", bold=True)
    _tags(paper, "endif")
    _grid(paper, [("{{ дата }}", "left"), ("№ {{ номер }}", "right")], (WIDTH / 2, WIDTH / 2))
    _tags(paper, "if место")
    _line(paper, "Место проведения: {{ место }}").paragraph_format.space_before = _points(6)
    _tags(paper, "endif")
    _line(paper, "Форма проведения: {{ форма }}")


def _points(size: int) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _attendance(paper: Any) -> None:
    for word, title in (("председатель", "Председательствующий"), ("секретарь", "Секретарь")):
        _tags(paper, f"if {word}.полностью")
        _line(paper, f"{title}: {{{{ {word}.полностью }}}}")
        _tags(paper, "endif")
    _tags(paper, "if присутствовали")
    _line(paper, "Присутствовали: {{ присутствовали }}", align="justify")
    _tags(paper, "else")
    _line(paper, "Присутствовали:")
    _tags(paper, "for участник in участники")
    _line(
        paper,
        "{{ участник.номер }}. {{ участник.регион }}{% if участник.кто %} — {{ участник.кто }}{% endif %}"
        "{% if участник.кластеры %}; кластеры: {{ участник.кластеры }}{% endif %}",
        align="justify",
    )
    _tags(paper, "endfor", "for человек in приглашённые")
    _line(paper, "{{ человек }}", align="justify")
    _tags(paper, "endfor", "endif", "if отсутствовали")
    _line(paper, "Отсутствовали: {{ отсутствовали }}", align="justify")
    _tags(paper, "endif")


def _questions(paper: Any) -> None:
    _tags(paper, "if без_вопросов")
    _line(paper, "{{ без_вопросов }}", style="Body Text")
    _tags(paper, "endif", "for вопрос in вопросы")
    _line(paper, "{{ вопрос.номер }}. {{ вопрос.тема }}", style="Heading 2")
    _line(paper, "СЛУШАЛИ:", style="Heading 3")
    _tags(paper, "if вопрос.докладчик")
    _line(paper, "{{ вопрос.докладчик }} — {{ вопрос.тема }}", style="Body Text", align="justify")
    _tags(paper, "else")
    _line(paper, "{{ вопрос.тема }}", style="Body Text", align="justify")
    _tags(paper, "endif", "if вопрос.содержание")
    _line(paper, "{{ вопрос.содержание }}", style="Body Text")
    _tags(paper, "endif", "for заметка in вопрос.заметки")
    _line(paper, "{{ заметка }}", style="Body Text")
    _tags(paper, "endfor")
    _line(paper, "РЕШИЛИ:", style="Heading 3")
    _tags(paper, "for решение in вопрос.решения")
    number = "{% if решение.номер %}{{ решение.номер }}. {% endif %}"
    _line(paper, number + "{{ решение.текст }}", style="Body Text")
    for word, title in (("ответственные", "Ответственные"), ("результат", "Форма отчёта"), ("срок", "Срок")):
        _tags(paper, f"if решение.{word}")
        _line(paper, f"{title}: {{{{ решение.{word} }}}}.", style="Body Text")
        _tags(paper, "endif")
    _tags(paper, "endfor", "endfor")


def _foot(paper: Any) -> None:
    _tags(paper, "if контроль")
    _line(
        paper, "{{ контроль }}", style="Body Text", align="justify"
    ).paragraph_format.space_before = _points(14)
    _tags(paper, "endif")
    for word, title in (("председатель", "Председательствующий"), ("секретарь", "Секретарь")):
        widths = (SIGNATURE, WIDTH - SIGNATURE)
        post = f"{{% if {word}.должность %}}{{{{ {word}.должность }}}}{{% else %}}{title}{{% endif %}}"
        _grid(paper, [(post, "left"), (f"{{{{ {word}.имя }}}}", "right")], widths, before=22)
    _line(paper, "Разослано:").paragraph_format.space_before = _points(20)
    _tags(paper, "for адресат in рассылка")
    _line(paper, "— {{ адресат }}")
    _tags(paper, "endfor")


def _annexes(paper: Any) -> None:
    _tags(paper, "if явка")
    _annex_head(paper, "явка.номер", "Список присутствовавших")
    columns = ("№", "Регион", "Представитель региона", "Кластеры")
    cells = ("номер", "регион", "кто", "кластеры")
    _rows(paper, columns, "явка.строки", cells, (12, 45, 48, WIDTH - 105))
    _tags(paper, "if явка.приглашённые")
    _line(paper, "Приглашённые:").paragraph_format.space_before = _points(10)
    _tags(paper, "for человек in явка.приглашённые")
    _line(paper, "{{ человек }}")
    _tags(paper, "endfor", "endif", "if явка.отсутствовали")
    _line(
        paper, "Отсутствовали: {{ явка.отсутствовали }}", align="justify"
    ).paragraph_format.space_before = _points(10)
    _tags(paper, "endif", "endif", "for перечень in перечни")
    _annex_head(paper, "перечень.номер", "Перечень исполнителей по пункту {{ перечень.пункт }}")
    names = ("номер", "кластер", "регион")
    _rows(paper, ("№", "Кластер", "Регион"), "перечень.строки", names, (12, 93, WIDTH - 105))
    _tags(paper, "endfor")


def _annex_head(paper: Any, number: str, title: str) -> None:
    first = _line(paper, f"Приложение {{{{ {number} }}}}", align="right")
    first.paragraph_format.page_break_before = True
    _line(paper, "к протоколу от {{ дата }} № {{ номер }}", align="right")
    _line(paper, title, style="Heading 2", align="center")


def _grid(paper: Any, cells: Sequence[tuple[str, str]], widths: Sequence[float], *, before: int = 6) -> None:
    """A row without lines: date and number, post and name; it does not break over pages."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    row = _table(paper, 1, widths, is_framed=False).rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    for cell, (text, side) in zip(row.cells, cells, strict=True):
        line = cell.paragraphs[0]
        line.add_run(text)
        line.paragraph_format.space_before = _points(before)
        line.paragraph_format.keep_with_next = True
        line.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())


def _rows(
    paper: Any, titles: Sequence[str], rows: str, cells: Sequence[str], widths: Sequence[float]
) -> None:
    """A framed table: head, the tag of the loop, the row that is repeated, its end."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    table = _table(paper, 4, widths, is_framed=True)
    lines = (titles, (f"{{%tr for строка in {rows} %}}",), [f"{{{{ строка.{name} }}}}" for name in cells],
             ("{%tr endfor %}",))  # fmt: skip
    for row, texts in zip(table.rows, lines, strict=True):
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell, text in zip(row.cells, texts, strict=False):
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(SMALL)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    head = table.rows[0]
    for cell in head.cells:
        cell.paragraphs[0].runs[0].bold = True
    head._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _table(paper: Any, rows: int, widths: Sequence[float], *, is_framed: bool) -> Any:
    from docx.shared import Mm

    table = paper.add_table(rows, len(widths), style="Table Grid" if is_framed else None)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table

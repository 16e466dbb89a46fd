"""A form as DOCX: real headings, tables with repeated headings, page numbers; edited in any office program."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from common.documents import RIGHT, Block, Document, Facts, Heading, Paragraph, TableColumn, printable

FONT = "Times New Roman"
BODY, SMALL, TITLE, PART = 11, 9, 15, 12
"""Sizes of letters in points."""
WIDE, TALL = 297, 210
"""Sides of A4 in millimetres."""
LEFT_MARGIN, LEFT_OF_LANDSCAPE, RIGHT_MARGIN, TOP, BOTTOM = 25, 15, 12, 22, 20
"""Margins in millimetres; an upright sheet is filed by its left one."""
NAMES = 0.32
"""The part of the width that the names of facts take."""
TWIPS = 1440 / 25.4
"""Twentieths of a point in a millimetre."""
FAINT, HEAD, HAIR = "4A5563", "EEF1F5", "8792A1"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LANGUAGES = {"ru": "ru-RU", "en": "en-GB"}


def docx_of(document: Document) -> bytes:
    """The same words as in the PDF."""
    from docx import Document as Paper  # costly import, only for an export

    paper = Paper()
    width = _lay_out(paper, document)
    _style(paper, document.language)
    _describe(paper, document)
    paper.add_heading(printable(document.title), level=1)
    for words in document.about:
        paper.add_paragraph(printable(words))
    for block in document.blocks:
        _write(paper, block, width)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _lay_out(paper: Any, document: Document) -> float:
    """The sheet with its margins, header and footer; the width of the text in millimetres."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = paper.sections[0]
    wide, tall = (WIDE, TALL) if document.landscape else (TALL, WIDE)
    left = LEFT_OF_LANDSCAPE if document.landscape else LEFT_MARGIN
    section.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(tall)
    section.left_margin, section.right_margin = Mm(left), Mm(RIGHT_MARGIN)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.header_distance = section.footer_distance = Mm(10)
    width = wide - left - RIGHT_MARGIN
    before, middle, after = (_("page %(number)s of %(total)s") % {"number": "\n", "total": "\n"}).split("\n")
    _edge(section.header, [document.portal, "\t", document.as_of], width)
    _edge(section.footer, [document.mark, "\t", before, "=PAGE", middle, "=NUMPAGES", after], width)
    return float(width)


def _edge(edge: Any, parts: Sequence[str], width: float) -> None:
    """The line above or below every page: left words, a tab, right words; «=NAME» is a field of the program."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    line = edge.paragraphs[0]
    line.paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    for part in parts:
        if part.startswith("="):
            line._p.append(
                _element(f'<w:fldSimple {_W} w:instr="{part[1:]}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
            )
        elif part == "\t":
            line.add_run().add_tab()
        else:
            line.add_run(printable(part))


def _style(paper: Any, language: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    looks = (
        ("Normal", BODY, False, None),
        ("Heading 1", TITLE, True, None),
        ("Heading 2", PART, True, None),
        ("Header", SMALL, False, FAINT),
        ("Footer", SMALL, False, FAINT),
    )
    for name, size, bold, colour in looks:
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour or "000000")
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
        for stops in style.element.findall(f".//{qn('w:tabs')}"):
            stops.getparent().remove(stops)  # those of the library's own sheet
    for name, before in (("Heading 1", 0), ("Heading 2", 12)):
        spacing = paper.styles[name].paragraph_format
        spacing.space_before, spacing.space_after = Pt(before), Pt(4)
    normal = paper.styles["Normal"]
    normal.paragraph_format.space_after = Pt(4)
    spoken = _LANGUAGES.get(language, "en-GB")
    normal.element.get_or_add_rPr().append(_element(f'<w:lang {_W} w:val="{spoken}"/>'))


def _describe(paper: Any, document: Document) -> None:
    """What the file says of itself; nothing of the library that wrote it."""
    about = paper.core_properties
    about.title, about.author, about.comments = printable(document.title), printable(document.portal), ""
    about.language = document.language
    about.created = about.modified = document.made_at.replace(tzinfo=None)
    about.last_modified_by = ""


def _write(paper: Any, block: Block, width: float) -> None:
    from docx.shared import Pt, RGBColor

    if isinstance(block, Heading):
        paper.add_heading(printable(block.text), level=2)
    elif isinstance(block, Paragraph):
        run = paper.add_paragraph().add_run(printable(block.text))
        if block.quiet:
            run.font.size, run.font.color.rgb = Pt(SMALL), RGBColor.from_string(FAINT)
    elif isinstance(block, Facts):
        columns = (TableColumn("", NAMES), TableColumn("", 1 - NAMES))
        _add_table(paper, columns, block.rows, width, is_framed=False)
    else:
        _add_table(paper, block.columns, block.rows, width, is_framed=True)


def _add_table(
    paper: Any,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[str]],
    width: float,
    *,
    is_framed: bool,
) -> None:
    """Written as XML at once: a table of a thousand rows cell by cell takes the library a minute."""
    whole = sum(column.share for column in columns)
    widths = [round(column.share / whole * width * TWIPS) for column in columns]
    line = f'<w:insideH w:val="single" w:sz="4" w:color="{HAIR}"/>'
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="{HAIR}"/>' for side in ("top", "bottom"))
    frame = f"<w:tblBorders>{edges}{line}</w:tblBorders>" if is_framed else ""
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in widths)
    head = _row([column.title for column in columns], columns, widths, is_head=True) if is_framed else ""
    body = "".join(_row(row, columns, widths, is_framed=is_framed) for row in rows)
    table = _element(
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{frame}<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:firstRow="{int(is_framed)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>'
    )
    paper.element.body.insert_element_before(table, "w:sectPr")
    paper.add_paragraph().paragraph_format.space_after = 0


def _row(
    cells: Sequence[str],
    columns: Sequence[TableColumn],
    widths: Sequence[int],
    *,
    is_head: bool = False,
    is_framed: bool = True,
) -> str:
    drawn = "".join(
        _cell(
            cell,
            size,
            column.side,
            is_head=is_head,
            half_points=2 * (SMALL if is_framed else BODY),
            is_faint=not is_framed and not place,
        )
        for place, (cell, column, size) in enumerate(zip(cells, columns, widths, strict=True))
    )
    repeated = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{drawn}</w:tr>"


def _cell(text: str, width: int, side: str, *, is_head: bool, half_points: int, is_faint: bool) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD}"/>' if is_head else ""
    look = ("<w:b/>" if is_head else "") + (f'<w:color w:val="{FAINT}"/>' if is_faint else "")
    place = '<w:jc w:val="right"/>' if side == RIGHT else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in printable(text).split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="30" w:after="30"/>{place}</w:pPr>'
        f'<w:r><w:rPr>{look}<w:sz w:val="{half_points}"/></w:rPr>{lines}</w:r></w:p></w:tc>'
    )


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(xml)

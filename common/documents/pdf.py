"""A form as PDF: tagged (PDF/UA-1), for the archive (PDF/A-2a), with fonts of its own, the same bytes every time."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from common.documents import Block, Document, Facts, Heading, Paragraph, Table, printable

TEMPLATE = "documents/form.typ"


def pdf_of(document: Document) -> bytes:
    """Words travel as data, so that nothing in them is run; fonts are those inside typst."""
    content: bytes = typst.compile(
        (Path(settings.BASE_DIR) / "templates" / TEMPLATE).read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"document": json.dumps(_data(document), ensure_ascii=False)},
    )
    return content


def _data(document: Document) -> dict[str, Any]:
    made = document.made_at
    return {
        "title": printable(document.title),
        "about": [printable(line) for line in document.about],
        "blocks": [_block(block) for block in document.blocks],
        "portal": printable(document.portal),
        "as_of": printable(document.as_of),
        "mark": printable(document.mark),
        "page": _("page %(number)s of %(total)s") % {"number": "#", "total": "@"},
        "made": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "language": document.language,
        "landscape": document.landscape,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": printable(block.text)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": printable(block.text), "quiet": block.quiet}
    if isinstance(block, Facts):
        return {"kind": "facts", "rows": [[printable(name), printable(value)] for name, value in block.rows]}
    return _table(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "titles": [printable(column.title) for column in table.columns],
        "shares": [column.share for column in table.columns],
        "sides": [column.side for column in table.columns],
        "rows": [[printable(cell) for cell in row] for row in table.rows],
    }

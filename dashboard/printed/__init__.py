"""Printed forms of the portal: each module says what one paper holds, `common.documents` draws it.

What a form may show is what its page shows: the same selectors, the same scope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.documents import Block, Document, Paragraph
from common.documents.docx import docx_of
from common.documents.pdf import pdf_of
from common.errors import StrOrPromise, TooLarge
from common.formatting import date_time, number

PDF_FORM, DOCX_FORM = "pdf", "docx"
MAX_PRINTED = 2_000
"""Rows of one paper, about a hundred pages."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed form: its title in menus, its URL name, the part of the address that says what it is about."""

    title: StrOrPromise
    url_name: str
    argument: str = ""


PAPERS = {
    "card": Paper(gettext_lazy("Control card"), "dashboard:execution-card", "pk"),
    "registry": Paper(gettext_lazy("Registry of assignments"), "dashboard:registry-paper"),
    "overdue": Paper(gettext_lazy("List of what is not executed"), "dashboard:overdue-paper"),
    "attendance": Paper(gettext_lazy("Attendance sheet"), "dashboard:attendance-paper", "pk"),
    "region": Paper(gettext_lazy("Brief on the region"), "dashboard:region-brief", "code"),
}


def paper_named(key: str) -> Paper:
    """The form that a menu names."""
    return PAPERS[key]


def framed(
    title: str,
    about: Sequence[str],
    blocks: Sequence[Block],
    *,
    mark: str = "",
    landscape: bool = False,
    instant: datetime | None = None,
) -> Document:
    """A form as of this minute, or of a past moment, in the reader's language."""
    now = clock.now().replace(second=0, microsecond=0)
    return Document(
        title=title,
        about=about,
        blocks=blocks,
        portal=_("Profportal"),
        as_of=_("As of %(instant)s") % {"instant": date_time(instant or now)},
        mark=mark or title,
        made_at=now,
        language=(translation.get_language() or "ru")[:2],
        landscape=landscape,
    )


def drawn(document: Document, form: str) -> bytes:
    """The form as a file; `form` is pdf or docx."""
    return pdf_of(document) if form == PDF_FORM else docx_of(document)


def refuse_endless(count: int) -> None:
    """Raises TooLarge for more rows than a paper takes."""
    if count > MAX_PRINTED:
        message = _(
            "A printed form takes at most %(limit)s rows. Narrow the filter, or download the list as XLSX or CSV."
        )
        raise TooLarge(message % {"limit": number(MAX_PRINTED)})


def filter_words(conditions: Sequence[str]) -> str:
    """The filter of a paper in a line."""
    return _("Filter: %(conditions)s") % {"conditions": "; ".join(conditions) or _("none: the whole list")}


def nothing(text: str = "") -> Paragraph:
    """What stands in the place of an empty table."""
    return Paragraph(text or _("Nothing fits the filter: the list is empty."))

"""Setting the letter: the layout that people may edit inside a frame that they may not, and what they did wrong.

A layout is a program. It can ask for no file and no package: the root of its files is an empty folder, the names by
which a package could be fetched are refused, and it is set in a process of its own (`rating.letter_cell`) with its time
and memory limited. The layout that the portal ships is code of the portal and is set at once.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.charts.picture import own_fonts
from common.documents import printable
from common.errors import ImpossibleStep
from rating import letter_cell

FRAME, SHIPPED = "documents/letter_frame.typ", "documents/letter.typ"
LAYOUT = "letter.typ"
"""How the frame calls the layout."""
MOST_LAYOUT = 60_000
"""Characters of a layout."""
LONGEST_SOURCE = 60
"""Characters of a line that a refusal quotes."""
WAIT_SECONDS = 40
"""For so long a layout may keep a person or the worker waiting."""
NO_WAY_OUT = "http://127.0.0.1:9"
"""The proxy of a process that sets a layout: nobody listens there."""
FORBIDDEN = re.compile(r"(?<![\w-])(import|include|eval|std|plugin)(?![\w-])")
"""Names by which a layout could run what stands elsewhere; `std` holds all others."""
_PLACE = re.compile(rf"[^\s]*{re.escape(LAYOUT)}:(\d+):\d+")
TOO_LONG = "assertion failed: the letter does not fit on one page"
KNOWN: tuple[tuple[re.Pattern[str], Promise], ...] = (
    (re.compile(TOO_LONG), gettext_lazy("the letter does not fit on one page")),
    (re.compile(r"unknown variable: (?P<name>.+)"), gettext_lazy("there is no name “%(name)s”")),
    (
        re.compile(r"dictionary does not contain key \"(?P<name>.+?)\""),
        gettext_lazy("the letter has no value “%(name)s”"),
    ),
    (re.compile(r"unexpected argument: (?P<name>.+)"), gettext_lazy("there is no argument “%(name)s”")),
    (re.compile(r"loop seems to be infinite"), gettext_lazy("this loop has no end")),
    (re.compile(r"unclosed "), gettext_lazy("a bracket or a quotation mark is not closed")),
    (re.compile(r"unexpected (?P<name>.+)"), gettext_lazy("“%(name)s” does not belong here")),
    (re.compile(r"expected (?P<name>.+)"), gettext_lazy("the compiler expected here: %(name)s")),
    (
        re.compile(r"file not found|.*would escape the project root|.*failed to download package"),
        gettext_lazy("a layout reads no files and fetches nothing"),
    ),
    (
        re.compile(r"(?P<name>PDF/.+)"),
        gettext_lazy("the page is not fit for the archive or for a reader of the screen: %(name)s"),
    ),
)
"""What the compiler says most often, in the words of the reader."""


class LetterNotSet(ImpossibleStep):
    """A letter cannot be set, in the words of the reader.

    `line` is that of the layout where one is to blame, `source` what stands there.
    """

    code = "letter_not_set"

    def __init__(self, message: str, line: int | None = None, source: str = "") -> None:
        super().__init__(message)
        self.line, self.source = line, source

    def __str__(self) -> str:
        if self.line is None:
            return self._words()
        return _("Line %(line)s of the layout, “%(source)s”: %(words)s") % {
            "line": self.line,
            "source": Truncator(self.source.strip()).chars(LONGEST_SOURCE),
            "words": self._words(),
        }

    def _words(self) -> str:
        for pattern, words in KNOWN:
            if found := pattern.match(str(self.message)):
                return str(words) % found.groupdict()
        return str(self.message)


@lru_cache(maxsize=2)
def _shipped(name: str) -> str:
    return (Path(settings.BASE_DIR) / "templates" / name).read_text(encoding="utf-8")


def shipped_layout() -> str:
    """The layout of the portal itself."""
    return _shipped(SHIPPED)


def clean_layout(text: str) -> str:
    """A layout as it is kept: with plain ends of lines; that of the portal in the place of an empty one."""
    lines = printable(text).rstrip().split("\n")
    return "\n".join(line.rstrip() for line in lines) + "\n" if text.strip() else shipped_layout()


def layout_refusal(layout: str) -> str:
    """Why a layout may not even be tried; empty when it may."""
    if len(layout) > MOST_LAYOUT:
        return _("At most %(most)s characters.") % {"most": MOST_LAYOUT}
    for number, line in enumerate(layout.split("\n"), 1):
        if found := FORBIDDEN.search(line):
            words = _("a layout may not use “%(name)s”: it reads no files and fetches nothing")
            return str(LetterNotSet(words % {"name": found[1]}, number, line))
    return ""


def set_letter(layout: str, inputs: Mapping[str, str]) -> bytes:
    """The letter with its appendix as PDF/A-2a and PDF/UA-1; `layout` is empty for that of the portal.

    `inputs` are the JSON texts `letter` and `table`. The same arguments give the same bytes. Raises LetterNotSet.
    """
    return _set(layout or shipped_layout(), inputs, label="")


def said_on_page(layout: str, inputs: Mapping[str, str]) -> str:
    """All texts of the first page in their order. Raises LetterNotSet."""
    found = _set(layout or shipped_layout(), {**inputs, "proof": "1"}, label="page")
    return " ".join(json.loads(found))


def _set(layout: str, inputs: Mapping[str, str], *, label: str) -> bytes:
    refusal = layout_refusal(layout)
    if refusal:
        raise LetterNotSet(refusal)
    asked = {
        "files": {"main": _shipped(FRAME), LAYOUT: layout},
        "inputs": dict(inputs),
        "label": label,
    }
    if layout != shipped_layout():
        return _in_a_cell(asked)
    try:
        return letter_cell.set_document(asked, own_fonts())
    except typst.TypstError as error:
        raise _not_set(asked, error.message, error.diagnostic) from error


def _in_a_cell(asked: dict[str, Any]) -> bytes:
    with TemporaryDirectory() as root:
        try:
            done = subprocess.run(  # noqa: S603 -- our own script under our own interpreter
                [sys.executable, "-I", letter_cell.__file__],
                input=json.dumps(asked).encode(),
                capture_output=True,
                cwd=root,
                env=dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NO_WAY_OUT),
                timeout=WAIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LetterNotSet(_("the layout took too long")) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == letter_cell.FAULT:
        raise _not_set(asked, *json.loads(done.stdout))
    raise LetterNotSet(_("the layout took too much time or memory"))


def _not_set(asked: Mapping[str, Any], message: str, diagnostic: str) -> LetterNotSet:
    place = _PLACE.search(diagnostic)
    if place is None or message.startswith(TOO_LONG):  # no line is to blame for that
        return LetterNotSet(message)
    line = int(place[1])
    return LetterNotSet(message, line, asked["files"][LAYOUT].split("\n")[line - 1])

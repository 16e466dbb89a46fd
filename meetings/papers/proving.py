"""Whether an uploaded template may be used: every tag is read, every name known, every requisite printed.

A refusal names the tag and the paragraph where it stands, in the words of whoever edits the template in Word.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError

from common.errors import InvalidInput
from common.names import clean_name
from meetings.papers.content import Paper
from meetings.papers.docx import FILTERS, TemplateFailed, context_of, docx_of, environment
from meetings.papers.samples import long_paper, requisites, short_paper

MOST_CHARACTERS = 2_000_000
"""Of the main part of a template; ours has forty thousand."""
DEEPEST = 3
"""Loops inside loops: deeper ones multiply."""
PLACE_SHOWN = 80
PAIRS = {"for": "endfor", "if": "endif"}
LOOP = {"index": 1, "index0": 0, "first": True, "last": True, "length": 1}
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.CondExpr, nodes.Keyword,
)  # fmt: skip
_TAG = re.compile(r"\{%[-+]?\s*(\w+)?(.*?)[-+]?%\}|\{\{.*?\}\}", re.DOTALL)
_MARKUP = re.compile(r"<[^>]+>")
_LOOSE = re.compile(r"\{\{|\{%|%\}|\}\}")


class _Unknown(Exception):
    """A name that the context does not hold."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the document as the engine reads it, one paragraph a line, and the paragraphs as they were typed."""

    source: str
    typed: tuple[str, ...]

    def place(self, line: int) -> str:
        """The words of the paragraph of a line, for a person to find it."""
        lines = self.source.split("\n")
        return _shown(_words(lines[min(line, len(lines)) - 1]))


def _words(xml: str) -> str:
    """What a reader sees of a piece of markup."""
    return clean_name(unescape(_MARKUP.sub("", xml)))


def _shown(words: str) -> str:
    return words if len(words) <= PLACE_SHOWN else words[:PLACE_SHOWN].rstrip() + "…"


def template_proved(content: bytes) -> None:
    """Raises InvalidInput (field `file`) with everything that is wrong with a template."""
    document = _opened(content)
    problems: list[str] = []
    for part in _parts(document):
        problems += _Checked(part).problems
    if problems:
        raise InvalidInput({"file": problems})
    for paper in (short_paper(), long_paper()):
        problems = _missing(content, paper)
        if problems:
            raise InvalidInput({"file": problems})


def _opened(content: bytes) -> Any:
    from docxtpl import DocxTemplate  # costly import, only for a document

    try:
        document = DocxTemplate(io.BytesIO(content))
        document.get_docx()
    except (BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise InvalidInput({"file": _("The file cannot be opened as a document of Word.")}) from error
    for part in document.docx.part.package.iter_parts():
        for link in part.rels.values():
            if link.is_external and not link.reltype.endswith("/hyperlink"):
                text = _(
                    "The template takes something from another place: “%(place)s”. Put it into the file."
                )
                raise InvalidInput({"file": text % {"place": link.target_ref}})
    if len(document.get_xml()) > MOST_CHARACTERS:
        raise InvalidInput({"file": _("The template is too large.")})
    return document


def _parts(document: Any) -> Iterator[_Part]:
    """Body, headers, footers and notes: all that the engine fills."""
    sources = [document.get_xml()]
    for link in document.docx.part.rels.values():
        if link.reltype.rpartition("/")[2] in ("header", "footer", "footnotes"):
            sources.append(link.target_part.blob.decode())
    for source in sources:
        typed = map(_words, re.split(r"(?=<w:p[ >])", source))
        patched = document.patch_xml(source.replace("\n", " "))
        yield _Part(re.sub(r"<w:p([ >])", r"\n<w:p\1", patched), tuple(typed))


class _Checked:
    """Finds what is wrong with the tags of one part; `problems` are sentences."""

    def __init__(self, part: _Part) -> None:
        self.part = part
        self.problems: list[str] = []
        self._braces()
        if not self.problems:
            self._pairs()
        if self.problems:
            return
        try:
            tree = environment().parse(part.source)
        except TemplateSyntaxError as error:
            self._say(_("The tag cannot be read"), error.lineno)
            return
        self._visit(tree, _known(), 0)

    def _say(self, what: str, line: int) -> None:
        self._say_at(what, self.part.place(line))

    def _say_at(self, what: str, place: str) -> None:
        sentence = _("%(what)s. Place: “%(place)s”.") % {"what": what, "place": place}
        if sentence not in self.problems:
            self.problems.append(sentence)

    def _braces(self) -> None:
        """A tag begins and ends in one paragraph; the engine would read an open one on into the next."""
        for words in self.part.typed:
            if _LOOSE.search(_TAG.sub("", words)):
                self._say_at(_("A brace of a tag has no partner"), _shown(words))

    def _pairs(self) -> None:
        """Every «for» has its «endfor», every «if» its «endif», in the right order; no other words."""
        open_tags: list[tuple[str, int]] = []
        for line, text in enumerate(self.part.source.split("\n"), 1):
            for tag in _TAG.finditer(text):
                word = tag[1] or ""
                if tag[0].startswith("{{"):
                    continue
                if word in PAIRS:
                    open_tags.append((word, line))
                elif word in PAIRS.values():
                    if not open_tags or PAIRS[open_tags[-1][0]] != word:
                        self._say(_("The tag “%(tag)s” closes nothing") % {"tag": word}, line)
                        return
                    open_tags.pop()
                elif word not in ("else", "elif"):
                    self._say(_("There is no such tag: “%(tag)s”") % {"tag": tag[0]}, line)
        for word, line in open_tags:
            closing = {"tag": word, "closing": PAIRS[word]}
            self._say(_("The tag “%(tag)s” is not closed: “%(closing)s” is missing") % closing, line)

    def _visit(self, node: nodes.Node, known: dict[str, Any], depth: int) -> None:
        if not isinstance(node, ALLOWED):
            self._say(_("A template only prints, asks and repeats; it cannot compute or call"), node.lineno)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            self._say(_("There is no such filter: “%(name)s”") % {"name": node.name}, node.lineno)
        elif isinstance(node, nodes.For):
            self._visit_loop(node, known, depth + 1)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._value(node, known)
        else:
            for child in node.iter_child_nodes():
                self._visit(child, known, depth)

    def _visit_loop(self, loop: nodes.For, known: dict[str, Any], depth: int) -> None:
        if depth > DEEPEST:
            self._say(_("Loops stand too deep in one another"), loop.lineno)
            return
        rows = self._value(loop.iter, known)
        if rows is None:
            return
        if (
            not isinstance(rows, list)
            or not isinstance(loop.target, nodes.Name)
            or loop.recursive
            or loop.test
        ):
            self._say(_("This is no list that can be repeated"), loop.lineno)
            return
        inner = {**known, loop.target.name: rows[0] if rows else "", "loop": LOOP}
        for child in [*loop.body, *loop.else_]:
            self._visit(child, inner, depth)

    def _value(self, node: nodes.Node, known: dict[str, Any]) -> Any:
        """The sample value that an expression names; None after a complaint."""
        try:
            return _resolved(node, known)
        except _Unknown as error:
            text = _("The portal knows no name “%(name)s”") % {"name": error}
            self._say(text, node.lineno)
            return None


def _known() -> dict[str, Any]:
    """Every name with a value of the samples: what one leaves empty the other fills."""
    long = {name: value for name, value in context_of(long_paper()).items() if value}
    return {**context_of(short_paper()), **long}


def _resolved(node: nodes.Node, known: dict[str, Any]) -> Any:
    if isinstance(node, nodes.Name) and node.name in known:
        return known[node.name]
    if isinstance(node, nodes.Getattr):
        holder = _resolved(node.node, known)
        if isinstance(holder, dict) and node.attr in holder:
            return holder[node.attr]
        raise _Unknown(f"{_written(node.node)}.{node.attr}")
    raise _Unknown(_written(node))


def _written(node: nodes.Node) -> str:
    """A name as the template writes it."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return "…"


def _missing(content: bytes, paper: Paper) -> list[str]:
    """Requisites that the document made of a sample does not print."""
    from docx import Document

    try:
        document = Document(io.BytesIO(docx_of(paper, content)))
    except (TemplateFailed, KeyError, ValueError, SyntaxError) as error:
        return [_("A trial document could not be made: %(reason)s") % {"reason": error}]
    words = text_of(document)
    text = _("The requisite “%(tag)s” does not stand in the document: put its tag in.")
    return [text % {"tag": tag} for tag, value in requisites(paper).items() if clean_name(value) not in words]


def text_of(document: Any) -> str:
    """All words of a document with its headers and footers, in one line."""
    roots = [document.element.body]
    for section in document.sections:
        roots += [section.header._element, section.footer._element]
        roots += [section.first_page_header._element, section.first_page_footer._element]
    lines = ("".join(node.itertext()) for root in roots for node in root.iter() if node.tag.endswith("}p"))
    return clean_name(" ".join(lines))

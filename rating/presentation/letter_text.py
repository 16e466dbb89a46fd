"""The text of a stored letter set for reading on a page: headings, lists and the small print told apart.

The bytes of a letter never change, so its form is found in the text itself. What fits no form stays a paragraph.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

SIGNATURE = re.compile(r"\n-- ?\n")
"""What parts the small print from the letter (RFC 3676)."""
NUMBERED = re.compile(r"\d+\. ")


class Block(NamedTuple):
    """A piece of a letter: kind is heading, numbered, lines, paragraph or small; `lines` are its texts in order."""

    kind: str
    lines: Sequence[str]


def blocks_of(text: str) -> list[Block]:
    """The pieces of a letter in their order."""
    body, *small = SIGNATURE.split(text.strip(), maxsplit=1)
    pieces = [piece.strip().split("\n") for piece in re.split(r"\n{2,}", body) if piece.strip()]
    return [
        *(found for lines in pieces for found in _blocks(lines)),
        *(Block("small", [part.strip().replace("\n", " ")]) for part in small),
    ]


def _blocks(lines: Sequence[str]) -> list[Block]:
    """A piece as one block; items with their numbers are parted from what follows them."""
    if len(lines) == 1:
        return [_heading(lines[0]) if lines[0].isupper() else Block("paragraph", lines)]
    numbered = list(takewhile(NUMBERED.match, lines))
    if not numbered:
        return [Block("lines", lines)]
    rest = lines[len(numbered) :]
    items = Block("numbered", [NUMBERED.sub("", line, count=1) for line in numbered])
    return [items, Block("lines", rest)] if rest else [items]


def _heading(line: str) -> Block:
    """Capitals stand for a heading only where there is no other type."""
    return Block("heading", [line.capitalize()])

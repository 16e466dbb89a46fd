"""How much two short texts say the same: a pure measure over the stems of their words."""

import re

from common.names import name_key

LONGEST_STEM = 7
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDING = re.compile(
    r"(?<=\w{3})(?:ами|ями|ого|его|ому|ему|ыми|ими|ов|ев|ей|ом|ем|ам|ям|ах|ях|ых|их|ым|им|ть|ing|ed|es|s"
    r"|[аеиоуыэюяйь]{1,3})$"
)
"""Endings of Russian and English words; what is left needs no dictionary to be compared."""


def stems(text: str) -> frozenset[str]:
    """The words of a text without their endings, in one case; figures and the shortest words say nothing."""
    return frozenset(map(_stem, _WORD.findall(name_key(text))))


def stem(word: str) -> str:
    """One word (a key) without its ending; empty for a figure and for what is too short to have one."""
    return _stem(word) if _WORD.fullmatch(word) else ""


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:LONGEST_STEM]


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The part of all stems that two texts share (Jaccard): 1 for the same stems, 0 for nothing in common."""
    together = len(one | other)
    return len(one & other) / together if together else 1.0

"""Found words in a text: marked for the eye, and the part of a long text that holds them. Pure."""

import re
from collections.abc import Iterable, Sequence

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from common.similarity import stem

SNIPPET = 160
"""Characters of a long text that are shown around the first found word."""
_WORD = re.compile(r"\w+")

Span = tuple[int, int]


def found_spans(text: str, words: Iterable[str]) -> list[Span]:
    """Where the words (keys) stand in a text, as parts of its words or else by their stems; in order, not touching."""
    key, places = _key_of(text)
    spans: list[Span] = []
    for word in words:
        found = [match.span() for match in re.finditer(re.escape(word), key)] if word else []
        spans += [(places[start], places[end - 1] + 1) for start, end in found or _by_stem(key, word)]
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text with its found words in `<mark>`, all else escaped."""
    parts, last = [], 0
    for start, end in found_spans(text, words):
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html_join("", "{}<mark>{}</mark>", parts) + escape(text[last:])


def snippet(text: str, words: Sequence[str], length: int = SNIPPET) -> str:
    """The part of a text around its first found word, cut between words; empty when none of them is in it."""
    line = " ".join(text.split())
    spans = found_spans(line, words)
    if not spans:
        return ""
    if len(line) <= length:
        return line
    start = max(0, min(spans[0][0] - length // 3, len(line) - length))
    end = min(len(line), start + length)
    if start:
        start = line.find(" ", start, spans[0][0]) + 1 or start
    if end < len(line):
        cut = line.rfind(" ", spans[0][1], end)
        end = cut if cut > 0 else end
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def _key_of(text: str) -> tuple[str, list[int]]:
    """The text as a key, and of each of its characters the place in the text: some letters fold into two."""
    parts, places = [], []
    for place, ch in enumerate(text):
        folded = ch.casefold().replace("ё", "е")
        parts.append(folded)
        places += [place] * len(folded)
    return "".join(parts), places


def _by_stem(key: str, word: str) -> list[Span]:
    wanted = stem(word)
    if not wanted:
        return []
    return [match.span() for match in _WORD.finditer(key) if stem(match.group()) == wanted]

"""References to protocols and items as people write them: «п. 2.1 протокола № 14 от 04.10.2023»."""

import re
from dataclasses import dataclass
from datetime import date

from common.names import name_key

PROTOCOL_WORD = re.compile(r"протокол\w{0,3}|protocols?")
_NUMBER = r"(?P<number>\d[\w./-]*)"
_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\d.])")
_ITEM = re.compile(rf"(?<!\w)(?:п\.|п(?=\s)|пункт\w{{0,3}}|item)\s*{_NUMBER}")
_PROTOCOL = re.compile(
    rf"(?<!\w)(?:(?:протокол\w{{0,3}}|protocol)\s*(?:№|no\.?)?\s*{_NUMBER}|(?:№|no\.)\s*(?P<sign>\S+))"
)
_LINKS = frozenset({"от", "of", "№", "no."})


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text asks for: numbers are keys (`name_key`) and meant whole, `words` are all that is left."""

    item: str = ""
    protocol: str = ""
    held_on: date | None = None
    words: tuple[str, ...] = ()

    @property
    def is_item_only(self) -> bool:
        """True when nothing but the number of an item is asked for."""
        return bool(self.item) and not (self.protocol or self.held_on or self.words)


def read_reference(text: str) -> Reference:
    """Take numbers and a day out of a text; what is no day of the calendar stays a word."""
    left = name_key(text)
    held_on, left = _day_of(left)
    item, left = _number_of(_ITEM, left)
    protocol, left = _number_of(_PROTOCOL, left)
    words = left.split()
    if item or protocol or held_on:
        words = [word for word in words if word not in _LINKS and not PROTOCOL_WORD.fullmatch(word)]
    return Reference(item, protocol, held_on, tuple(words))


def _day_of(text: str) -> tuple[date | None, str]:
    found = _DAY.search(text)
    if not found:
        return None, text
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None, text
    return day, f"{text[: found.start()]} {text[found.end() :]}"


def _number_of(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    if not found:
        return "", text
    number = next(value for value in found.groupdict().values() if value).rstrip(".,;:")
    return number, f"{text[: found.start()]} {text[found.end() :]}"

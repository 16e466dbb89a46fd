"""The words of the letter that the centre edits: their default, the names in braces, and what is refused in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from rating.letter_press import layout_refusal

PLACES = ("месяц", "регион", "возражения_до")
"""What a text may ask for in braces: month of the slice, the region in the genitive, last day of objections."""
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")
MOST_CHARACTERS = {
    "letterhead": 200,
    "own_name": 200,
    "opening_ranked": 300,
    "opening_few": 300,
    "opening_no_due": 300,
    "opening_no_clusters": 300,
    "closing": 400,
}


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The texts of one version under the names of the fields of `LetterTemplate`, with the line ends of the paper.

    `layout` is the source of the page, empty for that of the portal (`rating.letter_press`).
    """

    letterhead: str = "МИНИСТЕРСТВО ПРОСВЕЩЕНИЯ\nРОССИЙСКОЙ ФЕДЕРАЦИИ"
    own_name: str = "Центр управления и развития\nфедерального проекта «Профессионалитет»"
    opening_ranked: str = ""
    opening_few: str = ""
    opening_no_due: str = ""
    opening_no_clusters: str = ""
    closing: str = ""
    signer_post: str = "Руководитель Центра"
    signer_name: str = ""
    executor: str = "дежурный контролёр"
    phone: str = ""
    layout: str = ""

    def opening(self, status: str) -> str:
        """The opening words for a kind of region (`RegionStatus`)."""
        return str(getattr(self, f"opening_{status}"))


DEFAULT_WORDS = LetterWords()
"""What holds until somebody saves other words."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the names in braces replaced by their values."""
    return _BRACES.sub(lambda found: values[found[1]], text)


def words_checked(texts: Mapping[str, str]) -> LetterWords:
    """The words of a template as people wrote them; InvalidInput names field, line and what is wrong there."""
    errors: dict[str, Any] = {}
    for field in fields(LetterWords):
        refusal = _refusal(field.name, texts[field.name])
        if refusal:
            errors[field.name] = refusal
    if errors:
        raise InvalidInput(errors)
    return LetterWords(**{field.name: texts[field.name] for field in fields(LetterWords)})


def _refusal(field: str, text: str) -> str:
    if field == "layout":
        return layout_refusal(text)
    if field in ("own_name", "signer_post", "executor") and not text.strip():
        return _("This must not be empty in a letter.")
    most = MOST_CHARACTERS.get(field)
    if most and len(text) > most:
        return _("At most %(most)s characters: the letter is one page.") % {"most": most}
    for number, line in enumerate(text.split("\n"), 1):
        for found in _BRACES.finditer(line):
            if found[1] is None:
                return _("Line %(line)s: a brace has no partner.") % {"line": number}
            if found[1] not in PLACES:
                known = ", ".join(f"{{{name}}}" for name in PLACES)
                return _("Line %(line)s: the template knows no “%(name)s”; it knows %(known)s.") % {
                    "line": number,
                    "name": found[0],
                    "known": known,
                }
    return ""

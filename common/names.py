"""One rule for what people type: names of one line, texts of several, and the key by which names sort and match.

The key makes names sort and match the same on both databases.
"""

import re
import unicodedata

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.errors import InvalidInput

BIDI_CONTROLS = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)

SIGNATURE_MARK = "-- "
"""The line that parts the small print from a letter (RFC 3676)."""
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by their category that are drawn as nothing."""
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INITIAL = re.compile(r"\b([А-ЯЁ]\.) ")


def is_storable(text: str) -> bool:
    """Whether both databases take the text: no NUL and no half of a surrogate pair, as bad bytes on a command
    line leave behind."""
    return not any(ch == "\x00" or "\ud800" <= ch <= "\udfff" for ch in text)


def is_visible(ch: str) -> bool:
    """Whether a reader sees the character: no space, control, format or unassigned one, no blank, no lone mark."""
    return unicodedata.category(ch)[0] not in "CZM" and ch not in BLANKS


def name_column(path: str = "") -> str:
    """The column that holds the name in the language of the reader; `path` leads to what is named."""
    return f"{path}name_en" if get_language() == "en" else f"{path}name_ru"


def clean_name(text: str) -> str:
    """NFC, single spaces, without direction overrides and control characters that only deceive a reader.

    Characters that nobody sees go from both ends; what holds nothing to see is empty.
    """
    text = unicodedata.normalize("NFC", text).translate(BIDI_CONTROLS)
    text = "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs"))
    if not any(map(is_visible, text)):
        return ""
    return " ".join(_trimmed(text).split())


def clean_text(text: str) -> str:
    """The same for a text of several lines: they stay lines, with at most one empty line between them."""
    lines = [clean_name(line) for line in re.split(r"\r\n|\r|\n", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def tidy_letter(text: str) -> str:
    """The text of a letter as a template made it, with single spaces and at most one empty line in a row.

    None stand at the ends of lines but in the mark before a signature.
    """
    lines = [
        line if line == SIGNATURE_MARK else re.sub(r"[ \t]+", " ", line).strip(" ")
        for line in text.strip().splitlines()
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def one_line(text: str, *, field: str) -> str:
    """A name or a number as a person typed it, cleaned; InvalidInput where it is not one plain line."""
    if _LINE_ENDS.search(text.strip()):
        raise InvalidInput({field: _("Write it in one line.")})
    if _OVERRIDES.search(text):
        raise InvalidInput(
            {field: _("The text holds hidden characters that turn its direction: type it anew.")}
        )
    return clean_name(text)


def written(text: str) -> str:
    """A text kept as it was typed, with plain line ends; empty when there is nothing to see in it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _trimmed(text) if any(map(is_visible, text)) else ""


def _trimmed(text: str) -> str:
    """Without what nobody sees at both ends; a mark at the end belongs to the letter before it."""
    first = next((place for place, ch in enumerate(text) if is_visible(ch)), len(text))
    behind = text[::-1]
    last = next((place for place, ch in enumerate(behind) if _is_seen_behind(ch)), len(text))
    return text[first : len(text) - last]


def _is_seen_behind(ch: str) -> bool:
    return is_visible(ch) or (unicodedata.category(ch)[0] == "M" and ch not in BLANKS)


def words_of(text: str) -> tuple[str, ...]:
    """The words that somebody looks for, each as a key; all of them must be found."""
    return tuple(name_key(text).split())


def bind_initials(text: str) -> str:
    """The same name with its initials kept on one line with what follows: «имени И. А. Стебута»."""
    return _INITIAL.sub("\\1\u00a0", text)


def name_key(text: str) -> str:
    """Casefolded, ё as е: «Щёкин» and «щекин» share one key, and byte order sorts Russian right."""
    return clean_name(text).casefold().replace("ё", "е")

"""The normalised key that makes names sort and match the same on both databases."""

import unicodedata

BIDI_CONTROLS = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def is_storable(text: str) -> bool:
    """Whether both databases take the text: no NUL and no half of a surrogate pair, as bad bytes on a command
    line leave behind."""
    return not any(ch == "\x00" or "\ud800" <= ch <= "\udfff" for ch in text)


def clean_name(text: str) -> str:
    """NFC, single spaces, without direction overrides and control characters that only deceive a reader."""
    text = unicodedata.normalize("NFC", text).translate(BIDI_CONTROLS)
    text = "".join(ch for ch in text if ch in "\n\t" or unicodedata.category(ch) not in ("Cc", "Cs"))
    return " ".join(text.split())


def words_of(text: str) -> tuple[str, ...]:
    """The words that somebody looks for, each as a key; all of them must be found."""
    return tuple(name_key(text).split())


def name_key(text: str) -> str:
    """Casefolded, ё as е: «Щёкин» and «щекин» share one key, and byte order sorts Russian right."""
    return clean_name(text).casefold().replace("ё", "е")

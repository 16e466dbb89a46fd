"""The sender's name of a file, made safe to store, show and offer at download."""

import unicodedata

from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.names import clean_name

MAX_NAME_LENGTH = 200
_UNSAFE = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_file_name(name: str | None) -> str:
    """The last part of a path in NFC, without direction marks, invisible and forbidden characters.

    Raises InvalidInput for NUL, broken text and a name without an ending; a long name is cut in its stem.
    """
    name = name or ""
    if "\x00" in name or any("\ud800" <= character <= "\udfff" for character in name):
        raise InvalidInput({"file": _("The name of the file contains a forbidden character.")})
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in name if unicodedata.category(character) != "Cf")
    name = clean_name(name).translate(_UNSAFE).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension:
        raise InvalidInput({"file": _("The name of the file has no ending that tells its type.")})
    extension = extension.lower()
    stem = stem.strip(". ") or "file"
    return f"{stem[: MAX_NAME_LENGTH - len(extension) - 1].rstrip()}.{extension}"

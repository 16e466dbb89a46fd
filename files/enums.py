"""The types of files that the portal accepts; everything else is refused."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class FileType:
    """A type by its content: the endings that may carry it, and what a browser is told."""

    extensions: tuple[str, ...]
    content_type: str
    is_image: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."


class Accepted(Enum):
    """The whitelist. Old binary office formats and macros stay outside: they carry programs."""

    PDF = FileType(("pdf",), "application/pdf")
    DOCX = FileType(("docx",), _OFFICE + "wordprocessingml.document")
    XLSX = FileType(("xlsx",), _OFFICE + "spreadsheetml.sheet")
    PPTX = FileType(("pptx",), _OFFICE + "presentationml.presentation")
    PNG = FileType(("png",), "image/png", is_image=True)
    JPEG = FileType(("jpg", "jpeg"), "image/jpeg", is_image=True)
    TXT = FileType(("txt",), "text/plain; charset=utf-8")


class Made(Enum):
    """What the portal writes for its readers and does not take from them."""

    CSV = FileType(("csv",), "text/csv; charset=utf-8")


BY_EXTENSION = {extension: kind for kind in Accepted for extension in kind.value.extensions}
IMAGE_CONTENT_TYPES = frozenset(kind.value.content_type for kind in Accepted if kind.value.is_image)
ACCEPTED_EXTENSIONS = tuple(BY_EXTENSION)
"""For the `accept` attribute of a form and for messages."""

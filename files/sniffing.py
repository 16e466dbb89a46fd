"""What a file really is, by its bytes and never by what the sender says.

Nothing here runs, renders or unpacks to disk; every read is bounded.
"""

import re
import struct
import zlib
from collections.abc import Iterable
from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from PIL import JpegImagePlugin, PngImagePlugin
from PIL.ImageFile import ImageFile

from common.errors import InvalidInput
from files.enums import Accepted

MAX_PARTS = 5_000
MAX_INFLATED_BYTES = 128 * 1024 * 1024
MAX_RATIO = 250
RATIO_MATTERS_FROM_BYTES = 8 * 1024 * 1024
MAX_CONTENT_TYPES_BYTES = 1024 * 1024
MAX_PIXELS = 50_000_000
PDF_TAIL_BYTES = 4096
CHUNK = 64 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_ENCRYPTED_FLAG = 0x1
_SYMLINK_MODE = 0o120000
_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Accepted.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Accepted.XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": Accepted.PPTX,
}
_BROKEN_ARCHIVE = (
    BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
_BROKEN_IMAGE = (OSError, SyntaxError, ValueError, struct.error, KeyError, IndexError, EOFError, Warning)
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def refusal(message: str) -> InvalidInput:
    """A refused file, as an error of its field."""
    return InvalidInput({"file": message})


def recognise(handle: IO[bytes], size: int) -> Accepted | None:
    """The accepted type that these bytes are, or None when they are nothing the portal knows.

    Raises InvalidInput with the reason when the type is known but this file is damaged, protected, a bomb or
    carries macros. `size` is the length in bytes; the handle is left at an arbitrary place.
    """
    handle.seek(0)
    head = handle.read(16)
    if head.startswith(_PDF):
        return _pdf(handle, size)
    if head.startswith(_ZIP):
        return _office(handle)
    if head.startswith(_PNG):
        return _image(handle, Accepted.PNG)
    if head.startswith(_JPEG):
        return _image(handle, Accepted.JPEG)
    if head.startswith(_OLE):
        raise refusal(
            _("The file has a password or is saved in an old format. Save it as DOCX, XLSX or PDF.")
        )
    return _text(handle)


def _pdf(handle: IO[bytes], size: int) -> Accepted:
    handle.seek(max(0, size - PDF_TAIL_BYTES))
    if b"%%EOF" not in handle.read(PDF_TAIL_BYTES):
        raise refusal(_("The file is damaged: the end of the PDF is missing."))
    return Accepted.PDF


def _image(handle: IO[bytes], kind: Accepted) -> Accepted:
    """Reads only the header. The plugin is called directly, so the limit of pixels below is the only one."""
    handle.seek(0)
    plugin = PngImagePlugin.PngImageFile if kind is Accepted.PNG else JpegImagePlugin.JpegImageFile
    try:
        image: ImageFile = plugin(handle)
        width, height = image.size
    except _BROKEN_IMAGE as error:
        raise refusal(_("The image is damaged.")) from error
    if width * height > MAX_PIXELS:
        raise refusal(
            _("The image has too many pixels: %(width)s × %(height)s.") % {"width": width, "height": height}
        )
    return kind


def _text(handle: IO[bytes]) -> Accepted | None:
    handle.seek(0)
    content = handle.read()
    if _CONTROL.search(content):
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Accepted.TXT


def _office(handle: IO[bytes]) -> Accepted | None:
    damaged = _("The file is damaged: it cannot be opened as an archive of an office document.")
    handle.seek(0)
    try:
        with ZipFile(handle) as archive:
            parts = archive.infolist()
            _refuse_strange_parts(parts)
            if "[Content_Types].xml" not in archive.namelist():
                return None
            _refuse_bomb(parts)
            _read_through(archive, parts)
            return _office_type(archive)
    except _BROKEN_ARCHIVE as error:
        raise refusal(damaged) from error


def _refuse_strange_parts(parts: Iterable[ZipInfo]) -> None:
    names: set[str] = set()
    for part in parts:
        name = part.filename
        if part.flag_bits & _ENCRYPTED_FLAG:
            raise refusal(_("The file is protected with a password. Save it without one."))
        climbs = name.startswith("/") or "\\" in name or ".." in name.split("/")
        is_link = (part.external_attr >> 16) & 0o170000 == _SYMLINK_MODE
        if climbs or is_link or name in names:
            raise refusal(_("The file is built in a way that office programs do not build documents."))
        if _MACROS.search(name):
            raise refusal(_("The file contains macros. Save it as a document without macros."))
        names.add(name)


def _refuse_bomb(parts: list[ZipInfo]) -> None:
    inflated = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    swollen = inflated > RATIO_MATTERS_FROM_BYTES and inflated > MAX_RATIO * max(1, packed)
    if len(parts) > MAX_PARTS or inflated > MAX_INFLATED_BYTES or swollen:
        raise refusal(_("The file becomes too large when unpacked."))


def _read_through(archive: ZipFile, parts: Iterable[ZipInfo]) -> None:
    """Unpacks every part into nothing: sizes that lie and sums that do not fit raise BadZipFile."""
    for part in parts:
        if part.is_dir():
            continue
        seen = 0
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                seen += len(chunk)
        if seen != part.file_size:
            raise BadZipFile(part.filename)


def _office_type(archive: ZipFile) -> Accepted | None:
    part = archive.getinfo("[Content_Types].xml")
    if part.file_size > MAX_CONTENT_TYPES_BYTES:
        raise refusal(_("The file becomes too large when unpacked."))
    try:
        root = fromstring(archive.read(part))
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise BadZipFile(part.filename) from error
    declared = {node.get("ContentType", "") for node in root.iter()}
    if any("macroenabled" in content_type.lower() for content_type in declared):
        raise refusal(_("The file contains macros. Save it as a document without macros."))
    kinds = {_MAIN_PARTS[content_type] for content_type in declared if content_type in _MAIN_PARTS}
    return kinds.pop() if len(kinds) == 1 else None

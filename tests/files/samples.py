"""Small honest files of every accepted type, and the dishonest ones made of them."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
TEXT = "Отчёт: набор 25 человек.\n".encode()

MAIN_PARTS = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def archive(*parts: tuple[str | ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content, ZIP_DEFLATED)
    return target.getvalue()


def content_types(content_type: str, part: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    ).encode()


def office(kind: str, *more: tuple[str | ZipInfo, bytes]) -> bytes:
    part, content_type = MAIN_PARTS[kind]
    declared = content_types("application/vnd.openxmlformats-officedocument." + content_type, part)
    return archive(("[Content_Types].xml", declared), (part, b"<document/>"), *more)


def macro_document() -> bytes:
    declared = content_types("application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml")
    return archive(("[Content_Types].xml", declared), ("word/document.xml", b"<document/>"))


def bomb() -> bytes:
    """A workbook that says 200 MiB and packs them into 200 KiB."""
    return office("xlsx", ("xl/sharedStrings.xml", b"\x00" * (200 * 1024 * 1024)))


def lying_archive(size: int) -> bytes:
    """A document whose directory says that a part of 100 000 bytes has another size."""
    content = office("docx", ("word/media.xml", b"a" * 100_000))
    return content.replace(struct.pack("<L", 100_000), struct.pack("<L", size))


def encrypted_archive() -> bytes:
    """A document whose directory marks every part as encrypted."""
    content = bytearray(office("docx"))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def image(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(target, kind)
    return target.getvalue()


def flood_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that promise 3.6 thousand million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    """An upload whose name arrives exactly as given, as through a service and not through a form."""
    file = SimpleUploadedFile("file.bin", content)
    file._name = name
    return file

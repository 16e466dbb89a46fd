"""A few small pictures as evidence, drawn here."""

import io
from functools import lru_cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from common.scope import SYSTEM
from files.models import StoredFile
from files.services import file_store

SHADES = ("#cfe9d8", "#fbe6b9", "#dfe3e8", "#f6f5f1")


@lru_cache
def _picture(shade: str) -> bytes:
    image = Image.new("RGB", (480, 320), shade)
    draw = ImageDraw.Draw(image)
    for row in range(3):
        for column in range(4):
            left, top = 40 + column * 105, 50 + row * 80
            draw.rectangle((left, top, left + 80, top + 50), outline="#1d3557", width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def sample_file(number: int) -> StoredFile:
    """A stored picture with a name of its own."""
    return file_store(actor=SYSTEM, upload=sample_upload(number, "Фото оснащения"))


def sample_upload(number: int, name: str) -> SimpleUploadedFile:
    """The same as somebody uploads it."""
    return SimpleUploadedFile(f"{name} {number}.png", _picture(SHADES[number % len(SHADES)]), "image/png")

"""What the portal takes, what it refuses, and that a refusal leaves nothing behind."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from common import clock
from common.errors import InvalidInput, NotAllowed, TooLarge
from common.scope import PUBLIC
from files.models import StoredFile
from files.names import MAX_NAME_LENGTH, clean_file_name
from files.services import StorageUnavailable, file_store, stored_or_nothing
from files.sniffing import recognise
from files.storage import path_of
from tests.cast import Cast
from tests.files import samples


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


HONEST = {
    "отчёт.pdf": samples.PDF,
    "отчёт.docx": samples.office("docx"),
    "набор.xlsx": samples.office("xlsx"),
    "доклад.pptx": samples.office("pptx"),
    "скан.png": samples.image("PNG"),
    "скан.jpg": samples.image("JPEG"),
    "скан.JPEG": samples.image("JPEG"),
    "пояснение.txt": samples.TEXT,
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_kept_byte_for_byte(cast: Cast, media: Path, name: str) -> None:
    with clock.at(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        stored = file_store(actor=cast.scope("tomsk_coordinator"), upload=samples.upload(HONEST[name], name))
    assert path_of(stored.key).read_bytes() == HONEST[name]
    assert stored.sha256 == hashlib.sha256(HONEST[name]).hexdigest()
    assert stored.size == len(HONEST[name])
    assert stored.original_name.casefold() == name.casefold()
    assert stored.uploaded_by == cast.tomsk_coordinator
    assert stored.created_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert on_disk(media) == [path_of(stored.key)]
    assert path_of(stored.key).stat().st_mode & 0o777 == 0o640


LYING: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a program under the name of a PDF": ("отчёт.pdf", lambda: samples.EXE, "promises"),
    "a page under the name of an image": ("скан.png", lambda: samples.HTML, "promises"),
    "a page under the name of a PDF": ("отчёт.pdf", lambda: samples.HTML, "promises"),
    "a PDF behind a page": ("отчёт.pdf", lambda: samples.HTML + samples.PDF, "promises"),
    "a workbook under the name of a document": ("о.docx", lambda: samples.office("xlsx"), "promises"),
    "a JPEG under the name of a PNG": ("скан.png", lambda: samples.image("JPEG"), "promises"),
    "a plain archive under the name of a document": (
        "о.docx",
        lambda: samples.archive(("a.txt", b"a")),
        "promises",
    ),
    "binary under the name of a text": ("о.txt", lambda: samples.EXE, "promises"),
    "text that is not UTF-8": ("о.txt", lambda: "отчёт".encode("cp1251"), "promises"),
    "a document with macros": ("о.docx", samples.macro_document, "macros"),
    "a macro project inside": (
        "о.docx",
        lambda: samples.office("docx", ("word/vbaProject.bin", b"x")),
        "macros",
    ),
    "a bomb": ("о.xlsx", samples.bomb, "too large when unpacked"),
    "a directory that hides bytes": ("о.docx", lambda: samples.lying_archive(10), "damaged"),
    "a directory that invents bytes": ("о.docx", lambda: samples.lying_archive(200_000), "damaged"),
    "a password": ("о.docx", samples.encrypted_archive, "password"),
    "a protected or old document": ("о.docx", lambda: samples.OLE, "password"),
    "a part that climbs out": ("о.docx", lambda: samples.office("docx", ("../../x", b"x")), "built"),
    "entities inside": (
        "о.docx",
        lambda: samples.archive(
            ("[Content_Types].xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), ("word/document.xml", b"")
        ),
        "damaged",
    ),
    "half an archive": ("о.docx", lambda: samples.office("docx")[:-40], "damaged"),
    "half a PDF": ("о.pdf", lambda: samples.PDF[:-10], "end of the PDF"),
    "a flood of pixels": ("скан.png", samples.flood_png, "too many pixels"),
    "half an image": ("скан.jpg", lambda: samples.image("JPEG")[:20], "damaged"),
    "nothing": ("о.pdf", lambda: b"", "is empty"),
    "a program": ("o.exe", lambda: samples.EXE, "not accepted"),
    "an old document": ("o.doc", lambda: samples.OLE, "not accepted"),
    "an archive": ("o.zip", lambda: samples.archive(("a", b"a")), "not accepted"),
    "a macro ending": ("o.docm", samples.macro_document, "not accepted"),
    "a drawing with scripts": ("o.svg", lambda: b"<svg/>", "not accepted"),
    "a second ending": ("o.pdf.exe", lambda: samples.PDF, "not accepted"),
    "no ending": ("отчёт", lambda: samples.PDF, "no ending"),
    "NUL in the name": ("от\x00чёт.pdf", lambda: samples.PDF, "forbidden character"),
    "broken text in the name": ("от\ud800чёт.pdf", lambda: samples.PDF, "forbidden character"),
}


@pytest.mark.parametrize("case", LYING)
def test_a_forbidden_or_lying_file_is_refused_with_its_reason_and_leaves_nothing(
    cast: Cast, media: Path, case: str, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    name, content, reason = LYING[case]
    with pytest.raises(InvalidInput, match=reason) as caught:
        file_store(actor=cast.scope("tomsk_coordinator"), upload=samples.upload(content(), name))
    assert set(caught.value.errors) == {"file"}
    assert not StoredFile.objects.exists()
    assert on_disk(media) == []


def test_a_file_over_the_limit_is_too_large(cast: Cast, media: Path, settings: Settings) -> None:
    settings.MAX_FILE_BYTES = len(samples.PDF) - 1
    with pytest.raises(TooLarge):
        file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf"))
    assert on_disk(media) == []


def test_a_file_of_exactly_the_limit_is_taken(cast: Cast, settings: Settings) -> None:
    settings.MAX_FILE_BYTES = len(samples.PDF)
    assert file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf")).pk


def test_the_public_uploads_nothing(cast: Cast, media: Path) -> None:
    with pytest.raises(NotAllowed):
        file_store(actor=PUBLIC, upload=samples.upload(samples.PDF, "о.pdf"))
    assert on_disk(media) == []


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\docs\\x.pdf", "x.pdf"),
        ("отчёт\u202efdp.exe.pdf", "отчётfdp.exe.pdf"),
        ("от\u200bчёт.PDF", "отчёт.pdf"),
        ("отчёт\r\nSet-Cookie: a.pdf", "отчёт Set-Cookie_ a.pdf"),
        ("и\u0306.pdf", "й.pdf"),
        ('<a href="x">.pdf', "_a href=_x__.pdf"),
        (".pdf", "file.pdf"),
        ("x.pdf. . ", "x.pdf"),
    ],
)
def test_a_name_is_cleaned(given_name: str, kept: str) -> None:
    assert clean_file_name(given_name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_file_name("я" * 500 + ".docx")
    assert len(name) == MAX_NAME_LENGTH
    assert name.endswith("я.docx")


def test_a_rollback_takes_the_file_back(cast: Cast, media: Path) -> None:
    def store_and_fail() -> None:
        with stored_or_nothing(), transaction.atomic():
            file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf"))
            with stored_or_nothing():
                file_store(actor=cast.scope("controller"), upload=samples.upload(samples.TEXT, "о.txt"))
            assert len(on_disk(media)) == 2
            raise InvalidInput("later")

    with pytest.raises(InvalidInput):
        store_and_fail()
    assert not StoredFile.objects.exists()
    assert on_disk(media) == []


def test_a_full_disk_is_a_clear_refusal_and_leaves_nothing(
    cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("files.services.os.fsync", full)
    with pytest.raises(StorageUnavailable):
        file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf"))
    assert not StoredFile.objects.exists()
    assert on_disk(media) == []


@examples(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.sampled_from([content for content in HONEST.values() if content != samples.TEXT]),
    place=st.floats(0, 1, exclude_max=True),
    patch=st.binary(min_size=1, max_size=8),
    cut=st.booleans(),
)
def test_a_damaged_file_is_recognised_or_refused_but_never_breaks(
    base: bytes, place: float, patch: bytes, cut: bool
) -> None:
    at = int(len(base) * place)
    content = base[:at] + patch + (b"" if cut else base[at + len(patch) :])
    file = samples.upload(content, "x.pdf")
    with suppress(InvalidInput):
        recognise(file, len(content))

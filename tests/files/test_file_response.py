"""A download never runs in the browser and keeps the sender's name."""

from pathlib import Path

import pytest
from csp.middleware import CSPMiddleware
from django.test import RequestFactory
from pytest_django import Settings

from common.errors import Missing
from files.http import file_response
from files.models import StoredFile
from files.services import file_store
from files.storage import path_of
from tests.cast import Cast
from tests.files import samples


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(cast: Cast, content: bytes, name: str) -> StoredFile:
    return file_store(actor=cast.scope("tomsk_coordinator"), upload=samples.upload(content, name))


def test_a_download_is_an_attachment_that_nothing_may_run(cast: Cast) -> None:
    response = file_response(stored(cast, samples.PDF, "отчёт 1.pdf"))
    assert response.content == samples.PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82%201.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(len(samples.PDF))


def test_only_images_open_in_the_page(cast: Cast) -> None:
    picture = file_response(stored(cast, samples.image("PNG"), "скан.png"), inline=True)
    assert picture["Content-Disposition"].startswith("inline;")
    assert picture["Content-Type"] == "image/png"
    for content, name in (
        (samples.PDF, "о.pdf"),
        (samples.HTML, "о.txt"),
        (samples.office("docx"), "о.docx"),
    ):
        assert file_response(stored(cast, content, name), inline=True)["Content-Disposition"].startswith(
            "attachment"
        )


def test_the_sandbox_survives_the_middleware(cast: Cast) -> None:
    file = stored(cast, samples.PDF, "о.pdf")
    answer = CSPMiddleware(lambda _request: file_response(file))(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox")


def test_a_lost_file_is_missing_and_not_a_crash(cast: Cast) -> None:
    file = stored(cast, samples.PDF, "о.pdf")
    path_of(file.key).unlink()
    with pytest.raises(Missing):
        file_response(file)

"""The sweeper removes what nobody names, and only when it is old."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from common import clock
from files.services import file_store, files_sweep
from files.storage import folder_of_parts, path_of
from tests.cast import Cast
from tests.files import samples


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def orphan(path: Path, age: timedelta) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    then = (clock.now() - age).timestamp()
    os.utime(path, (then, then))
    return path


def test_old_orphans_go_and_everything_else_stays(cast: Cast) -> None:
    stored = file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf"))
    orphan(path_of(stored.key), timedelta(days=400)).write_bytes(samples.PDF)
    os.utime(path_of(stored.key), (0, 0))
    old = orphan(path_of("a" * 32), timedelta(days=2))
    unfinished = orphan(folder_of_parts() / "b", timedelta(days=2))
    young = orphan(path_of("c" * 32), timedelta(hours=2))
    result = files_sweep()
    assert (result.removed, result.missing) == (2, ())
    assert path_of(stored.key).exists()
    assert young.exists()
    assert not old.exists()
    assert not unfinished.exists()


def test_the_command_names_records_whose_file_is_gone(cast: Cast, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    stored = file_store(actor=cast.scope("controller"), upload=samples.upload(samples.PDF, "о.pdf"))
    path_of(stored.key).unlink()
    out, complaints = StringIO(), StringIO()
    call_command("files_sweep", stdout=out, stderr=complaints)
    assert out.getvalue() == "0 files removed\n"
    assert stored.key in complaints.getvalue()

"""`./run demo` for real: from nothing to a printed table and a served portal; the same arguments, the same bytes."""

import gzip
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import zlib
from email import message_from_bytes
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0
LETTERS_PORT = 8765


def environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "profportal.settings.demo",
        "DEMO_DATABASE": str(folder / "demo.sqlite3"),
        "MAIL_FOLDER": str(folder / "mail"),
        "MEDIA_ROOT": str(folder / "media"),
    }


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(folder),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Workers of a parallel run ignore Ctrl+C, and their children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finished(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return output


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Audit files and mails that a demonstration made, by name."""
    with sqlite3.connect(folder / "demo.sqlite3") as connection:
        rows = connection.execute(
            "SELECT period, payload FROM rating_auditfile JOIN rating_slice ON rating_slice.id = slice_id"
        ).fetchall()
    audits = {f"{period}.json": zlib.decompress(payload) for period, payload in rows}
    mails = {path.name: path.read_bytes() for path in (folder / "mail").rglob("*.eml")}
    return audits | mails


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Two demonstrations with the same arguments, made at once, and what the first printed."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    words = ("demo", "--no-serve", "--months", "1", "--seed", "7", "--port", str(LETTERS_PORT))
    running = [start(folder, *words) for folder in (first, second)]
    outputs = [finished(process) for process in running]
    return first, second, outputs[0]


def test_no_serve_prints_a_row_for_each_of_the_89_regions(twins: tuple[Path, Path, str]) -> None:
    table = twins[2].split("-----")[-1].strip().splitlines()
    assert len([line for line in table[1:] if line.strip()]) == 89


def test_the_same_arguments_give_the_same_audit_files_and_letters(twins: tuple[Path, Path, str]) -> None:
    first, second = bytes_of(twins[0]), bytes_of(twins[1])
    assert len(first) > 80
    assert first == second


def test_planning_is_shown_waiting(twins: tuple[Path, Path, str]) -> None:
    asked = {
        "draft": "SELECT COUNT(*) FROM assignments_protocol WHERE status = 'draft'",
        "its hour": "SELECT COUNT(*) FROM assignments_issueschedule WHERE state = 'waiting'",
        "recurring item": "SELECT COUNT(*) FROM assignments_itemseries WHERE frequency = 'monthly'",
        "recall": "SELECT COUNT(*) FROM assignments_itemrecall WHERE state = 'proposed'",
    }
    with sqlite3.connect(twins[0] / "demo.sqlite3") as connection:
        found = {what: connection.execute(query).fetchone()[0] for what, query in asked.items()}

    assert found == dict.fromkeys(asked, 1)


def test_the_letters_lead_to_the_port_that_is_asked_for(twins: tuple[Path, Path, str]) -> None:
    letters = [message_from_bytes(path.read_bytes()) for path in (twins[0] / "mail").rglob("*.eml")]
    plain = [part for letter in letters for part in letter.walk() if part.get_content_type() == "text/plain"]
    ports = {
        port for part in plain for port in re.findall(rb"127\.0\.0\.1:(\d+)", part.get_payload(decode=True))
    }
    assert ports == {str(LETTERS_PORT).encode()}


def test_it_serves_with_worker_and_beat_and_stops_when_interrupted(twins: tuple[Path, Path, str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = start(twins[0], "demo", "--port", str(port))
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/rating/", headers={"Accept-Encoding": "gzip"})
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(asked, timeout=10) as page:  # noqa: S310  our own loopback
                    sent = page.read()
                break
            except OSError:
                assert time.monotonic() < deadline, "the demonstration does not answer"
                time.sleep(0.2)
        assert gzip.decompress(sent).decode().count("<tr") > 89
        assert len(sent) <= 100_000
    finally:
        server.send_signal(signal.SIGINT)
        output, errors = server.communicate(timeout=30)
    assert "controller@centre.example" in output
    assert "Traceback" not in errors


def test_an_interrupted_preparation_is_not_served_as_if_it_were_whole(tmp_path: Path) -> None:
    process = start(tmp_path, "demo", "--no-serve", "--months", "1")
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "demo.sqlite3").exists() or not _people(tmp_path):
        assert time.monotonic() < deadline, "nobody was invented"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _output, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in errors

    again = start(tmp_path, "demo", "--no-serve", "--months", "1")
    output, errors = again.communicate(timeout=60)
    assert (again.returncode, output) == (1, "")
    assert "./run demo --reset" in errors


def _people(folder: Path) -> bool:
    try:
        with sqlite3.connect(folder / "demo.sqlite3", timeout=0.1) as connection:
            return bool(connection.execute("SELECT count(*) FROM accounts_user").fetchone()[0])
    except sqlite3.OperationalError:
        return False


def test_a_day_that_makes_no_sense_is_refused_in_one_sentence(tmp_path: Path) -> None:
    process = start(tmp_path, "seed_demo", "--today", "1999-01-01")
    _output, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "must be a day of the years 2000 to 2100" in errors
    assert "Traceback" not in errors


def test_a_port_that_does_not_exist_is_refused_before_anything_is_prepared(tmp_path: Path) -> None:
    process = start(tmp_path, "demo", "--port=70000")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert "from 1 to 65535" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "demo.sqlite3").exists()


def test_a_busy_port_is_refused_before_anything_is_prepared(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        process = start(tmp_path, "demo", "--port", str(port))
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (1, "")
    assert errors == (
        f"CommandError: Порт {port} занять нельзя (Address already in use): выберите другой через --port N.\n"
    )
    assert not (tmp_path / "demo.sqlite3").exists()

"""The demonstration as a process of its own, for tests that look at every page with real data."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

MONTHS = 3
SECONDS_TO_START = 600


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A served demonstration: its address, the password of all its people, the folder of its letters."""

    url: str
    password: str
    mail: Path


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _answers(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


@contextmanager
def demonstration_served(folder: Path) -> Iterator[Demonstration]:
    """Prepare and serve the demonstration in an empty folder; it ends with the block."""
    from demo.people import PASSWORD

    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "profportal.settings.demo",
        "DEMO_DATABASE": str(folder / "demo.sqlite3"),
        "MEDIA_ROOT": str(folder / "media"),
        "MAIL_FOLDER": str(folder / "mail"),
        "PORTAL_BASE_URL": url,
        "SECRET_KEY": "demonstration-of-the-tests-0123456789-abcdefghijklmnop",
    }
    command = [sys.executable, "manage.py", "demo", "--months", str(MONTHS), "--port", str(port)]
    said = folder / "said.txt"
    with (
        said.open("wb") as log,
        subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environ, stdout=log, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            _wait_until_served(server, port, said)
            yield Demonstration(url, PASSWORD, folder / "mail")
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_until_served(server: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        if _answers(port):
            return
        time.sleep(0.3)
    raise AssertionError(f"The demonstration does not answer:\n{said.read_text(encoding='utf-8')[-3000:]}")

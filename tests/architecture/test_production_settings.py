"""Services mode refuses to start when something is missing or unsafe, and says what in one sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
KEY = "Zk3vQ9-TtB7xWm2LdRyP5sUhJcNaGf8EoKi1_qXw4VbYl6MpCz0DgHrS"
GOOD = {
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1:5432/portal",
}
LOCAL = {"INSECURE_HTTP": "true", "PORTAL_BASE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost"}
CASES: dict[str, tuple[dict[str, str], str]] = {
    "as the example says": ({}, ""),
    "no key": ({"SECRET_KEY": ""}, "SECRET_KEY"),
    "a short key": ({"SECRET_KEY": KEY[:49]}, "50 characters"),
    "a key of one letter": ({"SECRET_KEY": "a" * 60}, "random"),
    "a key of an example": ({"SECRET_KEY": f"django-insecure-{KEY}"}, "random"),
    "a key in a file that is not there": ({"SECRET_KEY_FILE": "/nowhere/key"}, "cannot be read"),
    "no hosts": ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
    "all hosts": ({"ALLOWED_HOSTS": "portal.example,*"}, "without *"),
    "the host of the letters not among them": ({"ALLOWED_HOSTS": "other.example"}, "PORTAL_BASE_URL"),
    "no TLS": ({"PORTAL_BASE_URL": "http://portal.example"}, "https://"),
    "an address without a host": ({"PORTAL_BASE_URL": "https://"}, "scheme and host"),
    "an address with a path": ({"PORTAL_BASE_URL": "https://portal.example/"}, "scheme and host"),
    "no TLS for everybody": ({"INSECURE_HTTP": "true"}, "localhost only"),
    "no TLS on this machine": (LOCAL, ""),
    "no second factor": ({"SECOND_FACTOR_REQUIRED": "false"}, "trials only"),
    "no second factor on this machine": ({**LOCAL, "SECOND_FACTOR_REQUIRED": "false"}, ""),
    "SQLite": ({"DATABASE_URL": "sqlite:///portal.sqlite3"}, "PostgreSQL"),
    "an empty address of the database": ({"DATABASE_URL": ""}, "PostgreSQL"),
    "a proxy that nobody knows": ({"BEHIND_PROXY": "true"}, "TRUSTED_PROXIES"),
    "a proxy with a name": ({"TRUSTED_PROXIES": "proxy.example"}, "TRUSTED_PROXIES"),
    "a known proxy": ({"BEHIND_PROXY": "true", "TRUSTED_PROXIES": "10.0.0.1,172.16.0.0/12"}, ""),
    "a carrier pigeon": ({"MAIL_TRANSPORT": "pigeon"}, "smtp or folder"),
}
PROGRAM = """
import json, os, sys
answers = {}
for name, values in json.load(sys.stdin).items():
    for module in [module for module in sys.modules if module.startswith("profportal.settings")]:
        del sys.modules[module]
    os.environ.clear()
    os.environ.update(values)
    try:
        import profportal.settings.production
        answers[name] = ""
    except Exception as error:
        answers[name] = f"{type(error).__name__}: {error}"
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What importing the settings under each environment says; one process, for it takes half a second."""
    asked = {name: {**GOOD, **changes} for name, (changes, _expected) in CASES.items()}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        input=json.dumps(asked),
        text=True,
        capture_output=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", CASES)
def test_production_starts_only_when_safe(name: str, answers: dict[str, str]) -> None:
    expected = CASES[name][1]
    if not expected:
        assert answers[name] == ""
        return
    assert answers[name].startswith("ImproperlyConfigured: ")
    assert expected in answers[name]

"""Says before a run what this machine lacks for it, and how to get it.

``python -m tools.preflight services`` needs PostgreSQL and Redis to answer at DATABASE_URL and REDIS_URL,
``python -m tools.preflight browser`` needs chromium, LibreOffice and poppler. Exit code 1 when
something is missing: a run that silently leaves tests out would prove nothing.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis

SECONDS_TO_ANSWER = 3
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# The parts of LibreOffice announce themselves by a file of settings each.
OFFICE_PARTS = {"writer": "libreoffice-writer", "calc": "libreoffice-calc"}

SERVICES_ADVICE = """\
Как запустить / how to start them:
  docker compose up -d db redis    (the password is POSTGRES_PASSWORD of .env:
    DATABASE_URL=postgres://profportal:PASSWORD@127.0.0.1:5432/postgres)
  apt install postgresql redis-server    (Debian, Ubuntu)
    then: service postgresql start && service redis-server start
or name other servers in DATABASE_URL and REDIS_URL."""


def without_password(url: str) -> str:
    """The address as it may stand in a log."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def postgres_problem(url: str) -> str:
    """Why PostgreSQL cannot be used at this address, or an empty string."""
    try:
        psycopg2.connect(url, connect_timeout=SECONDS_TO_ANSWER).close()
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        return f"PostgreSQL не отвечает / does not answer: {without_password(url)} ({reason})"
    return ""


def redis_problem(url: str) -> str:
    """Why Redis cannot be used at this address, or an empty string."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=SECONDS_TO_ANSWER) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return f"Redis не отвечает / does not answer: {without_password(url)} ({error})"
    return ""


def missing_services(environ: Mapping[str, str]) -> list[str]:
    """One line for each server that does not answer, and the advice when there is one."""
    problems = [postgres_problem(environ["DATABASE_URL"]), redis_problem(environ["REDIS_URL"])]
    found = [problem for problem in problems if problem]
    return [*found, SERVICES_ADVICE] if found else []


def find_chromium(environ: Mapping[str, str], which: Callable[[str], str | None]) -> str | None:
    """The browser that CHROMIUM names, else the first known one on PATH."""
    names = (environ["CHROMIUM"],) if environ.get("CHROMIUM") else CHROMIUM_NAMES
    return next((path for path in map(which, names) if path), None)


def missing_office_parts(soffice: str | None) -> list[str]:
    """Debian packages of the parts that the office suite at this path lacks."""
    if not soffice:
        return list(OFFICE_PARTS.values())
    home = Path(soffice).resolve().parent.parent
    registries = (home / "share" / "registry", home / "Resources" / "registry")
    return [
        package
        for part, package in OFFICE_PARTS.items()
        if not any((registry / f"{part}.xcd").exists() for registry in registries)
    ]


def missing_browser(environ: Mapping[str, str], which: Callable[[str], str | None]) -> list[str]:
    """What the browser and document tests lack, with the Debian packages that bring it."""
    packages = [] if find_chromium(environ, which) else ["chromium"]
    packages += missing_office_parts(which("soffice"))
    if not (which("pdftoppm") and which("pdftotext")):
        packages.append("poppler-utils")
    if not packages:
        return []
    names = " ".join(packages)
    return [f"Не хватает / missing: {', '.join(packages)}", f"  apt install --no-install-recommends {names}"]


def main(arguments: list[str]) -> int:
    """Prints what is missing for the named kind of run; 0 when nothing is."""
    if arguments == ["services"]:
        lines = missing_services(os.environ)
    elif arguments == ["browser"]:
        lines = missing_browser(os.environ, shutil.which)
    else:
        lines = ["Usage: python -m tools.preflight services|browser"]
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

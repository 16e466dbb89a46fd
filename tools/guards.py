"""All guards of the repository, one after another: ``./run check [--services] [--list] [--except NAME] [NAME ...]``.

A guard is a name, the one thing it proves, and a function that returns its complaint: an empty string when
there is none. The cheap ones come first. A failure does not stop the rest.
"""

import argparse
import difflib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from tools.preflight import postgres_problem

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "docs" / "openapi.yaml"
DIFF_LINES = 60
# What a person may have set for another run must not make a guard pass or fail.
FOREIGN = ("DATABASE_URL", "DEMO_DATABASE", "INSECURE_HTTP", "SECOND_FACTOR_REQUIRED", "SECRET_KEY_FILE")
NOT_TYPED = ("tests", "bench")


class NotRunError(Exception):
    """A guard could not be carried out here and was not required; the text says why."""


@dataclass(frozen=True)
class Request:
    """How the guards were called: with ``strict`` those that need services or gettext must be able to run."""

    strict: bool


@dataclass(frozen=True)
class Guard:
    """One guard: its name on the command line, what it proves, and the check itself."""

    name: str
    proves: str
    complaint: Callable[[Request], str]


def environment(settings: str, **values: str) -> dict[str, str]:
    """The variables of a child process that runs under these settings and nobody else's values."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "DJANGO_SETTINGS_MODULE": f"profportal.settings.{settings}", **values}


def output_of(command: Sequence[str], env: dict[str, str] | None = None) -> str:
    """What a failing command printed; an empty string when it succeeded."""
    env = env or environment("test")
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if not done.returncode:
        return ""
    return done.stdout.strip() or f"{command[0]}: exit code {done.returncode}"


def module(*arguments: str) -> list[str]:
    """The command line of a module run by this very Python."""
    return [sys.executable, "-m", *arguments]


def manage(*arguments: str) -> list[str]:
    """The command line of manage.py."""
    return [sys.executable, "manage.py", *arguments]


def tool(name: str, *arguments: str) -> list[str]:
    """The command line of a program that the environment brings."""
    return [str(Path(sys.executable).parent / name), *arguments]


def lint(_request: Request) -> str:
    return output_of(tool("ruff", "check", "--quiet", "."))


def formatting(_request: Request) -> str:
    return output_of(tool("ruff", "format", "--check", "."))


def sizes(_request: Request) -> str:
    return output_of(module("tools.sizes"))


def imports(_request: Request) -> str:
    return output_of(tool("lint-imports"))


def types(_request: Request) -> str:
    rooms = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
    return output_of(module("mypy", *(room for room in rooms if room not in NOT_TYPED)))


def templates(_request: Request) -> str:
    return output_of(tool("djlint", "templates", "--lint", "--quiet"))


def catalogue(request: Request) -> str:
    return output_of(module("tools.catalogue", *(["--sources"] if request.strict else [])))


def migrations(_request: Request) -> str:
    return output_of(manage("makemigrations", "--check", "--dry-run"))


def migrate_sqlite(_request: Request) -> str:
    with tempfile.TemporaryDirectory(prefix="profportal-guard-") as folder:
        env = environment("demo", DEMO_DATABASE=str(Path(folder) / "guard.sqlite3"))
        return output_of(manage("migrate", "--verbosity", "0"), env)


def migrate_postgres(request: Request) -> str:
    url = os.environ.get("DATABASE_URL", "")
    problem = postgres_problem(url) if url else "DATABASE_URL is not set"
    if problem:
        if request.strict:
            return problem
        raise NotRunError(problem)
    name = f"profportal_guard_{os.getpid()}"
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            env = environment("services", DATABASE_URL=urlsplit(url)._replace(path=f"/{name}").geturl())
            return output_of(manage("migrate", "--verbosity", "0"), env)
        finally:
            cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def deploy(_request: Request) -> str:
    env = environment(
        "production",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="portal.example",
        PORTAL_BASE_URL="https://portal.example",
        DATABASE_URL="postgres://portal:portal@127.0.0.1:5432/portal",
        BEHIND_PROXY="true",
        TRUSTED_PROXIES="10.0.0.1",
    )
    return output_of(manage("check", "--deploy", "--fail-level", "WARNING"), env)


def openapi(_request: Request) -> str:
    with tempfile.TemporaryDirectory(prefix="profportal-guard-") as folder:
        fresh = Path(folder) / "openapi.yaml"
        complaint = output_of(manage("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)))
        if complaint:
            return complaint
        committed = OPENAPI.read_text(encoding="utf-8") if OPENAPI.exists() else ""
        diff = difflib.unified_diff(
            committed.splitlines(),
            fresh.read_text(encoding="utf-8").splitlines(),
            "committed",
            "generated",
            lineterm="",
        )
        lines = list(diff)[:DIFF_LINES]
    advice = "docs/openapi.yaml is old: ./run manage spectacular --file docs/openapi.yaml"
    return "\n".join([*lines, advice]) if lines else ""


def architecture(_request: Request) -> str:
    return output_of(module("pytest", "-q", "-n", "auto", "tests/architecture"))


GUARDS = (
    Guard("lint", "ruff finds nothing", lint),
    Guard("format", "every file is formatted", formatting),
    Guard("sizes", "no module over 600 lines, no function over 60, no view over 30", sizes),
    Guard("imports", "imports go down only: between the rooms and inside each", imports),
    Guard("types", "mypy finds nothing", types),
    Guard("templates", "djlint finds nothing in the templates", templates),
    Guard(
        "catalogue",
        "every text of the screen is in Russian, and the compiled file is that of the text",
        catalogue,
    ),
    Guard("migrations", "the models and the migrations agree", migrations),
    Guard("migrate-sqlite", "an empty SQLite database migrates", migrate_sqlite),
    Guard("migrate-postgres", "an empty PostgreSQL database migrates", migrate_postgres),
    Guard("deploy", "the production settings pass Django's deployment check", deploy),
    Guard("openapi", "docs/openapi.yaml is valid and equal to the generated file", openapi),
    Guard("architecture", "the house rules that are written as tests hold", architecture),
)


def run_guard(guard: Guard, request: Request) -> str:
    """Runs one guard, prints its line, and its complaint if any; ``ok``, ``FAILED`` or ``not run``."""
    started = time.monotonic()
    print(f"{guard.name:18}", end="", flush=True)
    try:
        complaint = guard.complaint(request)
    except NotRunError as reason:
        print(f"not run   {reason}")
        return "not run"
    verdict = "FAILED" if complaint else "ok"
    print(f"{verdict:8}{time.monotonic() - started:6.1f} s", flush=True)
    if complaint:
        print("".join(f"    {line}\n" for line in complaint.splitlines()), flush=True)
    return verdict


def chosen(names: Sequence[str], left_out: Sequence[str] = ()) -> list[Guard]:
    """The guards of these names in the usual order, all of them for no names, but those left out."""
    return [guard for guard in GUARDS if guard.name not in left_out and (not names or guard.name in names)]


def main(arguments: Sequence[str]) -> int:
    """Runs the guards that the command line asks for; 1 when any has failed."""
    parser = argparse.ArgumentParser(prog="./run check", description="The guards of the repository.")
    parser.add_argument("--services", action="store_true", help="require PostgreSQL and GNU gettext")
    parser.add_argument("--list", action="store_true", help="list the guards and what each proves")
    parser.add_argument("--except", action="append", default=[], dest="left_out", metavar="NAME")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    unknown = {*options.names, *options.left_out} - {guard.name for guard in GUARDS}
    if unknown:
        parser.error(f"no such guard: {', '.join(sorted(unknown))} (see --list)")
    if options.list:
        print("".join(f"{guard.name:18}{guard.proves}\n" for guard in GUARDS), end="")
        return 0
    request = Request(strict=options.services or os.environ.get("CI", "") not in ("", "0", "false"))
    verdicts = {guard.name: run_guard(guard, request) for guard in chosen(options.names, options.left_out)}
    failed = [name for name, verdict in verdicts.items() if verdict == "FAILED"]
    not_run = [name for name, verdict in verdicts.items() if verdict == "not run"]
    print(f"\n{len(verdicts) - len(failed) - len(not_run)} of {len(verdicts)} guards hold.")
    for title, names in (("Failed", failed), ("Not run", not_run)):
        if names:
            print(f"{title}: {', '.join(names)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

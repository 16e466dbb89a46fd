"""`manage.py rating_replay CASE.json`: recompute a slice from its audit file, without a database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rating.formula import CaseError, canonical_json, compute


class Command(BaseCommand):
    """Prints the result object as canonical JSON and nothing else; a bad file is an error and exit code 1."""

    help = "Recompute a slice of the rating from its audit file and print the result as canonical JSON."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", metavar="CASE.json", help="audit file of a slice")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["case"])
        try:
            printed = canonical_json(compute(read_case(path)))
        except CaseError as error:
            raise CommandError(f"{path}: {error}") from None
        write_bytes(self.stdout, printed)


def write_bytes(stdout: Any, text: bytes) -> None:
    """Print a line of UTF-8 whatever the terminal says of itself."""
    stream = getattr(stdout, "buffer", None)
    if stream is None:
        stdout.write(text.decode())
    else:
        stream.write(text + b"\n")
        stream.flush()


def read_case(path: Path) -> Any:
    """The JSON value of the file; raises `CommandError` for what cannot be read as JSON in UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        raise CommandError(f"{str(path)!a} cannot be read: {reason_of(error)}") from None
    try:
        return json.loads(text, object_pairs_hook=object_without_repetition, parse_constant=refuse_constant)
    except RecursionError:
        raise CommandError(f"{path} is not JSON that can be read: it is nested too deeply") from None
    except ValueError as error:
        raise CommandError(f"{path} is not valid JSON: {error}") from None


def reason_of(error: Exception) -> str:
    """What is wrong with the file, without the repetition of its name."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)


def object_without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key is there twice: else it would be open which value counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {repeated!a} is there twice in one object")
    return found


def refuse_constant(name: str) -> Any:
    """NaN and infinities are no JSON."""
    raise ValueError(f"{name} is not a number of JSON")

"""The promise about assignments and its tests: every line of `docs/acceptance.md` names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PROMISED = 14
"""Numbered lines of the promise."""


@cache
def functions_of(name: str) -> frozenset[str]:
    """The test functions of a file under `tests/`; none when there is no such file."""
    path = ROOT / "tests" / name
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_that_is_named_exists() -> None:
    assert [f"{name}::{test}" for name, test in NAMED.findall(TEXT) if test not in functions_of(name)] == []


def test_every_line_of_the_promise_has_its_tests() -> None:
    parts = TEXT.split("\n## ")[1:]
    titles = [part.splitlines()[0] for part in parts]
    numbers = [title.partition(".")[0] for title in titles]

    assert numbers[:PROMISED] == [str(number) for number in range(1, PROMISED + 1)]
    assert titles[PROMISED:] == ["Bad input", "Acceptance"]
    for part in parts:
        lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
        assert lines
        assert [line for line in lines if not NAMED.search(line)] == [], part.splitlines()[0]

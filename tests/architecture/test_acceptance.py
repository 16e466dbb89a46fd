"""The promises of the rooms: every line of their documents names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PROMISED = {
    "acceptance.md": 14,
    "acceptance-rating.md": 11,
    "acceptance-meetings.md": 9,
    "acceptance-cyclogram.md": 8,
    "acceptance-associations.md": 10,
}
"""Numbered lines of each promise."""


@cache
def functions_of(name: str) -> frozenset[str]:
    """The test functions of a file under `tests/`; none when there is no such file."""
    path = ROOT / "tests" / name
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def text_of(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", PROMISED)
def test_every_test_that_is_named_exists(document: str) -> None:
    named = NAMED.findall(text_of(document))

    assert [f"{name}::{test}" for name, test in named if test not in functions_of(name)] == []


@pytest.mark.parametrize(("document", "promised"), PROMISED.items())
def test_every_line_of_the_promise_has_its_tests(document: str, promised: int) -> None:
    parts = text_of(document).split("\n## ")[1:]
    titles = [part.splitlines()[0] for part in parts]
    numbers = [title.partition(".")[0] for title in titles]

    assert numbers[:promised] == [str(number) for number in range(1, promised + 1)]
    assert titles[promised:] == ["Bad input", "Acceptance"]
    for part in parts:
        lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
        assert lines
        assert [line for line in lines if not NAMED.search(line)] == [], part.splitlines()[0]

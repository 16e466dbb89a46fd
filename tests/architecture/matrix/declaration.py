"""Reads `roles.yaml`: what every principal must get at every address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.matrix.objects import cases_of
from tests.architecture.matrix.world import PRINCIPALS

SOURCE = Path(__file__).with_name("roles.yaml")
SECTIONS = ("pages", "api")
METHODS = ("GET", "POST")
REST, ELSE = "others", "else"
"""All who are named nowhere in the cell: without those of "unless said otherwise", or with them."""


class DeclarationError(AssertionError):
    """The file of the roles says something twice, not at all, or about nothing."""


@dataclass(frozen=True)
class Entry:
    """One address with one kind of object: the expected status by method, case and principal."""

    section: str
    name: str
    kind: str
    expected: Mapping[str, Mapping[str, Mapping[str, str]]]

    @property
    def title(self) -> str:
        return f"{self.name}, {self.kind}"


class Section:
    """Pages or API: its rules, and what holds where nothing else is said."""

    def __init__(self, name: str, data: Mapping[str, Any], groups: Mapping[str, Sequence[str]]) -> None:
        self.name, self.groups = name, groups
        self.rules: Mapping[str, Any] = data["rules"]
        self.used: set[str] = set()
        self.default = dict(self._pairs(data["unless said otherwise"]))

    def entries(self, items: Sequence[Mapping[str, Any]]) -> Iterator[Entry]:
        """The entries of all addresses of the section."""
        for item in items:
            if set(item) - {"object"} != {"address", *METHODS}:
                raise DeclarationError(f"{item}: an entry has address, GET and POST, and may have object")
            kind = item.get("object", "no object")
            names = [item["address"]] if isinstance(item["address"], str) else item["address"]
            for name in names:
                expected = {
                    method: self._cases(f"{name}, {kind}, {method}", kind, item[method]) for method in METHODS
                }
                yield Entry(self.name, name, kind, expected)

    def _cases(self, title: str, kind: str, said: Any) -> dict[str, dict[str, str]]:
        said = self._resolved(said)
        cases = cases_of(kind)
        if isinstance(said, str):
            return {case: self._cell(f"{title} {case}", said) for case in cases}
        if tuple(said) != cases:
            raise DeclarationError(f"{title}: declared are {list(said)}, the cases are {list(cases)}")
        return {case: self._cell(f"{title} {case}", self._resolved(text)) for case, text in said.items()}

    def _resolved(self, said: Any) -> Any:
        if isinstance(said, str) and said in self.rules:
            self.used.add(said)
            return self.rules[said]
        return said

    def _cell(self, title: str, text: str) -> dict[str, str]:
        """The status of every principal in one cell."""
        said: dict[str, str] = {}
        rest = {}
        for who, status in self._pairs(text):
            if who in (REST, ELSE):
                rest[who] = status
            elif who in said:
                raise DeclarationError(f"{title}: {who} is named twice")
            else:
                said[who] = status
        found = {}
        for who in PRINCIPALS:
            fallback = rest.get(ELSE) or self.default.get(who) or rest.get(REST)
            if who not in said and fallback is None:
                raise DeclarationError(f"{title}: nothing is said about {who}")
            found[who] = said.get(who, fallback or "")
        return found

    def _pairs(self, text: str) -> Iterator[tuple[str, str]]:
        for part in text.split(";"):
            status, *names = part.replace("everyone else", ELSE).split()
            if not names or not (status.isdecimal() or status == "sign-in"):
                raise DeclarationError(f"«{part}»: a status and who gets it")
            for name in names:
                for who in self.groups.get(name, [name]):
                    if who not in (*PRINCIPALS, REST, ELSE):
                        raise DeclarationError(f"«{part}»: nobody is called {who}")
                    yield who, status


@cache
def declared() -> tuple[Entry, ...]:
    """Everything that the file says; DeclarationError when it contradicts itself or says something to no purpose."""
    data = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    found: list[Entry] = []
    for name in SECTIONS:
        section = Section(name, data[name], data["groups"])
        found += section.entries(data[name]["addresses"])
        if unused := set(section.rules) - section.used:
            raise DeclarationError(f"{name}: nobody refers to the rules {sorted(unused)}")
    titles = [entry.title for entry in found]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise DeclarationError(f"declared twice: {sorted(twice)}")
    return tuple(found)

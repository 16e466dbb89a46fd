"""Every address of the portal, found by walking the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    """One pattern: its full name (or, without one, the pattern itself), and the pattern as it is written."""

    name: str
    pattern: str


def routes() -> list[Route]:
    """All patterns of the portal in the order of the resolver."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        written = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, written)
        else:
            yield Route(f"{namespace}{pattern.name}" if pattern.name else written, written)


UNREVERSIBLE = {"api:nothing": "/api/v1/there/is/no/such/address/"}
"""Patterns that catch what is left over; an example of an address that they catch."""


def path_of(name: str, address: Any) -> str:
    """The path of an address with these parts."""
    if name in UNREVERSIBLE:
        return UNREVERSIBLE[name]
    try:
        return reverse(name, kwargs=dict(address))
    except NoReverseMatch as error:
        raise AssertionError(
            f"{name}: roles.yaml names another object than the address has: {error}"
        ) from error

"""Who asks: the address that the server sees, or what trusted proxies wrote about it."""

import pytest
from django.test import RequestFactory

from common.http import client_address


@pytest.mark.parametrize(
    ("peer", "written", "found"),
    [
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.1, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
        ("::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_forwarded_hops_are_believed_from_the_right_as_far_as_trusted(  # type: ignore[no-untyped-def]
    settings, peer: str, written: str, found: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=written)
    assert client_address(request) == found


def test_without_trusted_proxies_nothing_written_is_believed() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert client_address(request) == "127.0.0.1"


def test_a_server_that_names_no_address_gives_an_empty_one() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="")
    assert client_address(request) == ""

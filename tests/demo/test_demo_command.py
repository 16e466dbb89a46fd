"""What the commands of the demonstration refuse; the demonstration itself is made in `tests/e2e`."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


@pytest.mark.parametrize(
    "words",
    [
        ("--today", "2026-13-01"),
        ("--today", "0001-01-01"),
        ("--today", "9999-12-31"),
        ("--months", "0"),
    ],
)
def test_a_seeding_that_makes_no_sense_is_refused(db: None, words: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=words[0]):
        call_command("seed_demo", *words)


@pytest.mark.parametrize("number", ["0", "-1", "http", "9" * 5000, "65536", "٣"])
def test_a_port_is_a_number_of_a_port(number: str) -> None:
    with pytest.raises(CommandError, match="from 1 to 65535"):
        call_command("demo", f"--port={number}")

"""`--pictures` keeps what the browser tests see in var/pictures, for people to look at; nothing is judged by them."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "var" / "pictures"
kept = False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help="keep pictures of pages and papers in var/pictures"
    )


def pytest_configure(config: pytest.Config) -> None:
    global kept
    kept = config.getoption("pictures")
    if kept:
        FOLDER.mkdir(parents=True, exist_ok=True)

"""What a browser must load: all scripts together and all styles together stay small when compressed."""

import gzip
import re
from pathlib import Path

import django_htmx
import pytest
from django.conf import settings
from django.test import Client

ROOT = Path(settings.BASE_DIR)
SCRIPTS = [
    *sorted((ROOT / "static" / "js").glob("*.js")),
    Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js",
]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
BUDGET = 60 * 1000
LONGEST_MODULE = 300


def compressed(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


@pytest.mark.parametrize("paths", [SCRIPTS, STYLES], ids=["scripts", "styles"])
def test_everything_together_fits_the_budget(paths: list[Path]) -> None:
    assert len(paths) >= 5
    assert compressed(paths) <= BUDGET, {path.name: compressed([path]) for path in paths}


def test_the_page_loads_the_library_that_was_weighed(client: Client) -> None:
    assert "django_htmx/htmx-2.min.js" in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("path", SCRIPTS[:-1], ids=lambda path: path.name)
def test_a_module_stays_short_and_asks_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    assert text.startswith("// ")
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?://", text)

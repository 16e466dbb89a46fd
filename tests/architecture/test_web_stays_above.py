"""Nothing below the views knows about requests: the part of the contract that import-linter cannot say.

It sees other people's packages whole, so ``django.http`` and ``django.db`` are one thing to it.
"""

import ast
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
WEB = ("django.http", "django.shortcuts", "django.views", "django.middleware", "django.contrib.messages")
BELOW_VIEWS = ("services", "selectors", "policies", "models", "querysets", "enums", "formula", "fold")


def imported_names(path: Path) -> set[str]:
    """Every dotted name that a module imports, ``from a import b`` as both ``a`` and ``a.b``."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def knows_the_web(names: set[str]) -> bool:
    return any(name == web or name.startswith(f"{web}.") for name in names for web in WEB)


def module_path(module: str) -> Path:
    base = ROOT.joinpath(*module.split("."))
    return base.with_suffix(".py") if base.with_suffix(".py").exists() else base / "__init__.py"


def is_below_views(module: str) -> bool:
    parts = module.split(".")
    return parts[0] in ROOMS and len(parts) > 1 and parts[1] in BELOW_VIEWS


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, cache_dir=None)


def test_the_check_sees_an_import_of_the_web_in_every_spelling(tmp_path: Path) -> None:
    spellings = (
        "import django.http",
        "from django import http",
        "from django.http import Http404",
        "from django.http.response import JsonResponse",
    )
    for number, text in enumerate(spellings):
        path = tmp_path / f"module{number}.py"
        path.write_text(text)
        assert knows_the_web(imported_names(path)), text
    path.write_text("from django.db import models")
    assert not knows_the_web(imported_names(path))


def test_no_rule_and_no_table_reaches_the_web_even_through_others(graph: grimp.ImportGraph) -> None:
    web = {module for module in graph.modules if knows_the_web(imported_names(module_path(module)))}
    below = {module for module in graph.modules if is_below_views(module)}

    assert below, "the rooms hold no models or services: the names in this test are old"
    chains = {
        module: sorted((graph.find_upstream_modules(module) | {module}) & web) for module in sorted(below)
    }
    assert {module: reached for module, reached in chains.items() if reached} == {}

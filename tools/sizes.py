"""No module over 600 lines, no function over 60, no view over 30: what is longer hides a second thing."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 600
FUNCTION_LINES = 60
VIEW_LINES = 30
# Not written by hand, or not ours.
SKIPPED_FOLDERS = {"migrations", "var", "staticfiles", "node_modules", "__pycache__"}


def source_files(root: Path) -> Iterator[Path]:
    """Every Python file of the repository, the launcher included; hidden folders hold none of ours."""
    yield from (path for path in [root / "run"] if path.exists())
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not any(part in SKIPPED_FOLDERS or part.startswith(".") for part in parts):
            yield path


def is_view_module(path: Path) -> bool:
    """Whether the functions of this file answer requests: views.py, or any module of a views package."""
    return path.name == "views.py" or path.parent.name == "views"


def too_long(path: Path, text: str) -> Iterator[str]:
    """One line for every limit that this text breaks; decorators do not count, docstrings do."""
    length = len(text.splitlines())
    if length > MODULE_LINES:
        yield f"{path}: {length} lines, at most {MODULE_LINES}"
    limit = VIEW_LINES if is_view_module(path) else FUNCTION_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > limit:
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {limit}"


def main() -> int:
    """Prints what is too long in the repository; 0 when nothing is."""
    found = [
        line
        for path in source_files(ROOT)
        for line in too_long(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""The Russian catalogue is complete, and its compiled form is that of the text.

``python -m tools.catalogue`` checks. With GNU gettext present the sources are read too, so that a text
nobody translated is found; ``--sources`` makes that a must. ``--update`` brings new texts into the .po files
and marks those that have gone (GNU gettext reads the sources), ``--build`` writes the .mo files without it.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "locale" / "ru" / "LC_MESSAGES"
PLURAL_FORMS = 3
# Texts of the screen live in these; the rest of the repository is not shown to people.
NOT_SOURCES = ("tests", "tools", "bench", "docs", "var", "staticfiles", "locale", "node_modules")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")
MARKING = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy",
    "pgettext", "pgettext_lazy",
}  # fmt: skip

Key = tuple[str | None, str]


def key_of(entry: polib.POEntry | polib.MOEntry) -> Key:
    """What gettext looks a text up by: its context and the English text."""
    return entry.msgctxt, entry.msgid


def translations(entry: polib.POEntry | polib.MOEntry) -> list[str]:
    """The Russian text, or its forms by number."""
    if entry.msgid_plural:
        return [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
    return [entry.msgstr]


def entry_problems(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one entry, in words."""
    texts = translations(entry)
    if entry.fuzzy:
        yield "fuzzy"
    if not all(texts) or (entry.msgid_plural and len(texts) != PLURAL_FORMS):
        yield "untranslated"
        return
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
    for text in texts:
        # A form for one thing may leave the number out, but no form may name what is never given.
        if set(PLACEHOLDER.findall(text)) - wanted or (
            not entry.msgid_plural and wanted - set(PLACEHOLDER.findall(text))
        ):
            yield f"placeholders differ: {text!r}"


def catalogue_problems(path: Path) -> Iterator[str]:
    """Everything that keeps one .po file and the .mo beside it from being complete and equal."""
    catalogue = polib.pofile(str(path), encoding="utf-8", check_for_duplicates=True)
    entries = [entry for entry in catalogue if not entry.obsolete]
    for entry in entries:
        for problem in entry_problems(entry):
            yield f"{path.name}:{entry.linenum}: {entry.msgid!r}: {problem}"
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        yield f"{compiled.name} is missing: python -m tools.catalogue --build"
        return
    stored = {key_of(entry): translations(entry) for entry in polib.mofile(str(compiled))}
    written = {
        key_of(entry): translations(entry)
        for entry in entries
        if not entry.fuzzy and all(translations(entry))
    }
    if stored != written:
        yield f"{compiled.name} is not that of {path.name}: python -m tools.catalogue --build"


def copy_sources(target: Path) -> None:
    """A copy of what may hold texts, since the extractor writes beside what it reads."""
    ignore = shutil.ignore_patterns(".*", "__pycache__", "*.sqlite3*")
    for entry in ROOT.iterdir():
        if entry.name in NOT_SOURCES or entry.name.startswith("."):
            continue
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, ignore=ignore)
        elif entry.suffix == ".py":
            shutil.copy(entry, target / entry.name)


def extracted(domain: str) -> polib.POFile:
    """Every text that the sources mark for translation, read by GNU xgettext."""
    with tempfile.TemporaryDirectory(prefix="profportal-texts-") as folder:
        target = Path(folder)
        copy_sources(target)
        (target / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "ru", "-d", domain, "-v", "0"]
        # Without the settings: the extractor needs none, and the copy must not read this checkout.
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=target, env=env, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        found = target / "locale" / "ru" / "LC_MESSAGES" / f"{domain}.po"
        return polib.pofile(str(found)) if found.exists() else polib.POFile()


def source_problems(path: Path) -> Iterator[str]:
    """Texts of the sources that the catalogue does not hold."""
    held = {key_of(entry) for entry in polib.pofile(str(path)) if not entry.obsolete}
    marked = {key_of(entry) for entry in extracted(path.stem)}
    for context, text in sorted(marked - held, key=lambda key: key[1]):
        yield f"{path.name}: not in the catalogue: {text!r}" + (f" (context {context!r})" if context else "")


def hidden_texts(source: str) -> Iterator[tuple[int, str]]:
    """Lines with texts that the extractor does not see: inside f-strings, or under a name of their own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
            names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
            if names & MARKING:
                yield node.lineno, "a text inside an f-string"
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in MARKING:
            yield node.lineno, f"{node.value.id} under a second name"
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if alias.name in MARKING and alias.asname not in (None, "_"):
                    yield node.lineno, f"{alias.name} under the name {alias.asname}"


def hidden_problems() -> Iterator[str]:
    """Texts of the Python sources that no catalogue could ever hold."""
    for path in sorted(ROOT.glob("*/**/*.py")):
        place = path.relative_to(ROOT)
        if place.parts[0] in NOT_SOURCES or any(part.startswith(".") for part in place.parts):
            continue
        for line, problem in hidden_texts(path.read_text(encoding="utf-8")):
            yield f"{place}:{line}: {problem} is hidden from the catalogue"


def update() -> None:
    """Adds the new texts of the sources to every catalogue, untranslated; what has gone becomes obsolete."""
    for path in sorted(CATALOGUES.glob("*.po")):
        catalogue = polib.pofile(str(path), wrapwidth=110)
        catalogue.merge(extracted(path.stem))
        catalogue.save(str(path))


def build() -> None:
    """Writes the compiled form of every catalogue."""
    for path in sorted(CATALOGUES.glob("*.po")):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def main(arguments: list[str]) -> int:
    """Checks, updates or builds; prints what is wrong; 0 when nothing is."""
    if "--update" in arguments:
        update()
        return 0
    if "--build" in arguments:
        build()
        return 0
    paths = sorted(CATALOGUES.glob("*.po"))
    found = [problem for path in paths for problem in catalogue_problems(path)]
    if not paths:
        found.append(f"no catalogue in {CATALOGUES.relative_to(ROOT)}")
    found += hidden_problems()
    if shutil.which("xgettext"):
        found += [problem for path in paths for problem in source_problems(path)]
    elif "--sources" in arguments:
        found.append("GNU gettext is missing: apt install gettext")
    else:
        sys.stdout.write("(without GNU gettext the sources are not searched for new texts)\n")
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

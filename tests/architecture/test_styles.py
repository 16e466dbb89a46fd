"""The style sheets and the pages know the same classes: none styled in vain, none written that nothing styles."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "emails" not in path.parts]
SOURCES = [
    path
    for apps in sorted(ROOT.glob("*/apps.py"))
    for path in sorted(apps.parent.rglob("*.py"))
    if "migrations" not in path.parts
]
ONLY_A_NAME = {"js"}
"""Classes that are no matter of looks."""
BY_OTHERS = {"htmx-request", "htmx-indicator"}
"""Classes that htmx gives."""
ATTRIBUTE = re.compile(r"""class=\\?(["'])((?:\{[{%].*?[%}]\}|(?!\1).)*)""", re.DOTALL)
COMPUTED = "\0"


def styled() -> dict[str, str]:
    """Every class of the style sheets and the sheet that names it."""
    found = {}
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector in re.findall(r"([^{}]+)\{", text):
            found.update(dict.fromkeys(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", selector), path.name))
    return found


def written(texts: list[str]) -> tuple[set[str], set[str]]:
    """Classes of the attributes, whole ones and beginnings to which a value is added."""
    whole, beginnings = set(), set()
    for text in texts:
        for _quote, value in ATTRIBUTE.findall(text):
            value = re.sub(r"\{%.*?%\}", " ", value, flags=re.DOTALL)
            for name in re.sub(r"\{\{.*?\}\}|\{[^{}]*\}", COMPUTED, value).split():
                beginning, computed, _rest = name.partition(COMPUTED)
                (beginnings if computed else whole).add(beginning)
    return whole, beginnings - {""}


def texts_of(paths: list[Path]) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in paths]


def test_every_class_written_is_styled() -> None:
    whole, beginnings = written(texts_of([*TEMPLATES, *SOURCES]))
    known = styled()

    assert whole - set(known) - ONLY_A_NAME == set()
    assert {start for start in beginnings if not any(name.startswith(start) for name in known)} == set()


def test_every_class_styled_is_written() -> None:
    whole, beginnings = written(texts_of([*TEMPLATES, *SOURCES]))
    by_script = "".join(texts_of(SCRIPTS))
    idle = {
        name: sheet
        for name, sheet in styled().items()
        if name not in whole | BY_OTHERS
        and not name.startswith(tuple(beginnings))
        and not re.search(rf"""["'`. ]{re.escape(name)}["'`. ]""", by_script)
    }

    assert idle == {}


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_linked_by_a_page(path: Path) -> None:
    assert any(f"css/{path.name}" in text for text in texts_of(TEMPLATES))


def test_a_style_sheet_asks_for_nothing() -> None:
    """An import or a picture of a style sheet would begin a chain of requests before the page is drawn."""
    asking = {path.name for path in STYLES if re.search(r"@import|url\(", path.read_text(encoding="utf-8"))}

    assert asking == set()


def test_the_search_for_classes_sees_them() -> None:
    texts = [
        '<b class="tag tag--{{ tone }}{% if x == "y" %} is-own{% endif %}">',
        "f'<i class=\"move move--{kind}\">'",
    ]

    assert written(texts) == ({"tag", "is-own", "move"}, {"tag--", "move--"})

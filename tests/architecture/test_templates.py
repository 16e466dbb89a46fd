"""House rules of templates: they compile, keep their contracts and carry no style or script of their own."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from common import forms
from common.templatetags import ui

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*") if path.suffix in {".html", ".txt"})
COMPONENTS = sorted((ROOT / "components").glob("*.html"))
INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without a file": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address of another host": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def without_contract(text):
    return re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path):
    engines["django"].get_template(name_of(path))


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "emails" not in path.parts], ids=name_of)
def test_a_page_carries_no_style_or_script_of_its_own(path):
    text = without_contract(path.read_text(encoding="utf-8"))
    assert [rule for rule, pattern in INLINE.items() if pattern.search(text)] == []


FIRST_LEVEL = {
    "400.html", "403.html", "404.html", "409.html", "413.html", "500.html", "503.html", "refused.html",
    "account/account_inactive.html", "account/locked.html", "account/login.html", "account/logout.html",
    "account/password_reset.html", "account/password_reset_done.html", "account/password_reset_from_key.html",
    "account/password_reset_from_key_done.html", "account/reauthenticate.html", "accounts/people.html",
    "accounts/profile.html", "accounts/step_up.html", "assignments/protocols.html", "dashboard/home.html",
    "dashboard/home_without_roles.html", "meetings/list.html", "mfa/authenticate.html",
    "mfa/reauthenticate.html", "rating/nothing.html", "rating/letter_link_closed.html",
    "meetings/participation/link.html", "meetings/participation/link_closed.html", "layout/link_closed.html",
    "cyclogram/matrix.html", "associations/associations.html", "associations/public.html",
}  # fmt: skip
"""Pages that stand alone: refusals, the way in, and the destinations of the menus; all others say where they are."""
FRAME = re.compile(r"\{% extends \"(?:layout/\w+|dashboard/parts/(?:base|shell))\.html\" %\}")


def test_every_page_deeper_than_the_first_level_says_where_it_is():
    pages = {name_of(path): path.read_text(encoding="utf-8") for path in TEMPLATES if path.suffix == ".html"}
    found = {
        name
        for name, text in pages.items()
        if FRAME.search(text) and "/parts/" not in name and "{% breadcrumbs " not in text
    }

    assert found == FIRST_LEVEL


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_a_component_begins_with_its_contract(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{% comment %}\n")
    contract = text.split("{% endcomment %}")[0]
    used = re.findall(r"\{% (\w+)", contract.removeprefix("{% comment %}"))
    assert used, "the contract shows how the component is called"
    unknown = [tag for tag in used if tag not in ui.register.tags and not tag.startswith(("end", "include"))]
    assert unknown == []


def test_every_component_is_drawn_by_a_tag_or_included_somewhere():
    tags = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (ui, forms))
    pages = "".join(
        path.read_text(encoding="utf-8") for path in TEMPLATES if path.parent.name != "components"
    )
    pages += (ROOT / "components" / "toasts.html").read_text(encoding="utf-8")
    unused = [
        path.stem
        for path in COMPONENTS
        if f'components/{path.name}"' not in tags
        and f'_component("{path.stem}"' not in tags
        and f"components/{path.name}" not in pages
    ]
    assert unused == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name_of)
def test_what_renews_itself_can_be_paused(path):
    """WCAG 2.2.2: whoever reads slowly stops the page that changes under his eyes."""
    text = without_contract(path.read_text(encoding="utf-8"))
    renews = re.search(r"""hx-trigger="[^"]*\bevery\b|http-equiv="refresh\"""", text)
    assert not renews or "pause" in text


def test_letters_alone_carry_styles_of_their_own():
    """Mail programs know no style sheets; everything else of `templates/` looks as `static/css` says."""
    styled = {
        path
        for path in TEMPLATES
        if re.search(r"\sstyle\s*=|<style\b", without_contract(path.read_text("utf-8")))
    }
    assert {path.relative_to(ROOT).parts[0] for path in styled} <= {"emails"}

"""Colours of the design tokens can be read in every look, and the style sheets stay light."""

import gzip
import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
STYLES = ("tokens.css", "base.css", "components.css", "pages.css")
PAIRS = [
    *product(("ink", "ink-2", "link"), ("paper", "panel", "tint")),
    ("header-ink", "header"),
    ("header-ink-2", "header"),
    ("header-ink", "header-2"),
    ("ochre-ink", "ochre"),
    ("action-ink", "action"),
    ("action-ink", "action-2"),
    ("danger-ink", "danger"),
    ("danger-ink", "danger-2"),
    *((tone, f"{tone}-tint") for tone in ("green", "amber", "red", "blue", "grey")),
    *product(("green", "red"), ("panel", "blue-tint")),
    *product(("ink",), ("green-tint", "amber-tint", "red-tint", "blue-tint")),
    *product(("tile-ink",), ("tile-green", "tile-yellow", "tile-red")),
    ("tile-none-ink", "tile-none"),
]
EDGES = [
    ("line-2", "panel"),
    ("focus", "paper"),
    ("focus", "panel"),
    ("green-mark", "panel"),
    ("amber-mark", "panel"),
    ("red-mark", "panel"),
    ("line-mark", "band-yellow"),
]


def declarations(selector):
    text = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    bodies = re.findall(rf"(?m)^\s*{re.escape(selector)} \{{(.*?)\}}", text, re.DOTALL)
    assert bodies, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", bodies[0]))


def looks():
    light = declarations(":root")
    dark = light | declarations(':root[data-theme="dark"]')
    high = light | declarations(':root[data-contrast="high"]')
    return {
        "light": light,
        "dark": dark,
        "high": high,
        "high on dark": dark | high | declarations(':root[data-contrast="high"][data-theme="dark"]'),
    }


def luminance(colour):
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("look", "least"), [("light", 4.5), ("dark", 4.5), ("high", 7), ("high on dark", 7)])
def test_text_can_be_read_on_its_ground(look, least):
    tokens = looks()[look]
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in PAIRS}
    assert {pair: value for pair, value in weak.items() if value < least} == {}


@pytest.mark.parametrize("look", ["light", "dark", "high", "high on dark"])
def test_edges_and_marks_can_be_seen(look):
    tokens = looks()[look]
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in EDGES}
    assert {pair: value for pair, value in weak.items() if value < 3} == {}


def test_the_dark_look_is_the_same_by_choice_and_by_device():
    assert declarations(':root:not([data-theme="light"])') == declarations(':root[data-theme="dark"]')


def test_style_sheets_use_no_colour_outside_the_tokens():
    allowed = {"#8fb0d8"}  # the pale tile of the sign, the same in every look
    for name in STYLES[1:]:
        screen = (STATIC / "css" / name).read_text(encoding="utf-8").split("@media print")[0]
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) <= allowed, name


def test_every_token_used_is_defined():
    text = "".join((STATIC / "css" / name).read_text(encoding="utf-8") for name in STYLES)
    defined = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= defined


def test_styles_and_script_are_light_when_compressed():
    styles = b"".join((STATIC / "css" / name).read_bytes() for name in STYLES)
    assert len(gzip.compress(styles)) < 20_000
    assert len(gzip.compress((STATIC / "js" / "portal.js").read_bytes())) < 8_000

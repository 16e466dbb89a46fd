"""Charts as pictures for mail and paper: one drawing as SVG with colours of its own, and as PNG.

Geometry is that of the page (``common.charts.line``), colours are those of the light theme in the tokens; letters
of text come from the fonts inside typst, so the same chart gives the same bytes on every machine.
"""

import re
from functools import lru_cache
from math import ceil
from pathlib import Path

import typst
from django.conf import settings
from django.utils.html import escape

from common.charts.line import LineChart, Mark
from common.formatting import score

TOKENS = Path("static/css/tokens.css")
FONT = "Libertinus Serif"
AXIS = 36
"""Pixels left of the plot, for the figures of the axis."""
FOOT = 26
"""Pixels under the plot, for the names of the months."""
MONTH_WIDTH = 32
"""Pixels that the name of a month takes; where twelve do not fit, some are left out, counted from the last."""
EDGE = 4
"""Pixels that words keep from the right edge: behind it a picture ends, while a page goes on."""
PAGE = b"""#set page(width: float(sys.inputs.width) * 1pt, height: float(sys.inputs.height) * 1pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""
PIXELS_PER_INCH = 144
"""A point of the page is two pixels of the picture: sharp on screens of double density and on paper."""


@lru_cache(maxsize=1)
def light_tokens() -> dict[str, str]:
    """Colours of the light theme by the name of their token: the first block of the tokens file."""
    text = (Path(settings.BASE_DIR) / TOKENS).read_text(encoding="utf-8")
    block = text.partition(":root {")[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6});", block))


def line_svg(chart: LineChart, *, width: int = 560, head: int = 0) -> str:
    """The line chart as an SVG that needs nothing beside it; ``width`` and the chart's height are in pixels.

    ``head`` is room above the plot for the figure of a point that stands at its upper edge.
    """
    colours, plot, height = light_tokens(), width - AXIS, chart.height + FOOT

    def x_of(place: str) -> str:
        return f"{AXIS + float(place.rstrip('%')) * plot / 100:.2f}"

    def stretched(path: str) -> str:
        return re.sub(r"([\d.]+) ([\d.]+)", lambda spot: f"{x_of(spot[1])} {spot[2]}", path)

    ink, line = colours["ink-2"], colours["line-mark"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + head}"'
        f' viewBox="0 {-head} {width} {height + head}" font-family="{FONT}" font-size="14">'
        f'<rect y="{-head}" width="{width}" height="{height + head}" fill="{colours["panel"]}"/>'
    ]
    parts += [
        f'<rect x="{AXIS}" y="{band.y}" width="{plot}" height="{band.height}" fill="{colours[f"band-{band.zone}"]}"/>'
        for band in chart.bands
    ]
    parts += [
        f'<text x="{AXIS - 8}" y="{float(y) + 4.5:.2f}" text-anchor="end" fill="{ink}">{name}</text>'
        for name, y in chart.ticks
    ]
    parts += [
        f'<path d="{stretched(path)}" fill="{colours["interval"]}" fill-opacity="0.12"/>'
        for path in chart.areas
    ]
    parts += [
        f'<path d="M{x_of(x)} 0V{chart.height}" stroke="{ink}" stroke-dasharray="4 3"/>' for x in chart.breaks
    ]
    parts += [
        f'<path d="{stretched(path)}" fill="none" stroke="{line}" stroke-width="2.25" stroke-linejoin="round"/>'
        for path in chart.lines
    ]
    parts += [_mark(mark, x_of(mark.x), line, colours, width - EDGE) for mark in chart.marks]
    step = 100 / max(len(chart.points), 1)
    every = ceil(MONTH_WIDTH / max(step * plot / 100, 1))
    parts += [
        f'<text {_middle(float(x_of(str((place + 0.5) * step))), width - EDGE)} y="{chart.height + 17}" fill="{ink}">'
        f"{escape(point.label)}</text>"
        for place, point in enumerate(chart.points)
        if (len(chart.points) - 1 - place) % every == 0
    ]
    return "".join([*parts, "</svg>"])


def _middle(x: float, edge: float) -> str:
    """Where the name of a month stands: under its point, or at the edge where half of it would be cut off."""
    if x + MONTH_WIDTH / 2 > edge:
        return f'x="{edge:.2f}" text-anchor="end"'
    return f'x="{x:.2f}" text-anchor="middle"'


def _mark(mark: Mark, x: str, line: str, colours: dict[str, str], edge: float) -> str:
    """A month's point; the last one is full and has its figure, which ends before `edge`."""
    fill = line if mark.is_last else colours["panel"]
    drawn = f'<circle cx="{x}" cy="{mark.y}" r="4" fill="{fill}" stroke="{line}" stroke-width="2"/>'
    if not mark.is_last:
        return drawn
    x_end, y = min(float(x) + 10, edge), float(mark.y) + float(mark.shift)
    return (
        f'{drawn}<text x="{x_end:.2f}" y="{y:.2f}" text-anchor="end" font-size="16" font-weight="bold"'
        f' fill="{colours["ink"]}">{score(mark.point.value)}</text>'
    )


@lru_cache(maxsize=1)
def own_fonts() -> typst.Fonts:
    """The fonts inside typst, read once: finding them costs a quarter of a picture."""
    return typst.Fonts(include_system_fonts=False)


def line_png(chart: LineChart, *, width: int = 560) -> bytes:
    """The line chart as a PNG of twice ``width`` pixels: the same chart in the same language, the same bytes."""
    sizes = {"width": str(width), "height": str(chart.height + FOOT)}
    picture: bytes = typst.compile(
        PAGE,
        format="png",
        ppi=PIXELS_PER_INCH,
        font_paths=own_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"svg": line_svg(chart, width=width), **sizes},
    )
    return picture

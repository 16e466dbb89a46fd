"""Charts as pictures: the geometry of the page, the colours of the tokens, the same bytes for the same chart."""

import re

from django.utils import translation

from common import charts
from common.charts import ChartPoint
from common.charts.picture import light_tokens, line_png, line_svg

POINTS = [
    ChartPoint(
        f"м{month}", "", None if month == 4 else 6000 + 300 * month, 5000 + 300 * month, 7000 + 300 * month
    )
    for month in range(12)
]


def test_a_picture_takes_its_colours_from_the_light_theme():
    tokens = light_tokens()
    assert tokens["line-mark"] == "#1d3557"
    used = set(re.findall(r"#[0-9a-f]{6}", line_svg(charts.line_chart(POINTS))))
    assert used <= set(tokens.values())
    assert {tokens["band-green"], tokens["band-yellow"], tokens["band-red"]} <= used


def test_a_picture_needs_nothing_beside_it_and_escapes_its_words():
    points = [*POINTS[:-1], ChartPoint("<b>&", "", 9000)]
    drawing = line_svg(charts.line_chart(points, breaks=[6]))
    assert "href" not in drawing
    assert ">&lt;b&gt;&amp;</text>" in drawing


def test_a_point_of_the_picture_stands_where_the_page_has_it():
    chart = charts.line_chart(POINTS)
    drawn = re.findall(r'<circle cx="([^"]+)" cy="([^"]+)"', line_svg(chart, width=636))
    assert drawn == [(f"{36 + 6 * float(mark.x.rstrip('%')):.2f}", mark.y) for mark in chart.marks]


def test_the_same_chart_gives_the_same_bytes_and_another_one_others():
    with translation.override("ru"):
        first, again = (line_png(charts.line_chart(POINTS)) for _time in range(2))
        other = line_png(charts.line_chart(POINTS[1:]))
    assert first.startswith(b"\x89PNG")
    assert first == again
    assert first != other
    assert int.from_bytes(first[16:20], "big") == 1120


def test_a_narrow_picture_names_as_many_months_as_fit_and_always_the_last():
    drawing = line_svg(charts.line_chart(POINTS), width=250)
    assert re.findall(r">(м\d+)</text>", drawing) == ["м1", "м3", "м5", "м7", "м9", "м11"]


def test_a_month_without_any_score_can_be_drawn():
    assert line_png(charts.line_chart([ChartPoint("окт", "", None)])).startswith(b"\x89PNG")

"""Geometry of the charts: where a score stands, what interrupts a line, what adds up."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import charts
from common.charts import Bar, ChartPoint, FunnelPoint, Limit, Limits, Part, Series, Tile

SCORES = st.integers(min_value=0, max_value=10000)


def point(value, low=None, high=None):
    return ChartPoint("окт", "Октябрь 2026", value, low, high)


def tile(column=0, row=0, **changes):
    fields = {
        "code": "41",
        "label": "Камч",
        "name": "Камчатский край",
        "url": "/",
        "score": 7867,
        "zone": "yellow",
    }
    return Tile(column=column, row=row, **{**fields, **changes})


def test_a_score_bar_marks_the_score_and_the_interval_in_percent_of_the_width():
    bar = charts.score_bar(7867, 6120, 8940)
    assert bar == charts.ScoreBar(mark="78.67%", low="61.2%", width="28.2%")


def test_a_region_that_is_not_rated_has_no_bar():
    assert charts.score_bar(None) is None


def test_a_bar_without_an_interval_has_no_whisker():
    assert charts.score_bar(Decimal("100")) == charts.ScoreBar(mark="100%", low=None, width=None)


@pytest.mark.parametrize(
    ("low", "high", "certain"),
    [(9000, 10000, True), (8999, 9000, False), (7000, 8999, True), (6999, 7000, False), (0, 6999, True)],
)
def test_a_zone_is_certain_when_both_ends_of_the_interval_lie_in_it(low, high, certain):
    assert charts.zone_is_certain(low, high) is certain


def test_a_zone_without_an_interval_is_taken_as_it_stands():
    assert charts.zone_is_certain(None, None)


def test_a_month_without_a_score_interrupts_the_sparkline():
    drawing = charts.sparkline([8000, 8100, None, 9000, None, 7000, 7500])
    assert len(drawing.paths) == 2
    assert len(drawing.dots) == 1
    assert drawing.last == ("69", "10")


def test_a_sparkline_of_nothing_is_empty():
    assert charts.sparkline([None] * 12) == charts.Sparkline(paths=(), dots=(), last=None)


@given(st.lists(st.one_of(st.none(), SCORES), max_size=12))
def test_a_sparkline_never_leaves_its_box(values):
    drawing = charts.sparkline(values)
    spots = [*drawing.dots, *([drawing.last] if drawing.last else [])]
    for path in drawing.paths:
        spots += [tuple(spot.split()) for spot in path.removeprefix("M").split("L")]
    assert all(3 <= float(x) <= 69 and 3 <= float(y) <= 17 for x, y in spots)


def test_a_line_chart_starts_at_fifty_unless_a_score_or_an_interval_is_lower():
    assert charts.line_chart([point(7867, 6120, 8940)]).ticks[-1][0] == "50"
    assert charts.line_chart([point(7867, 3999, 8940)]).ticks[-1][0] == "30"
    assert charts.line_chart([point(0)]).ticks[-1][0] == "0"


def test_the_bands_of_a_line_chart_meet_without_a_gap():
    bands = charts.line_chart([point(7867)]).bands
    assert [band.zone for band in bands] == list(charts.ZONES)
    for upper, lower in pairwise(bands):
        assert float(upper.y) + float(upper.height) == pytest.approx(float(lower.y), abs=0.02)


def test_a_line_chart_marks_every_rated_month_and_the_last_of_them():
    chart = charts.line_chart([point(7000), point(None), point(8000), point(9000), point(None)])
    assert [mark.is_last for mark in chart.marks] == [False, False, True]
    assert len(chart.lines) == 1
    assert chart.first is not None
    assert chart.first.value == 7000
    assert chart.last is not None
    assert chart.last.value == 9000


def test_the_figure_of_a_falling_line_stands_under_its_point():
    assert charts.line_chart([point(9000), point(8000)]).marks[-1].shift == "22"
    assert charts.line_chart([point(8000), point(9000)]).marks[-1].shift == "-11"
    assert charts.line_chart([point(9000), point(5000)]).marks[-1].shift == "-11"


def test_a_line_chart_of_no_rated_month_still_has_its_axis():
    chart = charts.line_chart([point(None)] * 12)
    assert chart.marks == chart.lines == chart.areas == ()
    assert chart.last is None
    assert len(chart.points) == 12


def test_an_interval_is_a_closed_shape_around_the_line():
    (area,) = charts.line_chart([point(7000, 6000, 8000), point(8000, 7000, 9000)]).areas
    assert area.startswith("M")
    assert area.endswith("Z")
    assert area.count("L") == 3


def test_a_change_of_methodology_is_drawn_before_its_month():
    assert charts.line_chart([point(7000)] * 4, breaks=[2]).breaks == ("50%",)


@pytest.mark.parametrize(("value", "zone"), [(10000, "green"), (8999, "yellow"), (6999, "red"), (None, "")])
def test_a_month_of_the_chart_knows_its_zone(value, zone):
    assert point(value).zone == zone


def test_the_pieces_of_a_bar_follow_one_another_and_skip_nothing_but_zeros():
    parts = [
        Part("score", 7867, "score"),
        Part("late", Decimal("18.66"), "late"),
        Part("missed", 0, "missed"),
    ]
    segments = charts.stacked_bar([*parts, Part("returns", 267, "returned")])
    assert [(segment.part.tone, segment.x, segment.width) for segment in segments] == [
        ("score", "0%", "78.67%"),
        ("late", "78.67%", "18.66%"),
        ("returned", "97.33%", "2.67%"),
    ]


def test_a_bar_of_nothing_has_no_pieces():
    assert charts.stacked_bar([Part("score", 0, "score")]) == ()


def test_tiles_are_read_row_by_row():
    ordered = charts.tile_order([tile(5, 1), tile(4, 0), tile(2, 1)])
    assert [(item.row, item.column) for item in ordered] == [(0, 4), (1, 2), (1, 5)]


def test_two_tiles_on_one_place_are_an_error():
    with pytest.raises(ValueError, match="one place"):
        charts.tile_order([tile(1, 1), tile(1, 1)])


@pytest.mark.parametrize(("column", "row"), [(20, 0), (0, 12), (-1, 0)])
def test_a_tile_outside_the_field_is_an_error(column, row):
    with pytest.raises(ValueError, match="outside"):
        charts.tile_order([tile(column, row)])


def test_the_explanation_of_a_tile_opens_towards_the_middle():
    assert tile(2).side == "start"
    assert tile(17).side == "end"


def test_several_lines_stand_on_one_axis_with_a_stroke_of_their_own():
    chart = charts.series_chart(
        [Series("A", [point(9000)] * 3), Series("B", [point(3500), point(None), point(4000)])]
    )
    assert [one.kind for one in chart.series] == [1, 2]
    assert chart.ticks[-1][0] == "30"
    assert [len(one.lines) for one in chart.series] == [1, 0]
    assert [len(row) for row in chart.rows] == [2, 2, 2]


def test_more_lines_than_can_be_told_apart_are_an_error():
    with pytest.raises(ValueError, match="more lines"):
        charts.series_chart([Series("A", [point(9000)])] * 4)


def test_every_score_stands_in_exactly_one_column_and_the_borders_of_zones_part_columns():
    chart = charts.histogram([10000, 9999, 9500, 9499, 9000, 8999, 7000, 6999, 4200], own=9000)
    assert {(column.low, column.count, column.zone) for column in chart.filled} == {
        (9500, 3, "green"), (9000, 2, "green"), (8500, 1, "yellow"), (7000, 1, "yellow"), (6500, 1, "red"),
        (4000, 1, "red"),
    }  # fmt: skip
    assert [column.low for column in chart.columns if column.own] == [9000]
    assert chart.ticks[0] == ("40", "0%")
    other = charts.histogram([4000, 9000], own=9000)
    assert chart.own is not None
    assert other.own is not None
    assert chart.own.x == other.own.x


def test_the_line_of_the_own_region_passes_by_the_count_of_its_column():
    chart = charts.histogram([9100, 9200, 7000], own=9100)
    (column,) = [column for column in chart.columns if column.own]
    assert chart.own is not None
    assert float(chart.own.over) <= float(column.y) - 20
    assert chart.own.top == column.y


def test_a_line_that_begins_late_in_the_year_says_that_nothing_was_scored_before():
    assert charts.line_chart([*[point(None)] * 9, *[point(9000)] * 3]).begins_late
    assert not charts.line_chart([point(None), *[point(9000)] * 11]).begins_late
    assert not charts.line_chart([point(None)] * 12).begins_late
    late, early = ([*[point(None)] * gap, *[point(9000)] * (12 - gap)] for gap in (9, 0))
    assert charts.series_chart([Series("A", late), Series("B", late)]).begins_late
    assert not charts.series_chart([Series("A", late), Series("B", early)]).begins_late


@given(st.lists(SCORES, min_size=1, max_size=89))
def test_the_columns_of_a_distribution_hold_all_regions_and_stay_in_their_box(scores):
    chart = charts.histogram(scores, own=scores[0])
    assert sum(column.count for column in chart.columns) == len(scores) == chart.total
    assert sum(column.own for column in chart.columns) == 1
    assert all(float(column.y) >= 0 and float(column.height) >= 0 for column in chart.columns)


def test_a_distribution_of_nobody_is_empty():
    chart = charts.histogram([])
    assert (chart.total, chart.filled, chart.own) == (0, (), None)


def test_a_funnel_goes_from_few_executions_to_many_and_names_stay_in_the_drawing():
    limits = Limits("90 %", "inner", [Limit(5, None, None), Limit(10, 7000, None), Limit(40, 8000, 9500)])
    chart = charts.funnel(
        [FunnelPoint("Б", "/b/", 40, 8000, "yellow"), FunnelPoint("А", "/a/", 3, 10000, "green")],
        [limits],
        8700,
    )
    assert [(dot.point.name, dot.lean, dot.under) for dot in chart.dots] == [("А", 1, True), ("Б", 10, False)]
    assert chart.dots[1].x == "97.5%"
    assert [len(curve.paths) for curve in chart.curves] == [1]
    assert [count for count, _x in chart.counts] == ["0", "10", "20", "30", "40"]


def test_a_funnel_of_one_region_or_none_can_be_drawn():
    assert charts.funnel([], [], 8700).dots == ()
    assert len(charts.funnel([FunnelPoint("А", "/a/", 1, 0, "red")], [], 8700).dots) == 1


def test_the_longest_bar_takes_the_whole_width():
    drawn = charts.bars(
        [Bar("late", 1000, "late"), Bar("missed", Decimal("5.00"), "missed"), Bar("none", 0, "other")]
    )
    assert [bar.width for bar in drawn] == ["100%", "50%", "0%"]

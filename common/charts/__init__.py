"""Geometry of the charts drawn on the server: pure functions from scores to the numbers of an SVG.

Scores come as whole hundredths or decimal points (see ``common.formatting``) and lie in 0–100. Vertical
distances are pixels, horizontal ones are percent of the width: the drawing then stretches with the page
while its text keeps its size. Every coordinate is a ready string, so no language setting can put a decimal
comma into it.
"""

from common.charts.base import FULL, GREEN_FROM, YELLOW_FROM, ZONES, Band, ScoreAxis, zone_is_certain, zone_of
from common.charts.funnel import Funnel, FunnelPoint, Limit, Limits, funnel
from common.charts.histogram import Histogram, histogram
from common.charts.line import (
    MAX_SERIES,
    ChartPoint,
    LineChart,
    Mark,
    Series,
    SeriesChart,
    line_chart,
    series_chart,
)
from common.charts.parts import Bar, DrawnBar, Part, Segment, bars, stacked_bar
from common.charts.small import ScoreBar, Sparkline, score_bar, sparkline
from common.charts.tiles import TILE_COLUMNS, TILE_ROWS, Tile, tile_order

__all__ = [
    "FULL",
    "GREEN_FROM",
    "MAX_SERIES",
    "TILE_COLUMNS",
    "TILE_ROWS",
    "YELLOW_FROM",
    "ZONES",
    "Band",
    "Bar",
    "ChartPoint",
    "DrawnBar",
    "Funnel",
    "FunnelPoint",
    "Histogram",
    "Limit",
    "Limits",
    "LineChart",
    "Mark",
    "Part",
    "ScoreAxis",
    "ScoreBar",
    "Segment",
    "Series",
    "SeriesChart",
    "Sparkline",
    "Tile",
    "bars",
    "funnel",
    "histogram",
    "line_chart",
    "score_bar",
    "series_chart",
    "sparkline",
    "stacked_bar",
    "tile_order",
    "zone_is_certain",
    "zone_of",
]

"""The column dictionary: every table that the rating gives away, and every column of it, declared once.

The workbook, the CSV, the JSON, `columns.json`, the page of the dictionary and the API are made of this declaration.
Keys and codes are the same in every language and are not renamed.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.errors import StrOrPromise
from rating.enums import RegionStatus, Signal, Zone

TEXT, INTEGER, DECIMAL, CODE = "text", "integer", "decimal", "code"
TYPES = (
    (TEXT, pgettext_lazy("type of a column", "text")),
    (INTEGER, pgettext_lazy("type of a column", "whole number")),
    (DECIMAL, pgettext_lazy("type of a column", "number with two decimals")),
    (CODE, pgettext_lazy("type of a column", "one of the codes")),
)
NO_UNIT = ""
POINTS = pgettext_lazy("unit", "points")
PLACES = pgettext_lazy("unit", "places")
CLUSTERS = pgettext_lazy("unit", "clusters")
EXECUTIONS = pgettext_lazy("unit", "executions")
REGIONS = pgettext_lazy("unit", "regions")
WEIGHT = pgettext_lazy("unit", "units of weight")
WEIGHTED = pgettext_lazy("unit", "points × weight")
PERCENT = pgettext_lazy("unit", "percent")


class Column(NamedTuple):
    """A column: key, type, unit, section of the methodology that it comes from, heading, meaning, value in a row;
    `codes` says its codes in words."""

    key: str
    type: str
    unit: StrOrPromise
    source: str
    heading: StrOrPromise
    meaning: StrOrPromise
    value: Callable[[Any], Any]
    codes: Sequence[tuple[Any, StrOrPromise]] = ()

    def words(self, row: Any) -> Any:
        """The value as people read it."""
        value = self.value(row)
        return str(dict(self.codes).get(value, value)) if self.codes else value


class Table(NamedTuple):
    """A table that can be taken away: its name in addresses and files, what it is, its columns.

    `printed` columns go to paper; the others stay in the file. `frozen` ones stay in sight.
    """

    name: str
    title: StrOrPromise
    columns: Sequence[Column]
    printed: int
    frozen: int


def _hundredths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-2)


def _points(field: str) -> Callable[[Any], Decimal | None]:
    def value(row: Any) -> Decimal | None:
        return _hundredths(getattr(row, field))

    return value


def _plain(field: str) -> Callable[[Any], Any]:
    def value(row: Any) -> Any:
        return getattr(row, field)

    return value


def _yes(field: str) -> Callable[[Any], str]:
    def value(row: Any) -> str:
        return {True: "yes", False: "no"}.get(getattr(row, field), "")

    return value


YES_OR_NO = (("yes", pgettext_lazy("in a table", "yes")), ("no", pgettext_lazy("in a table", "no")))
COLUMNS = (
    Column("place", INTEGER, NO_UNIT, "§5", _("Place"),
           _("place among the regions with a place; empty for the others"), _plain("rank")),
    Column("place_from", INTEGER, NO_UNIT, "§6", _("Place from"), _("best place that chance allows"),
           _plain("rank_low")),
    Column("place_to", INTEGER, NO_UNIT, "§6", _("Place to"), _("worst place that chance allows"),
           _plain("rank_high")),
    Column("region_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the region"), _plain("region_id")),
    Column("region", TEXT, NO_UNIT, "§1", _("Region"), _("region"), lambda row: row.region.name),
    Column("district", TEXT, NO_UNIT, "§1", _("Federal district"), _("federal district"),
           lambda row: row.region.district.name),
    Column("status", CODE, NO_UNIT, "§5", _("Status"), _("whether the region has a score and a place"),
           _plain("status"),
           RegionStatus.choices),
    Column("score", DECIMAL, POINTS, "§4", _("Score"), _("score of the month, points of 100"), _points("score")),
    Column("interval_from", DECIMAL, POINTS, "§6", _("Interval from"),
           _("lower end of the interval at 90 percent, points"),
           _points("interval_low")),
    Column("interval_to", DECIMAL, POINTS, "§6", _("Interval to"),
           _("upper end of the interval at 90 percent, points"), _points("interval_high")),
    Column("zone", CODE, NO_UNIT, "§5", _("Zone"), _("zone of the score; empty without a score"),
           _plain("zone"), Zone.choices),
    Column("zone_certain", CODE, NO_UNIT, "§5", _("Zone is certain"),
           _("whether the whole interval lies in the zone"),
           _yes("zone_certain"), YES_OR_NO),
    Column("signal", CODE, NO_UNIT, "§6", _("Against the country"),
           _("whether the score clearly differs from that of the country"),
           _plain("signal"), Signal.choices),
    Column("change", DECIMAL, POINTS, "§5", pgettext_lazy("score", "Change"),
           _("change of the score against the month before, points"), _points("delta")),
    Column("place_change", INTEGER, PLACES, "§5", _("Change of place"),
           _("change of the place; greater than 0 means moved up"),
           _plain("rank_delta")),
    Column("change_certain", CODE, NO_UNIT, "§6", _("Change is certain"),
           _("whether the change is more than chance does"),
           _yes("distinguishable"), YES_OR_NO),
    Column("clusters", INTEGER, CLUSTERS, "§1", _("Clusters"), _("clusters with executions in the month"),
           _plain("clusters")),
    Column("executions", INTEGER, EXECUTIONS, "§3", _("Executions"), _("executions counted in the month"),
           _plain("executions")),
    Column("weight_sum", INTEGER, WEIGHT, "§4", _("Sum of weights"), _("sum of weights"), _plain("weight_sum")),
    Column("points_sum", INTEGER, WEIGHTED, "§4", _("Sum of points × weight"),
           _("sum of points × weight; divided by the sum of weights it is the score"), _plain("points_sum")),
    Column("on_time", INTEGER, EXECUTIONS, "§3", _("On time"), _("executions handed in on time"),
           _plain("on_time")),
    Column("late", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Late"), _("executions handed in late"),
           _plain("late")),
    Column("not_executed", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Not executed"),
           _("executions not handed in by the last day that counts"), _plain("not_executed")),
    Column("in_review", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "In review"),
           _("executions that the centre has not yet reviewed"), _plain("in_review")),
    Column("returned", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Returned"),
           _("executions returned for rework at least once"), _plain("returned")),
    Column("extended", INTEGER, EXECUTIONS, "§2", pgettext_lazy("column", "Extended"),
           _("executions with the term extended"),
           _plain("extended")),
    Column("carried_over", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Carried over"),
           _("executions carried over from earlier months"), _plain("carried_over")),
)  # fmt: skip

DISTRICT_COLUMNS = (
    Column("district_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the federal district"), _plain("code")),
    Column("district", TEXT, NO_UNIT, "§1", _("Federal district"), _("federal district"), _plain("name")),
    Column("score", DECIMAL, POINTS, "§4", _("Score"),
           _("score of all executions of the district in one pool, points of 100"), _points("score")),
    Column("zone", CODE, NO_UNIT, "§5", _("Zone"), _("zone of the score; empty without a score"), _plain("zone"),
           Zone.choices),
    Column("regions", INTEGER, REGIONS, "§1", pgettext_lazy("column", "Regions"), _("regions of the district"),
           _plain("regions")),
    Column("ranked", INTEGER, REGIONS, "§5", _("With a place"), _("regions of the district with a place"),
           _plain("ranked")),
    Column("green", INTEGER, REGIONS, "§5", _("Green zone"), _("regions in the green zone"),
           lambda row: row.zones[Zone.GREEN]),
    Column("yellow", INTEGER, REGIONS, "§5", _("Yellow zone"), _("regions in the yellow zone"),
           lambda row: row.zones[Zone.YELLOW]),
    Column("red", INTEGER, REGIONS, "§5", _("Red zone"), _("regions in the red zone"),
           lambda row: row.zones[Zone.RED]),
    Column("unrated", INTEGER, REGIONS, "§4", _("Not rated"), _("regions without a score"), _plain("unrated")),
    Column("executions", INTEGER, EXECUTIONS, "§3", _("Executions"), _("executions counted in the month"),
           _plain("executions")),
    Column("weight_sum", INTEGER, WEIGHT, "§4", _("Sum of weights"), _("sum of weights"), _plain("weight_sum")),
    Column("points_sum", INTEGER, WEIGHTED, "§4", _("Sum of points × weight"),
           _("sum of points × weight; divided by the sum of weights it is the score"), _plain("points_sum")),
    Column("on_time", INTEGER, EXECUTIONS, "§3", _("On time"), _("executions handed in on time"),
           _plain("on_time")),
    Column("late", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Late"), _("executions handed in late"),
           _plain("late")),
    Column("not_executed", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Not executed"),
           _("executions not handed in by the last day that counts"), _plain("not_executed")),
)  # fmt: skip
CLUSTER_COLUMNS = (
    Column("cluster_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the cluster in the audit file"),
           _plain("code")),
    Column("cluster", TEXT, NO_UNIT, "§1", _("Cluster"), _("cluster"), _plain("name")),
    Column("lost", DECIMAL, POINTS, "§7", _("Points lost"),
           _("part of 100 − score of the region that the executions of the cluster lost"), _points("lost")),
    Column("executions", INTEGER, EXECUTIONS, "§3", _("Executions"), _("executions counted in the month"),
           _plain("executions")),
    Column("weight_sum", INTEGER, WEIGHT, "§4", _("Sum of weights"), _("sum of weights"), _plain("weight_sum")),
    Column("on_time", INTEGER, EXECUTIONS, "§3", _("On time"), _("executions handed in on time"),
           _plain("on_time")),
    Column("late", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Late"), _("executions handed in late"),
           _plain("late")),
    Column("not_executed", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Not executed"),
           _("executions not handed in by the last day that counts"), _plain("not_executed")),
)  # fmt: skip
ITEM_COLUMNS = (
    Column("item_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the item in the audit file"),
           lambda row: row.assignment.code),
    Column("protocol", TEXT, NO_UNIT, "§1", _("Protocol No."), _("number of the protocol"),
           lambda row: row.assignment.protocol.number),
    Column("item", TEXT, NO_UNIT, "§1", _("Item"), _("number of the item in its protocol"),
           lambda row: str(row.assignment.number)),
    Column("title", TEXT, NO_UNIT, "§1", _("Title"), _("short title of the item"),
           lambda row: row.assignment.title),
    Column("executions", INTEGER, EXECUTIONS, "§3", _("Executions"), _("executions counted in the month"),
           _plain("executions")),
    Column("on_time", INTEGER, EXECUTIONS, "§3", _("On time"), _("executions handed in on time"),
           _plain("on_time")),
    Column("on_time_share", DECIMAL, PERCENT, "§7", _("Share on time"),
           _("on time of all executions of the item in the country, percent"), _points("hundredths")),
    Column("must_be_looked_at", CODE, NO_UNIT, "§7", _("To be looked at"),
           _("whether the share is below 30 percent: the centre must confirm the item or extend it for all"),
           _yes("is_hard"), YES_OR_NO),
)  # fmt: skip
ITEM_REGION_COLUMNS = (
    Column("region_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the region"), _plain("code")),
    Column("region", TEXT, NO_UNIT, "§1", _("Region"), _("region"), _plain("name")),
    Column("executions", INTEGER, EXECUTIONS, "§3", _("Executions"), _("executions counted in the month"),
           _plain("executions")),
    Column("on_time", INTEGER, EXECUTIONS, "§3", _("On time"), _("executions handed in on time"),
           _plain("on_time")),
    Column("late", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Late"), _("executions handed in late"),
           _plain("late")),
    Column("not_executed", INTEGER, EXECUTIONS, "§3", pgettext_lazy("column", "Not executed"),
           _("executions not handed in by the last day that counts"), _plain("not_executed")),
)  # fmt: skip
CHANGE_COLUMNS = (
    Column("region_code", TEXT, NO_UNIT, "§1", _("Code"), _("code of the region"),
           lambda row: row.after.region_id),
    Column("region", TEXT, NO_UNIT, "§1", _("Region"), _("region"), lambda row: row.after.region.name),
    Column("score_before", DECIMAL, POINTS, "§8", _("Score before"), _("score in the revision before, points"),
           lambda row: _hundredths(row.before and row.before.score)),
    Column("score_after", DECIMAL, POINTS, "§8", _("Score now"), _("score in this revision, points"),
           lambda row: _hundredths(row.after.score)),
    Column("zone_before", CODE, NO_UNIT, "§8", _("Zone before"), _("zone in the revision before"),
           lambda row: row.before.zone if row.before else "", Zone.choices),
    Column("zone_after", CODE, NO_UNIT, "§8", _("Zone now"), _("zone in this revision"),
           lambda row: row.after.zone,
           Zone.choices),
    Column("place_before", INTEGER, NO_UNIT, "§8", _("Place before"), _("place in the revision before"),
           lambda row: row.before.rank if row.before else None),
    Column("place_after", INTEGER, NO_UNIT, "§8", _("Place now"), _("place in this revision"),
           lambda row: row.after.rank),
    Column("place_before_from", INTEGER, NO_UNIT, "§6", _("Place before from"),
           _("best place that chance allowed in the revision before"),
           lambda row: row.before.rank_low if row.before else None),
    Column("place_before_to", INTEGER, NO_UNIT, "§6", _("Place before to"),
           _("worst place that chance allowed in the revision before"),
           lambda row: row.before.rank_high if row.before else None),
    Column("place_after_from", INTEGER, NO_UNIT, "§6", _("Place now from"),
           _("best place that chance allows in this revision"), lambda row: row.after.rank_low),
    Column("place_after_to", INTEGER, NO_UNIT, "§6", _("Place now to"),
           _("worst place that chance allows in this revision"), lambda row: row.after.rank_high),
)  # fmt: skip

REGIONS_TABLE = Table("table", _("Efficiency rating of the regions"), COLUMNS, 16, 5)
DISTRICTS_TABLE = Table("districts", _("Rating by federal district"), DISTRICT_COLUMNS, 10, 2)
CLUSTERS_TABLE = Table("clusters", _("Share of the clusters"), CLUSTER_COLUMNS, 8, 2)
ITEMS_TABLE = Table("items", _("National shares of the items"), ITEM_COLUMNS, 8, 4)
ITEM_REGIONS_TABLE = Table("item", _("The item by region"), ITEM_REGION_COLUMNS, 6, 2)
CHANGES_TABLE = Table("changes", _("What the revision changed"), CHANGE_COLUMNS, 12, 2)
TABLES = (REGIONS_TABLE, DISTRICTS_TABLE, CLUSTERS_TABLE, ITEMS_TABLE, ITEM_REGIONS_TABLE, CHANGES_TABLE)


class Entry(NamedTuple):
    """A column of the dictionary in the reader's language."""

    table: str
    name: str
    type: str
    unit: str
    heading: str
    meaning: str
    codes: dict[str, str]
    source: str


def entries() -> Iterator[Entry]:
    """The whole dictionary, table after table; the page, the file and the API show it."""
    for table in TABLES:
        for column in table.columns:
            codes = {str(code): str(words) for code, words in column.codes}
            yield Entry(
                table.name, column.key, column.type, str(column.unit), str(column.heading), str(column.meaning),
                codes, column.source,
            )  # fmt: skip

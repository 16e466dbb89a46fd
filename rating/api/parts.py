"""Parts of a slice in the API: districts, clusters of a region, items, what a revision changed, the dictionary.

Rows have the keys of the dictionary of columns (`rating.dictionary`), which also makes their schema: an answer of the
API and a table as JSON say the same in the same words.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import PortalView
from rating import dictionary
from rating.api.serializers import RevisionQuery, decimal_text
from rating.api.views import (
    MONTH_PARAMETER,
    NOT_MODIFIED,
    REGION_PARAMETER,
    RatingIsOpen,
    ResultView,
)
from rating.models import Slice
from rating.selectors import checked_period
from rating.selectors.changes import changes_of
from rating.selectors.districts import district_scores
from rating.selectors.pages import SliceEntry, SliceIndex, slice_index
from rating.selectors.shares import (
    cluster_shares,
    national_share,
    national_shares,
    regions_of_item,
)

ITEM_PARAMETER = OpenApiParameter("pk", OpenApiTypes.INT, OpenApiParameter.PATH, description="The item.")


def row_serializer(table: dictionary.Table, name: str) -> type[serializers.Serializer]:
    """The schema of a row of a table, from its columns."""
    fields: dict[str, Any] = {"__doc__": f"A row of the table «{table.name}»; see the dictionary of columns."}
    for column in table.columns:
        fields[column.key] = _field(column)
    return type(f"{name}RowSerializer", (serializers.Serializer,), fields)


def _field(column: dictionary.Column) -> serializers.Field:
    source = f"Methodology {column.source}."
    if column.type == dictionary.DECIMAL:
        return decimal_text(source, allow_null=True)
    if column.type == dictionary.INTEGER:
        return serializers.IntegerField(allow_null=True, help_text=source)
    return serializers.CharField(allow_blank=True, help_text=source)


def table_serializer(table: dictionary.Table, name: str) -> type[serializers.Serializer]:
    """The schema of a whole answer."""
    fields = {
        "__doc__": f"The table «{table.name}» of a slice.",
        "period": serializers.CharField(),
        "revision": serializers.IntegerField(),
        "rows": row_serializer(table, name)(many=True),
    }
    return type(f"{name}Serializer", (serializers.Serializer,), fields)


def rows_of(table: dictionary.Table, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows by the keys of the dictionary; decimals as text with two places."""
    return [{column.key: _plain(column.value(row)) for column in table.columns} for row in rows]


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


Rows = Callable[[SliceIndex, SliceEntry, Slice], Iterable[Any]]


class PartView(ResultView):
    """A table of a slice with the tag of its revision."""

    def table(self, period: str, table: dictionary.Table, rows: Rows, *parts: str) -> HttpResponseBase:
        """The answer: the revision and its rows."""

        def make(slice_: Slice) -> dict[str, Any]:
            index = slice_index(self.scope)
            entry = index.find(slice_.period, slice_.revision)
            found = rows(index, entry, slice_)
            return {
                "period": slice_.period,
                "revision": slice_.revision,
                "rows": rows_of(table, found),
            }

        return self.answer(checked_period(period), make, table.name, *parts)


@extend_schema(
    tags=["rating"], summary="Show the districts of a slice", parameters=[RevisionQuery, MONTH_PARAMETER]
)
class SliceDistricts(PartView):
    """The federal districts: the executions of all regions of a district in one pool."""

    @extend_schema(
        responses={200: table_serializer(dictionary.DISTRICTS_TABLE, "Districts"), 304: NOT_MODIFIED}
    )
    def get(self, request: Request, period: str) -> HttpResponseBase:
        return self.table(
            period,
            dictionary.DISTRICTS_TABLE,
            lambda _index, entry, slice_: district_scores(entry, slice_.methodology.params()),
        )


@extend_schema(
    tags=["rating"], summary="Show what a revision changed", parameters=[RevisionQuery, MONTH_PARAMETER]
)
class SliceChanges(PartView):
    """The regions whose score, zone or place a revision changed, against the last one published before it."""

    @extend_schema(responses={200: table_serializer(dictionary.CHANGES_TABLE, "Changes"), 304: NOT_MODIFIED})
    def get(self, request: Request, period: str) -> HttpResponseBase:
        return self.table(
            period, dictionary.CHANGES_TABLE, lambda index, entry, _slice: changes_of(index, entry).regions
        )


@extend_schema(
    tags=["rating"],
    summary="Show the clusters of a region",
    parameters=[RevisionQuery, MONTH_PARAMETER, REGION_PARAMETER],
)
class RegionClusters(PartView):
    """What each cluster lost of the points of its region; for the region itself and the centre."""

    @extend_schema(
        responses={200: table_serializer(dictionary.CLUSTERS_TABLE, "Clusters"), 304: NOT_MODIFIED}
    )
    def get(self, request: Request, period: str, code: str) -> HttpResponseBase:
        return self.table(
            period,
            dictionary.CLUSTERS_TABLE,
            lambda _index, entry, _slice: cluster_shares(self.scope, entry, code).clusters,
            code,
        )


@extend_schema(
    tags=["rating"], summary="Show the items of a slice", parameters=[RevisionQuery, MONTH_PARAMETER]
)
class SliceItems(PartView):
    """The national on-time share of every item that the reader may open, the hardest first."""

    operation_id = "rating_slices_items_list"

    @extend_schema(responses={200: table_serializer(dictionary.ITEMS_TABLE, "Items"), 304: NOT_MODIFIED})
    def get(self, request: Request, period: str) -> HttpResponseBase:
        return self.table(
            period,
            dictionary.ITEMS_TABLE,
            lambda _index, entry, _slice: national_shares(self.scope, entry),
            str(self.scope),
        )


@extend_schema(
    tags=["rating"],
    summary="Show an item of a slice by region",
    parameters=[RevisionQuery, MONTH_PARAMETER, ITEM_PARAMETER],
)
class SliceItem(PartView):
    """One item by region: all of them for the centre, for others their own."""

    @extend_schema(
        responses={200: table_serializer(dictionary.ITEM_REGIONS_TABLE, "ItemRegions"), 304: NOT_MODIFIED}
    )
    def get(self, request: Request, period: str, pk: int) -> HttpResponseBase:
        def rows(_index: SliceIndex, entry: SliceEntry, _slice: Slice) -> Iterable[Any]:
            return regions_of_item(self.scope, entry, national_share(self.scope, entry, pk))

        return self.table(period, dictionary.ITEM_REGIONS_TABLE, rows, str(pk), str(self.scope))


class ColumnSerializer(serializers.Serializer):
    """A column of a table that the rating gives away."""

    table = serializers.CharField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=[kind for kind, _words in dictionary.TYPES])
    unit = serializers.CharField(allow_blank=True)
    heading = serializers.CharField()
    meaning = serializers.CharField()
    codes = serializers.DictField(child=serializers.CharField())
    source = serializers.CharField(help_text="Section of the methodology.")  # type: ignore[assignment]


@extend_schema(tags=["rating"], summary="Show the dictionary of columns")
class Columns(PortalView):
    """Every column of every table of the rating."""

    permission_classes = [RatingIsOpen]
    is_open = True

    @extend_schema(operation_id="rating_columns_list", responses=ColumnSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response([entry._asdict() for entry in dictionary.entries()])

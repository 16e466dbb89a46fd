"""Filters of coordinators and their leaves."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from accounts.enums import COORDINATOR_POSITIONS, Position
from common.filtering import CodeFilter, DayFilter, FlagFilter, OneOfFilter


class CoordinatorFilter(filters.FilterSet):
    """By region, position, and the day on which the appointment is in force."""

    region = CodeFilter("region", "Code of the region.")
    position = OneOfFilter(
        "position",
        "Position of the coordinator.",
        [(value, Position(value).label) for value in COORDINATOR_POSITIONS],
    )
    day = DayFilter("starts_on", "In office on this day.", method="on_day")

    def on_day(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        return rows.in_force(value)  # type: ignore[attr-defined]


class LeaveFilter(filters.FilterSet):
    """By region, and whether the leave was taken back."""

    region = CodeFilter("membership__region", "Code of the region.")
    standing = FlagFilter("cancelled_at", "Not taken back.", lookup_expr="isnull")

"""Filters of the slices."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from common.filtering import CodeFilter, OneOfFilter
from rating.enums import SliceStatus

PATTERN = "^[0-9]{4}-(0[1-9]|1[0-2])$"
"""A month in the schema."""
MONTH = r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])\Z"


class MonthFilter(CodeFilter):
    """A month as YYYY-MM."""

    schema = {"type": "string", "pattern": PATTERN}

    def __init__(self, field_name: str, about: str, **options: Any) -> None:
        shape = RegexValidator(MONTH, _("A month is written as YYYY-MM, for example 2023-11."))
        super().__init__(field_name, about, validators=[shape], **options)


class SliceFilter(filters.FilterSet):
    """By month and status."""

    period = MonthFilter("period", "The month.")
    period_from = MonthFilter("period", "This month or a later one.", lookup_expr="gte")
    period_to = MonthFilter("period", "This month or an earlier one.", lookup_expr="lte")
    status = OneOfFilter("status", "Status of the revision.", SliceStatus.choices)

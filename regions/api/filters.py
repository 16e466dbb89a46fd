"""Filters of the regions."""

from django_filters import rest_framework as filters

from common.filtering import CodeFilter


class RegionFilter(filters.FilterSet):
    """By federal district."""

    district = CodeFilter("district", "Code of the federal district.")

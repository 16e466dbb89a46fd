"""Filters of notices."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from common.filtering import FlagFilter


class NoticeFilter(filters.FilterSet):
    """By whether they were read."""

    unread = FlagFilter("read_at", "Not read yet, or read.", method="is_unread")

    def is_unread(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(**{f"{name}__isnull": value})

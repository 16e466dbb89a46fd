"""Addresses of what is published besides the table: each once for the month in force and once for a revision."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from common import converters  # noqa: F401 -- it knows data_format
from rating.views import downloads, embedding, parts, promulgation

View = Callable[..., HttpResponseBase]


def _both(address: str, view: View, name: str) -> list[URLPattern]:
    """The address of a month in force, and the permanent one of a revision."""
    return [
        path(f"rating/<str:period>/{address}", view, name=name),
        path(f"rating/<str:period>/r<int:revision>/{address}", view, name=f"{name}-revision"),
    ]


publication_urlpatterns: list[URLPattern] = [
    path("rating/feed.atom", promulgation.feed, name="feed"),
    path("rating/check/", promulgation.check, name="check"),
    path("rating/columns/", promulgation.columns, name="columns"),
    path("rating/columns.json", downloads.columns, name="columns-json"),
    path("rating/for-sites/", promulgation.for_sites, name="for-sites"),
    path("rating/embed/", embedding.embed, name="embed-latest"),
    path("rating/badge/<str:code>.svg", embedding.badge, name="badge-latest"),
    *_both("embed/", embedding.embed, "embed"),
    *_both("badge/<str:code>.svg", embedding.badge, "badge"),
    *_both("districts/", parts.districts, "districts"),
    *_both("districts.<data_format:form>", downloads.districts, "districts-table"),
    *_both("districts/<str:code>/", parts.district, "district"),
    *_both("regions/<str:code>/clusters/", parts.clusters, "clusters"),
    *_both("regions/<str:code>/clusters.<data_format:form>", downloads.clusters, "clusters-table"),
    *_both("items/", parts.items, "items"),
    *_both("items.<data_format:form>", downloads.items, "items-table"),
    *_both("items/<int:pk>/", parts.item, "item"),
    *_both("changes/", parts.changes, "changes"),
    *_both("changes.<data_format:form>", downloads.changes, "changes-table"),
]

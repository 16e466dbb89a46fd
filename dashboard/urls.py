"""Addresses of this room."""

from django.urls import URLPattern, path

from dashboard.display import display
from dashboard.gallery import gallery

app_name = "dashboard"

urlpatterns: list[URLPattern] = [
    path("design/", gallery, name="gallery"),
    path("display/", display, name="display"),
]

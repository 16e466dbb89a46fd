"""Addresses of this room."""

from django.urls import URLPattern

from cyclogram.matrix_urls import matrix_urlpatterns
from cyclogram.stage_urls import stage_urlpatterns

app_name = "cyclogram"
urlpatterns: list[URLPattern] = [
    *matrix_urlpatterns,
    *stage_urlpatterns,
]

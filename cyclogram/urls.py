"""Addresses of this room."""

from django.urls import URLPattern

from cyclogram.board_urls import board_urlpatterns
from cyclogram.lane_urls import lane_urlpatterns
from cyclogram.matrix_urls import matrix_urlpatterns
from cyclogram.plan_urls import plan_urlpatterns
from cyclogram.stage_urls import stage_urlpatterns

app_name = "cyclogram"
urlpatterns: list[URLPattern] = [
    *matrix_urlpatterns,
    *stage_urlpatterns,
    *lane_urlpatterns,
    *board_urlpatterns,
    *plan_urlpatterns,
]

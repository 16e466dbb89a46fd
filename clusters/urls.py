"""Addresses of this room."""

from django.urls import URLPattern

app_name = "clusters"

urlpatterns: list[URLPattern] = []

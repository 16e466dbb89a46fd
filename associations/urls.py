"""Addresses of this room."""

from django.urls import URLPattern, path

from associations.views import pages

app_name = "associations"
urlpatterns: list[URLPattern] = [
    path("associations/", pages.associations, name="associations"),
    path("associations/lines/", pages.lines, name="lines"),
    path("associations/<int:pk>/", pages.association, name="association"),
]

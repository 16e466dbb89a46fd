"""Addresses of this room."""

from django.urls import URLPattern, path

from associations.views import pages, roadmap

app_name = "associations"
urlpatterns: list[URLPattern] = [
    path("associations/", pages.associations, name="associations"),
    path("associations/lines/", pages.lines, name="lines"),
    path("associations/roadmap/", roadmap.roadmap, name="roadmap"),
    path("associations/roadmap/new/", roadmap.milestone_create, name="milestone-create"),
    path("associations/roadmap/<int:pk>/", roadmap.milestone, name="milestone"),
    path(
        "associations/<int:association>/roadmap/new/", roadmap.milestone_create, name="association-milestone"
    ),
    path("associations/<int:pk>/", pages.association, name="association"),
]

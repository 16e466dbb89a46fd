"""Addresses of this room."""

from django.urls import URLPattern, path

from associations.views import pages, practices, roadmap

app_name = "associations"
ACTS = [
    path(f"practices/<int:pk>/{name}/", practices.practice_act, {"act": name}, name=f"practice-{name}")
    for name in practices.ACTS
]
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
    path("associations/<int:pk>/leaders/", pages.leaders, name="leaders"),
    path("practices/", practices.practices, name="practices"),
    path("practices/new/", practices.practice_create, name="practice-create"),
    path("practices/<int:pk>/", practices.practice, name="practice"),
    path("practices/<int:pk>/edit/", practices.practice_edit, name="practice-edit"),
    path("practices/<int:pk>/files/<int:file>/", practices.file, name="practice-file"),
    path("practices/<int:pk>/files/<int:file>/remove/", practices.file_remove, name="practice-file-remove"),
    path("practices/<int:pk>/comment/", practices.comment, name="practice-comment"),
    path("practices/<int:pk>/replicate/", practices.replicate, name="practice-replicate"),
    path("replications/<int:pk>/", practices.replication, name="replication"),
    *ACTS,
]

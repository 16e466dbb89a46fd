"""Addresses of this room."""

from django.urls import path

from clusters import views

app_name = "clusters"

urlpatterns = [
    path("clusters/import/", views.imports, name="imports"),
    path("clusters/import/<int:pk>/", views.import_detail, name="import"),
    path("clusters/import/<int:pk>/apply/", views.import_run, name="import-apply"),
    path("clusters/export.xlsx", views.export, name="export"),
]

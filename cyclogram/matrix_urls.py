"""Addresses of the matrix, the bars and the bottlenecks; `cyclogram.urls` includes them."""

from django.urls import URLPattern, path

from cyclogram.views import bottlenecks, gantt, matrix

matrix_urlpatterns: list[URLPattern] = [
    path("cyclogram/", matrix.matrix, name="matrix"),
    path("cyclogram/matrix.xlsx", matrix.matrix_export, name="matrix-export"),
    path("cyclogram/gantt/", gantt.gantt, name="gantt"),
    path("cyclogram/bottlenecks/", bottlenecks.bottlenecks, name="bottlenecks"),
]

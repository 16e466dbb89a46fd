"""Addresses of the lanes, their days and the values of their indicators; `cyclogram.urls` includes them."""

from django.urls import URLPattern, path

from cyclogram.views import lanes, values

CHECKPOINT = "cyclogram/checkpoints/<int:pk>/"

lane_urlpatterns: list[URLPattern] = [
    path("cyclogram/lanes/", lanes.lanes, name="lanes"),
    path("cyclogram/checkpoints/new/", lanes.checkpoint_create, name="checkpoint-create"),
    path(CHECKPOINT, lanes.checkpoint, name="checkpoint"),
    path(f"{CHECKPOINT}cancel/", lanes.cancel, name="checkpoint-cancel"),
    path(f"{CHECKPOINT}restore/", lanes.restore, name="checkpoint-restore"),
    path("cyclogram/values/", values.values, name="values"),
    path("cyclogram/values/enter/", values.enter, name="values-enter"),
    path("cyclogram/values/enter/form.xlsx", values.values_form, name="values-form"),
    path("cyclogram/values/decide/", values.decide, name="values-decide"),
]

"""Addresses of the plan of a cluster and its stages; `cyclogram.urls` includes them."""

from django.urls import URLPattern, path

from cyclogram.views import history, moves, stages

STAGE = "cyclogram/stages/<int:pk>/"

stage_urlpatterns: list[URLPattern] = [
    path("clusters/<str:code>/cyclogram/", stages.cluster, name="cluster"),
    path("cyclogram/stages/", stages.stages, name="stages"),
    path("cyclogram/stages/history/", history.history, name="history"),
    path("cyclogram/stages/history/form.xlsx", history.history_form, name="history-form"),
    path("cyclogram/unlaid/", history.unlaid, name="unlaid"),
    path("cyclogram/move/", moves.move, name="move"),
    path(STAGE, stages.stage, name="stage"),
    path(f"{STAGE}evidence/<int:evidence>/", stages.evidence, name="evidence"),
    *(path(f"{STAGE}{act}/", stages.stage_act, {"act": act}, name=f"stage-{act}") for act in stages.ACTS),
]

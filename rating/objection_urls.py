"""Addresses of previews and objections; `rating.urls` includes them before those of the months."""

from django.urls import path

from rating.views import objections, previews

REVISION = "rating/<str:period>/r<int:revision>/"

objection_urlpatterns = [
    path("rating/objections/", objections.objection_list, name="objections"),
    path("rating/objections/<int:pk>/", objections.objection_detail, name="objection"),
    path("rating/objections/<int:pk>/decide/", objections.objection_decide, name="objection-decide"),
    path("rating/objections/<int:pk>/withdraw/", objections.objection_take_back, name="objection-withdraw"),
    path("rating/objections/<int:pk>/file/", objections.objection_paper, name="objection-paper"),
    path(f"{REVISION}preview/", previews.preview_open, name="preview-open"),
    path(f"{REVISION}preview/<str:code>/", previews.preview, name="preview"),
    path(f"{REVISION}object/<int:execution>/", objections.objection_create, name="object"),
]

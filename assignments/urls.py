"""Addresses of this room."""

from django.urls import URLPattern, path

from assignments import views

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    path("protocols/", views.protocols, name="protocols"),
    path("protocols/new/", views.protocol_create, name="protocol-create"),
    path("protocols/audience/", views.audience_preview_part, name="audience-preview"),
    path("protocols/<int:pk>/", views.protocol, name="protocol"),
    path("protocols/<int:pk>/edit/", views.protocol_edit, name="protocol-edit"),
    path("protocols/<int:pk>/delete/", views.protocol_delete, name="protocol-delete"),
    path("protocols/<int:pk>/issue/", views.protocol_issue, name="protocol-issue"),
    path("protocols/<int:pk>/items/new/", views.item_create, name="item-create"),
    path("protocols/<int:pk>/items/<int:item>/edit/", views.item_edit, name="item-edit"),
    path("protocols/<int:pk>/items/<int:item>/delete/", views.item_delete, name="item-delete"),
    path("protocols/<int:pk>/items/<int:item>/move/", views.item_move, name="item-move"),
    path("protocols/<int:pk>/items/<int:item>/due/", views.item_due, name="item-due"),
    path("protocols/<int:pk>/items/<int:item>/late/", views.late_cluster, name="late-cluster"),
]

"""Addresses of this room."""

from django.urls import URLPattern, path

from assignments import drafting_views, planning_views, series_views, views

app_name = "assignments"

urlpatterns: list[URLPattern] = [
    path("protocols/", views.protocols, name="protocols"),
    path("protocols/new/", views.protocol_create, name="protocol-create"),
    path("protocols/audience/", views.audience_preview_part, name="audience-preview"),
    path("protocols/items.xlsx", drafting_views.item_table_template, name="item-table-template"),
    path("protocols/audiences/", drafting_views.audiences, name="audiences"),
    path("protocols/audiences/<int:pk>/", drafting_views.audience_edit, name="audience-edit"),
    path("protocols/audiences/<int:pk>/delete/", drafting_views.audience_delete, name="audience-delete"),
    path("protocols/series/<int:pk>/", series_views.series, name="series"),
    path("protocols/series/<int:pk>/edit/", series_views.series_edit, name="series-edit"),
    path("protocols/series/<int:pk>/delete/", series_views.series_remove, name="series-delete"),
    path("protocols/series/<int:pk>/stop/", series_views.series_end, name="series-stop"),
    path("protocols/recalls/", planning_views.recalls, name="recalls"),
    path("protocols/recalls/<int:pk>/", planning_views.recall, name="recall"),
    *(
        path(f"protocols/recalls/<int:pk>/{name}/", view, name=f"recall-{name}")
        for name, view in planning_views.ENDINGS.items()
    ),
    path("protocols/<int:pk>/", views.protocol, name="protocol"),
    path("protocols/<int:pk>/schedule/", planning_views.protocol_schedule, name="protocol-schedule"),
    path("protocols/<int:pk>/unschedule/", planning_views.protocol_unschedule, name="protocol-unschedule"),
    path("protocols/<int:pk>/series/new/", series_views.series_create, name="series-create"),
    path("protocols/<int:pk>/copy/", drafting_views.protocol_copy, name="protocol-copy"),
    path("protocols/<int:pk>/template/", drafting_views.protocol_template, name="protocol-template"),
    path("protocols/<int:pk>/edit/", views.protocol_edit, name="protocol-edit"),
    path("protocols/<int:pk>/delete/", views.protocol_delete, name="protocol-delete"),
    path("protocols/<int:pk>/issue/", views.protocol_issue, name="protocol-issue"),
    path(
        "protocols/<int:pk>/issue/list.xlsx", drafting_views.issue_list, {"form": "xlsx"}, name="issue-list"
    ),
    path(
        "protocols/<int:pk>/issue/list.csv", drafting_views.issue_list, {"form": "csv"}, name="issue-list-csv"
    ),
    path("protocols/<int:pk>/items/new/", views.item_create, name="item-create"),
    path("protocols/<int:pk>/items/table/", drafting_views.item_table, name="item-table"),
    path("protocols/<int:pk>/items/copy/", drafting_views.item_copy, name="item-copy"),
    path("protocols/<int:pk>/items/<int:item>/edit/", views.item_edit, name="item-edit"),
    path("protocols/<int:pk>/items/<int:item>/delete/", views.item_delete, name="item-delete"),
    path("protocols/<int:pk>/items/<int:item>/move/", views.item_move, name="item-move"),
    path("protocols/<int:pk>/items/<int:item>/due/", views.item_due, name="item-due"),
    path(
        "protocols/<int:pk>/items/<int:item>/late-addressees/",
        planning_views.late_addressees,
        name="late-addressees",
    ),
    path("protocols/<int:pk>/items/<int:item>/recall/", planning_views.item_recall, name="item-recall"),
    path("protocols/<int:pk>/items/<int:item>/late/", views.late_cluster, name="late-cluster"),
]

"""Addresses of this room."""

from django.urls import path

from dashboard import display, gallery
from dashboard.views import executions, home, long_tasks, places, review, staff_tasks, work

app_name = "dashboard"

urlpatterns = [
    path("", home.home, name="home"),
    path("design/", gallery.gallery, name="gallery"),
    path("display/", display.display, name="display"),
    path("assignments/", work.inbox, name="inbox"),
    path("assignments/registry/", work.registry, name="registry"),
    path("assignments/registry.xlsx", work.registry_export, name="registry-export"),
    path("assignments/review/", review.review, name="review"),
    path("assignments/review/decide/", review.decide, name="review-decide"),
    path("assignments/review/result/", review.result, name="review-result"),
    path("executions/<int:pk>/", executions.execution, name="execution"),
    path("executions/<int:pk>/evidence/<int:evidence_id>/", executions.evidence, name="evidence"),
    *(
        path(f"executions/<int:pk>/{act}/", executions.act, {"name": act}, name=f"execution-{act}")
        for act in executions.ACTS
    ),
    path("regions/", places.regions, name="regions"),
    path("regions/<str:code>/", places.region, name="region"),
    path("clusters/", places.clusters, name="clusters"),
    path("clusters/<str:code>/", places.cluster, name="cluster"),
    path("tasks/<int:pk>/", long_tasks.long_task, name="long-task"),
    path("tasks/<int:pk>/file/", long_tasks.long_task_file, name="long-task-file"),
    path("staff-tasks/", staff_tasks.staff_tasks, name="staff-tasks"),
    path("staff-tasks/<int:pk>/close/", staff_tasks.close, name="staff-task-close"),
]

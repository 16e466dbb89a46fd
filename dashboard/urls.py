"""Addresses of this room."""

from django.urls import path

from dashboard import display, focus, gallery, request_forms
from dashboard.views import (
    digests,
    executions,
    home,
    long_tasks,
    notices,
    places,
    requests,
    review,
    search,
    staff_tasks,
    work,
)

app_name = "dashboard"

urlpatterns = [
    path("", home.home, name="home"),
    path("design/", gallery.gallery, name="gallery"),
    path("display/", display.display, name="display"),
    path("place/", focus.focus, name="focus"),
    path("search/", search.search, name="search"),
    path("notifications/", notices.notices, name="notices"),
    path("notifications/read/", notices.read_all, name="notices-read"),
    path("notifications/<int:pk>/open/", notices.open_notice, name="notice-open"),
    path("assignments/", work.inbox, name="inbox"),
    path("assignments/registry/", work.registry, name="registry"),
    path("assignments/registry.xlsx", work.registry_export, name="registry-export"),
    path("assignments/review/", review.review, name="review"),
    path("assignments/review/decide/", review.decide, name="review-decide"),
    path("assignments/review/result/", review.result, name="review-result"),
    path("assignments/requests/", requests.requests, name="requests"),
    path("assignments/requests/decide/", requests.decide, name="requests-decide"),
    path("assignments/requests/result/", requests.result, name="requests-result"),
    *(
        path(f"assignments/requests/<int:pk>/{act}/", requests.answer, {"name": act}, name=f"request-{act}")
        for act in requests.ANSWERS
    ),
    *(
        path(
            f"executions/<int:pk>/ask/{kind}/",
            requests.ask,
            {"kind": kind},
            name=f"execution-ask-{kind}",
        )
        for kind in request_forms.ASKS
    ),
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
    path("digests/", digests.digests, name="digests"),
    path("digests/ladder/", digests.ladder, name="ladder"),
    path("digests/ladder/<int:pk>/remove/", digests.ladder_remove, name="ladder-remove"),
    path("staff-tasks/", staff_tasks.staff_tasks, name="staff-tasks"),
    path("staff-tasks/<int:pk>/close/", staff_tasks.close, name="staff-task-close"),
]

"""Addresses of this room."""

from django.urls import path

from dashboard import display, focus, gallery, request_forms
from dashboard.views import (
    digests,
    executions,
    handing,
    helping,
    home,
    long_tasks,
    matrix,
    notes,
    notices,
    places,
    questions,
    remarks,
    requests,
    review,
    reviewing,
    saved_views,
    search,
    staff_tasks,
    work,
    workbooks,
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
    path("assignments/hand-in/", handing.hand_in, name="hand-in"),
    path("assignments/hand-in/result/", handing.hand_in_result, name="hand-in-result"),
    path("assignments/assign/", saved_views.assign, name="assign"),
    path("assignments/views/", saved_views.saved_views, name="saved-views"),
    path("assignments/views/<int:pk>/rename/", saved_views.rename, name="saved-view-rename"),
    path("assignments/views/<int:pk>/delete/", saved_views.delete, name="saved-view-delete"),
    path("assignments/matrix/", matrix.matrix, name="matrix"),
    path("assignments/matrix.xlsx", matrix.matrix_export, name="matrix-export"),
    path("assignments/workbooks/", workbooks.workbooks, name="workbooks"),
    path("assignments/workbooks/register.xlsx", workbooks.register, name="workbook-register"),
    path("assignments/workbooks/<int:pk>/", workbooks.workbook, name="workbook"),
    path("assignments/workbooks/<int:pk>/check/", workbooks.check, name="workbook-check"),
    path("assignments/workbooks/<int:pk>/apply/", workbooks.apply, name="workbook-apply"),
    path("assignments/workbooks/<int:pk>/marked.xlsx", workbooks.marked, name="workbook-marked"),
    path("assignments/review/", review.review, name="review"),
    path("assignments/review/decide/", review.decide, name="review-decide"),
    path("assignments/review/result/", review.result, name="review-result"),
    path("assignments/review/undo/", review.undo, name="review-undo"),
    path("assignments/review/remarks/", remarks.remarks, name="remarks"),
    path("assignments/review/remarks/<int:pk>/", remarks.edit, name="remark-edit"),
    path("assignments/review/next/", reviewing.following, name="review-next"),
    path("assignments/review/<int:pk>/", reviewing.one, name="review-one"),
    path("assignments/review/<int:pk>/skip/", reviewing.skip, name="review-skip"),
    path("assignments/review/<int:pk>/claim/", reviewing.claim, name="review-claim"),
    *(
        path(f"assignments/review/<int:pk>/{act}/", reviewing.decide, {"name": act}, name=f"review-{act}")
        for act in reviewing.DECISIONS
    ),
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
    path("assignments/questions/", questions.questions, name="questions"),
    path("assignments/questions/<int:pk>/", questions.question, name="question"),
    path("assignments/questions/<int:pk>/answer/", questions.answer, name="question-answer"),
    path("assignments/questions/<int:pk>/rewrite/", questions.rewrite, name="question-rewrite"),
    path("executions/<int:pk>/ask/question/", questions.ask, name="execution-ask-question"),
    path("executions/<int:pk>/", executions.execution, name="execution"),
    path("executions/<int:pk>/undo/", executions.undo, name="execution-undo"),
    path("executions/<int:pk>/draft/", handing.draft, name="execution-draft"),
    path("executions/<int:pk>/note/", notes.note, name="execution-note"),
    path(
        "executions/<int:pk>/peers/<int:peer>/evidence/<int:evidence_id>/",
        helping.peer_evidence,
        name="peer-evidence",
    ),
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

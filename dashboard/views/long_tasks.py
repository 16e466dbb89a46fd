"""Long work of the reader: how far it is, how it ended, the file that it made."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Missing
from common.parts import page_or_part
from common.scope import scope_of
from dashboard.long_work import is_kept
from files.http import file_response
from files.models import StoredFile
from notifications.enums import ACTIVE, LongTaskState
from notifications.long_work import work_of
from notifications.models import LongTask

SILENT = timedelta(seconds=20)
"""After so long without a sign of the worker the page says so."""


@require_safe
def long_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Real progress of the work; without scripts the page asks for itself anew every few seconds."""
    task: LongTask = LongTask.objects.fetch(scope_of(request), pk=pk)
    work = work_of(task)
    is_active = task.state in ACTIVE
    counted = work.counted.get(task.stage)
    request.section = work.section  # type: ignore[attr-defined]
    context = {
        "task": task,
        "title": work.title(task),
        "stage": work.stages.get(task.stage, "") if is_active else "",
        "counted": counted(task.done, task.total) if counted else "",
        "trail": work.trail(),
        "is_active": is_active,
        "is_paused": "paused" in request.GET,
        "is_silent": is_active and (task.heartbeat_at or task.created_at) < clock.now() - SILENT,
        "outcome": work.outcome(task) if task.state == LongTaskState.DONE else None,
        "back": work.back(task),
    }
    return page_or_part(request, "dashboard/long_task.html", "task", context)


@require_safe
def long_task_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the work made, for a day and for its owner only."""
    scope = scope_of(request)
    task: LongTask = LongTask.objects.fetch(scope, pk=pk)
    if not is_kept(task):
        raise Missing(_("The file is no longer kept. Export again."))
    return file_response(StoredFile.objects.fetch(scope, pk=task.result["file"]))

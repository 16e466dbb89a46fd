"""The file of a large list as long work: it is kept a day and given to its owner only."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import scope_for
from assignments.exports import register_workbook
from assignments.querysets import ExecutionQuerySet
from common import clock
from common.errors import InvalidInput
from common.lists import CSV_FORM, XLSX_FORM, PortalList, file_name, list_file, list_named, page_of
from common.scope import Scope
from dashboard.work_lists import REGISTRY, rows_to_export
from files.enums import Accepted, Made
from files.models import StoredFile
from files.services import file_forget, file_made
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start

EXPORT = "dashboard.export"
KINDS: Mapping[str, Accepted | Made] = {XLSX_FORM: Accepted.XLSX, CSV_FORM: Made.CSV}
KEPT = timedelta(days=1)
"""For how long the file of an export waits to be downloaded."""


def rows_to_edit(scope: Scope, query: QueryDict) -> ExecutionQuerySet:
    """The filtered executions of the regions whose work the person writes about.

    Raises as `rows_to_export`, and InvalidInput for a past moment: what has passed is not written about.
    """
    rows = rows_to_export(scope, query)
    if rows.instant is not None:
        raise InvalidInput(_("The past is not edited: open the registry as of today."))
    return rows.filter(region__in=scope.coordinated)


def export_start(*, actor: Scope, query: str, name: str = REGISTRY, form: str = XLSX_FORM) -> LongTask:
    """Queue the file of a list; the same person with the same filter gets the one under way."""
    return _start(actor, query, {"list": name, "form": form})


def register_start(*, actor: Scope, query: str) -> LongTask:
    """Queue the register that is edited in a spreadsheet; as `export_start`."""
    return _start(actor, query, {"editable": True})


def _start(actor: Scope, query: str, what: Mapping[str, Any]) -> LongTask:
    words = "&".join(f"{name}={value}" for name, value in what.items())
    digest = sha256(f"{query}&{words}".encode()).hexdigest()[:40]
    arguments = {"query": query, **what}
    return long_task_start(actor=actor, kind=EXPORT, key=f"{actor.user_id}:{digest}", arguments=arguments)


def is_kept(task: LongTask) -> bool:
    """Whether the file of a finished task can still be downloaded."""
    return bool(task.finished_at and task.result.get("file") and task.finished_at + KEPT > clock.now())


def _run(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    scope, query = scope_for(task.person), QueryDict(task.arguments["query"])
    form = _form_of(task)
    if task.arguments.get("editable"):
        name = f"register-{clock.today():%Y-%m-%d}.xlsx"
        made = register_workbook(rows_to_edit(scope, query), watch)
    else:
        chosen = _list_of(task)
        found = chosen.found(scope, query)
        name = file_name(chosen, form, found.instant)
        made = list_file(chosen, scope, found, form, watch)
    with made as content:
        watch("storing", 0, 0)
        stored = file_made(owner_id=task.person_id, name=name, content=content, kind=KINDS[form])
    return {"file": stored.pk}


def _list_of(task: LongTask) -> PortalList:
    return list_named(task.arguments.get("list", REGISTRY))


def _form_of(task: LongTask) -> str:
    return str(task.arguments.get("form", XLSX_FORM))


def _title(task: LongTask) -> str:
    if task.arguments.get("editable"):
        return _("Register to edit")
    return _("Export: %(list)s") % {"list": _list_of(task).title}


def _outcome(task: LongTask) -> Outcome:
    if not is_kept(task):
        return Outcome(
            _("The file was kept for a day and is gone. Export again."), _back(task), _("Export again")
        )
    words = _("The file is ready and is kept for a day; only you can download it.")
    return Outcome(
        words, reverse("dashboard:long-task-file", args=[task.pk]), _("Download the file"), is_file=True
    )


def _back(task: LongTask) -> str:
    query = QueryDict(task.arguments["query"])
    if task.arguments.get("editable"):
        return f"{reverse('dashboard:workbooks')}?{query.urlencode()}"
    return page_of(_list_of(task), query)


def exports_forget() -> int:
    """Remove the files of exports that nobody may download any more; how many they were."""
    ended = LongTask.objects.filter(kind=EXPORT, finished_at__lte=clock.now() - KEPT, result__has_key="file")
    files = StoredFile.objects.in_bulk([task.result["file"] for task in ended])
    for task in ended:
        with transaction.atomic():
            if task.result["file"] in files:
                file_forget(files[task.result["file"]])
            task.result = {}
            task.save(update_fields=["result"])
    return len(files)


def register_kinds() -> None:
    """Called once when the room is ready."""
    register(
        EXPORT,
        LongWork(
            run=_run,
            title=_title,
            stages={
                "rows": gettext_lazy("Rows are written"),
                "storing": gettext_lazy("The file is stored"),
            },
            outcome=_outcome,
            back=_back,
        ),
    )

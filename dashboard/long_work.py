"""A large export of the registry as long work: the file is kept a day and given to its owner only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
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
from common.scope import Scope
from dashboard.exports import registry_workbook
from dashboard.registry_forms import FACTS, RegistryFilterForm
from dashboard.selectors.past import Moment
from dashboard.selectors.registry import (
    RegistryChoices,
    RegistryFilter,
    registry_choices,
    registry_rows,
)
from files.enums import Accepted
from files.models import StoredFile
from files.services import file_forget, file_made
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask
from notifications.services import long_task_start

EXPORT = "dashboard.export"
KEPT = timedelta(days=1)
"""For how long the file of an export waits to be downloaded."""


def registry_form(scope: Scope, query: QueryDict) -> RegistryFilterForm:
    """The filter of the registry as an address asks for it."""
    return RegistryFilterForm(query, offered(scope, query, with_facts=any(map(query.get, FACTS))))


def offered(scope: Scope, query: QueryDict, *, with_facts: bool) -> RegistryChoices:
    """The choices of the filter, with those that the address already names."""
    protocol = query.get("protocol", "")
    return registry_choices(
        scope,
        region=query.get("region", ""),
        cluster=query.get("cluster", ""),
        protocol=int(protocol) if protocol.isascii() and protocol.isdigit() and len(protocol) < 19 else None,
        with_facts=with_facts,
    )


def rows_to_export(scope: Scope, query: QueryDict) -> ExecutionQuerySet:
    """The filtered executions in their order, of a past moment where the address asks for one (`rows.instant`).

    Raises InvalidInput for an address that is damaged.
    """
    form = registry_form(scope, query)
    if not form.is_valid():
        raise InvalidInput(_("The filter of this export is damaged. Open the registry and export again."))
    narrowed: RegistryFilter = form.narrowed()
    sign = "" if narrowed.oldest_first else "-"
    return registry_rows(scope, narrowed).order_by(f"{sign}due_on", f"{sign}pk")


def export_name(instant: datetime | None = None) -> str:
    """The name of the file that is made today, or of a past moment."""
    if instant is None:
        return f"executions-{clock.today():%Y-%m-%d}.xlsx"
    past = Moment(instant)
    exact = "" if past.is_midnight else f"-{past.instant.astimezone(clock.MOSCOW):%H-%M}"
    return f"executions-as-of-{past.day:%Y-%m-%d}{exact}.xlsx"


def rows_to_edit(scope: Scope, query: QueryDict) -> ExecutionQuerySet:
    """The filtered executions of the regions whose work the person writes about.

    Raises as `rows_to_export`, and InvalidInput for a past moment: what has passed is not written about.
    """
    rows = rows_to_export(scope, query)
    if rows.instant is not None:
        raise InvalidInput(_("The past is not edited: open the registry as of today."))
    return rows.filter(region__in=scope.coordinated)


def export_start(*, actor: Scope, query: str, editable: bool = False) -> LongTask:
    """Queue an export, or the `editable` register; the same person with the same filter gets the one under way."""
    digest = sha256(f"{query}{'&editable' if editable else ''}".encode()).hexdigest()[:40]
    return long_task_start(
        actor=actor,
        kind=EXPORT,
        key=f"{actor.user_id}:{digest}",
        arguments={"query": query, **({"editable": True} if editable else {})},
    )


def is_kept(task: LongTask) -> bool:
    """Whether the file of a finished task can still be downloaded."""
    return bool(task.finished_at and task.result.get("file") and task.finished_at + KEPT > clock.now())


def _run(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    scope, query = scope_for(task.person), QueryDict(task.arguments["query"])
    editable = task.arguments.get("editable", False)
    rows = rows_to_edit(scope, query) if editable else rows_to_export(scope, query)
    made = register_workbook(rows, watch) if editable else registry_workbook(rows, watch)
    with made as content:
        watch("storing", 0, 0)
        stored = file_made(
            owner_id=task.person_id, name=export_name(rows.instant), content=content, kind=Accepted.XLSX
        )
    return {"file": stored.pk}


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
    page = "dashboard:workbooks" if task.arguments.get("editable") else "dashboard:registry"
    return f"{reverse(page)}?{task.arguments['query']}"


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
            title=lambda _task: _("Export of the registry"),
            stages={
                "rows": gettext_lazy("Rows are written"),
                "storing": gettext_lazy("The file is stored"),
            },
            outcome=_outcome,
            back=_back,
        ),
    )

"""Large registers from spreadsheets as long work: checked and applied in the room of the assignments."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import scope_for
from assignments.models import WorkbookUpload
from assignments.services.workbooks import APPLY, CHECK, workbook_apply, workbook_check
from dashboard.wording import applied_words
from notifications.long_work import LongWork, Outcome, Watch, register
from notifications.models import LongTask


def _check(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    upload = workbook_check(actor=scope_for(task.person), upload_id=task.arguments["upload"], watch=watch)
    return {"upload": upload.pk}


def _apply(task: LongTask, watch: Watch) -> Mapping[str, Any]:
    upload = workbook_apply(
        actor=scope_for(task.person),
        upload_id=task.arguments["upload"],
        with_reports=task.arguments["reports"],
        watch=watch,
    )
    return {"upload": upload.pk}


def _address(task: LongTask) -> str:
    return reverse("dashboard:workbook", args=[task.arguments["upload"]])


def _checked(task: LongTask) -> Outcome:
    return Outcome(
        _("The workbook is checked; nothing is saved yet."), _address(task), _("See the differences")
    )


def _applied(task: LongTask) -> Outcome:
    upload = WorkbookUpload.objects.get(pk=task.result["upload"])
    return Outcome(applied_words(upload), _address(task), _("See the result"))


def _name(task: LongTask) -> str:
    return WorkbookUpload.objects.get(pk=task.arguments["upload"]).file_name


def register_kinds() -> None:
    """Called once when the room is ready."""
    stages = {
        "reading": gettext_lazy("The workbook is read"),
        "checking": gettext_lazy("Rows are checked"),
        "writing": gettext_lazy("Rows are written"),
    }
    register(
        CHECK,
        LongWork(
            run=_check,
            title=lambda task: _("Check of the workbook: %(name)s") % {"name": _name(task)},
            stages=stages,
            outcome=_checked,
            back=lambda _task: reverse("dashboard:workbooks"),
        ),
    )
    register(
        APPLY,
        LongWork(
            run=_apply,
            title=lambda task: _("Workbook: %(name)s") % {"name": _name(task)},
            stages=stages,
            outcome=_applied,
            back=_address,
        ),
    )

"""Handing in with fewer movements: one report for several executions, and drafts kept while they are typed."""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.enums import OPEN_STATES
from assignments.models import Execution, ExecutionEvent, ReportDraft
from assignments.policies import can_submit
from assignments.rules import MAX_REPORT_LENGTH, clean_key, clean_text
from assignments.services.executions import (
    BulkResult,
    ends_first,
    execution_submit,
    not_allowed_words,
    require_reporter,
)
from audit.services import audit_record
from common import clock
from common.errors import ImpossibleStep, InvalidInput, Missing, NotAllowed, StaleVersion
from common.scope import Scope
from files.services import file_check, files_counted, stored_or_nothing

MAX_TOGETHER = 50
"""Executions that one report is handed in for at once: each keeps its own copy of the files."""


def executions_submit(
    *,
    actor: Scope,
    versions: Mapping[int, int],
    text: str,
    files: Sequence[UploadedFile] = (),
    submission_key: str | None = None,
) -> BulkResult:
    """Hand in one report for many executions, each for itself and in the version that the person saw.

    `versions` holds what was read, by execution; what was changed since then, or is closed, is refused with its reason
    and stops no other. The same `submission_key` again hands in nothing twice. Writes one row of the audit trail with
    the count. Raises NotAllowed, InvalidInput, TooLarge or StorageUnavailable when nothing of it could be done.
    """
    require_reporter(actor)
    _require_report(versions, text, files)
    key = clean_key(submission_key)
    result = BulkResult()
    with stored_or_nothing(), transaction.atomic():
        # In the order of ids, so that two people with overlapping lists wait for each other, not for ever.
        for execution_id in sorted(versions):
            try:
                execution_submit(
                    actor=actor,
                    execution_id=execution_id,
                    version=versions[execution_id],
                    text=text,
                    files=files,
                    submission_key=_key_of_one(key, execution_id),
                    is_own_form=False,
                )
                result.done.append(execution_id)
            except (Missing, NotAllowed, StaleVersion, ImpossibleStep) as error:
                result.refused.append((execution_id, str(error)))
        if result.done and (not key or ends_first(actor, "executions_submit", key, result)):
            changes = {"executions": ("", ", ".join(map(str, result.done)))}
            audit_record(
                actor=actor,
                action="executions_submit",
                obj=Execution,
                changes=changes,
                count=len(result.done),
            )
    return result


def _require_report(versions: Mapping[int, int], text: str, files: Sequence[UploadedFile]) -> None:
    """Refuse as a whole what no execution could take."""
    if not versions:
        raise InvalidInput({"execution_ids": _("Choose at least one execution.")})
    if len(versions) > MAX_TOGETHER:
        message = _("One report is handed in for at most %(limit)s executions at once.")
        raise InvalidInput({"execution_ids": message % {"limit": MAX_TOGETHER}})
    required = _("Write what was done: a report cannot be empty.")
    clean_text(text, field="text", limit=MAX_REPORT_LENGTH, required=required)
    for upload in files_counted(files):
        try:
            file_check(upload)
        except InvalidInput as error:
            raise InvalidInput({"files": [str(error)]}) from error


def _key_of_one(key: str | None, execution_id: int) -> str | None:
    """The key of one execution's part in a form that was sent for many."""
    return hashlib.sha256(f"{key}:{execution_id}".encode()).hexdigest() if key else None


# Drafts


@transaction.atomic
def report_draft_save(
    *, actor: Scope, execution_id: int, text: str, submission_key: str | None = None
) -> ReportDraft | None:
    """Keep the text of a report as it stands; an empty one takes the draft away.

    `submission_key` is that of the form: what was typed in a form that has been handed in is no draft any more, and
    None is returned. Raises Missing, NotAllowed, ImpossibleStep for an execution off control, InvalidInput.
    """
    execution = _own(actor, execution_id)
    if execution.state not in OPEN_STATES:
        raise ImpossibleStep(_("The execution is not on control: there is nothing to report on."))
    clean_text(text, field="text", limit=MAX_REPORT_LENGTH)
    key = clean_key(submission_key)
    is_sent = key is not None and ExecutionEvent.objects.filter(submission_key=key).exists()
    if is_sent or not text.strip():
        _forget(actor, execution_id)
        return None
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    draft, _made = ReportDraft.objects.update_or_create(
        person_id=actor.user_id,
        execution=execution,
        defaults={"text": kept, "updated_at": clock.now()},
    )
    return draft


@transaction.atomic
def report_draft_discard(*, actor: Scope, execution_id: int) -> None:
    """Take the person's own draft away. Raises Missing or NotAllowed."""
    _own(actor, execution_id)
    _forget(actor, execution_id)


def _own(actor: Scope, execution_id: int) -> Execution:
    """The locked execution: a draft may not be saved while its report is being handed in."""
    rows = Execution.objects.select_for_update(of=("self",))
    execution: Execution = rows.fetch(actor, pk=execution_id)
    if not can_submit(actor, execution):
        raise NotAllowed(not_allowed_words("submit"))
    return execution


def _forget(actor: Scope, execution_id: int) -> None:
    ReportDraft.objects.filter(person=actor.user_id, execution=execution_id).delete()

"""An administrator's import in three steps: upload and check, look at the differences, apply."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audit_record
from clusters.models import ClusterImport
from clusters.policies import can_import_clusters
from clusters.services.imports import ImportPlan, plan_apply, plan_rows
from common import clock
from common.errors import NotAllowed, TooLarge
from common.reference import LoadResult
from common.scope import Scope
from common.tabular import BadRows, Row, parse_table
from files.names import clean_file_name
from notifications.long_work import Watch
from notifications.models import LongTask
from notifications.services import long_task_start

IMPORT = "clusters.import"
"""The kind of long work that applies a large table."""


def _require_right(actor: Scope) -> None:
    if not can_import_clusters(actor):
        raise NotAllowed(_("Only an administrator changes the register of clusters."))


def import_upload(*, actor: Scope, name: str, content: bytes) -> ClusterImport:
    """Read an uploaded XLSX or CSV and keep its rows for the check; the register stays as it is.

    Raises NotAllowed, TooLarge, or InvalidInput for the field `file`.
    """
    _require_right(actor)
    if len(content) > settings.MAX_FILE_BYTES:
        raise TooLarge(
            _("The file is larger than %(limit)s MB.") % {"limit": settings.MAX_FILE_BYTES // 1024 // 1024}
        )
    name = clean_file_name(name)
    rows = parse_table(name, content, max_rows=settings.MAX_IMPORT_ROWS)
    return ClusterImport.objects.create(
        file_name=name,
        rows=[[row.number, dict(row.values)] for row in rows],
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )


def import_plan(record: ClusterImport, watch: Watch | None = None) -> ImportPlan:
    """What applying the kept rows would do now."""
    return plan_rows((Row(number, values) for number, values in record.rows), watch)


def import_start(*, actor: Scope, import_id: int) -> LongTask:
    """Queue the applying of a large import; who presses twice watches the same work. Raises as `import_apply`."""
    _require_right(actor)
    record: ClusterImport = ClusterImport.objects.fetch(actor, pk=import_id)
    return long_task_start(actor=actor, kind=IMPORT, key=str(record.pk), arguments={"import": record.pk})


def import_apply(*, actor: Scope, import_id: int, watch: Watch | None = None) -> LoadResult:
    """Apply a checked import; a second press finds it applied and returns the same counts.

    Raises Missing, NotAllowed, BadRows when the check finds an error now, or ImpossibleStep when the register
    changed under the work; then nothing changes. `watch` hears of the stages "checking" (counted) and "writing".
    """
    _require_right(actor)
    record: ClusterImport = ClusterImport.objects.fetch(actor, pk=import_id)
    plan = import_plan(record, watch) if record.applied_at is None else None
    if plan and plan.errors:
        raise BadRows(plan.errors)
    if watch:
        watch("writing", 0, 0)
    with transaction.atomic():
        record = ClusterImport.objects.select_for_update().get(pk=record.pk)
        if plan is None or record.applied_at:
            return LoadResult(record.created, record.changed, record.unchanged)
        result = plan_apply(plan)
        record.applied_at = clock.now()
        record.created, record.changed, record.unchanged = result.created, result.changed, result.unchanged
        record.save()
        audit_record(
            actor=actor, action="clusters imported", obj=record, count=result.created + result.changed
        )
    return result

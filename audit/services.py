"""Entries of the audit trail that no model signal writes: bulk acts with their count."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from common import clock
from common.scope import Scope


def audit_record(
    *,
    actor: Scope,
    action: str,
    obj: models.Model | None = None,
    object_repr: str = "",
    changes: dict[str, Any] | None = None,
    count: int | None = None,
) -> LogEntry:
    """Write one row of the trail: who did `action`, to what, how many rows it touched (for bulk acts)."""
    subject = obj if obj is not None else LogEntry()
    return LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(type(subject)),
        object_pk=str(obj.pk) if obj is not None else "",
        object_id=obj.pk if obj is not None and isinstance(obj.pk, int) else None,
        object_repr=object_repr or (str(obj) if obj is not None else action),
        action=LogEntry.Action.UPDATE,
        changes=changes or {},
        actor_id=actor.user_id,
        timestamp=clock.now(),
        additional_data={"action": action} | ({"count": count} if count is not None else {}),
    )

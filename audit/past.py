"""Rows as they had been recorded before an instant: what the trail says of later changes is taken back."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, JSONField, Model

Row = TypeVar("Row", bound=Model)


def as_recorded(rows: Iterable[Row], before: datetime) -> list[Row]:
    """The rows, changed in place to what they said before the instant, without those that did not exist then.

    For models that the trail follows (AUDITLOG_INCLUDE_TRACKING_MODELS); a row that the trail does not know is taken
    as it is. Two queries, whatever their number. The rows are to be read, never to be saved.
    """
    found = {str(row.pk): row for row in rows}
    if not found:
        return []
    model = type(next(iter(found.values())))
    later = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_pk__in=list(found),
        timestamp__gte=before,
    )
    for entry in later.order_by("-timestamp", "-pk"):
        if entry.action == LogEntry.Action.CREATE:
            found.pop(entry.object_pk, None)
        elif entry.object_pk in found:
            _take_back(found[entry.object_pk], entry.changes or {})
    return list(found.values())


def _take_back(row: Model, changes: dict[str, Any]) -> None:
    for name, (was, _became) in changes.items():
        try:
            field: Any = row._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # an act that is told by words of its own
        setattr(row, field.attname, _value(field, was))


def _value(field: "Field[Any, Any]", written: Any) -> Any:
    """What the trail has written of a value, as the field holds it."""
    if written is None or (written == "None" and field.null):
        return None
    if isinstance(field, JSONField):
        return json.loads(written) if isinstance(written, str) else written
    target: Any = getattr(field, "target_field", field)
    try:
        return target.to_python(written)
    except ValidationError:
        return written

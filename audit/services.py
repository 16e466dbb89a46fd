"""Writing to the audit trail: who, when, what it was and what it became.

Saving an object of AUDITLOG_INCLUDE_TRACKING_MODELS writes its row by itself. `QuerySet.update()` is invisible to the
trail, so services save instances; an act that is no change of one object (a bulk act, a download) is written here.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from audit.trail import acting_as
from common.scope import Scope

P = ParamSpec("P")
R = TypeVar("R")


def audited(service: Callable[P, R]) -> Callable[P, R]:
    """Decorates a keyword-only service: every row of the trail that it causes names its `actor`.

    Inside a request the middleware already does so; a command, a task or another service has no request.
    """

    @wraps(service)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting_as(cast(Scope, kwargs["actor"])):
            return service(*args, **kwargs)

    return wrapper


def audit_record(
    *,
    actor: Scope,
    action: str,
    obj: Model | type[Model] | None = None,
    object_repr: str = "",
    changes: Mapping[str, tuple[object, object]] | None = None,
    count: int | None = None,
) -> LogEntry:
    """Write one row for an act, for example a bulk act with its count.

    `obj` is the object, or the model for an act on many of its rows, or nothing for an act on the portal itself;
    `changes` maps a field to what it was and what it became.
    """
    additional: dict[str, Any] = {"action": action}
    if count is not None:
        additional["count"] = count
    key = obj.pk if isinstance(obj, Model) else None
    with acting_as(actor):
        return LogEntry.objects.create(
            content_type=ContentType.objects.get_for_model(LogEntry if obj is None else obj),
            object_pk="" if key is None else str(key),
            object_id=key if isinstance(key, int) else None,
            object_repr=object_repr or (str(obj) if isinstance(obj, Model) else action),
            action=LogEntry.Action.UPDATE,
            changes={field: [str(was), str(became)] for field, (was, became) in (changes or {}).items()},
            additional_data=additional,
        )

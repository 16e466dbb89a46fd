"""Idempotent loading of reference rows: what is new, what differs, what is bad. All or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from common.tabular import BadRows, Row, RowError


@dataclass(frozen=True, slots=True)
class LoadResult:
    """How many rows a load created, changed and found as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "LoadResult") -> "LoadResult":
        return LoadResult(
            self.created + other.created, self.changed + other.changed, self.unchanged + other.unchanged
        )


def validation_errors(row: int, error: ValidationError) -> list[RowError]:
    """A model's own complaints as errors of a row."""
    return [
        RowError(row, field, " ".join(str(message) for message in messages))
        for field, messages in error.message_dict.items()
    ]


@transaction.atomic
def reference_upsert(
    model: type[models.Model], key: str, rows: Iterable[tuple[Row, Mapping[str, Any]]]
) -> LoadResult:
    """Create or update the rows of `model` known by `key`.

    `rows` pairs the source row (for its number) with the values of the model's fields. Every row is checked by
    the model itself before the first one is written; raises BadRows with all of them when any is bad.
    """
    manager = model._default_manager
    present = {getattr(obj, key): obj for obj in manager.all()}
    seen: set[Any] = set()
    errors: list[RowError] = []
    changed: list[models.Model] = []
    result = LoadResult()
    for row, values in rows:
        identity = values[key]
        if identity in seen:
            errors.append(RowError(row.number, key, f"{identity} stands twice"))
            continue
        seen.add(identity)
        obj = present.get(identity)
        fresh = obj is None
        obj = obj or model()
        differs = fresh or any(getattr(obj, field) != value for field, value in values.items())
        if not differs:
            result += LoadResult(unchanged=1)
            continue
        for field, value in values.items():
            setattr(obj, field, value)
        try:
            obj.full_clean(validate_unique=not fresh)
        except ValidationError as error:
            errors += validation_errors(row.number, error)
            continue
        changed.append(obj)
        result += LoadResult(created=1) if fresh else LoadResult(changed=1)
    if errors:
        raise BadRows(errors)
    for obj in changed:
        obj.save()
    return result

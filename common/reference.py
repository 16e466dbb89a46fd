"""Idempotent loading of reference rows: what is new, what differs, what is bad. All or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from common.tabular import HEADER_ROW, BadRows, Row, RowError, of_file, read_csv


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


def unknown(row: Row, column: str, value: str) -> RowError:
    """A cell that names what is not there."""
    return RowError(row.number, column, _("“%(value)s” is unknown") % {"value": value})


def rows_with(path: Path, columns: Iterable[str]) -> list[Row]:
    """The rows of a file that has these columns. Raises BadRows that names those it lacks."""
    rows = read_csv(path)
    missing = [column for column in columns if rows and column not in rows[0].values]
    if missing:
        errors = [RowError(HEADER_ROW, column, _("this column is missing")) for column in missing]
        raise BadRows(of_file(path, errors))
    return rows


@transaction.atomic
def reference_upsert(
    model: type[models.Model],
    key: str,
    rows: Iterable[tuple[Row, Mapping[str, Any]]],
    known: Sequence[RowError] = (),
) -> LoadResult:
    """Create or update the rows of `model` known by `key`.

    `rows` pairs the source row (for its number) with the values of the model's fields; `known` are mistakes that
    reading them has shown already. Every row is checked by the model itself before the first one is written;
    raises BadRows with all mistakes of all rows when there is any.
    """
    manager = model._default_manager
    present = {getattr(obj, key): obj for obj in manager.all()}
    seen: set[Any] = set()
    errors = list(known)
    named = {(error.row, error.column) for error in known}
    changed: list[models.Model] = []
    result = LoadResult()
    for row, values in rows:
        identity = values[key]
        if identity in seen:
            errors.append(RowError(row.number, key, _("«%(key)s» stands twice") % {"key": identity}))
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
            complaints = validation_errors(row.number, error)
            errors += [each for each in complaints if (each.row, each.column) not in named]
            continue
        changed.append(obj)
        result += LoadResult(created=1) if fresh else LoadResult(changed=1)
    if errors:
        raise BadRows(sorted(errors, key=lambda error: error.row))
    for obj in changed:
        obj.save()
    return result


def reference_file(
    model: type[models.Model],
    key: str,
    path: Path,
    rows: Iterable[tuple[Row, Mapping[str, Any]]],
    known: Sequence[RowError] = (),
) -> LoadResult:
    """`reference_upsert` for the rows of one file: mistakes carry its name, a missing column is one of them."""
    try:
        return reference_upsert(model, key, rows, known)
    except KeyError as error:
        column = str(error.args[0])
        mistake = RowError(HEADER_ROW, column, _("this column is missing"))
        raise BadRows(of_file(path, [mistake])) from error
    except BadRows as error:
        raise BadRows(of_file(path, error.errors)) from error

"""Versions of the methodology: loaded from data, never edited once they are there (methodology §8)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import ControlRules
from common.errors import InvalidInput
from rating.formula import CaseError, Params
from rating.models import Methodology

SOURCE = Path(__file__).resolve().parent.parent / "data" / "methodologies.json"
RULES = ("tz_offset_minutes", "min_lead_days", "max_request_extensions")
COPIED = (
    "review_days", "grace_days", "late_steps", "return_penalty", "min_executed_points", "zone_green",
    "zone_yellow", "n_min", "z_interval", "z_signal", "icc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MethodologyReport:
    """What a load did, by versions."""

    created: tuple[str, ...]
    unchanged: tuple[str, ...]


@transaction.atomic
def methodologies_load(*, source: Path = SOURCE) -> MethodologyReport:
    """Load the versions of the file; a second run changes nothing.

    Raises InvalidInput with every bad row, numbered from 1, and then nothing is changed. A version that is already
    there must be the same to the letter: past months were computed with it.
    """
    rows = json.loads(source.read_text(encoding="utf-8"))
    there = {row.version: row for row in Methodology.objects.select_related("control_rules")}
    problems = [text for number, row in enumerate(rows, start=1) for text in _problems(number, row, there)]
    if not problems:
        problems = _clashes(rows, there)
    if problems:
        raise InvalidInput({"methodologies": problems})
    new = [row for row in rows if row["version"] not in there]
    methodologies_create(new)
    return MethodologyReport(
        created=tuple(row["version"] for row in new),
        unchanged=tuple(row["version"] for row in rows if row["version"] in there),
    )


def methodologies_create(rows: Sequence[Mapping[str, Any]]) -> list[Methodology]:
    """Store checked versions as the audit file writes them, oldest first.

    A version with the control rules of the one before it shares them; other ones hold from its month on.
    """
    found = []
    for row in sorted(rows, key=lambda row: row["effective_from"]):
        found.append(
            Methodology.objects.create(
                version=row["version"],
                effective_from=row["effective_from"],
                control_rules=_rules_of(row),
                count_due_from=Params.from_dict(row).count_due_from,
                **{name: row[name] for name in COPIED},
            )
        )
    return found


def _rules_of(row: Mapping[str, Any]) -> ControlRules:
    values = {name: row[name] for name in RULES}
    first_day = date.fromisoformat(f"{row['effective_from']}-01")
    before = ControlRules.objects.filter(effective_from__lte=first_day).order_by("-effective_from").first()
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return before
    return ControlRules.objects.create(version=row["version"], effective_from=first_day, **values)


def _problems(number: int, row: Any, there: Mapping[str, Methodology]) -> list[str]:
    try:
        params = Params.from_dict(row)
    except (CaseError, TypeError) as error:
        return [_("Row %(number)s: %(problem)s.") % {"number": number, "problem": error}]
    known = there.get(params.version)
    if known is not None and known.to_params() != dict(row):
        problem = _("version %(version)s is in the portal with other parameters; make a new version")
        return [
            _("Row %(number)s: %(problem)s.")
            % {"number": number, "problem": problem % {"version": params.version}}
        ]
    return []


def _clashes(rows: Sequence[Mapping[str, Any]], there: Mapping[str, Methodology]) -> list[str]:
    """Two versions of one name, or in force from one month."""
    months = {known.effective_from: version for version, known in there.items()}
    versions: set[str] = set()
    problems = []
    for number, row in enumerate(rows, start=1):
        version, month = row["version"], row["effective_from"]
        if version in versions:
            problem = _("version %(version)s is there twice") % {"version": version}
            problems.append(_("Row %(number)s: %(problem)s.") % {"number": number, "problem": problem})
        elif months.setdefault(month, version) != version:
            problem = _("%(month)s is the first month of version %(version)s already") % {
                "month": month,
                "version": months[month],
            }
            problems.append(_("Row %(number)s: %(problem)s.") % {"number": number, "problem": problem})
        versions.add(version)
    return problems

"""Milestones: those that the portal ships with, and what people enter and change."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.rules import MAX_REMARK_LENGTH, clean_text
from associations.enums import MilestoneState
from associations.models import Milestone
from associations.services.keeping import require_keeper
from audit.services import audited
from clusters.models import Association
from common import clock
from common.errors import InvalidInput
from common.locks import hold
from common.reference import LoadResult, reference_file, rows_with, unknown
from common.scope import Scope
from common.tabular import RowError, whole_number
from common.versions import require_version
from cyclogram.rules import clean_line

DATA = Path(__file__).parent.parent / "data" / "roadmap.csv"
COLUMNS = (
    "slug", "order", "track", "name_ru", "name_en", "starts_on", "due_on", "date_kind", "parent", "note",
)  # fmt: skip
LINE = 200
"""Characters of a name and of who answers."""
SAID = (
    "association", "after", "name_ru", "name_en", "date_kind", "state", "starts_on", "due_on", "responsible", "done_on",
    "evidence", "note",
)  # fmt: skip
"""What a second press of the same button would say once more."""


@transaction.atomic
def roadmap_load(path: Path = DATA) -> LoadResult:
    """Enter the milestones of the file that are unknown; those that are there belong to the people who keep them.

    Raises BadRows with every bad row.
    """
    hold("associations-roadmap")
    known = {row.slug: row for row in Milestone.objects.exclude(slug="")}
    errors: list[RowError] = []
    fresh = []
    unchanged = 0
    rows = rows_with(path, COLUMNS)
    named = known.keys() | {row.values["slug"] for row in rows}
    for row in rows:
        values: dict[str, Any] = dict(row.values)
        parent = values.pop("parent")
        if values["slug"] in known:
            unchanged += 1
            continue
        if parent and parent not in named:
            errors.append(unknown(row, "parent", parent))
        values["order"] = whole_number(row, "order", errors)
        values |= {name: _day(row.number, name, values[name], errors) for name in ("starts_on", "due_on")}
        fresh.append((row, parent, values))
    result = reference_file(
        Milestone, "slug", path, [(row, values) for row, _parent, values in fresh], errors
    )
    _part_of({values["slug"]: parent for _row, parent, values in fresh if parent})
    return result + LoadResult(unchanged=unchanged)


def _day(number: int, column: str, text: str, errors: list[RowError]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors.append(RowError(number, column, _("«%(value)s» is no day") % {"value": text}))
        return None


def _part_of(parents: Mapping[str, str]) -> None:
    """Tie parts to their wholes, once all of them are there."""
    rows = {row.slug: row for row in Milestone.objects.exclude(slug="")}
    for slug, parent in parents.items():
        rows[slug].parent = rows[parent]
    Milestone.objects.bulk_update([rows[slug] for slug in parents], ["parent"])


@audited
@transaction.atomic
def milestone_save(
    *,
    actor: Scope,
    milestone_id: int | None,
    association_id: int | None,
    version: int | None,
    name_ru: str,
    name_en: str,
    date_kind: str,
    state: str,
    starts_on: date | None = None,
    due_on: date | None = None,
    responsible: str = "",
    after: int | None = None,
    done_on: date | None = None,
    evidence: str = "",
    note: str = "",
) -> Milestone:
    """Enter a milestone, or change one; the same again is entered once.

    `association_id` is whose it is when it is new, None for one of all. Raises Missing, NotAllowed, StaleVersion,
    InvalidInput by field.
    """
    row = _milestone(actor, milestone_id, association_id, version)
    row.name_ru = clean_line(
        name_ru, field="name_ru", limit=LINE, required=_("Name the milestone in Russian.")
    )
    row.name_en = clean_line(
        name_en, field="name_en", limit=LINE, required=_("Name the milestone in English.")
    )
    row.responsible = clean_line(responsible, field="responsible", limit=LINE)
    row.note = clean_text(note, field="note", limit=MAX_REMARK_LENGTH)
    row.starts_on, row.due_on = _days(starts_on, due_on)
    row.date_kind = date_kind
    row.state = state
    row.done_on, row.evidence = _proved(state, done_on, evidence)
    row.after = _before(row, after)
    if milestone_id is None:
        hold("associations-roadmap")
        again = Milestone.objects.filter(**{name: getattr(row, name) for name in SAID}).first()
        if again:
            return again
        row.order = Milestone.objects.filter(association=row.association).count() + 1
    row.save()
    return row


def _milestone(actor: Scope, pk: int | None, association_id: int | None, version: int | None) -> Milestone:
    """The row to change under its lock, or a new one of the association."""
    if pk is None:
        whose = Association.objects.fetch(actor, pk=association_id) if association_id else None
        row = Milestone(association=whose)
    else:
        row = Milestone.objects.select_for_update().fetch(actor, pk=pk)
    require_keeper(actor, row.association_id)
    if pk is not None:
        require_version(row, version)
        row.version += 1
    return row


def _before(row: Milestone, pk: int | None) -> Milestone | None:
    """The milestone that must be done before: of the same roadmap, not itself behind this one, done before it is."""
    if pk is None:
        return None
    found = Milestone.objects.filter(pk=pk, association=row.association).first()
    if found is None:
        raise InvalidInput({"after": _("Choose a milestone of the same roadmap.")})
    link: Milestone | None = found
    while link is not None:
        if link.pk == row.pk:
            raise InvalidInput({"after": _("That milestone itself comes after this one.")})
        link = link.after
    if row.state == MilestoneState.DONE and found.state not in (
        MilestoneState.DONE,
        MilestoneState.CANCELLED,
    ):
        message = _("First “%(name)s” must be done.")
        raise InvalidInput({"state": message % {"name": found.name}})
    return found


@audited
@transaction.atomic
def roadmap_copy(*, actor: Scope, association_id: int, year: int) -> int:
    """Copy the milestones of an association whose last planned day is in a year to the next one, as planned; how many.

    Cancelled ones stay behind, and so does what is there already by name and day. A 29 February becomes the 28th.
    Raises Missing, NotAllowed, InvalidInput.
    """
    association: Association = Association.objects.fetch(actor, pk=association_id)
    require_keeper(actor, association.pk)
    hold("associations-roadmap")
    own = list(Milestone.objects.filter(association=association).order_by("order", "pk"))
    rows = [row for row in own if row.planned.last.year == year and row.state != MilestoneState.CANCELLED]
    if not rows:
        raise InvalidInput({"year": _("The roadmap of %(year)s has no milestone.") % {"year": year}})
    there = {(row.name_ru, row.starts_on, row.due_on) for row in own}
    copies: dict[int, Milestone] = {}
    for row in rows:
        days = _next_year(row.starts_on), _next_year(row.due_on)
        if (row.name_ru, *days) in there:
            continue
        copies[row.pk] = Milestone.objects.create(
            association=association, track=row.track, order=len(own) + len(copies) + 1, name_ru=row.name_ru,
            name_en=row.name_en, starts_on=days[0], due_on=days[1], date_kind=row.date_kind,
            responsible=row.responsible, note=row.note,
        )  # fmt: skip
    for row in rows:
        if row.pk in copies and row.after_id in copies:
            copies[row.pk].after = copies[row.after_id]
            copies[row.pk].save(update_fields=["after"])
    return len(copies)


def _next_year(day: date | None) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _days(starts_on: date | None, due_on: date | None) -> tuple[date | None, date | None]:
    if starts_on is None and due_on is None:
        raise InvalidInput({"due_on": _("Give the first or the last day.")})
    if starts_on and due_on and due_on < starts_on:
        raise InvalidInput({"due_on": _("The last day lies before the first.")})
    return starts_on, due_on


def _proved(state: str, done_on: date | None, evidence: str) -> tuple[date | None, str]:
    """What is done says when and by what; what is not done has no day of its end."""
    told = clean_text(evidence, field="evidence", limit=MAX_REMARK_LENGTH)
    if state != MilestoneState.DONE:
        if done_on is not None:
            raise InvalidInput({"done_on": _("Only a milestone that is done has this day.")})
        return None, told
    if done_on is None:
        raise InvalidInput({"done_on": _("Say when it was done.")})
    if done_on > clock.today():
        raise InvalidInput({"done_on": _("This day has not come yet.")})
    if not told:
        raise InvalidInput({"evidence": _("Say what proves that it is done.")})
    return done_on, told

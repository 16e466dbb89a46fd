"""Import of the register of clusters: check everything, show what would change, then apply it at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.enums import ClusterKind, OrganisationKind
from clusters.models import Cluster, Industry, Organisation
from clusters.tables import REQUIRED, column_keys, heading_of, in_languages, join_names, split_names
from common.errors import ImpossibleStep
from common.names import clean_name, name_key
from common.reference import LoadResult, validation_errors
from common.tabular import Row, RowError
from notifications.long_work import Watch
from regions.models import Region

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
FIRST_COHORT, LAST_COHORT = 2022, 2050
PLAIN = ("cohort_basis", "name", "industry_as_reported", "confidence", "note", "source_url")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell that differs: column key, what stands in the register, what the table says; both also in words."""

    column: str
    before: str
    after: str
    now: str
    then: str

    @property
    def heading(self) -> str:
        return heading_of(self.column)


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What one good row would do; `version` is that of the cluster it was compared with, 0 for a new one."""

    row: int
    code: str
    title: str
    version: int
    changes: tuple[FieldChange, ...]
    values: dict[str, str]

    @property
    def is_new(self) -> bool:
        return not self.version


@dataclass(slots=True)
class ImportPlan:
    """The whole table checked: rows that create or change something, rows that fit already, errors."""

    rows: list[RowPlan] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def created(self) -> int:
        return sum(row.is_new for row in self.rows)

    @property
    def changed(self) -> int:
        return len(self.rows) - self.created


class _References:
    """Everything a row may point to, read once."""

    def __init__(self) -> None:
        regions = list(Region.objects.all())
        self.regions = {region.code: region for region in regions}
        self.region_names = {
            name_key(name): r.code for r in regions for name in (r.name_ru, r.name_en, r.brief_ru)
        }
        industries = list(Industry.objects.all())
        self.industries = {
            name_key(name): i.slug for i in industries for name in (i.slug, i.name_ru, i.name_en)
        }
        self.kinds = {
            name_key(text): kind.value
            for kind in ClusterKind
            for text in (kind.value, *in_languages(kind.label))
        }
        self.clusters = {cluster.code: cluster for cluster in register()}
        self.words = {
            "region": {region.code: str(region) for region in regions},
            "industry": {industry.slug: str(industry) for industry in industries},
            "kind": {kind.value: str(kind.label) for kind in ClusterKind},
        }

    def change(self, column: str, before: str, after: str) -> FieldChange:
        """A cell that differs; what the files write as a code also as people read it."""
        words = self.words.get(column, {})
        return FieldChange(column, before, after, words.get(before, before), words.get(after, after))


def register() -> Any:
    """The register with all that an exported row shows."""
    return (
        Cluster.objects.select_related("region", "industry", "base_college", "anchor_employer")
        .prefetch_related("network_colleges", "employers")
        .order_by("code")
    )


def cluster_values(cluster: Cluster) -> dict[str, str]:
    """A cluster as a row of the table, in the notation of the files."""
    employers = sorted((employer.name for employer in cluster.employers.all()), key=name_key)
    anchor = cluster.anchor_employer
    if anchor:
        employers = [anchor.name, *(name for name in employers if name != anchor.name)]
    return {
        "code": cluster.code,
        "region": cluster.region_id,
        "cohort_year": str(cluster.cohort_year or ""),
        "kind": cluster.kind,
        "industry": cluster.industry_id or "",
        "base_college": cluster.base_college.name if cluster.base_college else "",
        "network_colleges": join_names(
            sorted((college.name for college in cluster.network_colleges.all()), key=name_key)
        ),
        "anchor_employers": join_names(employers),
        "closed_on": cluster.closed_on.isoformat() if cluster.closed_on else "",
        **{name: getattr(cluster, name) for name in PLAIN},
    }


def plan_rows(rows: Iterable[Row], watch: Watch | None = None) -> ImportPlan:
    """Check a table against the register. Writes nothing; every error names its row and column.

    `watch` hears of every row of the stage "checking".
    """
    rows = list(rows)
    plan = ImportPlan()
    headings = list(dict.fromkeys(heading for row in rows for heading in row.values))
    keys, strange = column_keys(headings)
    for heading in strange:
        plan.errors.append(RowError(1, heading, _("this column is not known")))
    for column in REQUIRED:
        if column not in keys.values():
            plan.errors.append(RowError(1, column, _("this column is missing")))
    if plan.errors:
        return plan
    references = _References()
    seen: dict[str, int] = {}
    for done, row in enumerate(rows):
        if watch:
            watch("checking", done, len(rows))
        values = {keys[heading]: clean_name(cell) for heading, cell in row.values.items()}
        _plan_row(row.number, values, references, seen, plan)
    return plan


def _plan_row(
    number: int, values: dict[str, str], references: _References, seen: dict[str, int], plan: ImportPlan
) -> None:
    errors = _normalise(number, values, references)
    code = values["code"]
    if code in seen:
        errors.append(
            RowError(number, "code", _("the same code stands in row %(row)s") % {"row": seen[code]})
        )
    seen.setdefault(code, number)
    present = references.clusters.get(code)
    if present and values["region"] != present.region_id:
        errors.append(
            RowError(
                number,
                "region",
                _(
                    "the region of a cluster never changes (now %(region)s): close this cluster and add another"
                )
                % {"region": present.region_id},
            )
        )
    if not errors:
        errors += _model_errors(number, values, present)
    if errors:
        plan.errors += errors
        return
    before = cluster_values(present) if present else {}
    changes = tuple(
        references.change(column, before.get(column, ""), after)
        for column, after in values.items()
        if not _same(column, before.get(column, ""), after)
    )
    if present and not changes:
        plan.unchanged += 1
        return
    title = values.get("name") or values.get("base_college") or (present.display_name if present else code)
    plan.rows.append(RowPlan(number, code, title, present.version if present else 0, changes, values))


def _same(column: str, before: str, after: str) -> bool:
    """Lists of colleges are sets; the first employer is the anchor, the order of the others means nothing."""
    if column == "network_colleges":
        return set(split_names(before)) == set(split_names(after))
    if column == "anchor_employers":
        mine, theirs = split_names(before), split_names(after)
        return mine[:1] == theirs[:1] and set(mine) == set(theirs)
    return before == after


def _normalise(number: int, values: dict[str, str], references: _References) -> list[RowError]:
    """Bring a row to the notation of the files; returns what cannot be."""
    errors: list[RowError] = []

    def refuse(column: str, reason: str) -> None:
        errors.append(RowError(number, column, reason))

    if not CODE.fullmatch(values["code"]):
        refuse("code", _("a code has 1 to 32 Latin letters, digits, dots and hyphens"))
    region = values["region"]
    if region.isdigit():
        region = region.zfill(2)
    region = region if region in references.regions else references.region_names.get(name_key(region), "")
    if not region:
        refuse("region", _("there is no region «%(value)s»") % {"value": values["region"]})
    values["region"] = region
    for column, known in (("kind", references.kinds), ("industry", references.industries)):
        if values.get(column):
            found = known.get(name_key(values[column]), "")
            if not found:
                refuse(column, _("«%(value)s» is not in the list") % {"value": values[column]})
            values[column] = found
    year = values.get("cohort_year", "")
    if year and not (year.isdecimal() and FIRST_COHORT <= int(year) <= LAST_COHORT):
        refuse(
            "cohort_year",
            _("a cohort is a year from %(first)s to %(last)s") % {"first": FIRST_COHORT, "last": LAST_COHORT},
        )
    if values.get("closed_on"):
        try:
            date.fromisoformat(values["closed_on"])
        except ValueError:
            refuse("closed_on", _("a date is written as YYYY-MM-DD"))
    return errors


def _plain_fields(values: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: values[name] for name in (*PLAIN, "code", "kind") if name in values}
    fields["region_id"] = values["region"]
    if "cohort_year" in values:
        fields["cohort_year"] = int(values["cohort_year"]) if values["cohort_year"] else None
    if "industry" in values:
        fields["industry_id"] = values["industry"] or None
    if "closed_on" in values:
        fields["closed_on"] = date.fromisoformat(values["closed_on"]) if values["closed_on"] else None
    return fields


def _model_errors(number: int, values: dict[str, str], present: Cluster | None) -> list[RowError]:
    try:
        Cluster(**_plain_fields(values)).clean_fields(exclude=["region", "industry"])
        for column in ("base_college", "network_colleges", "anchor_employers"):
            for name in split_names(values.get(column, "")):
                Organisation(kind=OrganisationKind.COLLEGE, name=name).clean_fields()
    except ValidationError as error:
        return validation_errors(number, error)
    return []


@transaction.atomic
def plan_apply(plan: ImportPlan) -> LoadResult:
    """Write a plan without errors; all of it or nothing.

    Raises ImpossibleStep when a cluster is no longer what the plan was compared with.
    """
    organisations = {(o.kind, o.name_key): o for o in Organisation.objects.all()}

    def organisation(kind: OrganisationKind, name: str) -> Organisation:
        key = (kind.value, name_key(name))
        if key not in organisations:
            organisations[key] = Organisation.objects.create(kind=kind, name=name)
        return organisations[key]

    locked = Cluster.objects.select_for_update().filter(code__in=[row.code for row in plan.rows])
    present = {cluster.code: cluster for cluster in locked}
    if any(row.version != (present[row.code].version if row.code in present else 0) for row in plan.rows):
        raise ImpossibleStep(
            _("The register changed while the table was applied. Nothing was written: see the changes anew.")
        )
    for row in plan.rows:
        cluster = present.get(row.code) or Cluster()
        for name, value in _plain_fields(row.values).items():
            setattr(cluster, name, value)
        if "base_college" in row.values:
            college = row.values["base_college"]
            cluster.base_college = organisation(OrganisationKind.COLLEGE, college) if college else None
        employers = [
            organisation(OrganisationKind.EMPLOYER, name)
            for name in split_names(row.values.get("anchor_employers", ""))
        ]
        if "anchor_employers" in row.values:
            cluster.anchor_employer = employers[0] if employers else None
        if not row.is_new:
            cluster.version += 1
        cluster.save()
        if "anchor_employers" in row.values:
            cluster.employers.set(employers)
        if "network_colleges" in row.values:
            cluster.network_colleges.set(
                [
                    organisation(OrganisationKind.COLLEGE, name)
                    for name in split_names(row.values["network_colleges"])
                ]
            )
    return LoadResult(created=plan.created, changed=plan.changed, unchanged=plan.unchanged)

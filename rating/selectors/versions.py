"""Drafts of versions and what their trials show; versions that are announced (methodology §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common import clock
from common.charts.base import percent
from common.errors import ImpossibleStep
from common.scope import Scope
from rating.enums import SliceStatus
from rating.formula.periods import shift_period
from rating.models import Methodology, MethodologyDraft, MethodologyTrial, Slice
from rating.selectors.methodologies import months_since
from regions.models import Region

MONTHS_AHEAD = 2
"""A version is announced one whole month before the one from which it counts."""
OFFERED_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """How a region stands: the score in hundredths, its zone, its place with the range; None where there is none."""

    score: int | None
    zone: str
    certain: bool
    place: int | None
    low: int | None
    high: int | None

    @classmethod
    def of(cls, cell: Mapping[str, Any]) -> "Standing":
        """As a trial keeps it; one that was run before ranges were kept has none."""
        low, high = cell.get("places") or (None, None)
        return cls(
            cell["score"], cell["zone"] or "", cell.get("certain") is not False, cell["rank"], low, high
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """What a draft would have made of one region."""

    region: Region
    executions: int
    before: Standing
    after: Standing

    @property
    def moved(self) -> int | None:
        """Hundredths; None without both scores."""
        before, after = self.before.score, self.after.score
        return None if before is None or after is None else after - before

    @property
    def line(self) -> tuple[str, str] | None:
        """Where both scores stand on an axis of 0–100, in percent of its width; None without both."""
        before, after = self.before.score, self.after.score
        return None if before is None or after is None else (percent(before / 100), percent(after / 100))

    @property
    def changes_zone(self) -> bool:
        return self.before.zone != self.after.zone


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as its page shows it: the largest shifts first."""

    row: MethodologyTrial
    shifts: Sequence[Shift]
    is_stale: bool

    @property
    def zone_changes(self) -> int:
        return sum(shift.changes_zone for shift in self.shifts)

    @property
    def moved(self) -> int:
        return sum(bool(shift.moved) for shift in self.shifts)

    @property
    def largest(self) -> int:
        return max((abs(shift.moved or 0) for shift in self.shifts), default=0)


def earliest_month() -> str:
    """The first month from which a version approved today may count."""
    return shift_period(f"{clock.today():%Y-%m}", MONTHS_AHEAD)


def announced_versions() -> Sequence[Methodology]:
    """Approved versions that do not count yet, the nearest first."""
    rows = Methodology.objects.filter(effective_from__gt=f"{clock.today():%Y-%m}")
    return list(rows.select_related("control_rules", "draft").order_by("effective_from"))


def first_version() -> Methodology | None:
    """The version from the earliest month; None without any."""
    return Methodology.objects.order_by("effective_from").first()


def newest_version() -> Methodology:
    """The version from the latest month, also one that does not count yet; raises ImpossibleStep without any."""
    newest = Methodology.objects.select_related("control_rules").order_by("-effective_from").first()
    if newest is None:
        raise ImpossibleStep(_("No methodology has come into force yet."))
    return newest


def versions_with_drafts() -> Sequence[tuple[Methodology, MethodologyDraft | None]]:
    """All versions, newest first, each with the draft that it was made of; None for those that came as data."""
    rows = Methodology.objects.select_related("draft__closed_by").order_by("-effective_from")
    return [(row, getattr(row, "draft", None)) for row in rows]


def month_choices() -> list[str]:
    """Months that a draft may name: from the first that is allowed, two years ahead."""
    first = earliest_month()
    return months_since(first, shift_period(first, 23))


def trial_months(scope: Scope) -> Sequence[Slice]:
    """Published slices that a draft may be tried on, newest first."""
    rows = Slice.objects.visible_to(scope).filter(status=SliceStatus.PUBLISHED).order_by("-period")
    return list(rows[:OFFERED_MONTHS])


def fresh_trial_of_last_month(draft: MethodologyDraft) -> bool:
    """Whether the draft as it is now was tried on the newest published month; true while there is none."""
    newest = Slice.objects.filter(status=SliceStatus.PUBLISHED).order_by("-period").first()
    return newest is None or draft.trials.filter(slice=newest, digest=draft.digest).exists()


def trials_of(scope: Scope, draft: MethodologyDraft) -> list[Trial]:
    """The newest trial of each month, newest month first: two queries."""
    rows = MethodologyTrial.objects.visible_to(scope).filter(draft=draft).select_related("slice")
    newest: dict[str, MethodologyTrial] = {}
    for row in rows.order_by("-slice__period", "-id"):
        newest.setdefault(row.slice.period, row)
    regions = Region.objects.in_bulk({cell["region"] for row in newest.values() for cell in row.rows})
    return [Trial(row, _shifts(row, regions), row.digest != draft.digest) for row in newest.values()]


def _shifts(row: MethodologyTrial, regions: dict[str, Region]) -> list[Shift]:
    shifts = [
        Shift(
            region=regions[cell["region"]],
            executions=cell["executions"],
            before=Standing.of(cell["before"]),
            after=Standing.of(cell["after"]),
        )
        for cell in row.rows
        if cell["region"] in regions
    ]
    return sorted(shifts, key=lambda shift: (-abs(shift.moved or 0), shift.region.name))

"""The roadmap for the pages: milestones in their order with their parts, and their bars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from associations.enums import MilestoneState, Track
from associations.models import Milestone
from common import clock
from common.scope import Scope
from cyclogram.laying import Window
from cyclogram.selectors.gantt import Bar


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone in a list; `is_overdue` is what the day says."""

    milestone: Milestone
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The milestones by track in their order."""

    tracks: Sequence[tuple[Track, Sequence[MilestoneRow]]]

    @property
    def rows(self) -> list[MilestoneRow]:
        return [row for _track, rows in self.tracks for row in rows]


def common_roadmap(scope: Scope) -> Roadmap:
    """The milestones of all: those of the transition, then those of the associations. One query."""
    rows = milestone_rows(Milestone.objects.visible_to(scope).common().select_related("parent", "after"))
    return Roadmap([(track, [row for row in rows if row.milestone.track == track]) for track in Track])


def own_roadmap(scope: Scope, association: int) -> list[MilestoneRow]:
    """What an association planned for itself. One query."""
    rows = (
        Milestone.objects.visible_to(scope).filter(association=association).select_related("parent", "after")
    )
    return milestone_rows(rows)


def milestones_to_follow(association: int | None) -> list[tuple[int, str]]:
    """What a milestone of an association, or of all, may come after: ids with names."""
    return [(row.pk, row.name) for row in Milestone.objects.filter(association=association)]


def milestone_rows(rows: Iterable[Milestone]) -> list[MilestoneRow]:
    """With what the day says."""
    day = clock.today()
    return [MilestoneRow(row, row.is_overdue(day)) for row in rows]


def bars(rows: Sequence[MilestoneRow], today: date) -> list[Bar]:
    """Planned days as bars; what is done fills its bar to the day of its end, what goes on to today."""
    return [
        Bar(row.milestone.name, row.milestone.planned, _actual(row.milestone, today), row.is_overdue)
        for row in rows
    ]


def _actual(row: Milestone, today: date) -> Window | None:
    last = row.done_on if row.state == MilestoneState.DONE else today
    if last is None or row.state in (MilestoneState.PLANNED, MilestoneState.CANCELLED):
        return None
    return Window(min(row.planned.first, last), last)

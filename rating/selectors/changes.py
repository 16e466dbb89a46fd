"""What a revision changed for whom: every region whose score, zone or place is not what it was (methodology §8)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from rating.letters import changed
from rating.models import RegionScore
from rating.selectors.pages import SliceEntry, SliceIndex


@dataclass(frozen=True, slots=True)
class RegionChange:
    """One region before and after; `before` is None for a region that was not in the table then."""

    before: RegionScore | None
    after: RegionScore

    @property
    def is_direct(self) -> bool:
        """The score itself changed; else only the place did, because others moved."""
        return self.before is None or self.before.score != self.after.score


@dataclass(frozen=True, slots=True)
class RevisionChanges:
    """What changed against `before`, the last published revision; None for the first one."""

    before: SliceEntry | None
    regions: tuple[RegionChange, ...]


def changes_of(index: SliceIndex, entry: SliceEntry) -> RevisionChanges:
    """The regions that a revision touched in the order of its table: the same rule that decides who gets a letter."""
    before = index.before(entry)
    if before is None:
        return RevisionChanges(None, ())
    earlier = {score.region_id: score for score in _scores(before)}
    found = (RegionChange(earlier.get(score.region_id), score) for score in _scores(entry))
    return RevisionChanges(before, tuple(one for one in found if changed(one.after, one.before)))


def _scores(entry: SliceEntry) -> QuerySet[RegionScore]:
    return RegionScore.objects.filter(slice_id=entry.id).for_table()

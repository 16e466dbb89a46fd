"""Federal districts in a revision: the executions of all their regions in one pool (methodology §4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from common.names import name_column
from rating.enums import RegionStatus, Zone
from rating.formula import Params
from rating.formula.scoring import score_of
from rating.models import RegionScore
from rating.selectors.pages import SliceEntry


@dataclass(frozen=True, slots=True)
class DistrictScore:
    """The pool of a federal district. `score` in hundredths, None when nothing was due in any of its regions.

    `zones` counts its regions by zone; `unrated` are those without a score.
    """

    code: str
    name: str
    regions: int
    ranked: int
    executions: int
    weight_sum: int
    points_sum: int
    score: int | None
    zone: str
    on_time: int
    late: int
    not_executed: int
    zones: Mapping[str, int]

    @property
    def unrated(self) -> int:
        return self.regions - sum(self.zones.values())


def district_scores(entry: SliceEntry, params: Params) -> list[DistrictScore]:
    """Every district that has a region in the revision: by score, those without one last. One query.

    A district has no place: its regions do, and §5 knows places of regions alone.
    """
    rows = (
        RegionScore.objects.filter(slice_id=entry.id)
        .order_by()
        .values_list(
            "region__district_id", name_column("region__district__"), "status", "zone", "executions", "weight_sum",
            "points_sum", "on_time", "late", "not_executed",
        )
    )  # fmt: skip
    by_district = defaultdict(list)
    for code, name, *figures in rows:
        by_district[code, name].append(figures)
    found = [_pooled(code, name, figures, params) for (code, name), figures in by_district.items()]
    return sorted(found, key=lambda row: (row.score is None, -(row.score or 0), row.code))


def _pooled(code: str, name: str, rows: Iterable[Sequence], params: Params) -> DistrictScore:
    statuses, zones, *columns = zip(*rows, strict=True)
    executions, weight_sum, points_sum, on_time, late, not_executed = (
        sum(value or 0 for value in column) for column in columns
    )
    score = score_of(points_sum, weight_sum) if weight_sum else None
    return DistrictScore(
        code=code,
        name=name,
        regions=len(statuses),
        ranked=statuses.count(RegionStatus.RANKED),
        executions=executions,
        weight_sum=weight_sum,
        points_sum=points_sum,
        score=score,
        zone="" if score is None else params.zone(score),
        on_time=on_time,
        late=late,
        not_executed=not_executed,
        zones={zone: zones.count(zone) for zone in Zone.values},
    )

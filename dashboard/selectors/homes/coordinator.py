"""The first page of a coordinator: what burns, what the centre has, what lifts the region."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min

from assignments.models import Execution
from assignments.policies import can_submit
from common import clock
from common.calendar import Overrides
from common.scope import Scope
from cyclogram.selectors.progress import Progress, progress_of_regions
from dashboard.selectors.groups import CRITICAL, OVERDUE, RETURNED, REVIEW, SOON, WAITING, in_group
from dashboard.selectors.inbox import InboxRow, inbox_row, lifts_shown
from dashboard.selectors.standing import Lift, Standing, standings
from rating.selectors.methodologies import current_params
from rating.selectors.running import RunningMonth
from regions.models import Region
from regions.selectors import calendar_for

BURNING_SHOWN = 5
BURNING_READ = 2000
LIFTS_SHOWN = 3
COUNTED = {
    "critical": CRITICAL,
    "overdue": OVERDUE,
    "soon": SOON,
    "returned": RETURNED,
    "in_review": REVIEW,
}


@dataclass(frozen=True, slots=True)
class CoordinatorHome:
    """One region. `burning` are the most costly of what is overdue, due soon or returned, the dearest first."""

    region: Region
    critical: int
    overdue: int
    soon: int
    returned: int
    in_review: int
    longest_review: int | None
    burning: Sequence[InboxRow]
    burning_total: int
    standing: Standing | None
    lifts: Sequence[Lift]
    stages: Progress

    @property
    def is_calm(self) -> bool:
        return not self.burning_total


def coordinator_homes(scope: Scope, month: RunningMonth | None) -> list[CoordinatorHome]:
    """A part for each coordinated region, by name; a fixed number of queries."""
    day = clock.today()
    regions = list(Region.objects.visible_to(scope).filter(code__in=scope.coordinated).by_name())
    overrides = calendar_for(scope)
    counts = _counts(scope, day, overrides)
    running = {row.region.code: row for row in standings(regions, month)} if month else {}
    burning, totals = _burning(scope, running, day, overrides)
    lifts = lifts_shown(scope, running.values(), LIFTS_SHOWN)
    stages = progress_of_regions(scope, day)
    nothing: dict[str, Any] = {**dict.fromkeys(COUNTED, 0), "since": None}
    cards = []
    for region in regions:
        found = counts.get(region.code, nothing)
        since: datetime | None = found["since"]
        cards.append(
            CoordinatorHome(
                region=region,
                longest_review=(day - clock.day_of(since)).days if since else None,
                burning=burning[region.code],
                burning_total=totals[region.code],
                standing=running.get(region.code),
                lifts=lifts.get(region.code, []),
                stages=stages.get(region.code, Progress()),
                **{name: found[name] for name in COUNTED},
            )
        )
    return cards


def _counts(scope: Scope, day: date, overrides: Overrides) -> dict[str, Any]:
    """By region the size of every group, and since when the oldest report waits for the centre."""
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.coordinated).open().order_by()
    found = rows.values("region").annotate(
        since=Min("in_review_since", filter=in_group(REVIEW, day)),
        **{name: Count("pk", filter=in_group(group, day, overrides)) for name, group in COUNTED.items()},
    )
    return {row["region"]: row for row in found}


def _burning(
    scope: Scope, running: dict[str, Standing], day: date, overrides: Overrides
) -> tuple[dict[str, list[InboxRow]], dict[str, int]]:
    """By region the dearest of what burns, and how much burns altogether."""
    rows = Execution.objects.visible_to(scope).filter(region__in=scope.coordinated)
    burning = in_group(WAITING, day, overrides) | in_group(RETURNED, day)
    burns = rows.filter(burning).order_by("due_on", "id")
    found: dict[str, list[tuple[int, date, int]]] = defaultdict(list)
    for pk, code, due in burns.values_list("pk", "region", "due_on")[:BURNING_READ]:
        found[code].append((-_cost(pk, running.get(code)), due, pk))
    chosen = {
        code: [pk for _cost, _due, pk in sorted(costs)[:BURNING_SHOWN]] for code, costs in found.items()
    }
    executions = rows.for_list().in_bulk([pk for ids in chosen.values() for pk in ids])
    params = next(iter(running.values())).params if running else current_params()
    shown: dict[str, list[InboxRow]] = defaultdict(list)
    is_first = True
    for code, ids in chosen.items():
        for pk in ids:
            execution = executions[pk]
            may_report = can_submit(scope, execution)
            row = inbox_row(execution, running.get(code), params, day, may_report, is_first and may_report)
            is_first = is_first and not row.is_primary
            shown[code].append(row)
    return shown, defaultdict(int, {code: len(costs) for code, costs in found.items()})


def _cost(execution_id: int, standing: Standing | None) -> int:
    """Hundredths that an execution takes from the score now, or puts at stake; what is lost goes before."""
    if standing is None:
        return 0
    return standing.lost.get(execution_id) or standing.stakes.get(execution_id, 0)

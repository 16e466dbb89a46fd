"""The first page of an administrator: what the service of the portal lacks and he can give."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from accounts.selectors import people
from common.scope import Scope
from dashboard.selectors.gaps import GAPS, gaps_today
from notifications.enums import StaffTaskKind
from notifications.models import StaffTask


@dataclass(frozen=True, slots=True)
class Shortage:
    """Something that a list of the portal holds too much of: the key of its filter, its name, how many."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ServiceHome:
    """Open tasks by kind, people who have not signed in yet, regions that nobody answers for."""

    tasks: Sequence[Shortage]
    invited: int
    gaps: Sequence[Shortage]

    @property
    def is_calm(self) -> bool:
        return not (self.tasks or self.invited or any(gap.count for gap in self.gaps))


def service_home(scope: Scope) -> ServiceHome:
    """Five queries."""
    open_tasks = StaffTask.objects.visible_to(scope).open().order_by()
    counts = dict(open_tasks.values_list("kind").annotate(n=Count("pk")))
    gaps = gaps_today(scope)
    return ServiceHome(
        tasks=[
            Shortage(kind.value, str(kind.label), counts[kind]) for kind in StaffTaskKind if kind in counts
        ],
        invited=people(scope, state="invited").count(),
        gaps=[Shortage(gap, str(label), len(gaps[gap])) for gap, label in GAPS.items()],
    )

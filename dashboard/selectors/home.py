"""The first page of each role: what waits for the reader today, every figure with its own list."""

from collections.abc import Sequence
from dataclasses import dataclass

from assignments.policies import can_review
from associations.selectors.waiting import Waiting, waiting
from common.scope import Role, Scope
from dashboard.selectors.homes.association import AssociationHome, association_home
from dashboard.selectors.homes.coordinator import CoordinatorHome, coordinator_homes
from dashboard.selectors.homes.minister import MinisterHome, minister_homes
from dashboard.selectors.homes.month import MonthHome, month_home
from dashboard.selectors.homes.reviewer import ReviewerHome, reviewer_home
from dashboard.selectors.homes.service import ServiceHome, service_home
from meetings.selectors.meetings import NextMeeting, next_of
from notifications.models import StaffTask
from rating.selectors.running import running_month


@dataclass(frozen=True, slots=True)
class Home:
    """The parts of the first page that the reader's roles open; None and empty parts are not shown."""

    meeting: NextMeeting
    regions: Sequence[CoordinatorHome] = ()
    reviewer: ReviewerHome | None = None
    month: MonthHome | None = None
    service: ServiceHome | None = None
    staff_tasks: int | None = None
    ministers: Sequence[MinisterHome] = ()
    association: AssociationHome | None = None
    waiting: Sequence[Waiting] = ()

    @property
    def letter(self) -> MinisterHome | None:
        """The one letter that is the whole page of a head with no other work."""
        others = (self.regions, self.reviewer, self.month, self.association)
        return self.ministers[0] if len(self.ministers) == 1 and not any(others) else None


def home(scope: Scope) -> Home:
    """Everything for this reader; a fixed number of queries for a set of roles."""
    month = running_month() if scope.is_centre or scope.coordinated else None
    return Home(
        meeting=next_of(scope),
        regions=coordinator_homes(scope, month) if scope.coordinated else (),
        reviewer=reviewer_home(scope, month) if can_review(scope) else None,
        month=month_home(scope, month) if scope.is_centre else None,
        service=service_home(scope) if scope.has(Role.ADMINISTRATOR) else None,
        staff_tasks=StaffTask.objects.visible_to(scope).open().count() if scope.is_centre else None,
        ministers=minister_homes(scope) if scope.overseen else (),
        association=association_home(scope) if scope.has(Role.ASSOCIATION) else None,
        waiting=waiting(scope),
    )

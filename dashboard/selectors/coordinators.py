"""Who answers for a region, as its page and that of an execution show it; what this reader may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.duty import Charge, Spell
from accounts.enums import Position
from accounts.models import Membership
from accounts.policies import can_announce_leave, can_appoint
from accounts.selectors.duty import Duty, Tenure, duties, tenures
from assignments.models import Execution
from common import clock
from common.errors import Missing
from common.scope import Role, Scope
from dashboard.selectors.gaps import NO_COORDINATOR, regions_lacking
from regions.models import Region


@dataclass(frozen=True, slots=True)
class TenureRow:
    """An appointment with what is open to the reader; `hands_over` when somebody else may take its place."""

    tenure: Tenure
    may_announce: bool
    hands_over: bool
    may_attach: bool

    @property
    def membership(self) -> Membership:
        return self.tenure.membership


@dataclass(frozen=True, slots=True)
class CoordinatorsPage:
    """The coordinators of a region: today, by appointments, and day by day."""

    region: Region
    today: Sequence[Charge]
    rows: Sequence[TenureRow]
    spells: Sequence[Spell]
    may_appoint: bool
    asked: date | None = None
    on_day: Sequence[Charge] = ()

    @property
    def current(self) -> list[TenureRow]:
        """Appointments in force or to come, the main coordinator first."""
        rows = [row for row in self.rows if not row.membership.is_over]
        return sorted(
            rows, key=lambda row: (row.membership.is_to_come, row.membership.position != Position.MAIN)
        )

    @property
    def past(self) -> list[TenureRow]:
        return [row for row in self.rows if row.membership.is_over]


def insider_region(scope: Scope, code: str) -> Region:
    """The region, for the centre and for itself; Missing for everybody else: persons are no matter of theirs."""
    region: Region = Region.objects.select_related("district").fetch(scope, code=code)
    if not scope.is_centre and code not in scope.regions:
        raise Missing(_("Not found: %(what)s.") % {"what": Region._meta.verbose_name})
    return region


def coordinators_page(scope: Scope, region: Region, asked: date | None = None) -> CoordinatorsPage:
    """The page in a fixed number of queries."""
    duty = duties(scope, [region.code])[region.code]
    return CoordinatorsPage(
        region=region,
        today=duty.on(clock.today()),
        rows=[_row(scope, tenure) for tenure in tenures(scope, region.code)],
        spells=duty.whole(),
        may_appoint=can_appoint(scope),
        asked=asked,
        on_day=duty.on(asked) if asked else (),
    )


def _row(scope: Scope, tenure: Tenure) -> TenureRow:
    held = tenure.membership
    return TenureRow(
        tenure=tenure,
        may_announce=not held.is_over
        and can_announce_leave(scope, user_id=held.user_id, region_code=held.region_id or ""),
        hands_over=can_appoint(scope) and not held.is_over and tenure.handed_over is None,
        may_attach=can_appoint(scope),
    )


def coordinators_held(region_code: str) -> list[Membership]:
    """The coordinators of a region whom somebody may relieve: in office today or later, not handed over yet."""
    rows = Membership.objects.filter(role=Role.COORDINATOR, region=region_code, handed_over=None)
    found = (
        rows.overlapping(clock.today(), None).select_related("user").order_by("-position", "starts_on", "pk")
    )
    return list(found)


def regions_without_charge(scope: Scope) -> list[Region]:
    """The regions that nobody coordinates today, in the alphabet of the reader."""
    rows = Region.objects.visible_to(scope).filter(code__in=regions_lacking(scope, NO_COORDINATOR))
    return list(rows.for_list())


def membership_fetch(scope: Scope, pk: int) -> Membership:
    """The appointment of a coordinator that the reader may see."""
    rows = Membership.objects.select_related("user", "region", "document_file")
    found: Membership = rows.fetch(scope, pk=pk, role=Role.COORDINATOR)
    return found


def charges_during(scope: Scope, execution: Execution, duty: Duty | None = None) -> list[Spell]:
    """Who was in charge of the region while the execution was on control, the latest spell first; two queries."""
    if execution.issued_at is None:
        return []
    first, last = clock.day_of(execution.issued_at), clock.today()
    if execution.closed_at is not None:
        last = clock.day_of(execution.closed_at)
    found = duty or duties(scope, [execution.region_id])[execution.region_id]
    return found.between(first, max(first, last))

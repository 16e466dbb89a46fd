"""The hour at which a draft issues itself, as its pages show it."""

from dataclasses import dataclass
from datetime import datetime

from assignments.enums import ScheduleState
from assignments.models import IssueSchedule, Protocol
from common import clock
from common.scope import Scope


@dataclass(frozen=True, slots=True)
class ScheduleShown:
    """The appointment that waits, or the last one when the clock could not keep it or has kept it."""

    row: IssueSchedule
    now: datetime

    @property
    def waits(self) -> bool:
        return self.row.state == ScheduleState.WAITING

    @property
    def is_late(self) -> bool:
        """Whether its hour has passed and the clock has not come yet."""
        return self.waits and self.row.at <= self.now

    @property
    def failed(self) -> bool:
        return self.row.state == ScheduleState.FAILED

    @property
    def by_itself(self) -> bool:
        """Whether the protocol was issued by the clock, not by hand before the hour."""
        row = self.row
        return row.state == ScheduleState.DONE and row.closed_at is not None and row.closed_at >= row.at


def schedule_shown(scope: Scope, protocol: Protocol) -> ScheduleShown | None:
    """What the pages of a protocol say about its hour; nothing to people outside of the centre. One query."""
    rows = IssueSchedule.objects.visible_to(scope).filter(protocol=protocol).select_related("set_by")
    row = rows.order_by("-pk").first()
    if row is None or row.state == ScheduleState.WITHDRAWN:
        return None
    return ScheduleShown(row, clock.now())

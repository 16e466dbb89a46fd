"""The list of this room as a file: the days that differ from the tables of the calendar."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import NotAllowed
from common.lists import Found, PortalList, register_lists
from common.scope import Scope
from common.sheets import Column
from regions.models import CalendarDay
from regions.policies import can_keep_calendar
from regions.querysets import CalendarDayQuerySet


def require_keeper(scope: Scope) -> None:
    """Raises NotAllowed for whoever does not keep the calendar."""
    if not can_keep_calendar(scope):
        raise NotAllowed(_("Only an administrator changes the calendar."))


def days_recorded(scope: Scope) -> CalendarDayQuerySet:
    """The days of the calendar with those taken back, newest first."""
    found: CalendarDayQuerySet = CalendarDay.objects.visible_to(scope).select_related("region", "recorded_by")
    return found


def _days_found(scope: Scope, _query: QueryDict) -> Found:
    require_keeper(scope)
    return Found(days_recorded(scope))


def _days_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Day"), lambda row: row.day, 12),
        Column(_("Became"), lambda row: row.kind, 18),
        Column(_("Where"), lambda row: row.region.name if row.region else _("the whole country"), 30),
        Column(_("Reason"), lambda row: row.reason, 50),
        Column(_("Recorded"), lambda row: row.recorded_at, 17),
        Column(_("Recorded by"), lambda row: row.recorded_by.get_short_name() if row.recorded_by else "", 24),
        Column(_("Taken back"), lambda row: row.ended_at, 17),
    ]


def register() -> None:
    """Called once when the room is ready."""
    register_lists(
        PortalList("calendar", gettext_lazy("Working days"), "regions:calendar", _days_found, _days_columns)
    )

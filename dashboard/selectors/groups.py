"""The groups into which work falls by its term: one definition for inbox, home, registry and menu."""

from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assignments.enums import ExecutionState
from common.calendar import Overrides
from dashboard.wording import critical_before, soon_until

CRITICAL, OVERDUE, SOON, LATER, REVIEW = "critical", "overdue", "soon", "later", "review"
LATE, WAITING, RETURNED, OPEN = "late", "waiting", "returned", "open"

INBOX_GROUPS = (CRITICAL, OVERDUE, SOON, LATER, REVIEW)
GROUP_TITLES: dict[str, str | Promise] = {
    CRITICAL: _("Critically overdue"),
    OVERDUE: _("Overdue"),
    SOON: _("Due within 3 working days"),
    LATER: _("Later"),
    REVIEW: _("In review at the centre"),
}
TERM_CHOICES: tuple[tuple[str, str | Promise], ...] = (
    (LATE, _("overdue")),
    (CRITICAL, _("overdue by more than 30 days")),
    (OVERDUE, _("overdue by up to 30 days")),
    (SOON, _("due within 3 working days")),
    (LATER, _("due later")),
    (WAITING, _("overdue and due soon")),
)

_UNREPORTED = Q(state__in=(ExecutionState.ISSUED, ExecutionState.RETURNED))


BY_WORKING_DAYS = (SOON, WAITING, LATER)
"""Groups whose border is counted in working days."""


def in_group(group: str, day: date, overrides: Overrides | None = None) -> Q:
    """The condition of a group on a day. `late` is critical and overdue together, `waiting` also what is due soon.

    Groups of BY_WORKING_DAYS need the reader's calendar (`regions.selectors.calendar_for`); ValueError without it.
    """
    if group in BY_WORKING_DAYS:
        return _by_working_days(group, day, overrides)
    critical = critical_before(day)
    conditions = {
        CRITICAL: _UNREPORTED & Q(due_on__lt=critical),
        OVERDUE: _UNREPORTED & Q(due_on__gte=critical, due_on__lt=day),
        LATE: _UNREPORTED & Q(due_on__lt=day),
        REVIEW: Q(state=ExecutionState.IN_REVIEW),
        RETURNED: Q(state=ExecutionState.RETURNED),
        OPEN: _UNREPORTED | Q(state=ExecutionState.IN_REVIEW),
    }
    return conditions[group]


def _by_working_days(group: str, day: date, overrides: Overrides | None) -> Q:
    if overrides is None:
        raise ValueError(f"{group} is counted in working days: say by which calendar")
    soon = soon_until(day, overrides)
    conditions = {
        SOON: Q(due_on__gte=day, due_on__lte=soon),
        WAITING: Q(due_on__lte=soon),
        LATER: Q(due_on__gt=soon),
    }
    return _UNREPORTED & conditions[group]


def group_of(state: str, due_on: date, day: date, soon: date) -> str:
    """The group of the inbox that an open execution belongs to; `soon` is that of `soon_until`, asked once."""
    if state == ExecutionState.IN_REVIEW:
        return REVIEW
    if due_on < day:
        return CRITICAL if due_on < critical_before(day) else OVERDUE
    return SOON if due_on <= soon else LATER

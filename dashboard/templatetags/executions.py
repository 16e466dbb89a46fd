"""Marks of an execution that stand in every row of a list: reference, addressee, lateness, state."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assignments.enums import ExecutionState
from assignments.models import Execution
from common import clock
from common.formatting import MINUS, days
from dashboard import wording
from dashboard.selectors.execution import STATE_TONES
from dashboard.selectors.inbox import Inbox, review_words
from dashboard.selectors.standing import Lift, Standing

register = template.Library()


@register.simple_tag
def execution_reference(execution: Execution) -> str:
    """«п. 2.1 протокола № 14 от 04.11.2026»."""
    return wording.reference(execution.assignment)


@register.simple_tag
def execution_addressee(execution: Execution) -> str:
    """The cluster, or that the coordinator himself is addressed."""
    return wording.addressee(execution)


def is_late(execution: Execution) -> bool:
    """Waiting for the region after the due day."""
    waits = execution.state in (ExecutionState.ISSUED, ExecutionState.RETURNED)
    return waits and execution.due_on < clock.today()


@register.simple_tag
def execution_lateness(execution: Execution) -> SafeString | str:
    """Days late under the due date, of an open execution or of the report handed in."""
    handed_in = execution.reported_on or (clock.today() if is_late(execution) else None)
    late = (handed_in - execution.due_on).days if handed_in else 0
    if late <= 0 or execution.state == ExecutionState.CANCELLED:
        return ""
    words = _("%(days)s late") % {"days": days(late)}
    return format_html('<span class="table__note">{}</span>', words)


@register.simple_tag
def execution_state(execution: Execution) -> SafeString:
    """The state as a tag; an overdue one says so beside."""
    state = ExecutionState(execution.state)
    tone = STATE_TONES.get(state, "neutral")
    tag = format_html('<span class="tag tag--{}">{}</span>', tone, execution.get_state_display())
    if not is_late(execution):
        return tag
    return format_html(
        '<span class="tag tag--danger">{}</span> {}', _("overdue"), tag if state == "returned" else ""
    )


@register.simple_tag
def handed_in_words(execution: Execution) -> str:
    """«сдано 20 ноября»."""
    reported, today = execution.reported_on, clock.today()
    return _("handed in on %(day)s") % {"day": wording.day_words(reported, today)} if reported else ""


@register.simple_tag
def waiting_words(execution: Execution) -> str:
    """«центр проверяет 5 дней»."""
    return review_words(execution, clock.today())


@register.simple_tag
def lifts_of(inbox: Inbox, standing: Standing) -> Sequence[Lift]:
    """The steps that lift one of the regions of an inbox."""
    return inbox.lifts.get(standing.region.code, ())


@register.filter
def time_of_day(instant: datetime) -> str:
    """Hours and minutes of an instant in the zone that it carries."""
    return f"{instant:%H:%M}"


@register.filter
def hours_signed(hours: int) -> str:
    """«+4», «−1»."""
    return f"+{hours}" if hours > 0 else f"{MINUS}{-hours}"

"""Marks of an execution that stand in every row of a list: reference, addressee, lateness, state."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assignments.models import Execution, ReviewClaim, WorkbookUpload
from assignments.selectors.recalls import TO_CONFIRM, recall_rows
from common import clock
from common.formatting import MINUS, score
from dashboard import matrix as matrices
from dashboard import rows, wording
from dashboard.selectors.inbox import Inbox, review_words
from dashboard.selectors.matrix import Matrix, Place
from dashboard.selectors.requests import open_counts
from dashboard.selectors.standing import Lift, Standing
from rating.models import ScoreLoss
from rating.presentation import words

register = template.Library()


@register.simple_tag
def execution_reference(execution: Execution) -> str:
    """«п. 2.1 протокола № 14 от 04.11.2026»."""
    return wording.reference(execution.assignment)


@register.simple_tag
def execution_addressee(execution: Execution) -> str:
    """The cluster, or that the coordinator himself is addressed."""
    return wording.addressee(execution)


@register.simple_tag
def execution_lateness(execution: Execution) -> SafeString:
    """Days late under the due date."""
    return rows.late_note(rows.days_late(execution, clock.today()))


@register.simple_tag
def execution_state(execution: Execution) -> SafeString:
    """The state as a tag; an overdue one says so beside."""
    return rows.state_tag(execution.state, rows.is_late(execution, clock.today()))


@register.simple_tag
def execution_rows(
    executions: Iterable[Execution],
    with_region: Any,
    hide_cluster: Any,
    deciding: Any = None,
    choice: Any = None,
    past: Any = None,
) -> SafeString:
    """The body of a table of executions; what decides its columns may be absent from the context."""
    return rows.execution_rows(
        executions,
        with_region=bool(with_region),
        with_cluster=not hide_cluster,
        deciding=deciding or None,
        choice=choice or None,
        query=f"?{past.query}" if past else "",
    )


@register.simple_tag(takes_context=True)
def act_forms(
    context: template.Context, executions: Iterable[Execution], deciding: rows.Deciding
) -> SafeString:
    """The forms behind the buttons of the rows of a list; without scripts they lead back to this very list."""
    request = context["request"]
    return rows.act_forms(
        executions, deciding, back=request.get_full_path(), token=str(context["csrf_token"])
    )


@register.simple_tag
def queue_rows(
    reports: Iterable[tuple[Execution, int, ReviewClaim | None]], query: str, deciding: rows.Deciding | None
) -> SafeString:
    """The body of the review queue."""
    return rows.queue_rows(reports, query=query, deciding=deciding)


@register.simple_tag
def matrix_grid(matrix: Matrix, places: Iterable[Place], with_region: bool, query: str) -> SafeString:
    """Head, body and foot of the grid."""
    return matrices.grid(matrix, list(places), with_region=with_region, query=query)


@register.simple_tag
def matrix_list(matrix: Matrix, places: Iterable[Place], with_region: bool) -> SafeString:
    """The bodies of the list, a group of rows per place."""
    return matrices.listed(matrix, list(places), with_region=with_region)


@register.simple_tag
def applied_words(upload: WorkbookUpload) -> str:
    """What an applied workbook has done."""
    return wording.applied_words(upload)


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
def meeting_words(meeting: datetime, zone: str) -> str:
    """When a meeting begins, in Moscow and in a time zone."""
    return wording.meeting_words(meeting, zone, clock.today())


@register.simple_tag
def loss_words(loss: ScoreLoss) -> str:
    """Why an execution lost points in the month of its score."""
    return words.loss_words(loss, loss.region_score.slice.period)


@register.simple_tag
def lost_points(lost: int) -> str:
    """A loss in hundredths with its sign: «−8,00»."""
    return f"{MINUS}{score(lost)}"


@register.simple_tag
def lifts_of(inbox: Inbox, standing: Standing) -> Sequence[Lift]:
    """The steps that lift one of the regions of an inbox."""
    return inbox.lifts.get(standing.region.code, ())


@register.simple_tag(takes_context=True)
def counts_of_open_requests(context: Mapping[str, Any]) -> Mapping[str, int]:
    """How many requests of each kind, proposals of other people and questions wait for the centre."""
    return open_counts(context["scope"])


@register.simple_tag(takes_context=True)
def recalls_to_confirm(context: Mapping[str, Any]) -> int:
    """How many recalls of items, proposed by other people, wait for the reader."""
    return recall_rows(context["scope"], TO_CONFIRM).count()


@register.filter
def time_of_day(instant: datetime) -> str:
    """Hours and minutes of an instant in the zone that it carries."""
    return f"{instant:%H:%M}"


@register.filter
def hours_signed(hours: int) -> str:
    """«+4», «−1»."""
    return f"+{hours}" if hours > 0 else f"{MINUS}{-hours}"

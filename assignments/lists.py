"""The lists of this room as files: protocols and their items, saved audiences, recalls."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.forms import ProtocolFilterForm
from assignments.models import Protocol
from assignments.policies import can_draft
from assignments.selectors.protocols import ProtocolRow, item_rows, protocol_rows, protocols_found
from assignments.selectors.recalls import recall_rows
from assignments.selectors.saved_audiences import saved_rows
from common import clock
from common.errors import NotAllowed
from common.lists import (
    Found,
    PortalList,
    conditions_of,
    object_in,
    portions,
    register_lists,
    yes_or_no,
)
from common.scope import Scope
from common.sheets import TERM, Column


def protocols_narrowed(scope: Scope, form: ProtocolFilterForm) -> "QuerySet[Protocol]":
    """The protocols that a form asks for, newest first; a damaged form narrows nothing."""
    chosen = form.cleaned_data if form.is_valid() else {}
    return protocols_found(
        scope, year=chosen.get("year"), status=chosen.get("status", ""), words=chosen.get("q", "")
    )


def _protocols_found(scope: Scope, query: QueryDict) -> Found:
    form = ProtocolFilterForm(query, scope=scope)
    conditions = conditions_of(form)
    return Found(protocols_narrowed(scope, form), conditions)


def _protocols_lines(scope: Scope, rows: Any) -> Iterator[ProtocolRow]:
    for portion in portions(rows):
        yield from protocol_rows(scope, portion, clock.today())


def _status(row: ProtocolRow) -> str:
    return _("template") if row.protocol.is_template else str(row.protocol.get_status_display())


def _course(name: str) -> Any:
    """A count of the executions of a protocol; a draft has none."""
    return lambda row: None if row.protocol.is_draft else getattr(row.progress, name)


def _protocols_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Number"), lambda row: row.protocol.number, 14),
        Column(_("Date"), lambda row: row.protocol.held_on, 12),
        Column(_("Meeting"), lambda row: row.protocol.meeting_title, 60),
        Column(_("Status"), _status, 16),
        Column(_("Issues itself"), lambda row: row.schedule.at if row.schedule else None, 17),
        Column(_("Items"), lambda row: row.items, 10),
        Column(_("Executions"), _course("total"), 12),
        Column(_("Executed"), _course("executed"), 12),
        Column(_("In review"), _course("in_review"), 12),
        Column(_("Overdue"), _course("overdue"), 14),
    ]


def require_drafter(scope: Scope) -> None:
    """Raises NotAllowed for whoever drafts no protocols."""
    if not can_draft(scope):
        raise NotAllowed(
            _("Protocols are drafted and issued by controllers and administrators of the centre.")
        )


def _audiences_found(scope: Scope, _query: QueryDict) -> Found:
    require_drafter(scope)
    return Found(saved_rows(scope, clock.today()))


def _audiences_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Name"), lambda row: row.saved.name, 34),
        Column(_("To whom"), lambda row: row.wording, 70),
        Column(_("Today"), lambda row: row.count, 10),
        Column(_("Whose"), lambda row: row.saved.owner.get_short_name(), 24),
        Column(_("For all"), lambda row: yes_or_no(row.saved.shared), 10),
    ]


def _items_found(scope: Scope, query: QueryDict) -> Found:
    protocol = Protocol.objects.fetch(scope, pk=object_in(query, "protocol"))
    return Found(item_rows(scope, protocol, clock.today()), [str(protocol)])


def _items_columns(scope: Scope) -> list[Column]:
    whom = [Column(_("To whom"), lambda row: row.wording, 40)] if scope.is_centre else []
    return [
        Column(_("Item"), lambda row: row.item.number, 8),
        Column(_("Title"), lambda row: row.item.title, 34),
        Column(_("Text"), lambda row: row.item.text, 60),
        Column(_("Expected result"), lambda row: row.item.expected_result, 30),
        Column(_("Due date"), lambda row: row.item.due_on, 35, TERM),
        Column(_("Weight"), lambda row: row.item.weight, 8),
        *whom,
        Column(_("Executions"), lambda row: row.count, 12),
        Column(_("Executed"), lambda row: row.progress.executed, 12),
        Column(_("In review"), lambda row: row.progress.in_review, 12),
        Column(_("Overdue"), lambda row: row.progress.overdue, 14),
        Column(_("Recalled"), lambda row: yes_or_no(row.is_recalled), 12),
    ]


def require_reader_of_recalls(scope: Scope) -> None:
    """Raises NotAllowed for whoever is not of the centre."""
    if not scope.is_centre:
        raise NotAllowed(_("Recalls of items are a page of the centre."))


def _recalls_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_recalls(scope)
    return Found(recall_rows(scope, query.get("show", "")))


def _recalls_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Protocol No."), lambda row: row.assignment.protocol.number, 14),
        Column(_("Protocol date"), lambda row: row.assignment.protocol.held_on, 12),
        Column(_("Item"), lambda row: row.assignment.number, 8),
        Column(_("Title"), lambda row: row.assignment.title, 36),
        Column(_("State"), lambda row: str(row.get_state_display()), 20),
        Column(_("Reason"), lambda row: row.reason, 44),
        Column(_("Who proposed"), lambda row: row.asked_by.get_short_name(), 24),
        Column(_("Proposed"), lambda row: row.asked_at, 17),
        Column(_("Who decided"), lambda row: row.answered_by.get_short_name() if row.answered_by else "", 24),
        Column(_("Decided"), lambda row: row.answered_at, 17),
        Column(_("Answer"), lambda row: row.answer, 36),
        Column(_("Cancelled"), lambda row: row.cancelled, 12),
    ]


LISTS = (
    PortalList(
        "protocols",
        gettext_lazy("Protocols"),
        "assignments:protocols",
        _protocols_found,
        _protocols_columns,
        _protocols_lines,
    ),
    PortalList(
        "protocol-items",
        gettext_lazy("Items of the protocol"),
        "assignments:protocol",
        _items_found,
        _items_columns,
        of="protocol",
    ),
    PortalList(
        "audiences",
        gettext_lazy("Saved audiences"),
        "assignments:audiences",
        _audiences_found,
        _audiences_columns,
    ),
    PortalList(
        "recalls",
        gettext_lazy("Recalls of items"),
        "assignments:recalls",
        _recalls_found,
        _recalls_columns,
    ),
)


def register() -> None:
    """Called once when the room is ready."""
    register_lists(*LISTS)

"""The control card of one execution: the item, its terms, its people, the decision, everything that happened."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assignments.enums import EventKind
from assignments.models import Execution
from common.documents import Block, Document, Facts, Heading, Paragraph, Table, TableColumn
from common.formatting import date_long, date_short, date_time, not_later
from common.names import bind_initials
from common.scope import Scope
from dashboard import wording
from dashboard.printed import framed
from dashboard.printed.tables import addressee_words
from dashboard.selectors.execution import ExecutionCard, HistoryEntry, execution_card, execution_fetch
from dashboard.selectors.places import coordinators_in_words
from dashboard.selectors.requests import RequestEntry

DECISIONS = (EventKind.ACCEPTED, EventKind.CANCELLED)
Rows = list[tuple[str, str]]


def card_document(scope: Scope, pk: int) -> Document:
    """Raises Missing for a stranger's execution."""
    execution = execution_fetch(scope, pk)
    card = execution_card(scope, execution)
    blocks: list[Block] = [
        Heading(_("Assignment")),
        Facts(_item(execution)),
        Heading(_("Who is responsible")),
        Facts(_people(scope, execution)),
        Heading(_("Term and execution")),
        Facts(_course(card)),
        Heading(_("Decision")),
        *_decision(card),
        Heading(_("History")),
        _history(card),
    ]
    title = _("Control card of an assignment")
    about = [capfirst(wording.reference(execution.assignment)), addressee_words(execution, between=", ")]
    return framed(title, about, blocks, mark=_("Control card %(code)s") % {"code": execution.code})


def _item(execution: Execution) -> Rows:
    item = execution.assignment
    number = _("No. %(number)s of %(day)s") % {
        "number": item.protocol.number,
        "day": date_short(item.protocol.held_on),
    }
    rows = [
        (_("Protocol"), f"{number}, {item.protocol.meeting_title}"),
        (_("Item"), f"{item.number}. {item.title}"),
        (_("Text"), item.text),
        (_("Expected result"), item.expected_result),
        (_("Process"), item.process.name if item.process else ""),
        (_("Weight"), str(execution.weight)),
    ]
    return [row for row in rows if row[1]]


def _people(scope: Scope, execution: Execution) -> Rows:
    names = coordinators_in_words(scope).get(execution.region_id, "")
    rows = [
        (_("Region"), execution.region.name),
        (_("Addressee"), addressee_words(execution, between=", ")),
        (_("Coordinators"), names or _("No coordinator is appointed today.")),
    ]
    if execution.assignee is not None:
        rows.append((_("Who works on it"), execution.assignee.get_full_name()))
    return rows


def _course(card: ExecutionCard) -> Rows:
    execution = card.execution
    rows = [
        (_("First due date"), not_later(date_long(execution.first_due_on))),
        (_("Due date"), not_later(date_long(execution.due_on))),
        (_("State"), ", ".join(filter(None, (card.state, card.term)))),
        (_("Handed in"), date_long(execution.reported_on) if execution.reported_on else ""),
        (_("Returns"), str(execution.returns or "")),
        (_("Extensions"), str(execution.extensions or "")),
        (_("Taken off control"), date_time(execution.closed_at) if execution.closed_at else ""),
        (_("For the rating"), card.rating),
        (_("How the work goes"), card.notes[0].text if card.notes else ""),
    ]
    return [row for row in rows if row[1]]


def _decision(card: ExecutionCard) -> Sequence[Block]:
    """The decision in force that took the execution off control."""
    for entry in card.history:
        if entry.event.kind in DECISIONS and not entry.is_annulled and card.execution.closed_at:
            rows = [
                (_("Decision"), capfirst(entry.title)),
                (_("When"), date_time(entry.at)),
                (_("Who"), bind_initials(entry.who)),
                (_("Remark"), "\n".join(filter(None, (entry.text, entry.note)))),
            ]
            return [Facts([row for row in rows if row[1]])]
    return [Paragraph(_("There is no final decision: the execution is on control."))]


def _history(card: ExecutionCard) -> Table:
    """Everything in the order in which it happened."""
    columns = (
        TableColumn(_("When"), 20),
        TableColumn(_("What"), 24),
        TableColumn(_("Who"), 22),
        TableColumn(_("Content"), 44),
    )
    return Table(columns, [_line(entry) for entry in reversed(card.story)])


def _line(entry: HistoryEntry | RequestEntry) -> tuple[str, str, str, str]:
    title = capfirst(entry.title)
    if entry.is_annulled:
        title = _("%(event)s (annulled)") % {"event": title}
    files = "\n".join(_("File: %(name)s") % {"name": getattr(file, "name", "")} for file in entry.files)
    late = (
        _("recorded on %(instant)s") % {"instant": date_time(entry.recorded_at)} if entry.recorded_at else ""
    )
    content = "\n".join(filter(None, (entry.text, entry.note, files, late)))
    return date_time(entry.at), title, bind_initials(entry.who), content

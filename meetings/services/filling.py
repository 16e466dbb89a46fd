"""Filling an agenda from the work: what the sources ask for and nobody has removed."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from audit.services import audited
from common import clock
from common.scope import Scope
from meetings.enums import AgendaSource, AgendaState
from meetings.models import AgendaItem, Meeting
from meetings.selectors.proposals import proposals_for
from meetings.selectors.sources import Found, Row, found_for
from meetings.services.agenda import order_of, order_write
from meetings.services.series import default_rows
from meetings.services.steps import to_come


@audited
@transaction.atomic
def agenda_fill(*, actor: Scope, meeting_id: int) -> int:
    """Put on the agenda of a meeting to come what its sources ask for; how many items are new.

    The sources are the rows of the series, or the usual ones. Filled again, it adds what is new behind what stands
    there of the same source, tells the figures of today, and brings nothing back that somebody removed. Waiting
    proposals come along as proposed: the secretary takes or declines them. Raises Missing, NotAllowed, ImpossibleStep.
    """
    meeting = to_come(actor, meeting_id)
    rows = _rows(meeting)
    known = {item.key: item for item in meeting.agenda.exclude(key="")}
    order = list(order_of(meeting))
    places = dict(meeting.agenda.values_list("pk", "source"))
    made = 0
    asked = found_for(meeting, rows, clock.today())
    for found in asked:
        item = known.get(found.key)
        if item is not None:
            _renew(item, found)
            continue
        item = _made(meeting, found)
        places[item.pk] = item.source
        order.insert(_behind(order, places, item.source), item.pk)
        made += 1
    _settle(known.values(), {found.key for found in asked})
    made += _take_along(meeting, rows, order)
    order_write(meeting, order)
    return made


def _rows(meeting: Meeting) -> list[Row]:
    """The rows of the series as they stand; of a meeting without any, the usual ones."""
    own = meeting.series.rows.order_by("position", "pk") if meeting.series else ()
    rows = [Row(row.source, row.title, row.minutes, row.speaker, row.process_id) for row in own]
    return rows or [Row(row.source, row.title, row.minutes, row.speaker) for row in default_rows()]


def _made(meeting: Meeting, found: Found) -> AgendaItem:
    item = AgendaItem(
        meeting=meeting, source=found.row.source, key=found.key, title=found.title, minutes=found.row.minutes,
        speaker=found.speaker or found.row.speaker, figures=found.figures, **found.about,
    )  # fmt: skip
    item.save()
    item.executions.set(found.executions)
    return item


def _renew(item: AgendaItem, found: Found) -> None:
    """The figures of today on an item that stands there already."""
    if item.state == AgendaState.ON_AGENDA and item.figures != found.figures:
        item.figures = found.figures
        item.save()
        item.executions.set(found.executions)


COUNTED = (AgendaSource.OVERDUE, AgendaSource.RETURNED, AgendaSource.STAGE, AgendaSource.MILESTONE)


def _settle(known: Iterable[AgendaItem], asked: set[str]) -> None:
    """Where nothing is owed any more, none is counted: the secretary sees that the item can go."""
    for item in known:
        if item.source in COUNTED and item.key not in asked and item.figures.get("count"):
            item.figures = {"count": 0}
            item.save()


def _behind(order: Sequence[int], places: dict[int, str], source: str) -> int:
    """The place behind the last item of the same source, or the end."""
    same = [place for place, pk in enumerate(order) if places.get(pk) == source]
    return same[-1] + 1 if same else len(order)


def _take_along(meeting: Meeting, rows: Sequence[Row], order: list[int]) -> int:
    """Waiting proposals that concern the meeting come to it, still as proposals."""
    row = next((row for row in rows if row.source == AgendaSource.PROPOSAL), None)
    if row is None:
        return 0
    places = {item.pk: item.source for item in meeting.agenda.all()}
    count = 0
    for item in proposals_for(meeting):
        item.meeting = meeting
        item.version += 1
        item.save()
        places[item.pk] = item.source
        order.insert(_behind(order, places, AgendaSource.PROPOSAL), item.pk)
        count += 1
    return count

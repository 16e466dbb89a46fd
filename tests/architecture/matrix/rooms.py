"""Meetings of the world: of every region one that is open and one that runs; a draft and a series of the centre."""

from dataclasses import dataclass
from datetime import time, timedelta

from common import clock
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.models import AgendaItem, Decision, Meeting, MeetingSeries
from meetings.services import agenda, life, proposals, running
from meetings.services.series import RowContent, SeriesContent, series_save
from meetings.services.terms import Terms
from tests.cast import Cast


@dataclass
class Room:
    """The meetings of one region: open, in progress, what is said there, what it proposes."""

    meeting: Meeting
    item: AgendaItem
    running: Meeting
    spoken: AgendaItem
    decision: Decision
    brought: AgendaItem
    proposal: AgendaItem


def _meeting(actor: Scope, region: str, title: str, hours: int) -> Meeting:
    starts_at = clock.now().replace(minute=0) + timedelta(hours=hours)
    made = life.meeting_create(
        actor=actor, terms=Terms(title, audience={"regions": [region]}), starts_at=starts_at
    )
    return life.meeting_open(actor=actor, meeting_id=made.pk, version=made.version)


def room_of(cast: Cast, region: str, coordinator: str, number: int = 0) -> Room:
    """Everything of one region; the question of the running meeting waits for its answer."""
    actor, place = cast.scope("controller"), cast.scope(coordinator)
    meeting = _meeting(actor, region, f"Совещание {number}", 24 + number)
    item = agenda.item_add(actor=actor, meeting_id=meeting.pk, title="О ходе набора")
    agenda.item_add(actor=actor, meeting_id=meeting.pk, title="О закупках")
    brought, proposal = (
        proposals.proposal_make(actor=place, title=f"{title} {number}", region=region)
        for title in ("О практике", "О стажировках")
    )
    brought.meeting, brought.position = meeting, 3
    brought.save()
    run = _meeting(actor, region, f"Идущее совещание {number}", 2 + number)
    spoken = agenda.item_add(actor=actor, meeting_id=run.pk, title="О сроках")
    life.meeting_start(actor=actor, meeting_id=run.pk, version=run.version)
    content = running.DecisionContent(DecisionKind.QUESTION, "Когда будет перечень?")
    decision = running.decision_save(actor=actor, item_id=spoken.pk, content=content)
    return Room(meeting, item, run, spoken, decision, brought, proposal)


def draft_meeting(cast: Cast) -> Meeting:
    """A meeting that nobody outside the centre knows of."""
    starts_at = clock.now() + timedelta(days=3)
    return life.meeting_create(actor=cast.scope("controller"), terms=Terms("Черновик"), starts_at=starts_at)


def series_of_meetings(cast: Cast, number: int = 0) -> MeetingSeries:
    """A weekly series of the centre."""
    content = SeriesContent(
        Terms(f"Серия {number}"), 3, time(10), clock.today(),
        rows=[RowContent("Разное")],
    )  # fmt: skip
    return series_save(actor=cast.scope("controller"), content=content)

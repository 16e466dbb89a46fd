"""Meetings as the services make them: for tests of what people do with them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from common import clock
from common.scope import Scope
from meetings.enums import DecisionKind
from meetings.models import AgendaItem, Decision, Meeting, MeetingSeries
from meetings.services import agenda, life, running
from meetings.services.series import RowContent, SeriesContent, series_save
from meetings.services.terms import Terms
from tests.assignments import drafts

NOW = datetime(2026, 2, 26, 6, 0, tzinfo=UTC)
"""9:00 Moscow on Thursday, 26 February 2026: an hour before the meeting of 4 March opens."""
WEDNESDAY = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)


def series_content(**changes: Any) -> SeriesContent:
    """Wednesdays at 10:00 Moscow with the coordinators of all regions, without an agenda of its own."""
    terms = Terms(**{"title": "Еженедельное совещание", **changes.pop("terms", {})})
    values: dict[str, Any] = {
        "weekday": 3, "starts_at": time(10), "starts_on": date(2026, 2, 26), "opens_days_before": 6, **changes,
    }  # fmt: skip
    return SeriesContent(terms=terms, **values)


def weekly(actor: Scope, **changes: Any) -> MeetingSeries:
    return series_save(actor=actor, content=series_content(**changes))


def rows(*sources: str, **changes: Any) -> list[RowContent]:
    """Rows of an agenda, named by their sources."""
    return [RowContent(title=source.title(), source=source, **changes) for source in sources]


def draft(actor: Scope, **terms: Any) -> Meeting:
    """A meeting out of turn on Wednesday, 4 March 2026."""
    return life.meeting_create(
        actor=actor, terms=Terms(**{"title": "Совещание", **terms}), starts_at=WEDNESDAY
    )


def opened(actor: Scope, **terms: Any) -> Meeting:
    made = draft(actor, **terms)
    return life.meeting_open(actor=actor, meeting_id=made.pk, version=made.version)


def begun(actor: Scope, **terms: Any) -> Meeting:
    made = opened(actor, **terms)
    return life.meeting_start(actor=actor, meeting_id=made.pk, version=made.version)


def closed(actor: Scope, **terms: Any) -> Meeting:
    made = begun(actor, **terms)
    return life.meeting_close(actor=actor, meeting_id=made.pk, version=made.version)


def question(actor: Scope, meeting: Meeting, title: str = "О ходе набора", **values: Any) -> AgendaItem:
    return agenda.item_add(actor=actor, meeting_id=meeting.pk, title=title, **values)


def decided(actor: Scope, item: AgendaItem, kind: str = DecisionKind.NOTED, **values: Any) -> Decision:
    """A decision; an assignment is for all clusters, due in May."""
    more: dict[str, Any] = {"text": "Принять к сведению.", **values}
    reason = more.pop("reason", "")
    if kind == DecisionKind.ASSIGNMENT:
        more = {"due_on": drafts.DUE, "audience": drafts.EVERYONE, **more}
    content = running.DecisionContent(kind=kind, **more)
    return running.decision_save(actor=actor, item_id=item.pk, content=content, reason=reason)


def at(instant: datetime, **later: int) -> Any:
    """The clock at an instant, or so much later."""
    return clock.at(instant + timedelta(**later))

"""Meetings in any state, made directly: for tests of what stands on them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from clusters.models import Cluster
from files.models import StoredFile
from meetings.enums import AgendaSource, AgendaState, DecisionKind, MeetingKind, MeetingState
from meetings.models import (
    AgendaItem,
    ClusterAttendance,
    Decision,
    Invitation,
    Meeting,
    MeetingProtocol,
    MeetingSeries,
    ProtocolTemplate,
)
from regions.models import Region

WEDNESDAY = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
"""10:00 Moscow on Wednesday, 4 March 2026."""
OPENED = WEDNESDAY - timedelta(days=6)
REACHED = {
    MeetingState.DRAFT: (),
    MeetingState.OPEN: ("opened_at",),
    MeetingState.IN_PROGRESS: ("opened_at", "started_at"),
    MeetingState.CLOSED: ("opened_at", "started_at", "closed_at"),
    MeetingState.PROTOCOL_ISSUED: ("opened_at", "started_at", "closed_at", "protocol_issued_at"),
    MeetingState.CANCELLED: ("opened_at", "cancelled_at"),
}
"""The instants that a meeting of each state has."""


def weekly_series(**changes: Any) -> MeetingSeries:
    """Wednesdays at 10:00 Moscow, for all coordinators."""
    values = {
        "title": "Еженедельное совещание", "weekday": 3, "starts_at": time(10), "starts_on": date(2026, 1, 1),
        "audience": {"everyone": True}, "created_at": OPENED,
    }  # fmt: skip
    return MeetingSeries.objects.create(**{**values, **changes})


def meeting(state: MeetingState = MeetingState.OPEN, *regions: Region, **changes: Any) -> Meeting:
    """A meeting out of turn in this state, to which these regions are invited with all their clusters."""
    instants = dict.fromkeys(REACHED[state], OPENED)
    values = {
        "title": "Совещание", "kind": MeetingKind.AD_HOC, "starts_at": WEDNESDAY, "state": state,
        "audience": {"everyone": True}, "created_at": OPENED, "changed_at": OPENED,
        "calendar_uid": f"{Meeting.objects.count()}@portal.example",
        "cancel_reason": "Перенос" if state == MeetingState.CANCELLED else "", **instants,
    }  # fmt: skip
    made = Meeting.objects.create(**{**values, **changes})
    for region in regions:
        invite(made, region)
    return made


def invite(to: Meeting, region: Region) -> Invitation:
    """An invitation of a region, with the clusters that it is to bring."""
    invitation = Invitation.objects.create(meeting=to, region=region, invited_at=OPENED)
    for cluster in Cluster.objects.filter(region=region):
        ClusterAttendance.objects.create(invitation=invitation, cluster=cluster)
    return invitation


def item(of: Meeting | None, **values: Any) -> AgendaItem:
    """An item of the agenda, entered by hand."""
    return AgendaItem.objects.create(meeting=of, **{"title": "О ходе набора", "position": 1, **values})


def proposal(of: Meeting | None, state: AgendaState = AgendaState.PROPOSED, **values: Any) -> AgendaItem:
    """What a region or an association proposes."""
    reason = "Рассмотрено ранее" if state == AgendaState.DECLINED else ""
    return item(
        of, source=AgendaSource.PROPOSAL, state=state, proposed_at=OPENED, decline_reason=reason, **values
    )


def decision(on: AgendaItem, kind: DecisionKind = DecisionKind.NOTED, **values: Any) -> Decision:
    """A decision on an item."""
    due = {"due_on": date(2026, 3, 20)} if kind == DecisionKind.ASSIGNMENT else {}
    return Decision.objects.create(
        item=on, kind=kind, **{"text": "Принять к сведению.", "created_at": OPENED, **due, **values}
    )


def stored_file(key: str = "1") -> StoredFile:
    """The row of a file; its bytes are nowhere."""
    return StoredFile.objects.create(
        key=key, original_name=f"{key}.docx", content_type="x", size=1, sha256="", created_at=OPENED
    )


def template() -> ProtocolTemplate:
    """The first version of the template."""
    return ProtocolTemplate.objects.create(
        number=1, file=stored_file("template"), uploaded_at=OPENED, proved_at=OPENED
    )


def minutes_of(of: Meeting, **values: Any) -> MeetingProtocol:
    """The draft of the protocol of a meeting, number 1 of its year."""
    return MeetingProtocol.objects.create(
        meeting=of, **{"year": of.day.year, "number": 1, "number_words": "1-пр", "made_at": OPENED, **values}
    )


def issued_minutes_of(of: Meeting, **values: Any) -> MeetingProtocol:
    """The same, agreed, signed and issued; `protocol` is given."""
    return minutes_of(
        of, state="issued", agreed_at=OPENED, signed_on=of.day, issued_at=OPENED, template=template(),
        docx=stored_file("docx"), pdf=stored_file("pdf"), **values,
    )  # fmt: skip

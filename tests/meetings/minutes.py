"""A closed meeting and the acts on its protocol, in the names of the cast."""

from datetime import UTC, date, datetime
from typing import Any

from meetings.enums import DecisionKind, MeetingState
from meetings.models import AgendaItem, AgendaNote, Decision, Meeting, MeetingProtocol, ProtocolApproval
from meetings.services.approvals import approval_agree, approval_remark, minutes_send
from meetings.services.issuing import MinutesIssued, minutes_issue, minutes_sign
from meetings.services.minutes import minutes_make
from tests.cast import Cast
from tests.meetings.builders import OPENED, decision, item, meeting

AFTER = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
"""12:00 Moscow on the day after the meeting."""
DUE = date(2026, 3, 20)


def closed_meeting(cast: Cast) -> Meeting:
    """Four questions: noted and assigned; assigned to coordinators; carried over and asked; without a decision."""
    held = meeting(
        MeetingState.CLOSED, cast.tomsk, cast.omsk, title="Совещание <о наборе> & «ёлках»", place="Москва, зал № 1",
        chair=cast.administrator, chair_name="А. Б. Председателева", chair_post="Руководитель центра",
        secretary_name="С. С. Секретарь", secretary_post="Методист", also_present="И. И. Гость, министерство",
    )  # fmt: skip
    first = item(held, title="О ходе набора", position=1, speaker="В. В. Докладчик", text="Набор идёт.")
    decision(first, text="Принять информацию к сведению.", position=1)
    assigned(first, text="Представить сведения о наборе.", position=2)
    second = item(held, title="О закупках", position=2)
    assigned(second, text="Проверить закупки.", addressee="regions", audience={"regions": ["70"]})
    third = item(held, title="О кадрах", position=3)
    decision(third, DecisionKind.CARRIED_OVER, text="Вернуться к вопросу.", position=1)
    decision(third, DecisionKind.QUESTION, text="Сколько педагогов?", position=2)
    item(held, title="Разное", position=4)
    AgendaNote.objects.create(
        item=first, author=cast.methodologist, text="Заметка секретаря.", changed_at=OPENED
    )
    held.invitations.filter(region="70").update(
        present=True, marked_at=OPENED, marked_way="hand", attendee="Т. Т. Томская"
    )
    return held


def assigned(on: AgendaItem, **values: Any) -> Decision:
    """An assignment to all clusters."""
    return decision(on, DecisionKind.ASSIGNMENT, **{"audience": {"everyone": True}, "due_on": DUE, **values})


class Minutes:
    """Who does what with the protocol of one meeting; each act takes the version in force."""

    def __init__(self, cast: Cast, held: Meeting) -> None:
        self.cast, self.meeting = cast, held
        self.controller = cast.scope("controller")

    @property
    def row(self) -> MeetingProtocol:
        return MeetingProtocol.objects.select_related("meeting", "protocol").get(meeting=self.meeting)

    def make(self) -> MeetingProtocol:
        self.meeting.refresh_from_db()
        return minutes_make(actor=self.controller, meeting_id=self.meeting.pk, version=self.meeting.version)

    def send(self, *people: str) -> MeetingProtocol:
        chosen = [getattr(self.cast, name).pk for name in people or ("administrator",)]
        version = self.row.version
        return minutes_send(
            actor=self.controller, meeting_id=self.meeting.pk, version=version, approvers=chosen
        )

    def asked(self, name: str) -> ProtocolApproval:
        """The newest question to this person."""
        return ProtocolApproval.objects.filter(approver=getattr(self.cast, name)).latest("pk")

    def agree(self, name: str = "administrator") -> ProtocolApproval:
        return approval_agree(
            actor=self.cast.scope(name), approval_id=self.asked(name).pk, version=self.row.version
        )

    def remark(self, name: str, words: str = "", **at_items: Any) -> ProtocolApproval:
        return approval_remark(
            actor=self.cast.scope(name), approval_id=self.asked(name).pk, version=self.row.version, remark=words,
            **at_items,
        )  # fmt: skip

    def sign(self, day: date = date(2026, 3, 5)) -> MeetingProtocol:
        return minutes_sign(
            actor=self.controller, meeting_id=self.meeting.pk, version=self.row.version, signed_on=day
        )

    def issue(self, version: int | None = None) -> MinutesIssued:
        seen = self.row.version if version is None else version
        return minutes_issue(actor=self.controller, meeting_id=self.meeting.pk, version=seen)

    def agreed(self) -> MeetingProtocol:
        """Made, sent to one person, agreed."""
        self.make()
        self.send()
        self.agree()
        return self.row

    def signed(self) -> MeetingProtocol:
        self.agreed()
        return self.sign()

"""Protocols of meetings of the world: one of the centre at every step, and of every region one that is issued."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting, MeetingProtocol, ProtocolApproval, ProtocolTemplate
from meetings.services.approvals import approval_agree, approvals_withdraw, minutes_send
from meetings.services.issuing import minutes_issue, minutes_scan, minutes_sign
from meetings.services.minutes import minutes_make
from regions.models import Region
from tests.cast import Cast
from tests.files.samples import PDF
from tests.meetings.builders import item, meeting, minutes_of
from tests.meetings.minutes import assigned

DUE = date(2026, 5, 28)


@dataclass
class Papers:
    """Meetings of the centre by the step at which their protocol stands; the administrator is asked about `sent`."""

    drafted: Meeting
    sent: Meeting
    approval: ProtocolApproval
    agreed: Meeting
    signed: Meeting


class Pen:
    """Takes protocols on in the name of the controller; the administrator agrees."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.controller = cast, cast.scope("controller")

    def closed(self, *regions: Region) -> Meeting:
        """A closed meeting with one question."""
        held = meeting(MeetingState.CLOSED, *regions)
        item(held)
        return held

    def drafted(self, *regions: Region) -> Meeting:
        held = self.closed(*regions)
        minutes_make(**self._act(held), version=held.version)
        return held

    def sent(self, *regions: Region) -> Meeting:
        held = self.drafted(*regions)
        self.send(held)
        return held

    def send(self, held: Meeting) -> None:
        minutes_send(**self._act(held), version=_version(held), approvers=[self.cast.administrator.pk])

    def agreed(self, *regions: Region) -> Meeting:
        held = self.sent(*regions)
        approval_agree(
            actor=self.cast.scope("administrator"), approval_id=_asked(held).pk, version=_version(held)
        )
        return held

    def signed(self, *regions: Region) -> Meeting:
        held = self.agreed(*regions)
        minutes_sign(**self._act(held), version=_version(held), signed_on=clock.today())
        return held

    def issued(self, *regions: Region) -> Meeting:
        """Issued, with its scan."""
        held = self.signed(*regions)
        minutes_issue(**self._act(held), version=_version(held))
        scan = SimpleUploadedFile("scan.pdf", PDF, "application/pdf")
        minutes_scan(**self._act(held), version=_version(held), upload=scan)
        return held

    def asked_in_vain(self, held: Meeting) -> None:
        """One sending more that was taken back."""
        self.send(held)
        approvals_withdraw(**self._act(held), version=_version(held))

    def made_anew(self, held: Meeting) -> None:
        held.refresh_from_db()
        minutes_make(**self._act(held), version=held.version)

    def _act(self, held: Meeting) -> dict[str, Any]:
        return {"actor": self.controller, "meeting_id": held.pk}


def _version(held: Meeting) -> int:
    return MeetingProtocol.objects.get(meeting=held).version


def _asked(held: Meeting) -> ProtocolApproval:
    return ProtocolApproval.objects.get(minutes__meeting=held)


def papers_of_centre(cast: Cast) -> Papers:
    """A protocol at every step; no region is invited there."""
    pen = Pen(cast)
    sent = pen.sent()
    return Papers(pen.drafted(), sent, _asked(sent), pen.agreed(), pen.signed())


def more_papers(cast: Cast, papers: Papers, number: int) -> None:
    """A question with an assignment, an invited region and a sending more of the draft; a version of the template; one
    more protocol that waits for the administrator."""
    assigned(item(papers.drafted, position=number), due_on=DUE)
    Invitation.objects.create(
        meeting=papers.drafted, region=Region.objects.get(code=f"R{number}"), invited_at=clock.now(),
        present=True, marked_at=clock.now(), marked_way="hand",
    )  # fmt: skip
    pen = Pen(cast)
    pen.made_anew(papers.drafted)
    pen.asked_in_vain(papers.drafted)
    waiting = minutes_of(meeting(MeetingState.CLOSED), number=1000 + number)
    ProtocolApproval.objects.create(
        minutes=waiting, approver=cast.administrator, draft_version=0, asked_at=clock.now()
    )
    newest = ProtocolTemplate.objects.newest()
    ProtocolTemplate.objects.create(
        number=newest.number + 1,
        file=newest.file,
        note="Шрифт.",
        uploaded_at=clock.now(),
        proved_at=clock.now(),
    )

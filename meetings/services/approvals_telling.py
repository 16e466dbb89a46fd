"""Who learns of an approval: the approvers that they are asked, whoever asked and made it what came of it."""

from collections.abc import Iterable

from common.scope import Scope
from meetings.approval_notices import APPROVAL_ASKED, MINUTES_AGREED, MINUTES_REMARKED
from meetings.models import MeetingProtocol, ProtocolApproval
from notifications.services.notices import Word, notices_write


def asked_tell(*, actor: Scope, approvals: Iterable[ProtocolApproval]) -> None:
    """Tell everybody who is asked."""
    for approval in approvals:
        _tell(actor, APPROVAL_ASKED, approval.minutes, [approval.approver_id])


def remarked_tell(*, actor: Scope, approval: ProtocolApproval) -> None:
    """Tell that the protocol came back."""
    _tell(actor, MINUTES_REMARKED, approval.minutes, [approval.asked_by_id, approval.minutes.made_by_id])


def agreed_tell(*, actor: Scope, minutes: MeetingProtocol) -> None:
    """Tell that everybody agreed."""
    asked = minutes.approvals.order_by("-round").values_list("asked_by", flat=True)[:1]
    _tell(actor, MINUTES_AGREED, minutes, [*asked, minutes.made_by_id])


def _tell(actor: Scope, kind: str, minutes: MeetingProtocol, people: Iterable[int | None]) -> None:
    data = {"number": minutes.number_words, "day": minutes.meeting.day.isoformat()}
    told = sorted({person for person in people if person is not None})
    notices_write(
        actor=actor, kind=kind, words=[Word(person, minutes.get_absolute_url(), data) for person in told]
    )

"""Signature, issue and scan of an agreed protocol."""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.services.protocols import protocol_issue
from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput
from common.scope import Scope
from common.versions import require_version
from files.enums import Accepted
from files.services import file_check, file_forget, file_store, stored_or_nothing
from meetings.enums import MeetingEventKind, MeetingState, MinutesState
from meetings.models import MeetingProtocol
from meetings.selectors.minutes import rounds_of, text_changed
from meetings.services.minutes_locks import event_write, minutes_locked, touched
from meetings.services.telling import meeting_tell

OF_A_SCAN = (Accepted.PDF, Accepted.PNG, Accepted.JPEG)
SCAN_ENDINGS = tuple(ending for kind in OF_A_SCAN for ending in kind.value.extensions)


@dataclass(frozen=True, slots=True)
class MinutesIssued:
    """What the issue did; `repeated` when the same press had already done it."""

    minutes: MeetingProtocol
    executions: int = 0
    repeated: bool = False


@audited
@transaction.atomic
def minutes_sign(*, actor: Scope, meeting_id: int, version: int | None, signed_on: date) -> MeetingProtocol:
    """Record the day on which the agreed paper was signed; who signed is the chair that it names.

    Raises Missing, NotAllowed, ImpossibleStep (not agreed, changed since), StaleVersion, InvalidInput for the day.
    """
    minutes = minutes_locked(actor, meeting_id)
    if not minutes.is_agreed:
        raise ImpossibleStep(_("Only an agreed protocol is signed."))
    require_version(minutes, version)
    if signed_on > clock.today():
        raise InvalidInput({"signed_on": _("The day of the signature has not come yet.")})
    if signed_on < minutes.meeting.day:
        raise InvalidInput({"signed_on": _("The protocol is not signed before the meeting.")})
    _require_same_text(minutes)
    minutes.state, minutes.signed_on = MinutesState.SIGNED, signed_on
    touched(minutes)
    event_write(
        actor,
        minutes.meeting,
        MeetingEventKind.PROTOCOL_SIGNED,
        signed_on=signed_on.isoformat(),
        signed_by=minutes.meeting.chair_name,
    )
    return minutes


def _require_same_text(minutes: MeetingProtocol) -> None:
    """What is signed and issued is what was agreed, and nothing else."""
    rounds = rounds_of(minutes)
    if text_changed(minutes, rounds[-1] if rounds else None):
        raise ImpossibleStep(
            _(
                "The text or its assignments have changed since they were agreed: return the protocol to its draft and "
                "send it for approval anew."
            )
        )


@audited
@transaction.atomic
def minutes_issue(*, actor: Scope, meeting_id: int, version: int | None) -> MinutesIssued:
    """Issue a signed protocol with its assignments, all or nothing; the meeting ends with it.

    A second press of the same button (same `version`) does nothing and says what the first one did. Raises Missing,
    NotAllowed, ImpossibleStep (not signed, issued before, changed since), StaleVersion, InvalidInput naming the items
    that cannot be issued.
    """
    minutes = minutes_locked(actor, meeting_id)
    if minutes.is_issued and version is not None and version == minutes.version - 1:
        return MinutesIssued(minutes, repeated=True)
    if not minutes.is_signed:
        raise ImpossibleStep(
            _("The protocol of this meeting has been issued.")
            if minutes.is_issued
            else _("Only a signed protocol is issued.")
        )
    require_version(minutes, version)
    _require_same_text(minutes)
    meeting, now = minutes.meeting, clock.now()
    if meeting.state != MeetingState.CLOSED:
        raise ImpossibleStep(_("The protocol of this meeting has been issued."))
    minutes.state, minutes.issued_at = MinutesState.ISSUED, now
    touched(minutes)
    executions = 0
    if minutes.protocol:
        done = protocol_issue(actor=actor, protocol_id=minutes.protocol.pk, version=minutes.protocol.version)
        executions = done.executions
    meeting.state, meeting.protocol_issued_at = MeetingState.PROTOCOL_ISSUED, now
    meeting.version += 1
    meeting.save()
    event_write(
        actor, meeting, MeetingEventKind.PROTOCOL_ISSUED, number=minutes.number_words, executions=executions
    )
    meeting_tell(actor=actor, meeting=meeting, kind="protocol_issued")
    return MinutesIssued(minutes, executions)


@audited
def minutes_scan(
    *, actor: Scope, meeting_id: int, version: int | None, upload: UploadedFile
) -> MeetingProtocol:
    """Attach the scan of the signed paper, or a better one in its place: PDF, PNG or JPEG.

    Raises Missing, NotAllowed, ImpossibleStep (not signed), StaleVersion, TooLarge, InvalidInput (field `file`).
    """
    with stored_or_nothing(), transaction.atomic():
        minutes = minutes_locked(actor, meeting_id)
        if not (minutes.is_signed or minutes.is_issued):
            raise ImpossibleStep(_("The scan shows a signed protocol: record the signature first."))
        require_version(minutes, version)
        file_check(upload)
        if (upload.name or "").rpartition(".")[2].lower() not in SCAN_ENDINGS:
            raise InvalidInput({"file": _("A scan is PDF, PNG or JPEG.")})
        old, minutes.scan = minutes.scan, file_store(actor=actor, upload=upload)
        touched(minutes)
        if old:
            file_forget(old)
        values = {"name": minutes.scan.original_name, "sha256": minutes.scan.sha256}
        event_write(actor, minutes.meeting, MeetingEventKind.PROTOCOL_SCANNED, **values)
        return minutes

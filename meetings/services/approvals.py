"""Approval of a protocol: sent to one or more people, who agree to that very text or say what is wrong with it."""

import io
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import audited
from common import clock
from common.errors import ImpossibleStep, InvalidInput, NotAllowed
from common.names import clean_text
from common.scope import Scope
from common.versions import require_version
from files.enums import Accepted
from files.services import file_made, stored_or_nothing
from meetings.enums import ApprovalState, MeetingEventKind, MinutesState
from meetings.models import (
    AgendaItem,
    Meeting,
    MeetingProtocol,
    ProtocolApproval,
    ProtocolRemark,
    ProtocolTemplate,
)
from meetings.papers.content import Paper, file_name, paper_of
from meetings.papers.docx import TemplateFailed, docx_of, template_read
from meetings.papers.pdf import pdf_of
from meetings.policies import can_approve
from meetings.selectors.minutes import approver_choices, minutes_problems, rounds_of, text_changed
from meetings.services.approvals_telling import agreed_tell, asked_tell, remarked_tell
from meetings.services.minutes_locks import (
    approvals_take_back,
    event_write,
    minutes_locked,
    require_draft,
    touched,
)
from meetings.services.templates import template_to_use

MOST_APPROVERS = 20
LONGEST_REMARK = 4000


@audited
@transaction.atomic
def minutes_send(
    *, actor: Scope, meeting_id: int, version: int | None, approvers: Iterable[int]
) -> MeetingProtocol:
    """Send the text of a draft to its approvers, in a new round; one that was sent is sent anew only when it changed.

    Raises Missing, NotAllowed, ImpossibleStep (agreed, waits for answers), StaleVersion, InvalidInput by field and for
    what is not ready.
    """
    minutes = minutes_locked(actor, meeting_id)
    require_draft(minutes)
    require_version(minutes, version)
    people = _people(minutes, approvers)
    problems = minutes_problems(minutes)
    if problems:
        raise InvalidInput({"__all__": problems})
    rounds = rounds_of(minutes)
    last = rounds[-1] if rounds else None
    if last and last.is_open and not text_changed(minutes, last):
        raise ImpossibleStep(_("The protocol has been sent already and waits for answers."))
    approvals_take_back(minutes)
    minutes.digest = paper_of(minutes).digest
    touched(minutes)
    number, now = (last.number if last else 0) + 1, clock.now()
    made = [
        ProtocolApproval.objects.create(
            minutes=minutes,
            round=number,
            approver_id=person,
            draft_version=minutes.draft_version,
            asked_by_id=actor.user_id,
            asked_at=now,
        )
        for person in people
    ]
    event_write(actor, minutes.meeting, MeetingEventKind.PROTOCOL_SENT, round=number, approvers=people)
    asked_tell(actor=actor, approvals=made)
    return minutes


def _people(minutes: MeetingProtocol, approvers: Iterable[int]) -> list[int]:
    chosen = list(dict.fromkeys(approvers))
    if not chosen:
        raise InvalidInput({"approvers": _("Choose who is to approve.")})
    if len(chosen) > MOST_APPROVERS:
        raise InvalidInput({"approvers": _("At most %(most)s people approve.") % {"most": MOST_APPROVERS}})
    known = set(approver_choices(minutes.meeting).values_list("pk", flat=True))
    if not known.issuperset(chosen):
        raise InvalidInput({"approvers": _("One of the people chosen cannot be asked.")})
    return chosen


@audited
@transaction.atomic
def approvals_withdraw(*, actor: Scope, meeting_id: int, version: int | None) -> MeetingProtocol:
    """Take a sending back: nobody is asked any more, the draft stays. Raises Missing, NotAllowed, ImpossibleStep,
    StaleVersion."""
    minutes = minutes_locked(actor, meeting_id)
    require_draft(minutes)
    require_version(minutes, version)
    if not approvals_take_back(minutes):
        raise ImpossibleStep(_("The protocol waits for nobody's answer."))
    touched(minutes)
    event_write(
        actor, minutes.meeting, MeetingEventKind.PROTOCOL_REOPENED, text=_("The sending was taken back.")
    )
    return minutes


@audited
def approval_agree(*, actor: Scope, approval_id: int, version: int | None) -> ProtocolApproval:
    """Agree to the text that was sent; with the last answer the protocol is agreed and its files are frozen.

    Agreed twice is agreed once. Raises Missing, NotAllowed (another person is asked), ImpossibleStep (answered, taken
    back, the text has changed since), StaleVersion of the protocol.
    """
    with stored_or_nothing(), transaction.atomic():
        approval = _approval_locked(actor, approval_id)
        if approval.approver_id == actor.user_id and approval.state == ApprovalState.AGREED:
            return approval
        _require_asked(actor, approval)
        minutes = approval.minutes
        require_version(minutes, version)
        sent = rounds_of(minutes)[-1]
        if text_changed(minutes, sent):
            raise ImpossibleStep(
                _("The text has changed since it was sent: it must be sent for approval anew.")
            )
        approval.state, approval.answered_at = ApprovalState.AGREED, clock.now()
        approval.save()
        if rounds_of(minutes)[-1].is_agreed:
            _agreed(actor, minutes, approval.approver_id)
        return approval


def _approval_locked(actor: Scope, approval_id: int) -> ProtocolApproval:
    """The approval, read after the lock of its meeting; whoever is asked need not be of the centre."""
    found: ProtocolApproval = ProtocolApproval.objects.select_related("minutes").fetch(actor, pk=approval_id)
    meeting = Meeting.objects.select_for_update().get(pk=found.minutes.meeting_id)
    rows = ProtocolApproval.objects.select_related("minutes__protocol")
    approval: ProtocolApproval = rows.fetch(actor, pk=approval_id)
    approval.minutes.meeting = meeting
    return approval


def _require_asked(actor: Scope, approval: ProtocolApproval) -> None:
    if approval.approver_id != actor.user_id:
        raise NotAllowed(_("Another person is asked to approve."))
    if not can_approve(actor, approval) or not approval.minutes.is_draft:
        raise ImpossibleStep(_("This question is answered, or it was taken back."))


def _agreed(actor: Scope, minutes: MeetingProtocol, last_id: int) -> None:
    """Freeze the document: from now on every download has the same bytes."""
    paper, template = paper_of(minutes), template_to_use(owner_id=last_id)
    made = {
        "docx": (_docx(paper, template), Accepted.DOCX),
        "pdf": (pdf_of(paper, minutes.meeting.day), Accepted.PDF),
    }
    for ending, (content, kind) in made.items():
        name = file_name(minutes, ending)
        stored = file_made(owner_id=last_id, name=name, content=io.BytesIO(content), kind=kind)
        setattr(minutes, ending, stored)
    minutes.template = template
    minutes.state, minutes.agreed_at = MinutesState.AGREED, clock.now()
    touched(minutes)
    event_write(actor, minutes.meeting, MeetingEventKind.PROTOCOL_AGREED, template=template.number)
    agreed_tell(actor=actor, minutes=minutes)


def _docx(paper: Paper, template: ProtocolTemplate) -> bytes:
    try:
        return docx_of(paper, template_read(template))
    except TemplateFailed as error:
        text = _("The document cannot be made by the template in force: upload it anew. Reason: %(reason)s")
        raise ImpossibleStep(text % {"reason": error}) from error


@audited
@transaction.atomic
def approval_remark(
    *,
    actor: Scope,
    approval_id: int,
    version: int | None,
    remark: str = "",
    at_items: Mapping[int, str] | None = None,
) -> ProtocolApproval:
    """Return the protocol with remarks: on the whole, and on questions of the agenda (by id). The others are asked no
    more; the draft is mended and sent anew.

    Raises Missing, NotAllowed, ImpossibleStep, StaleVersion, InvalidInput (no remark, too long, a foreign question).
    """
    approval = _approval_locked(actor, approval_id)
    _require_asked(actor, approval)
    minutes = approval.minutes
    require_version(minutes, version)
    words = _remarks(minutes, remark, at_items or {})
    approval.state, approval.answered_at = ApprovalState.REMARK, clock.now()
    approval.save()
    for item, text in words:
        ProtocolRemark.objects.create(approval=approval, item_id=item, text=text)
    approvals_take_back(minutes)
    touched(minutes)
    told = "\n".join(text for _item, text in words)
    event_write(actor, minutes.meeting, MeetingEventKind.PROTOCOL_REMARKED, text=told, round=approval.round)
    remarked_tell(actor=actor, approval=approval)
    return approval


def _remarks(
    minutes: MeetingProtocol, remark: str, at_items: Mapping[int, str]
) -> list[tuple[int | None, str]]:
    """(question or None, words) of everything that was written."""
    texts: dict[int | None, str] = {None: clean_text(remark)}
    texts |= {item: clean_text(text) for item, text in at_items.items()}
    written = {item: text for item, text in texts.items() if text}
    if not written:
        raise InvalidInput({"remark": _("Write what is to be changed.")})
    if any(len(text) > LONGEST_REMARK for text in written.values()):
        raise InvalidInput(
            {"remark": _("At most %(limit)s characters fit here.") % {"limit": LONGEST_REMARK}}
        )
    known = set(AgendaItem.objects.filter(meeting=minutes.meeting_id).values_list("pk", flat=True))
    if not known.issuperset(item for item in written if item is not None):
        raise InvalidInput({"remark": _("The agenda has no such question.")})
    return list(written.items())

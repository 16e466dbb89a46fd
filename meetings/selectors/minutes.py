"""What the pages and services of a protocol ask: where it stands, who approves it, what stands in its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import staff_ids
from assignments.audience import Audience
from assignments.models import Assignment, Protocol
from assignments.selectors.protocols import issue_problems
from common import clock
from common.errors import InvalidInput
from common.names import clean_text
from common.scope import Scope
from meetings.enums import ApprovalState, MinutesState
from meetings.models import (
    AgendaItem,
    Decision,
    Invitation,
    Meeting,
    MeetingProtocol,
    ProtocolApproval,
    ProtocolRemark,
    ProtocolTemplate,
)
from meetings.papers.content import Paper, agenda_of, decision_numbers, paper_of

OF_A_DECISION = ("due_on", "weight", "expected_result", "process_id", "addressee")
"""What an item of the draft takes over from its decision as it stands; text and audience it writes in its own way."""


@dataclass(frozen=True, slots=True)
class Round:
    """One sending for approval: its number, the answers in the order of the approvers."""

    number: int
    approvals: Sequence[ProtocolApproval]

    @property
    def is_open(self) -> bool:
        return any(row.waits for row in self.approvals)

    @property
    def is_agreed(self) -> bool:
        return all(row.state == ApprovalState.AGREED for row in self.approvals)

    @property
    def draft_version(self) -> int:
        return self.approvals[0].draft_version


@dataclass(frozen=True, slots=True)
class Standing:
    """The text of a protocol as it stands, and whether it may go on."""

    paper: Paper
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()
    is_changed: bool = False
    """Whether the text is another one than was sent or agreed."""
    rounds: Sequence[Round] = field(default=())

    @property
    def last(self) -> Round | None:
        return self.rounds[-1] if self.rounds else None


def minutes_of_meeting(scope: Scope, meeting: Meeting) -> MeetingProtocol | None:
    """The protocol of a meeting, if this person may see it."""
    rows = MeetingProtocol.objects.visible_to(scope).filter(meeting=meeting)
    return rows.select_related("protocol", "template", "docx", "pdf", "scan", "made_by").first()


def rounds_of(minutes: MeetingProtocol) -> list[Round]:
    """All sendings with their answers and remarks, the oldest first; two queries."""
    rows = minutes.approvals.select_related("approver", "asked_by").prefetch_related("remarks__item")
    by_round: dict[int, list[ProtocolApproval]] = {}
    for row in rows.order_by("round", "pk"):
        by_round.setdefault(row.round, []).append(row)
    return [Round(number, answers) for number, answers in by_round.items()]


def standing_of(minutes: MeetingProtocol) -> Standing:
    """Everything about the text of a protocol in a fixed number of queries."""
    paper, rounds = paper_of(minutes), rounds_of(minutes)
    if minutes.is_issued:
        return Standing(paper, rounds=rounds)
    problems, warnings = _findings(minutes)
    sent = rounds[-1].draft_version if rounds else None
    is_sent = not minutes.is_draft or bool(rounds and rounds[-1].is_open)
    changed = is_sent and (paper.digest != minutes.digest or sent != minutes.draft_version)
    return Standing(paper, problems, warnings, changed, rounds)


def text_changed(minutes: MeetingProtocol, sent: Round | None) -> bool:
    """Whether the text or the draft of its assignments is another one than was sent."""
    if sent is None or sent.draft_version != minutes.draft_version:
        return True
    return paper_of(minutes).digest != minutes.digest


# What stands in the way


def minutes_problems(minutes: MeetingProtocol) -> list[str]:
    """Why a draft is not ready for approval; empty when it is."""
    return _findings(minutes)[0]


def _findings(minutes: MeetingProtocol) -> tuple[list[str], list[str]]:
    agenda = agenda_of(minutes.meeting)
    numbers = decision_numbers(agenda)
    decisions = [row for item in agenda for row in item.decisions.all() if row.is_assignment]
    made = [row for row in decisions if row.assignment and row.assignment.protocol_id == minutes.protocol_id]
    problems = [
        _("Decision %(number)s is not in the draft of the assignments: make the protocol anew.")
        % {"number": numbers[row.pk]}
        for row in decisions
        if row not in made
    ]
    if minutes.protocol:
        problems += _draft_problems(minutes, minutes.protocol, made, numbers)
    changed = [numbers[row.pk] for row in made if _differs(row)]
    warnings = [
        _(
            "Item %(number)s of the draft is not as it was decided; made anew, the protocol takes the decision over."
        )
        % {"number": number}
        for number in changed
    ]
    return problems, [*warnings, *_gaps(minutes.meeting, agenda)]


def _draft_problems(
    minutes: MeetingProtocol, protocol: Protocol, made: Iterable[Decision], numbers: dict[int, str]
) -> list[str]:
    if not protocol.is_draft:
        return [_("The assignments have been issued without the protocol.")]
    items: dict[int, Assignment] = {row.pk: row for row in protocol.assignments.all()}
    problems = []
    if (protocol.number, protocol.held_on) != (minutes.number_words, minutes.meeting.day):
        problems.append(_("The draft of the assignments has another number or date: make the protocol anew."))
    for row in made:
        item = items.pop(row.assignment_id or 0, None)
        if item and item.number != numbers[row.pk]:
            text = _("Item %(item)s of the draft is decision %(number)s now: make the protocol anew.")
            problems.append(text % {"item": item.number, "number": numbers[row.pk]})
    strange = [*(row.number for row in items.values()), *protocol.series.values_list("number", flat=True)]
    text = _(
        "Item %(number)s of the draft belongs to no decision of the meeting: record the decision, or delete it."
    )
    problems += [text % {"number": number} for number in strange]
    return problems + issue_problems(protocol, clock.today())


def _differs(decision: Decision) -> bool:
    item = decision.assignment
    if item is None or any(getattr(item, name) != getattr(decision, name) for name in OF_A_DECISION):
        return True
    try:
        rule = Audience.from_json(decision.audience, decision.addressee)
    except InvalidInput:
        return True
    return clean_text(decision.text) != item.text or rule.to_json() != item.audience


def _gaps(meeting: Meeting, agenda: Sequence[AgendaItem]) -> list[str]:
    """What a protocol may lack and mostly should not."""
    gaps = []
    if not meeting.chair_name:
        gaps.append(_("The meeting names no chair: the line of the signature stays empty."))
    if not agenda:
        gaps.append(_("The agenda is empty."))
    rows = Invitation.objects.filter(meeting=meeting)
    if not rows.filter(present=True).exists() and not rows.filter(clusters__present=True).exists():
        gaps.append(_("Nobody is marked as present."))
    return gaps


# People and lists


def approver_choices(meeting: Meeting) -> QuerySet[User]:
    """Who may be asked to approve: the staff of the centre in office, the chair and the secretary of the meeting."""
    named = filter(None, (meeting.chair_id, meeting.secretary_id))
    people = User.objects.filter(pk__in={*staff_ids(), *named}, is_active=True)
    return people.order_by("name_key", "pk")


def approvals_waiting(scope: Scope) -> QuerySet[ProtocolApproval]:
    """What waits for this person, the oldest first; a protocol that went back to its draft waits for nobody."""
    rows = ProtocolApproval.objects.visible_to(scope).of(scope.user_id).waiting()
    rows = rows.filter(minutes__state=MinutesState.DRAFT)
    return rows.select_related("minutes__meeting", "asked_by").order_by("asked_at", "pk")


def remarks_by_item(sent: Round | None) -> dict[int, list[ProtocolRemark]]:
    """The remarks of a sending by agenda item; 0: on the whole."""
    found: dict[int, list[ProtocolRemark]] = {}
    for approval in sent.approvals if sent else ():
        for remark in approval.remarks.all():
            found.setdefault(remark.item_id or 0, []).append(remark)
    return found


def template_rows(scope: Scope) -> QuerySet[ProtocolTemplate]:
    """The versions of the template, the newest first."""
    return ProtocolTemplate.objects.visible_to(scope).select_related("file", "uploaded_by")


def why_held_back(protocol: Protocol) -> str:
    """The draft of a meeting is issued with its protocol, and by nothing else."""
    minutes = MeetingProtocol.objects.filter(protocol=protocol).select_related("meeting").first()
    if minutes is None or minutes.is_issued:
        return ""
    text = _(
        "These assignments are issued with the protocol of the meeting “%(meeting)s”, after it is signed."
    )
    return text % {"meeting": minutes.meeting}

"""The protocol of a meeting in the words of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.errors import StrOrPromise
from common.scope import Scope
from meetings.enums import ApprovalState, MeetingEventKind, MinutesState
from meetings.models import Meeting, MeetingEvent, MeetingProtocol, ProtocolApproval, ProtocolRemark
from meetings.papers.content import Paper, PaperItem
from meetings.selectors.minutes import Round

STEPS = (
    pgettext_lazy("protocol of a meeting", "Draft"),
    pgettext_lazy("protocol of a meeting", "Approval"),
    _("Signature"),
    pgettext_lazy("protocol of a meeting", "Issue"),
)
TONES = {
    MeetingEventKind.PROTOCOL_REMARKED: "warning",
    MeetingEventKind.PROTOCOL_REOPENED: "warning",
    MeetingEventKind.PROTOCOL_AGREED: "success",
    MeetingEventKind.PROTOCOL_ISSUED: "success",
}
ANSWER_TONES = {
    ApprovalState.WAITING: "info",
    ApprovalState.AGREED: "success",
    ApprovalState.REMARK: "warning",
}
OF_PROTOCOLS = (
    MeetingEventKind.CLOSED,
    MeetingEventKind.MENDED,
    *(kind for kind in MeetingEventKind if kind.value.startswith("protocol_")),
)
TAGS: Sequence[tuple[str, StrOrPromise]] = (
    ("{{ номер }}, {{ дата }}, {{ вид }}, {{ название }}", _("number, date, kind and title")),
    ("{{ место }}, {{ форма }}", _("place and form")),
    ("{%p for строка in орган %} … {%p endfor %}", _("name of the body, line by line")),
    ("{{ председатель.имя }}, {{ председатель.должность }}, {{ секретарь.имя }}", _("who signs")),
    ("{{ присутствовали }}", _("attendance in a sentence, when it stands in an annex")),
    ("{%p for участник in участники %}: номер, регион, кто, кластеры", _("who attended, when they are few")),
    (
        "{%p for вопрос in вопросы %}: номер, тема, докладчик, содержание, заметки, решения",
        _("questions of the agenda"),
    ),
    (
        "{%p for решение in вопрос.решения %}: номер, текст, ответственные, срок, результат",
        _("decisions of a question"),
    ),
    ("{{ контроль }}", _("who controls the execution")),
    ("{%p for адресат in рассылка %}", _("who gets the protocol")),
    (
        "{%tr for строка in явка.строки %}: номер, регион, кто, кластеры",
        _("annex of attendance, rows of a table"),
    ),
    (
        "{%p for перечень in перечни %}: номер, пункт, строки (номер, кластер, регион)",
        _("annexes of executors"),
    ),
)
"""What the page of the template explains."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A question of the text with the remarks that stand at it."""

    item: PaperItem
    remarks: Sequence[ProtocolRemark]


@dataclass(frozen=True, slots=True)
class RoundShown:
    """One sending: its answers, each with the tone of its mark."""

    number: int
    answers: Sequence[tuple[ProtocolApproval, str]]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A line of the history, as the component of the timeline takes it."""

    at: datetime
    title: str
    who: str
    text: str
    tone: str


def step_of(minutes: MeetingProtocol | None) -> int:
    """Which of STEPS is under way, counted from 1; past the last one when everything is done."""
    if minutes is None:
        return 1
    if minutes.is_draft:
        return 2 if any(row.waits for row in minutes.approvals.all()) else 1
    return {MinutesState.AGREED: 3, MinutesState.SIGNED: 4, MinutesState.ISSUED: 5}[
        MinutesState(minutes.state)
    ]


def text_rows(paper: Paper, remarks: Mapping[int, Sequence[ProtocolRemark]]) -> list[TextRow]:
    """The questions in their order, each with its remarks."""
    return [TextRow(item, remarks.get(item.pk, ())) for item in paper.items]


def rounds_shown(rounds: Sequence[Round]) -> list[RoundShown]:
    """The sendings, the newest first."""
    return [
        RoundShown(
            one.number,
            [(row, ANSWER_TONES.get(ApprovalState(row.state), "neutral")) for row in one.approvals],
        )
        for one in reversed(rounds)
    ]


def history_of(scope: Scope, meeting: Meeting) -> list[HistoryEntry]:
    """What happened to the protocol, the newest first, as far as this person may know."""
    rows = MeetingEvent.objects.visible_to(scope).filter(meeting=meeting, kind__in=OF_PROTOCOLS)
    return [
        HistoryEntry(
            at=row.at,
            title=_capital(row.get_kind_display()),
            who=str(row.actor) if row.actor and scope.is_centre else "",
            text=row.text,
            tone=TONES.get(MeetingEventKind(row.kind), ""),
        )
        for row in rows.select_related("actor").order_by("-id")
    ]


def _capital(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]

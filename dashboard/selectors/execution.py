"""The page of one execution: facts, history with everything ever said, and what the reader may do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.duty import Spell
from assignments.enums import EventKind, ExecutionState
from assignments.models import (
    CannedRemark,
    Execution,
    ExecutionEvent,
    ExecutionNote,
    ItemRecall,
    ItemSeries,
    ReportDraft,
)
from assignments.policies import allowed_actions
from assignments.rules import annullable_events, undoable_decision
from assignments.selectors import event_author, proposal_behind
from assignments.selectors.questions import QuestionCard, questions_of_items
from assignments.selectors.recalls import recall_in_force
from assignments.selectors.series import series_of
from common import clock
from common.formatting import date_long, date_short, in_line, month_genitive, not_later
from common.scope import Scope
from dashboard.selectors.coordinators import charges_during
from dashboard.selectors.requests import RequestEntry, RequestsOfExecution, requests_of
from dashboard.selectors.standing import points_earned, points_today, points_words
from dashboard.wording import distance_words, report_opening, saved_words
from files.enums import IMAGE_CONTENT_TYPES
from rating.formula.params import Params
from rating.selectors.methodologies import current_params

TONES = {
    EventKind.ACCEPTED: "success",
    EventKind.RETURNED: "warning",
    EventKind.CANCELLED: "danger",
    EventKind.ANNULLED: "danger",
}
STATE_TONES = {
    ExecutionState.IN_REVIEW: "info",
    ExecutionState.RETURNED: "warning",
    ExecutionState.EXECUTED: "success",
}
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file handed in with a report."""

    name: str
    url: str
    size: int
    content_type: str

    @property
    def is_image(self) -> bool:
        return self.content_type in IMAGE_CONTENT_TYPES


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event of the log in words. `recorded_at` only when it was recorded later than it happened."""

    event: ExecutionEvent
    title: str
    who: str
    text: str
    note: str
    tone: str
    at: datetime
    recorded_at: datetime | None
    files: Sequence[EvidenceFile]
    is_annulled: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class ExecutionCard:
    """Everything that the page shows."""

    execution: Execution
    state: str
    state_tone: str
    is_late: bool
    term: str
    rating: str
    history: Sequence[HistoryEntry]
    actions: Sequence[str]
    annullable: Sequence[ExecutionEvent]
    undoable: ExecutionEvent | None
    remarks: Sequence[CannedRemark]
    opening: str
    requests: RequestsOfExecution
    questions: Sequence[QuestionCard] = ()
    notes: Sequence[ExecutionNote] = ()
    """How the region says the work goes, the note in force first."""
    draft: ReportDraft | None = None
    recall: ItemRecall | None = None
    """The recall of its item, if it is in force."""
    series: ItemSeries | None = None
    """The recurring item of which it is a period."""
    charges: Sequence[Spell] = ()
    """Who was in charge of the region while the execution was on control, the latest first."""

    @property
    def note_number(self) -> int:
        """The number of the note in force; 0 where nobody wrote any."""
        return self.notes[0].number if self.notes else 0

    @property
    def draft_note(self) -> str:
        """When the text that the form begins with was saved; empty when it is no draft."""
        return saved_words(self.draft.updated_at) if self.draft else ""

    @property
    def supplement(self) -> str:
        """What a supplement to the report in review means for its date and for the score."""
        reported = self.execution.reported_on
        day = date_long(reported) if reported else ""
        stays = _("The supplement changes neither the date of the report, %(day)s, nor its points") % {
            "day": day
        }
        return f"{stays}: {self.rating}."

    @property
    def story(self) -> list[HistoryEntry | RequestEntry]:
        """The history with what the region asked and was answered, newest first."""
        steps: list[HistoryEntry | RequestEntry] = [*reversed(self.history), *self.requests.entries]
        return sorted(steps, key=lambda step: step.at)[::-1]

    @property
    def in_review(self) -> list[HistoryEntry]:
        """The report that lies with the centre and its supplements, oldest first; empty when none does."""
        found: list[HistoryEntry] = []
        if self.execution.state != ExecutionState.IN_REVIEW:
            return found
        for entry in self.history:
            if entry.is_annulled:
                continue
            if entry.event.kind in (EventKind.RETURNED, EventKind.ACCEPTED):
                break
            if entry.event.kind == EventKind.SUBMITTED:
                found.append(entry)
        return found[::-1]


def execution_fetch(scope: Scope, pk: int) -> Execution:
    """The execution with its joins; Missing for a stranger's."""
    found: Execution = Execution.objects.for_list().select_related("region__district").fetch(scope, pk=pk)
    return found


def execution_card(scope: Scope, execution: Execution) -> ExecutionCard:
    """The card, in a fixed number of queries."""
    day = clock.today()
    params = current_params()
    events = list(
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution=execution)
        .select_related("actor", "target", "granted_request__asked_by")
        .prefetch_related("evidence__file")
        .order_by("id")
    )
    late = execution.state in (ExecutionState.ISSUED, ExecutionState.RETURNED) and execution.due_on < day
    is_open = execution.state in (ExecutionState.ISSUED, ExecutionState.RETURNED)
    actions = allowed_actions(scope, execution)
    draft = _draft(scope, execution) if "submit" in actions else None
    return ExecutionCard(
        execution=execution,
        state=str(execution.get_state_display()),
        state_tone="danger" if late else STATE_TONES.get(ExecutionState(execution.state), "neutral"),
        is_late=late,
        term=distance_words(execution.due_on, day) if is_open else "",
        rating=rating_words(execution, params, day),
        history=history_of(scope, execution, events),
        actions=actions,
        annullable=annullable_events(events),
        undoable=undoable_decision(events, clock.now()),
        remarks=list(CannedRemark.objects.visible_to(scope).offered()) if "return" in actions else (),
        opening=draft.text if draft else _opening(execution, events),
        requests=requests_of(scope, execution, events),
        draft=draft,
        notes=_notes(scope, execution),
        recall=recall_in_force(scope, execution.assignment),
        series=series_of(scope, execution.assignment_id),
        charges=charges_during(scope, execution),
        questions=questions_of_items(scope, [execution.assignment_id])[execution.assignment_id],
    )


def _notes(scope: Scope, execution: Execution) -> list[ExecutionNote]:
    notes = ExecutionNote.objects.visible_to(scope).filter(execution=execution)
    return list(notes.select_related("author").order_by("-number"))


def _draft(scope: Scope, execution: Execution) -> ReportDraft | None:
    """What the reader has begun to write."""
    found: ReportDraft | None = ReportDraft.objects.visible_to(scope).filter(execution=execution).first()
    return found


def rating_words(execution: Execution, params: Params | None, day: date) -> str:
    """What the execution is worth now: «сдано сегодня — ещё 60 баллов»."""
    if execution.cluster_id is None:
        return _("addressed to the coordinator himself: controlled, but not rated")
    if execution.state == ExecutionState.CANCELLED:
        return _("left every month of the rating")
    earned = points_earned(execution, params)
    if execution.state == ExecutionState.IN_REVIEW and earned is not None:
        return _("credited preliminarily: %(points)s") % {"points": points_words(earned)}
    if execution.state == ExecutionState.EXECUTED and earned is not None:
        return _("earned: %(points)s") % {"points": points_words(earned)}
    points = points_today(execution, params, day)
    if points is None:
        return _("not counted by the methodology in force")
    if execution.due_on >= day:
        return _("handed in on time: %(points)s") % {"points": points_words(points)}
    return _("handed in today: still %(points)s") % {"points": points_words(points)}


def _opening(execution: Execution, events: Sequence[ExecutionEvent]) -> str:
    """What a report begins with: a copy of the last one after a return, else the citation of the item."""
    annulled = {event.target_id for event in events if event.target_id}
    reports = [event for event in events if event.kind == EventKind.SUBMITTED and event.pk not in annulled]
    if execution.state == ExecutionState.IN_REVIEW:
        return ""
    if reports and execution.state == ExecutionState.RETURNED:
        return reports[-1].text
    return report_opening(execution.assignment)


def history_of(scope: Scope, execution: Execution, events: Sequence[ExecutionEvent]) -> list[HistoryEntry]:
    """The events in words, newest first; attempts are numbered in the order in which they count."""
    annulled = {event.target_id for event in events if event.target_id}
    numbers = _attempt_numbers(events, annulled)
    return [
        HistoryEntry(
            event=event,
            title=_title(event, numbers.get(event.pk, 0)),
            who=event_author(scope, execution.region, event),
            text=event.text,
            note=_note(event),
            tone="" if event.pk in annulled else TONES.get(EventKind(event.kind), ""),
            at=event.at,
            recorded_at=event.recorded_at if event.recorded_at - event.at >= MINUTE else None,
            files=_files(execution, event),
            is_annulled=event.pk in annulled,
            number=numbers.get(event.pk, 0),
        )
        for event in sorted(events, key=lambda event: (event.at, event.pk), reverse=True)
    ]


def _attempt_numbers(events: Sequence[ExecutionEvent], annulled: set[int]) -> dict[int, int]:
    """Number of the attempt per report; 0 is a supplement to a report that lay in review."""
    numbers: dict[int, int] = {}
    attempts, in_review = 0, False
    for event in sorted(events, key=lambda event: (event.at, event.pk)):
        if event.pk in annulled:
            continue
        if event.kind == EventKind.SUBMITTED:
            attempts += not in_review
            numbers[event.pk] = 0 if in_review else attempts
            in_review = True
        elif event.kind in (EventKind.RETURNED, EventKind.ACCEPTED):
            in_review = False
    return numbers


def _title(event: ExecutionEvent, number: int) -> str:
    if event.kind == EventKind.SUBMITTED:
        if number:
            return _("report handed in, attempt %(number)s") % {"number": number}
        return _("supplement to the report") if not event.late_reason else str(event.get_kind_display())
    if event.kind == EventKind.RETURNED and event.empty:
        return _("returned as an empty report")
    if event.kind == EventKind.ANNULLED and event.target is not None:
        return _("annulled: %(what)s of %(date)s") % {
            "what": event.target.get_kind_display(),
            "date": date_short(event.target.at),
        }
    return str(event.get_kind_display())


def _note(event: ExecutionEvent) -> str:
    """Dates and reasons that an event carries besides its text."""
    notes = []
    if event.due and event.kind == EventKind.ISSUED:
        notes.append(_("term: %(term)s") % {"term": not_later(date_long(event.due))})
    if event.new_due:
        notes.append(_("new term: %(term)s") % {"term": not_later(date_long(event.new_due))})
        notes.append(
            _("on the request of %(date)s") % {"date": date_short(event.requested_at)}
            if event.requested_at
            else _("the centre's own decision")
        )
    proposal = proposal_behind(event)
    if proposal is not None:
        notes.append(
            _("confirmed by a second person; proposed on %(date)s") % {"date": date_short(proposal.asked_at)}
        )
    if event.kind == EventKind.RETURNED and event.empty:
        notes.append(_("gives no days back"))
    if event.late_reason:
        notes.append(_("recorded by the centre: %(reason)s") % {"reason": event.late_reason})
    if event.corrects:
        notes.append(_("corrects the rating from %(month)s") % {"month": month_genitive(event.corrects)})
    return in_line(*notes)


def _files(execution: Execution, event: ExecutionEvent) -> list[EvidenceFile]:
    return [
        EvidenceFile(
            name=row.file.original_name,
            url=reverse("dashboard:evidence", args=[execution.pk, row.pk]),
            size=row.file.size,
            content_type=row.file.content_type,
        )
        for row in event.evidence.all()
    ]


def events_since(scope: Scope, execution: Execution, version: int | None) -> list[HistoryEntry]:
    """What happened after a person read version `version`: each event is one version."""
    if version is None or version >= execution.version:
        return []
    rows = (
        ExecutionEvent.objects.visible_to(scope)
        .filter(execution=execution)
        .select_related("actor", "target", "granted_request__asked_by")
        .prefetch_related("evidence__file")
        .order_by("-id")[: execution.version - max(version, 0)]
    )
    return history_of(scope, execution, list(rows))

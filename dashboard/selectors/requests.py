"""Requests of the regions and proposals of the centre in words: at an execution, in the lists, in the inbox."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from assignments.enums import ASKED_BY_REGIONS, RequestKind, RequestOrigin, RequestState
from assignments.fold import Folded, FoldRules, fold
from assignments.models import Execution, ExecutionEvent, ExecutionRequest, ItemQuestion
from assignments.policies import can_answer, kinds_to_ask
from assignments.querysets import ExecutionRequestQuerySet
from assignments.rules import request_problem
from assignments.selectors import DueWarning, due_warnings, fold_rules, may_know_who_ended
from assignments.services.log import as_fold_events
from common import clock
from common.formatting import date_short, not_later
from common.scope import Scope
from regions.models import Region
from regions.selectors import calendar_overrides

ALL_STATES = "all"
AGES = {"2": 2, "5": 5}
"""Least days that a request waits, by the choice of the filter."""
TONES = {RequestState.GRANTED: "success", RequestState.REFUSED: "danger", RequestState.OPEN: "info"}


def open_requests(scope: Scope) -> ExecutionRequestQuerySet:
    """Requests of the regions that wait for the answer of the centre, of whatever kind."""
    rows: ExecutionRequestQuerySet = ExecutionRequest.objects.visible_to(scope).of_regions().open()
    return rows


def open_counts(scope: Scope) -> dict[str, int]:
    """What waits for the centre: `requests`, the same by kind, `proposals` of others, `questions`; two queries."""
    rows = ExecutionRequest.objects.visible_to(scope).open()
    proposed = Count("pk", filter=Q(origin=RequestOrigin.CENTRE) & ~Q(asked_by=scope.user_id))
    asked = {
        kind.value: Count("pk", filter=Q(origin=RequestOrigin.REGION, kind=kind)) for kind in ASKED_BY_REGIONS
    }
    counts = rows.aggregate(proposals=proposed, **asked)
    return counts | {
        "requests": sum(counts[kind.value] for kind in ASKED_BY_REGIONS),
        "questions": ItemQuestion.objects.visible_to(scope).open().count(),
    }


# One execution


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request for an extension would mean, or means, for the score: in a sentence, and whether it counts.

    `used` of `limit` extensions on request have moved the term already.
    """

    counts: bool
    meaning: str
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class RequestCard:
    """A request that waits, in words, with what it means for the score (extensions only)."""

    request: ExecutionRequest
    title: str
    who: str
    asking: Asking | None
    warning: DueWarning | None


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """A step of a request in the history of its execution, drawn like an event of the log."""

    at: datetime
    title: str
    who: str
    text: str = ""
    note: str = ""
    tone: str = ""
    recorded_at: None = None
    files: Sequence[object] = ()
    is_annulled: bool = False


@dataclass(frozen=True, slots=True)
class RequestsOfExecution:
    """What was asked about an execution, what waits, and what the reader may ask for now.

    `asking` is what an extension asked for at this moment would mean; None for those who may not ask for one.
    """

    kinds: Sequence[RequestKind]
    asking: Asking | None
    waiting: Sequence[RequestCard]
    entries: Sequence[RequestEntry]


def requests_of(scope: Scope, execution: Execution, events: Sequence[ExecutionEvent]) -> RequestsOfExecution:
    """The requests about an execution whose whole log is `events`, in two queries at most."""
    rows = ExecutionRequest.objects.visible_to(scope).filter(execution=execution)
    found = list(rows.select_related("asked_by", "answered_by").order_by("asked_at", "id"))
    for request in found:
        request.execution = execution
    kinds = kinds_to_ask(scope, execution, found)
    waiting = [request for request in found if request.is_open]
    judge = _judge(execution, events) if kinds or waiting else None
    return RequestsOfExecution(
        kinds=kinds,
        asking=judge(clock.now()) if judge and RequestKind.EXTENSION in kinds else None,
        waiting=[_card(request, judge) for request in waiting if judge],
        entries=request_entries(scope, found),
    )


def _card(request: ExecutionRequest, judge: Callable[[datetime], Asking]) -> RequestCard:
    is_extension = request.kind == RequestKind.EXTENSION and not request.is_of_centre
    return RequestCard(
        request=request,
        title=request_title(request),
        who=asked_by_words(request),
        asking=judge(request.asked_at) if is_extension else None,
        warning=_warning(request),
    )


def _judge(execution: Execution, events: Iterable[ExecutionEvent]) -> Callable[[datetime], Asking]:
    """What a request of an instant means for this execution, by the rule of its log."""
    rules, now = fold_rules(), clock.now()
    folded = fold(as_fold_events(events), execution.assignment.due_on, rules)
    return lambda asked_at: _asking(asked_at, folded, rules, now)


def _asking(asked_at: datetime, folded: Folded, rules: FoldRules, now: datetime) -> Asking:
    """The rule is that of the log; the words say which side of it a request is on."""
    used, limit = folded.request_extensions, rules.max_request_extensions
    counts = not request_problem(asked_at, folded=folded, rules=rules, now=now)
    if counts:
        meaning = _(
            "The request is in time: if the centre grants it, the execution is judged by the new date, whenever "
            "the answer comes. Only one such request moves the term."
        )
    elif used >= limit:
        meaning = _(
            "This is a further request: the term was already moved on request. The centre may extend it by its "
            "own decision."
        )
    else:
        meaning = _(
            "The due date %(due)s has passed: the request does not move the term by itself. The centre may extend it "
            "by its own decision."
        ) % {"due": date_short(folded.due)}
    return Asking(counts, meaning, used, limit)


def _warning(request: ExecutionRequest) -> DueWarning | None:
    """That the day asked for is a day off, with the better one."""
    if request.proposed_due is None:
        return None
    return day_off(request.proposed_due, request.execution)


def day_off(day: date, execution: Execution) -> DueWarning | None:
    """That a new due date is a day off in its region; the day offered is later than the present one."""
    overrides = calendar_overrides(execution.region_id)
    return next(iter(due_warnings(day, execution.due_on, 0, overrides)), None)


def request_title(request: ExecutionRequest) -> str:
    """«просит продлить срок до 27.03.2026», «предложено снять с контроля»."""
    day = {"day": date_short(request.proposed_due)} if request.proposed_due else {}
    if request.is_of_centre:
        is_extension = request.kind == RequestKind.EXTENSION
        return _("proposed: extend the term until %(day)s") % day if is_extension else _("proposed: cancel")
    if request.kind == RequestKind.EXTENSION:
        return _("asks to extend the term until %(day)s") % day
    return _("says that the item is not applicable")


def asked_by_words(request: ExecutionRequest) -> str:
    """The region or the centre, with the person. Proposals of the centre are read in the centre alone."""
    place = _("the centre") if request.is_of_centre else request.execution.region.brief
    return f"{place}, {request.asked_by.get_short_name()}" if request.asked_by else place


def request_entries(scope: Scope, requests: Iterable[ExecutionRequest]) -> list[RequestEntry]:
    """The steps of the requests for the history; a grant stands there as the event that it made."""
    found = []
    for request in requests:
        title = request_title(request)
        found.append(RequestEntry(request.asked_at, title, asked_by_words(request), text=request.reason))
        if request.answered_at and request.state != RequestState.GRANTED:
            found.append(_ending(scope, request, request.answered_at))
    return found


def _ending(scope: Scope, request: ExecutionRequest, at: datetime) -> RequestEntry:
    if request.is_of_centre:
        titles = {
            RequestState.REFUSED: _("proposal refused"),
            RequestState.WITHDRAWN: _("proposal withdrawn"),
            RequestState.LAPSED: _("proposal lapsed: the execution is off control"),
        }
        note = _("the proposal of %(date)s")
    else:
        titles = _endings_of_regions()
        note = _("the request of %(date)s")
    state = RequestState(request.state)
    return RequestEntry(
        at=at,
        title=titles[state],
        who=_who_ended(scope, request),
        text=request.answer,
        note=note % {"date": date_short(request.asked_at)},
        tone="warning" if state == RequestState.REFUSED else "",
    )


def _endings_of_regions() -> dict[RequestState, str]:
    return {
        RequestState.REFUSED: _("request refused"),
        RequestState.WITHDRAWN: _("request withdrawn"),
        RequestState.LAPSED: _("request lapsed: the execution is off control"),
    }


def _who_ended(scope: Scope, request: ExecutionRequest) -> str:
    """The person; the centre's staff is one office to the regions."""
    person = request.answered_by
    is_of_region = request.state == RequestState.WITHDRAWN and not request.is_of_centre
    office = request.execution.region.brief if is_of_region else _("the centre")
    return f"{office}, {person.get_short_name()}" if person and may_know_who_ended(scope, request) else office


# Lists


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What the list is narrowed to; `state` is a state or all of them, `age` the least days waited."""

    origin: str = RequestOrigin.REGION
    region: str = ""
    kind: str = ""
    state: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the words of a row."""

    request: ExecutionRequest
    title: str
    tone: str
    waited: int
    sign: str
    ending: str
    who: str
    may_answer: bool

    @property
    def execution(self) -> Execution:
        found: Execution = self.request.execution
        return found


def request_rows(scope: Scope, narrowed: RequestFilter) -> ExecutionRequestQuerySet:
    """Requests that fit the filter, unordered."""
    rows = ExecutionRequest.objects.visible_to(scope).filter(origin=narrowed.origin)
    if narrowed.state and narrowed.state != ALL_STATES:
        rows = rows.filter(state=narrowed.state)
    if narrowed.region:
        rows = rows.filter(execution__region=narrowed.region)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.age:
        before = clock.start_of(clock.today()) - timedelta(days=AGES[narrowed.age] - 1)
        rows = rows.filter(asked_at__lt=before)
    found: ExecutionRequestQuerySet = rows
    return found


def request_choices(scope: Scope, origin: str = RequestOrigin.REGION) -> list[tuple[str, str]]:
    """Regions that ever asked, or that the centre ever made a proposal about, with how many of each wait."""
    rows = ExecutionRequest.objects.visible_to(scope).filter(origin=origin).order_by()
    codes = rows.values_list("execution__region").distinct()
    waiting = dict(rows.open().values_list("execution__region").annotate(n=Count("pk")))
    regions = Region.objects.visible_to(scope).filter(code__in=codes).by_name()
    return [
        (region.code, f"{region.name} ({waiting[region.code]})" if region.code in waiting else region.name)
        for region in regions
    ]


def rows_in_words(scope: Scope, requests: Sequence[ExecutionRequest]) -> list[RequestRow]:
    """Rows of a list with what each means for the score; two queries, whatever their number."""
    problems = _problems(scope, [request for request in requests if request.is_open])
    today = clock.today()
    return [
        RequestRow(
            request=request,
            title=request_title(request),
            tone=TONES.get(RequestState(request.state), "neutral"),
            waited=(today - clock.day_of(request.asked_at)).days if request.is_open else 0,
            sign=problems.get(request.pk, ""),
            ending=_ending_words(request),
            who=asked_by_words(request) if request.is_of_centre else "",
            may_answer=request.is_open and can_answer(scope, request),
        )
        for request in requests
    ]


def _ending_words(request: ExecutionRequest) -> str:
    if request.state == RequestState.GRANTED and request.granted_due:
        return _("extended, %(term)s") % {"term": not_later(request.granted_due)}
    return request.answer


def _problems(scope: Scope, requests: Sequence[ExecutionRequest]) -> dict[int, str]:
    """By request: a word about an open extension that only the centre's own decision can grant."""
    extensions = [
        request for request in requests if request.kind == RequestKind.EXTENSION and not request.is_of_centre
    ]
    if not extensions:
        return {}
    rules, now, logs = fold_rules(), clock.now(), _logs(scope, extensions)
    found = {}
    for request in extensions:
        folded = fold(logs[request.execution_id], request.execution.assignment.due_on, rules)
        if not request_problem(request.asked_at, folded=folded, rules=rules, now=now):
            continue
        is_further = folded.request_extensions >= rules.max_request_extensions
        found[request.pk] = _("a further request") if is_further else _("asked after the due date")
    return found


def _logs(scope: Scope, requests: Iterable[ExecutionRequest]) -> Mapping[int, list]:
    ids = {request.execution_id for request in requests}
    events = ExecutionEvent.objects.visible_to(scope).filter(execution__in=ids).order_by("id")
    logs = defaultdict(list)
    for event, entry in zip(events, as_fold_events(events), strict=True):
        logs[event.execution_id].append(entry)
    return logs


def waiting_words(scope: Scope) -> dict[int, str]:
    """By execution of the reader's regions: what the centre has been asked about it and has not answered."""
    rows = open_requests(scope).filter(execution__region__in=scope.regions).order_by("asked_at", "id")
    words: dict[int, list[str]] = defaultdict(list)
    for kind, proposed, execution in rows.values_list("kind", "proposed_due", "execution"):
        words[execution].append(
            _("extension until %(day)s is asked for") % {"day": date_short(proposed)}
            if kind == RequestKind.EXTENSION
            else _("asked to cancel as not applicable")
        )
    return {execution: ", ".join(said) for execution, said in words.items()}

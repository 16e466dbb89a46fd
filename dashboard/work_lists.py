"""Lists of work as files: the registry, the inbox, the review queue, requests and questions.

Each declares the rows of its page by the same form and selector, and what its columns say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.enums import ExecutionState, RequestOrigin
from assignments.models import Execution, ExecutionRequest, ItemQuestion
from assignments.querysets import ExecutionQuerySet
from assignments.selectors.questions import QuestionCard, question_cards
from common import clock
from common.errors import NotAllowed
from common.formatting import is_russian, month_name
from common.lists import Found, PortalList, conditions_of, portions
from common.scope import Scope
from common.sheets import TERM, Column
from dashboard import wording
from dashboard.forms import InboxFilterForm, ReviewFilterForm
from dashboard.question_forms import ALL, WAITING, QuestionFilterForm
from dashboard.registry_forms import FACTS, RegistryFilterForm
from dashboard.request_forms import RequestFilterForm
from dashboard.rows import days_late
from dashboard.selectors.inbox import InboxLine, inbox_choices, inbox_executions, inbox_lines
from dashboard.selectors.questions import question_regions, questions_found
from dashboard.selectors.registry import (
    RegistryChoices,
    RegistryFilter,
    item_named,
    registry_choices,
    registry_rows,
)
from dashboard.selectors.requests import (
    RequestRow,
    asked_by_words,
    request_choices,
    request_rows,
    rows_in_words,
)
from dashboard.selectors.review import review_choices, review_queue, waiting_days

CHUNK = 2000
REGISTRY = "registry"

# Executions


def require_registry(scope: Scope) -> None:
    """Raises NotAllowed for whoever sees no executions."""
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("The registry is a page of the regions and of the centre."))


def registry_form(scope: Scope, query: QueryDict) -> RegistryFilterForm:
    """The filter of the registry as an address asks for it."""
    return RegistryFilterForm(query, offered(scope, query, with_facts=any(map(query.get, FACTS))))


def offered(scope: Scope, query: QueryDict, *, with_facts: bool) -> RegistryChoices:
    """The choices of the filter, with those that the address already names."""
    protocol = query.get("protocol", "")
    return registry_choices(
        scope,
        region=query.get("region", ""),
        cluster=query.get("cluster", ""),
        protocol=int(protocol) if protocol.isascii() and protocol.isdigit() and len(protocol) < 19 else None,
        with_facts=with_facts,
    )


def registry_found(scope: Scope, query: QueryDict) -> Found:
    """The filtered executions in their order, without joins, of a past moment where the address asks for one.

    Raises InvalidInput for an address that is damaged.
    """
    require_registry(scope)
    form = registry_form(scope, query)
    conditions = conditions_of(form)
    narrowed: RegistryFilter = form.narrowed()
    sign = "" if narrowed.oldest_first else "-"
    item = item_named(scope, narrowed.item)
    if item is not None:
        conditions.append(_("Item: %(item)s") % {"item": f"{wording.reference(item)}, {item.title}"})
    if narrowed.corrects:
        words = _("Waits for the next revision of %(month)s")
        conditions.append(words % {"month": month_name(narrowed.corrects)})
    rows = registry_rows(scope, narrowed).order_by(f"{sign}due_on", f"{sign}pk")
    return Found(rows, conditions, instant=rows.instant)


def rows_to_export(scope: Scope, query: QueryDict) -> ExecutionQuerySet:
    """The rows of `registry_found`."""
    rows: Any = registry_found(scope, query).rows
    found: ExecutionQuerySet = rows
    return found


_FIELDS = (
    "cluster__code", "cluster__title", "assignment__protocol__number", "assignment__protocol__held_on",
    "assignment__number", "assignment__title", "weight", "state", "first_due_on", "due_on", "reported_on", "returns",
    "extensions", "note", "code",
)  # fmt: skip
_UNREPORTED = (ExecutionState.ISSUED, ExecutionState.RETURNED)


def _registry_lines(_scope: Scope, rows: Any) -> Iterator[Mapping[str, Any]]:
    """Plain values, read without making objects: a registry may have a hundred thousand rows."""
    states = {value: str(label) for value, label in ExecutionState.choices}
    name = "name_ru" if is_russian() else "name_en"
    region, process = f"region__{name}", "assignment__process__name_ru"
    executions: ExecutionQuerySet = rows
    today = clock.day_of(executions.instant) if executions.instant else clock.today()
    for row in executions.with_note().values(region, process, *_FIELDS).iterator(chunk_size=CHUNK):
        done = row["reported_on"] or (today if row["state"] in _UNREPORTED else None)
        row["late"] = max(0, (done - row["due_on"]).days) if done else 0
        row["state"] = states[row["state"]]
        row["region"], row["process"] = row[region], row[process]
        yield row


def _registry_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Region"), itemgetter("region"), 22),
        Column(_("Cluster code"), itemgetter("cluster__code"), 10),
        Column(_("Cluster"), itemgetter("cluster__title"), 30),
        Column(_("Protocol No."), itemgetter("assignment__protocol__number"), 12),
        Column(_("Protocol date"), itemgetter("assignment__protocol__held_on"), 12),
        Column(_("Item"), itemgetter("assignment__number"), 7),
        Column(_("Title"), itemgetter("assignment__title"), 34),
        Column(_("Process"), itemgetter("process"), 26),
        Column(_("Weight"), itemgetter("weight"), 6),
        Column(_("State"), itemgetter("state"), 16),
        Column(_("First due date"), itemgetter("first_due_on"), 17),
        Column(_("Due date"), itemgetter("due_on"), 35, TERM),
        Column(_("Handed in"), itemgetter("reported_on"), 12),
        Column(_("Returns"), itemgetter("returns"), 11),
        Column(_("Extensions"), itemgetter("extensions"), 11),
        Column(_("How the work goes"), itemgetter("note"), 40),
        Column(_("Days late"), itemgetter("late"), 12),
        Column(_("Execution code"), itemgetter("code"), 20, on_paper=False),
    ]


def _inbox_found(scope: Scope, query: QueryDict) -> Found:
    if not scope.regions:
        raise NotAllowed(_("Assignments are a page of the regions and of the centre."))
    form = InboxFilterForm(query, inbox_choices(scope))
    conditions = conditions_of(form)
    return Found(inbox_executions(scope, form.narrowed()).order_by("due_on", "id"), conditions)


def _inbox_lines(scope: Scope, rows: Any) -> Iterator[InboxLine]:
    return inbox_lines(scope, chain.from_iterable(portions(rows.for_list().with_note())))


def _inbox_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Term"), lambda line: line.group, 20),
        *_item_columns(lambda line: line.row.execution),
        *_place_columns(lambda line: line.row.execution),
        *_term_columns(lambda line: line.row.execution),
        Column(_("Days late"), lambda line: days_late(line.row.execution, clock.today()), 10),
        Column(_("State"), lambda line: str(line.row.execution.get_state_display()), 16),
        Column(_("Points"), lambda line: f"{line.row.effect.figure} {line.row.effect.note}".strip(), 26),
        Column(_("Who works on it"), lambda line: line.assignee, 22),
        Column(_("How the work goes"), lambda line: line.row.execution.note, 36),
    ]


Get = Callable[[Any], Execution]


def _item_columns(get: Get) -> list[Column]:
    """The item and the name that it keeps for life."""
    return [
        Column(_("Item"), lambda row: get(row).assignment.title, 34),
        Column(_("Reference"), lambda row: wording.reference(get(row).assignment), 28),
    ]


def _place_columns(get: Get) -> list[Column]:
    return [
        Column(_("Region"), lambda row: get(row).region.name, 22),
        Column(_("Cluster"), lambda row: wording.addressee(get(row)), 30),
    ]


def _term_columns(get: Get) -> list[Column]:
    return [
        Column(_("First due date"), lambda row: get(row).first_due_on, 17),
        Column(_("Due date"), lambda row: get(row).due_on, 35, TERM),
    ]


# The review queue


def require_staff(scope: Scope) -> None:
    """Raises NotAllowed for whoever is not of the centre."""
    if not scope.is_centre:
        raise NotAllowed(_("The review queue is a page of the centre."))


def _review_found(scope: Scope, query: QueryDict) -> Found:
    require_staff(scope)
    form = ReviewFilterForm(query, review_choices(scope))
    conditions = conditions_of(form)
    return Found(review_queue(scope, form.narrowed()).for_list(), conditions)


def _itself(execution: Execution) -> Execution:
    return execution


def _review_columns(_scope: Scope) -> list[Column]:
    today = clock.today()
    return [
        *_item_columns(_itself),
        *_place_columns(_itself),
        Column(_("Handed in"), lambda row: row.reported_on, 12),
        Column(_("In review since"), lambda row: row.in_review_since, 17),
        Column(_("Waits, days"), lambda row: waiting_days(row, today), 10),
        *_term_columns(_itself),
        Column(_("Days late"), lambda row: days_late(row, today), 10),
        Column(_("Returns"), lambda row: row.returns, 10),
        Column(_("Weight"), lambda row: row.weight, 8),
        Column(_("Execution code"), lambda row: row.code, 20, on_paper=False),
    ]


# Requests and proposals


def require_reader_of_requests(scope: Scope) -> None:
    """Raises NotAllowed for whoever has neither a region nor an office of the centre."""
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Requests are a page of the regions and of the centre."))


def request_filter(scope: Scope, data: QueryDict) -> RequestFilterForm:
    """The filter of the requests of the regions, or in the centre of its own proposals."""
    origin = (scope.is_centre and data.get("origin")) or RequestOrigin.REGION
    return RequestFilterForm(data, regions=request_choices(scope, origin), of_centre=scope.is_centre)


def _as_on_the_page(rows: "QuerySet[Any]", scope: Scope) -> "QuerySet[Any]":
    """The centre reads the oldest first, a region the newest."""
    sign = "" if scope.is_centre else "-"
    return rows.order_by(f"{sign}asked_at", f"{sign}pk")


def _requests_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_requests(scope)
    form = request_filter(scope, query)
    conditions = conditions_of(form)
    narrowed = form.narrowed()
    if narrowed.origin == RequestOrigin.CENTRE:
        conditions.insert(0, _("Proposals of the centre"))
    return Found(_as_on_the_page(request_rows(scope, narrowed).for_list(), scope), conditions)


def _requests_lines(scope: Scope, rows: Any) -> Iterator[RequestRow]:
    for portion in portions(rows):
        yield from rows_in_words(scope, portion)


def _asked(row: RequestRow) -> ExecutionRequest:
    return row.request


def _requests_columns(scope: Scope) -> list[Column]:
    def execution(row: RequestRow) -> Execution:
        return row.execution

    return [
        *_item_columns(execution),
        *_place_columns(execution),
        Column(_("Request"), lambda row: capfirst(row.title), 30),
        Column(_("Reason"), lambda row: _asked(row).reason, 40),
        Column(_("Who asked"), lambda row: asked_by_words(_asked(row)), 24),
        Column(_("Asked"), lambda row: _asked(row).asked_at, 17),
        Column(_("Waits, days"), lambda row: row.waited if _asked(row).is_open else None, 10),
        *_term_columns(execution),
        Column(_("State"), lambda row: str(_asked(row).get_state_display()), 18),
        Column(_("Remark"), lambda row: row.sign, 20),
        Column(_("Answer"), lambda row: row.ending, 36),
    ]


# Questions


def require_reader_of_questions(scope: Scope) -> None:
    """Raises NotAllowed for whoever has neither a region nor an office of the centre."""
    if not (scope.is_centre or scope.regions):
        raise NotAllowed(_("Questions are a page of the regions and of the centre."))


def question_filter(scope: Scope, query: QueryDict) -> QuestionFilterForm:
    """The filter of the questions as an address asks for it."""
    return QuestionFilterForm(query, regions=question_regions(scope), of_centre=scope.is_centre)


def questions_narrowed(scope: Scope, form: QuestionFilterForm) -> "QuerySet[ItemQuestion]":
    """The questions that a valid form asks for, unordered."""
    state = form.text("state")
    is_open = None if state == ALL else state == WAITING
    return questions_found(scope, is_open=is_open, region=form.text("region"), item=form.value("item"))


def _questions_found(scope: Scope, query: QueryDict) -> Found:
    require_reader_of_questions(scope)
    form = question_filter(scope, query)
    conditions = conditions_of(form)
    return Found(_as_on_the_page(questions_narrowed(scope, form), scope), conditions)


def _questions_lines(scope: Scope, rows: Any) -> Iterator[QuestionCard]:
    for portion in portions(rows):
        yield from question_cards(scope, portion)


def _questions_columns(_scope: Scope) -> list[Column]:
    return [
        Column(_("Item"), lambda card: card.question.execution.assignment.title, 34),
        Column(_("Reference"), lambda card: wording.reference(card.question.execution.assignment), 28),
        Column(_("Question"), lambda card: card.question.text, 50),
        Column(_("Who asked"), lambda card: card.who, 24),
        Column(_("Asked"), lambda card: card.question.asked_at, 17),
        Column(_("Waits, days"), lambda card: None if card.answer else card.waited, 10),
        Column(_("Answer"), lambda card: card.answer.text if card.answer else "", 50),
        Column(_("Answered"), lambda card: card.answer.written_at if card.answer else None, 17),
    ]


LISTS: Sequence[PortalList] = (
    PortalList(
        REGISTRY,
        gettext_lazy("Registry of assignments"),
        "dashboard:registry",
        registry_found,
        _registry_columns,
        _registry_lines,
    ),
    PortalList(
        "inbox",
        gettext_lazy("Assignments on control"),
        "dashboard:inbox",
        _inbox_found,
        _inbox_columns,
        _inbox_lines,
    ),
    PortalList("review", gettext_lazy("Review queue"), "dashboard:review", _review_found, _review_columns),
    PortalList(
        "requests",
        gettext_lazy("Requests"),
        "dashboard:requests",
        _requests_found,
        _requests_columns,
        _requests_lines,
    ),
    PortalList(
        "questions",
        gettext_lazy("Questions about items"),
        "dashboard:questions",
        _questions_found,
        _questions_columns,
        _questions_lines,
    ),
)

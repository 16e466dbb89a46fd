"""Read models of the protocol pages; the number of queries never depends on the number of rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from assignments.audience import describe
from assignments.enums import RECALL_ACTIVE, RECALL_IN_FORCE, ExecutionState
from assignments.fold import later
from assignments.holding import holding_problems
from assignments.models import Assignment, Execution, IssueSchedule, ItemRecall, ItemSeries, Protocol
from assignments.recurrence import terms
from assignments.selectors import DueWarning, due_warnings, lead_days
from assignments.selectors.addressees import (
    Addressee,
    audience_names,
    audience_of,
    items_addressees,
)
from assignments.selectors.burden import Burden, SimilarItem, burden_of, similar_items
from assignments.selectors.questions import QuestionCard, questions_of_items
from common.formatting import date_short
from common.names import name_key
from common.scope import Scope
from regions.selectors import calendar_overrides

TEMPLATE = "template"
"""A status of the filter: drafts that other drafts are made of."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the executions of an item or a protocol have come. `open` counts all that are on control."""

    total: int = 0
    executed: int = 0
    in_review: int = 0
    overdue: int = 0
    open: int = 0
    cancelled: int = 0


def _progress(rows: QuerySet[Execution], by: str, day: date) -> dict[int, Progress]:
    late = Q(state__in=(ExecutionState.ISSUED, ExecutionState.RETURNED), due_on__lt=day)
    counted = (
        rows.order_by()
        .values(by)
        .annotate(
            total=Count("pk"),
            executed=Count("pk", filter=Q(state=ExecutionState.EXECUTED)),
            in_review=Count("pk", filter=Q(state=ExecutionState.IN_REVIEW)),
            overdue=Count("pk", filter=late),
            cancelled=Count("pk", filter=Q(state=ExecutionState.CANCELLED)),
        )
    )
    return {
        row.pop(by): Progress(**row, open=row["total"] - row["executed"] - row["cancelled"])
        for row in counted
    }


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One line of the list of protocols, with the counts of what this reader sees; a recurring item is one item."""

    protocol: Protocol
    items: int
    progress: Progress
    schedule: IssueSchedule | None = None
    """Of a draft, the hour at which it issues itself."""


def protocols_found(
    scope: Scope, *, year: int | None = None, status: str = "", words: str = ""
) -> QuerySet[Protocol]:
    """Protocols of this reader, newest first, by year, status and words of number, meeting or items."""
    rows = Protocol.objects.visible_to(scope)
    if year:
        rows = rows.filter(held_on__year=year)
    if status == TEMPLATE:
        rows = rows.filter(is_template=True)
    elif status:
        rows = rows.filter(status=status, is_template=False)
    key = name_key(words)
    if key:
        items = Assignment.objects.visible_to(scope).filter(search_key__contains=key)
        rows = rows.filter(Q(search_key__contains=key) | Q(pk__in=items.values("protocol")))
    return rows


def protocol_years(scope: Scope) -> list[int]:
    days = Protocol.objects.visible_to(scope).dates("held_on", "year", order="DESC")
    return [day.year for day in days]


def protocol_rows(scope: Scope, protocols: Iterable[Protocol], day: date) -> list[ProtocolRow]:
    """Counts for the protocols of one page: four queries, whatever their number."""
    shown = list(protocols)
    ids = [protocol.pk for protocol in shown]
    items = Assignment.objects.visible_to(scope).filter(protocol__in=ids, occurrence=None)
    counts: Counter[int] = Counter()
    for rows in (items, ItemSeries.objects.visible_to(scope).filter(protocol__in=ids)):
        counts.update(dict(rows.order_by().values_list("protocol").annotate(n=Count("pk"))))
    executions = Execution.objects.visible_to(scope).filter(assignment__protocol__in=ids)
    progress = _progress(executions, "assignment__protocol", day)
    waiting = IssueSchedule.objects.visible_to(scope).waiting().filter(protocol__in=ids)
    hours = {row.protocol_id: row for row in waiting}
    return [
        ProtocolRow(
            protocol,
            counts[protocol.pk],
            progress.get(protocol.pk, Progress()),
            hours.get(protocol.pk),
        )
        for protocol in shown
    ]


def recalls_of(scope: Scope, items: Collection[int]) -> dict[int, ItemRecall]:
    """By item the recall that counts: in force, or waiting for a person or the worker; the newest."""
    rows = ItemRecall.objects.visible_to(scope).filter(assignment__in=items)
    shown = rows.filter(state__in={*RECALL_ACTIVE, *RECALL_IN_FORCE}).select_related(
        "asked_by", "answered_by"
    )
    return {row.assignment_id: row for row in shown.order_by("pk")}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item on the page of its protocol: the rule in words, and its count before or its course after issue."""

    item: Assignment
    wording: str
    count: int
    progress: Progress
    warnings: list[DueWarning]
    first: bool
    last: bool
    questions: Sequence[QuestionCard]
    recall: ItemRecall | None = None
    """The recall in force, or the one that waits or is under way."""

    @property
    def is_recalled(self) -> bool:
        return self.recall is not None and self.recall.state in RECALL_IN_FORCE

    @property
    def higher(self) -> int:
        """The place one step up."""
        return self.item.position - 1

    @property
    def lower(self) -> int:
        """The place one step down."""
        return self.item.position + 1


def item_rows(scope: Scope, protocol: Protocol, day: date) -> list[ItemRow]:
    """Items that this reader sees, in the order of the protocol, in a fixed number of queries."""
    items = list(
        Assignment.objects.visible_to(scope).filter(protocol=protocol).select_related("process", "protocol")
    )
    rules = [audience_of(item) for item in items]
    names = audience_names(rules)
    draft = protocol.is_draft
    lists = items_addressees(items, day) if draft else {}
    lead, overrides = (lead_days(), calendar_overrides()) if draft else (0, {})
    executions = Execution.objects.visible_to(scope).filter(assignment__in=[item.pk for item in items])
    progress = {} if draft else _progress(executions, "assignment", day)
    questions = {} if draft else questions_of_items(scope, [item.pk for item in items])
    recalls = {} if draft else recalls_of(scope, [item.pk for item in items])
    rows = []
    for index, (item, rule) in enumerate(zip(items, rules, strict=True)):
        course = progress.get(item.pk, Progress())
        rows.append(
            ItemRow(
                item=item,
                wording=describe(rule, item.addressee, names),
                count=len(lists[item.pk]) if draft else course.total,
                progress=course,
                warnings=due_warnings(item.due_on, day, lead, overrides) if draft else [],
                first=index == 0,
                last=index == len(items) - 1,
                questions=questions.get(item.pk, ()),
                recall=recalls.get(item.pk),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class IssueItem:
    """An item on the page of issue. `problem` forbids the issue; warnings do not."""

    item: Assignment
    wording: str
    addressees: list[Addressee]
    problem: str
    warnings: list[DueWarning]
    similar: Sequence[SimilarItem]


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """Everything that issuing the protocol now would do."""

    items: list[IssueItem]
    problems: list[str]
    executions: int
    regions: int
    burden: Burden | None


def item_problem(item: Assignment, addressed: int, day: date) -> str:
    """Why this item cannot be issued on `day`; empty when it can."""
    if not addressed:
        return _("Item %(number)s is addressed to nobody: change its audience.") % {"number": item.number}
    if item.due_on < day:
        return _("Item %(number)s: the due date %(due)s is before the day of issue.") % {
            "number": item.number,
            "due": date_short(item.due_on),
        }
    return ""


def series_problem(series: ItemSeries, addressed: int, day: date) -> str:
    """Why this recurring item cannot be issued on `day`; empty when it can."""
    if not addressed:
        return _("Item %(number)s is addressed to nobody: change its audience.") % {"number": series.number}
    if next(terms(series.rule, later(day, 1)), None) is None:
        return _("Recurring item %(number)s has no day left after the issue: change its rule.") % {
            "number": series.number
        }
    return ""


def protocol_problems(protocol: Protocol, items: Sequence[Assignment | ItemSeries], day: date) -> list[str]:
    """Why the protocol as a whole cannot be issued on `day`."""
    problems = []
    if not items:
        problems.append(_("The protocol has no items: add at least one."))
    if protocol.held_on > day:
        problems.append(_("The meeting has not taken place yet: a protocol is issued after it."))
    return problems


def series_problems(protocol: Protocol, day: date) -> list[str]:
    """What is wrong with the recurring items of a draft that would be issued on `day`."""
    rows = list(protocol.series.all())
    lists = items_addressees(rows, day)
    return [problem for row in rows if (problem := series_problem(row, len(lists[row.pk]), day))]


def issue_problems(protocol: Protocol, day: date) -> list[str]:
    """Why a draft could not be issued on `day`, as far as it can be known now; empty when it could."""
    items, series = list(protocol.assignments.order_by("position")), list(protocol.series.all())
    lists = items_addressees(items, day)
    problems = [item_problem(item, len(lists[item.pk]), day) for item in items]
    return [
        *protocol_problems(protocol, [*items, *series], day),
        *filter(None, problems),
        *series_problems(protocol, day),
    ]


def issue_preview(scope: Scope, protocol: Protocol, day: date) -> IssuePreview:
    """What the page of issue shows, in a fixed number of queries."""
    items = list(Assignment.objects.visible_to(scope).filter(protocol=protocol).select_related("process"))
    rules = [audience_of(item) for item in items]
    names = audience_names(rules)
    lists = items_addressees(items, day)
    lead, overrides = lead_days(), calendar_overrides()
    similar = similar_items(scope, items, day)
    shown = [
        IssueItem(
            item=item,
            wording=describe(rule, item.addressee, names),
            addressees=lists[item.pk],
            problem=item_problem(item, len(lists[item.pk]), day),
            warnings=due_warnings(item.due_on, day, lead, overrides),
            similar=similar[item.pk],
        )
        for item, rule in zip(items, rules, strict=True)
    ]
    everyone = [line for lines in lists.values() for line in lines]
    return IssuePreview(
        items=shown,
        problems=[
            *holding_problems(protocol),
            *protocol_problems(protocol, [*items, *protocol.series.all()], day),
            *(row.problem for row in shown if row.problem),
            *series_problems(protocol, day),
        ],
        executions=len(everyone),
        regions=len({line.region_code for line in everyone}),
        burden=burden_of(scope, everyone),
    )
